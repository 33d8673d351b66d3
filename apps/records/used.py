"""The figures used of a page of records, with how many were reported and how far they lie apart. One statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from apps.records import past
from apps.records.filters import Asked
from apps.records.visibility import speaker
from apps.records.vocabularies import ClaimStatus, Group, Quantifier, Scope

# The widest group first; within it, the record's own figure before totals that reach beyond it.
GROUP_RANK = {group: rank for rank, group in enumerate(Group.values)}
SCOPE_RANK = {Scope.EVENT.value: 0, Scope.STOCK.value: 0, Scope.RUNNING_TOTAL.value: 1, Scope.PERIOD_TOTAL.value: 2}
FIGURE_PARTS = ("low", "best", "high", "quantifier", "group", "scope", "attributed_to")

Key = tuple[UUID, str]  # record, metric


class Said(NamedTuple):
    """One current figure of a record. The first twelve columns are its question: what it answers."""

    canonical_id: UUID
    metric_id: str
    group: str
    sex: str
    age_band: str
    unit: str
    scope: str
    from_date: Any
    to_date: Any
    counts_from: Any
    as_of_date: Any
    round_id: int | None
    low: int | None
    best: int | None
    high: int | None
    quantifier: str
    attributed_to: str
    is_adopted: bool
    id: UUID
    source_id: int
    whole: bool

    @property
    def question(self) -> tuple[Any, ...]:
        """Figures of one question differ; figures of two questions are about different things."""
        return self[:12]

    @property
    def rank(self) -> tuple[Any, ...]:
        """The place among the used figures of one metric; the lowest is shown."""
        newest = self.as_of_date or self.to_date
        return (
            GROUP_RANK.get(self.group, 99),
            self.sex != "all",
            self.age_band != "all",
            SCOPE_RANK.get(self.scope, 9),
            -newest.toordinal() if newest else 0,
            self.id,
        )


@dataclass(frozen=True)
class Reported:
    """What was reported on a page of records, by (record, metric). Spreads are told only where figures differ."""

    used: Mapping[Key, Said] = field(default_factory=dict)
    counts: Mapping[Key, int] = field(default_factory=dict)
    spreads: Mapping[tuple[Any, ...], tuple[int | None, int | None]] = field(default_factory=dict)
    chosen: Collection[UUID] = frozenset()

    def metric_columns(self, record_id: UUID, metric: str, prefix: str) -> dict[str, Any]:
        """The columns of fields.figure_fields for one record."""
        said = self.used.get((record_id, metric))
        out: dict[str, Any] = {f"{prefix}_{part}": getattr(said, part) if said else None for part in FIGURE_PARTS}
        out[f"{prefix}_claims"] = self.counts.get((record_id, metric), 0)
        return out | self.weighing(said, prefix)

    def weighing(self, said: Said | None, prefix: str) -> dict[str, Any]:
        """The columns of fields.weighing_fields: how far reports lie apart, and whether a person chose among them."""
        low, high = self.spreads.get(said.question, (None, None)) if said else (None, None)
        return {
            f"{prefix}_spread_low": low,
            f"{prefix}_spread_high": high,
            f"{prefix}_is_chosen": said.id in self.chosen if said else None,
        }

    def total(self, record_id: UUID, metrics: Collection[str]) -> int:
        """Reported figures of a record, over these metrics."""
        return sum(self.counts.get((record_id, metric), 0) for metric in metrics)


def reported(asked: Asked, rows: Sequence[Mapping[str, Any]]) -> Reported:
    """Figures used, counts and spreads for these records: rows with `id` and `exact`, as past.with_sight gives them."""
    if asked.kind is None or asked.kind.claim is None or not rows:
        return Reported()
    is_exact = {row["id"]: row["exact"] for row in rows}
    used: dict[Key, Said] = {}
    counts: dict[Key, int] = {}
    rivals: dict[tuple[Any, ...], list[Said]] = {}
    for arm in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
        standing = arm.filter(canonical__in=list(is_exact), status=ClaimStatus.CURRENT).order_by()
        for said in map(Said._make, standing.values_list(*Said._fields)):
            key = (said.canonical_id, said.metric_id)
            counts[key] = counts.get(key, 0) + 1
            rivals.setdefault(said.question, []).append(said)
            if said.is_adopted and (key not in used or said.rank < used[key].rank):
                used[key] = _as_told(said, asked, exact=is_exact[said.canonical_id])
    spreads = {question: _spread(said) for question, said in rivals.items() if len(said) > 1}
    return Reported(used, counts, spreads, chosen_among(asked, [said.id for said in used.values()]))


def chosen_among(asked: Asked, claim_ids: Collection[UUID]) -> set[UUID]:
    """Those of these claims that a person chose; the others are used by rule, not yet reviewed."""
    if asked.kind is None or not claim_ids:
        return set()
    decision = asked.kind.decision
    standing = Q(claim__in=list(claim_ids), revoked_at=None)
    if asked.revision is None:
        return set(decision.objects.filter(standing).values_list("claim_id", flat=True))
    then = Q(rev__lte=asked.revision)
    live = decision.objects.filter(standing, then).values_list("claim_id", flat=True)
    since = past.versions_of(decision).objects.filter(standing, then, rev_to__gt=asked.revision)
    return {*live, *since.values_list("claim_id", flat=True)}


def _as_told(said: Said, asked: Asked, *, exact: bool) -> Said:
    source = asked.names.sources[said.source_id]["name"]
    return said._replace(attributed_to=speaker(said.attributed_to, source, exact=exact and said.whole))


def _spread(said: list[Said]) -> tuple[int | None, int | None]:
    """Lowest and highest. A bound that one speaker leaves open or unknown is open."""
    given = [each for each in said if each.quantifier != Quantifier.NOT_GIVEN]
    if len(given) < 2:
        return None, None
    lows, highs = [each.low for each in given], [each.high for each in given]
    low = min(each for each in lows if each is not None) if None not in lows else None
    high = max(each for each in highs if each is not None) if None not in highs else None
    return low, high


def counts_of(asked: Asked, record_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many current statements each record has that the viewer may see, whatever they are about."""
    found: dict[UUID, int] = {}
    if asked.kind is None or asked.kind.claim is None or not record_ids:
        return found
    for arm in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
        rows = arm.filter(canonical__in=record_ids, status=ClaimStatus.CURRENT).order_by().values_list("canonical_id")
        for record_id, count in rows.annotate(n=Count("id")):
            found[record_id] = found.get(record_id, 0) + count
    return found
