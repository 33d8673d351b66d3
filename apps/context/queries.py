"""What is held of the context of areas."""

from collections.abc import Collection

from apps.context.models import MonthlyAggregate, Population, Presence
from apps.sources.models import Dataset


def row_ids(*, dataset: Dataset, countries: Collection[str]) -> list[str]:
    """The upstream keys of a dataset's rows in these countries (ISO3)."""
    return [
        key
        for model in (Population, Presence, MonthlyAggregate)
        for key in model.objects.filter(dataset=dataset, location_code__in=countries).values_list(
            "external_id", flat=True
        )
    ]
