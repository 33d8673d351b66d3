"""Event figures added up: within one dataset only, of the figures used, of whole records only.

What was stated as a total never comes here, nor does a situation, nor an event that is part of another event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from apps.incidents.models import Incident
from apps.records import past
from apps.records.filters import Asked
from apps.records.models import Link
from apps.records.vocabularies import Relation, Scope


@dataclass(frozen=True)
class Amount:
    """Low, best and high over so many records; None where one of them leaves it open, or where there are none."""

    records: int = 0
    low: int | None = None
    best: int | None = None
    high: int | None = None


NOTHING = Amount()
Key = tuple[str, int]  # metric, dataset


def amounts(asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str]) -> dict[Key, Amount]:
    """Event figures of these records by metric and dataset. `record_arms` hold each record once."""
    if asked.kind is None or asked.kind.claim is None:
        return {}
    whole = Q(group="all", sex="all", age_band="all", unit="people", scope=Scope.EVENT, metric__in=metrics)
    counted: dict[Key, list[Any]] = {}
    for records in record_arms:
        standing = _countable(records, asked).order_by().values("id")
        for claims in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
            used = claims.filter(whole, is_adopted=True, canonical__in=standing).exclude(quantifier="not_given")
            # Unknown below is at least none; unknown above leaves the sum open.
            rows = (
                used.order_by()
                .values_list("metric_id", "canonical__dataset_id")
                .annotate(
                    n=Count("id"),
                    low_sum=Sum(Coalesce("low", 0)),
                    best_sum=Sum("best"),
                    high_sum=Sum("high"),
                    bests=Count("best"),
                    highs=Count("high"),
                )
            )
            for metric, dataset, n, low, best, high, bests, highs in rows:
                _add(counted.setdefault((metric, dataset), [0, 0, 0, 0]), n, low,
                     best if bests == n else None, high if highs == n else None)  # fmt: skip
    return {key: Amount(n, low, best, high) for key, (n, low, best, high) in counted.items()}


def _add(total: list[Any], n: int, low: int, best: int | None, high: int | None) -> None:
    total[0] += n
    total[1] += low
    total[2] = total[2] + best if None not in (total[2], best) else None
    total[3] = total[3] + high if None not in (total[3], high) else None


def _countable(records: Any, asked: Asked) -> Any:
    """Without situations, and without events that another event already holds."""
    if asked.kind is None or asked.kind.code != "incident":
        return records
    holders = Incident.objects.standing().filter(kind=Incident.Kind.EVENT, pk=OuterRef("to_id"))
    parts = Link.objects.filter(
        Exists(holders), from_kind="incident", to_kind="incident", relation=Relation.PART_OF, from_id=OuterRef("id")
    )
    return records.filter(~Exists(parts), kind=Incident.Kind.EVENT)
