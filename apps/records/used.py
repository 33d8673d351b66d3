"""The figures used of a page of records, with how many were reported and how far they lie apart. Set-based."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, Value, When

from apps.records import past
from apps.records.filters import Asked
from apps.records.vocabularies import Group, Scope

QUESTION = (
    "canonical_id", "metric_id", "group", "sex", "age_band", "unit", "scope", "from_date", "to_date", "counts_from",
    "as_of_date", "round_id",
)  # fmt: skip
SAID = ("low", "best", "high", "quantifier", "attributed_to", "id")

# The widest group first; within it, the record's own figure before totals that reach beyond it.
GROUP_RANK = {group: rank for rank, group in enumerate(Group.values)}
SCOPE_RANK = {Scope.EVENT: 0, Scope.STOCK: 0, Scope.RUNNING_TOTAL: 1, Scope.PERIOD_TOTAL: 2}


@dataclass(frozen=True)
class Reported:
    """What was reported on a page of records, by (record, metric)."""

    used: Mapping[tuple[UUID, str], Mapping[str, Any]] = field(default_factory=dict)
    counts: Mapping[tuple[UUID, str], int] = field(default_factory=dict)
    spreads: Mapping[tuple[Any, ...], tuple[int | None, int | None]] = field(default_factory=dict)

    def metric_columns(self, record_id: UUID, metric: str, prefix: str) -> dict[str, Any]:
        """The columns of fields.figure_fields for one record."""
        said = self.used.get((record_id, metric))
        out = {f"{prefix}_{part}": said[part] if said else None for part in FIGURE_PARTS}
        spread = self.spreads.get(question(said), (None, None)) if said else (None, None)
        out[f"{prefix}_claims"] = self.counts.get((record_id, metric), 0)
        out[f"{prefix}_spread_low"], out[f"{prefix}_spread_high"] = spread
        return out

    def total(self, record_id: UUID, metrics: Collection[str]) -> int:
        """Reported figures of a record, over all metrics."""
        return sum(self.counts.get((record_id, metric), 0) for metric in metrics)


FIGURE_PARTS = ("low", "best", "high", "quantifier", "group", "scope", "attributed_to")


def question(said: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a figure answers: figures of one question differ, figures of two questions are about different things."""
    return tuple(said[column] for column in QUESTION)


def reported(asked: Asked, record_ids: Sequence[UUID], metrics: Sequence[str] | None = None) -> Reported:
    """Figures used, counts and spreads for these records; `metrics` None means all of them."""
    if asked.kind is None or asked.kind.claim is None or not record_ids:
        return Reported()
    chosen = Q(canonical__in=record_ids)
    of_metrics = chosen if metrics is None else chosen & Q(metric__in=metrics)
    arms = past.claim_arms(asked.kind.claim, asked.held, asked.revision)
    used: dict[tuple[UUID, str], Mapping[str, Any]] = {}
    counts: dict[tuple[UUID, str], int] = {}
    ranges: dict[tuple[Any, ...], list[Any]] = {}
    for arm in arms:
        for row in _used_rows(arm.filter(of_metrics)):
            key = (row["canonical_id"], row["metric_id"])
            if key not in used or row["rank"] < used[key]["rank"]:
                used[key] = row
        counted = arm.filter(chosen, status="current").order_by().values_list("canonical_id", "metric_id")
        for record_id, metric, count in counted.annotate(n=Count("id")):
            counts[record_id, metric] = counts.get((record_id, metric), 0) + count
        _widen(ranges, arm.filter(of_metrics, status="current"), several=len(arms) == 1)
    spreads = {key: (low, high) for key, (count, low, high) in ranges.items() if count > 1}
    return Reported(used, counts, spreads)


def counts_of(asked: Asked, record_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many current statements each record has that the viewer may see, whatever they are about."""
    found: dict[UUID, int] = {}
    if asked.kind is None or asked.kind.claim is None or not record_ids:
        return found
    for arm in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
        rows = arm.filter(canonical__in=record_ids, status="current").order_by().values_list("canonical_id")
        for record_id, count in rows.annotate(n=Count("id")):
            found[record_id] = found.get(record_id, 0) + count
    return found


def _used_rows(claims: Any) -> Any:
    """The first used figure of each record and metric."""
    rank = (
        Case(*(When(group=group, then=Value(100 * place)) for group, place in GROUP_RANK.items()), default=Value(5_000))
        + Case(When(sex="all", then=Value(0)), default=Value(20))
        + Case(When(age_band="all", then=Value(0)), default=Value(10))
        + Case(*(When(scope=scope, then=Value(place)) for scope, place in SCOPE_RANK.items()), default=Value(9))
    )
    ordered = claims.filter(is_adopted=True).annotate(
        rank=Case(When(id__isnull=False, then=rank), output_field=IntegerField())
    )
    ordered = ordered.order_by(
        "canonical_id", "metric_id", "rank", F("as_of_date").desc(nulls_last=True), F("to_date").desc(nulls_last=True),
        "id",
    )  # fmt: skip
    return ordered.distinct("canonical_id", "metric_id").values(*QUESTION, *SAID, "rank")


def _widen(ranges: dict[tuple[Any, ...], list[Any]], claims: Any, *, several: bool) -> None:
    """Add the range of each question. An open or unknown bound of one speaker leaves the range open there."""
    grouped = (
        claims.exclude(quantifier="not_given")
        .order_by()
        .values(*QUESTION)
        .annotate(
            n=Count("id"), least=Min("low"), most=Max("high"), bounded_below=Count("low"), bounded_above=Count("high")
        )
    )
    if several:
        grouped = grouped.filter(n__gt=1)
    for row in grouped:
        low = row["least"] if row["bounded_below"] == row["n"] else None
        high = row["most"] if row["bounded_above"] == row["n"] else None
        key = question(row)
        if key not in ranges:
            ranges[key] = [row["n"], low, high]
            continue
        known = ranges[key]
        known[0] += row["n"]
        known[1] = min(known[1], low) if None not in (known[1], low) else None
        known[2] = max(known[2], high) if None not in (known[2], high) else None
