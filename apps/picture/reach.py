"""What can be reached: infrastructure by status, and the access constraints in force."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from apps.access.models import AccessConstraint, AssetType, ConstraintType, Status, Traffic
from apps.access.shown import shown_assets
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


def by_status(asked: Asked, record_arms: Sequence[Any]) -> dict[str, dict[str, int]]:
    """Assets by type and status, each asset once: by its status for all traffic, else by the worst for any."""
    said: dict[UUID, tuple[bool, int, str]] = {}
    for records in record_arms:
        for asset, traffic, status, disputed in records.order_by().values_list(
            "asset_id", "applies_to", "status", "is_disputed"
        ):
            word = DISPUTED if disputed else COUNTED_AS[Status(status)]
            rank = (traffic != Traffic.ALL, WORST_FIRST.index(word), word)
            said[asset] = min(said.get(asset, rank), rank)
    counts: dict[str, dict[str, int]] = {kind: dict.fromkeys(STATES, 0) for kind in ALWAYS}
    for asset, shown in shown_assets(said, asked.held, asked.names.language).items():
        counts.setdefault(shown.type, dict.fromkeys(STATES, 0))[said[asset][2]] += 1
    return counts


def in_force(record_arms: Sequence[Any], until: Any) -> list[Mapping[str, Any]]:
    """Constraints in force on the last day asked for, by type in the order of the nine."""
    standing = ~Q(state=AccessConstraint.State.ENDED)
    if until is not None:
        standing |= Q(end_date__gt=until)
    counts: dict[str, int] = {}
    for records in record_arms:
        for kind, count in records.filter(standing).order_by().values_list("type").annotate(n=Count("id")):
            counts[kind] = counts.get(kind, 0) + count
    return [{"type": kind, "count": counts[kind]} for kind in ConstraintType.values if kind in counts]
