"""What can be reached: infrastructure by status, and the access constraints in force."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q

from apps.access.models import AccessConstraint, AssetType, ConstraintType, Status, Traffic
from apps.access.shown import shown_assets
from apps.picture.figures import FRESH, Age, InForce, Reach
from apps.picture.left_out import MOST_IDS
from apps.records.filters import Asked

# What one asset counts as. Destroyed and abandoned infrastructure cannot be used either.
COUNTED_AS = {
    Status.OPEN: "open",
    Status.RESTRICTED: "restricted",
    Status.CLOSED: "closed",
    Status.DESTROYED: "closed",
    Status.ABANDONED: "closed",
    Status.UNKNOWN: "unknown",
}
DISPUTED = "disputed"
STATES = ("open", "restricted", "closed", DISPUTED, "unknown")
WORST_FIRST = (DISPUTED, "closed", "restricted", "unknown", "open")
ALWAYS = (AssetType.AIRPORT.value, AssetType.ROAD_SEGMENT.value, AssetType.BORDER_CROSSING.value)
COLUMNS = ("id", "asset_id", "applies_to", "status", "is_disputed", "source_id", "observed_at", "reported_at",
           "stale_after")  # fmt: skip
Row = dict[str, Any]


def by_status(asked: Asked, record_arms: Sequence[Any], moment: datetime) -> list[Reach]:
    """Assets by type and status, each asset once: by its status for all traffic, else by the worst for any."""
    said: dict[UUID, Row] = {}
    for records in record_arms:
        for row in records.order_by().values(*COLUMNS):
            row["counts_as"] = DISPUTED if row["is_disputed"] else COUNTED_AS[Status(row["status"])]
            rival = said.get(row["asset_id"])
            said[row["asset_id"]] = row if rival is None else min(row, rival, key=_rank)
    by_type: dict[str, list[Row]] = {kind: [] for kind in ALWAYS}
    for asset, shown in shown_assets(said, asked.held, asked.names.language, asked.revision).items():
        by_type.setdefault(shown.type, []).append(said[asset])
    order = [*ALWAYS, *(kind for kind in AssetType.values if kind not in ALWAYS)]
    return [_reach(AssetType(kind), by_type[kind], moment) for kind in order if kind in by_type]


def _rank(row: Row) -> tuple[Any, ...]:
    return row["applies_to"] != Traffic.ALL, WORST_FIRST.index(row["counts_as"]), row["id"]


def _reach(kind: AssetType, rows: Sequence[Row], moment: datetime) -> Reach:
    told = [when for row in rows if (when := row["observed_at"] or row["reported_at"]) is not None]
    return Reach(
        type=kind.value,
        label=str(kind.label),
        counts={state: sum(row["counts_as"] == state for row in rows) for state in STATES},
        sources=len({row["source_id"] for row in rows if row["counts_as"] != "unknown"}),
        newest=max(told, default=None),
        age=Age.of([row["stale_after"] for row in rows if row["stale_after"] is not None], moment),
        records=[row["id"] for row in sorted(rows, key=_rank)][:MOST_IDS],
    )


def in_force(asked: Asked, record_arms: Sequence[Any], until: Any, moment: datetime) -> list[InForce]:
    """Constraints in force on the last day asked for, by type in the order of the nine."""
    standing = ~Q(state=AccessConstraint.State.ENDED)
    if until is not None:
        standing |= Q(end_date__gt=until)
    found: dict[str, InForce] = {}
    for records in record_arms:
        rows = records.filter(standing).order_by().values_list("type").annotate(
            n=Count("id"), newest=Max("reported_at"), first=Min("stale_after"),
            stale=Count("id", filter=Q(stale_after__lt=moment)), ids=ArrayAgg("id"),
        )  # fmt: skip
        for kind, count, newest, first, stale, ids in rows:
            label = asked.names.term("access-constraint-types", kind) or kind
            before = found.get(kind, InForce(kind, label, 0, None, FRESH, ()))
            found[kind] = InForce(
                kind,
                label,
                before.count + count,
                max((each for each in (newest, before.newest) if each is not None), default=None),
                before.age.joined(Age(first, stale)),
                [*before.records, *ids][:MOST_IDS],
            )
    return [found[kind] for kind in ConstraintType.values if kind in found]
