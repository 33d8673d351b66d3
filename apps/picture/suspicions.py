"""Records suspected to tell of the same thing, not yet settled: they widen a range, low without and high with.

Only pairs inside one sum matter: of those that hang together, the least count is what there is at least.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.picture import events
from apps.picture.events import Amount, Key
from apps.records import past
from apps.records.filters import Asked
from apps.records.models import SuspectedDuplicate

Pairs = Sequence[tuple[UUID, UUID]]


@dataclass(frozen=True)
class Doubt:
    """How many records may be told of twice, and how much less the sum is without the repetitions."""

    records: int = 0
    less: int = 0


def pairs_of(asked: Asked, record_arms: Sequence[Any]) -> Pairs:
    """Open suspicions, as they stood, both ends of which are among these: each arm ids, or a query of ids."""
    if asked.kind is None:
        return []
    open_ones = {"kind": asked.kind.code, "state": SuspectedDuplicate.State.OPEN}
    # Asked before the records are, since mostly there is none.
    arms = [rows for rows in (arm.filter(**open_ones).order_by() for arm in _arms(asked.revision)) if rows.exists()]
    first, second = Q(pk__in=[]), Q(pk__in=[])
    for ids in record_arms if arms else ():
        first, second = first | Q(first_id__in=ids), second | Q(second_id__in=ids)
    return [pair for rows in arms for pair in rows.filter(first, second).values_list("first_id", "second_id")]


def weigh(pairs: Pairs, lows: Mapping[UUID, int]) -> Doubt:
    """What the suspicions among these records come to. `lows`: at least how much each of them says."""
    groups: dict[UUID, set[UUID]] = {}
    for first, second in pairs:
        if first in lows and second in lows:
            joined = groups.get(first, {first}) | groups.get(second, {second})
            for each in joined:
                groups[each] = joined
    distinct = {id(group): group for group in groups.values()}.values()
    less = sum(sum(lows[each] for each in group) - min(lows[each] for each in group) for group in distinct)
    return Doubt(records=len(groups), less=less)


def among(asked: Asked, record_arms: Sequence[Any]) -> Pairs:
    """Open suspicions both ends of which are among these records."""
    return pairs_of(asked, [records.order_by().values("id") for records in record_arms])


def widened(
    asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str], counted: Mapping[Key, Amount], pairs: Pairs
) -> dict[Key, Amount]:
    """These sums, with a lower low where some of their records may be told of twice."""
    wider = dict(counted)
    doubted = {each for pair in pairs for each in pair}
    lows: dict[Key, dict[UUID, int]] = {}
    for claims in events.used(asked, record_arms, metrics) if doubted and counted else ():
        rows = claims.filter(canonical__in=doubted)
        for metric, dataset, record, low in rows.values_list(
            "metric_id", "canonical__dataset_id", "canonical_id", "low"
        ):
            lows.setdefault((metric, dataset), {})[record] = low or 0
    for key, of_records in lows.items():
        doubt = weigh(pairs, of_records)
        wider[key] = replace(wider[key], low=(wider[key].low or 0) - doubt.less, suspected=doubt.records)
    return wider


def _arms(revision: int | None) -> list[Any]:
    if revision is None:
        return [SuspectedDuplicate.objects.all()]
    return [
        SuspectedDuplicate.objects.filter(rev__lte=revision),
        past.versions_of(SuspectedDuplicate).objects.filter(rev__lte=revision, rev_to__gt=revision),
    ]
