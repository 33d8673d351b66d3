"""Context of areas: one row that cannot be stored costs nothing but itself."""

from datetime import date

import pytest

from apps.context.actions import ContextDraft, record_population
from apps.context.models import Population
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


def draft(external_id, **changes):
    values = {
        "external_id": external_id, "location_code": "SYR", "from_date": date(2024, 1, 1),
        "to_date": date(2024, 12, 31),
        "fields": {"people": 1_200, "sex": "all", "age_band": "all"},
    }  # fmt: skip
    return ContextDraft(**{**values, **changes})


def test_one_bad_row_is_set_aside_and_a_second_run_changes_nothing(now):
    dataset = DatasetFactory()
    rows = [draft("P1"), draft("P2", provider_area_name="No\x00name"), draft("P3")]
    tally = record_population(drafts=rows, dataset=dataset, now=now)
    assert (tally.created, [reject.key for reject in tally.rejects]) == (2, ["P2"])
    again = record_population(drafts=[rows[0], rows[2]], dataset=dataset, now=now)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert Population.objects.count() == 2
