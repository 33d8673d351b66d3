"""Totals as they were stated: of a period, or running. They stand beside each other and are added to nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.records import past
from apps.records.filters import Areas, Asked
from apps.records.used import GROUP_RANK
from apps.records.visibility import speaker
from apps.records.vocabularies import ClaimStatus, Scope

COLUMNS = (
    "id", "metric_id", "group", "sex", "age_band", "unit", "low", "best", "high", "quantifier", "scope", "from_date",
    "to_date", "counts_from", "as_of_date", "attributed_to", "source_id", "area_id", "canonical_id", "status",
    "is_adopted", "published_at", "created_at", "canonical__area_id", "whole",
)  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """Totals as they stand, and how many earlier ones they took the place of, by metric."""

    standing: Sequence[dict[str, Any]] = ()
    replaced: Mapping[str, int] = field(default_factory=dict)


def totals(
    asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str], since: date | None, until: date | None
) -> Totals:
    """Stated totals that touch the period, the newest of each speaker, all people first, then the newest.

    A running total is taken as it stood on the last day of the period: what the same speaker said of a later day does
    not reach back, and what was superseded since still stood then.
    """
    if asked.kind is None or asked.kind.claim is None:
        return Totals()
    period = Q(scope=Scope.PERIOD_TOTAL, status=ClaimStatus.CURRENT)
    running = Q(scope=Scope.RUNNING_TOTAL, status__in=[ClaimStatus.CURRENT, ClaimStatus.SUPERSEDED])
    if since is not None:
        period &= Q(to_date__gte=since)
        running &= Q(as_of_date__gte=since)
    if until is not None:
        period &= Q(from_date__lte=until)
        running &= Q(as_of_date__lte=until)
    found: list[dict[str, Any]] = []
    whole: set[UUID] = set()
    for records in record_arms:
        standing = records.order_by().values("id")
        read_whole = past.with_sight(records, asked.held).filter(exact=True).order_by().values("id")
        for claims in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
            about = _about(asked, read_whole)
            said = claims.filter(period | running, about, metric__in=metrics, canonical__in=standing)
            found.extend(said.exclude(quantifier="not_given").order_by().values(*COLUMNS))
        of_found = [row["canonical_id"] for row in found]
        whole |= set(read_whole.filter(id__in=of_found).values_list("id", flat=True)) if found else set()
    newest = _newest(found)
    replaced = Counter(row["metric_id"] for row in found)
    replaced.subtract(row["metric_id"] for row in newest)
    told = [
        _as_told(row, asked, exact=row["whole"] and row["canonical_id"] in whole) for row in sorted(newest, key=_place)
    ]
    return Totals(told, {metric: count for metric, count in replaced.items() if count})


def _as_told(row: dict[str, Any], asked: Asked, *, exact: bool) -> dict[str, Any]:
    source = asked.names.sources[row["source_id"]]["name"]
    return row | {"attributed_to": speaker(row["attributed_to"], source, exact=exact)}


def _about(asked: Asked, read_whole: Any) -> Q:
    """A total over more ground than was asked for is not a total of that ground.

    The ground of a total may be finer than its record is placed: it is asked of records that are read whole.
    """
    areas: Areas | None = asked.values.get("area")
    if areas is None:
        return Q()
    within = Q(area__in=areas.ids)
    for level, pcodes in areas.pcodes_by_level.items():
        if level <= 3:
            within |= Q(**{f"area__adm{level}_pcode__in": pcodes})
    return Q(area=None) | (within & Q(canonical__in=read_whole))


def _newest(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the running totals of one speaker for the same people and ground, the one that stands for the latest day."""
    kept: list[dict[str, Any]] = []
    running: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in said:
        if row["scope"] != Scope.RUNNING_TOTAL:
            kept.append(row)
            continue
        ground: UUID | int = row["area_id"] or row["canonical__area_id"] or row["canonical_id"]
        speaker = (row["attributed_to"], row["metric_id"], row["group"], row["sex"], row["age_band"], row["unit"])
        key = (*speaker, ground)
        if key not in running or _said(running[key]) < _said(row):
            running[key] = row
    return [*kept, *running.values()]


def _said(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["as_of_date"], row["published_at"] or row["created_at"], row["id"])


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    last = row["as_of_date"] or row["to_date"]
    return (GROUP_RANK.get(row["group"], 99), -last.toordinal(), row["scope"] != Scope.RUNNING_TOTAL, str(row["id"]))
