"""What follows from statements on an asset: its status, and the constraint that stands for it while it is closed."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from apps.access.models import (
    IMPASSABLE,
    AccessConstraint,
    AssetStatus,
    ClosureCause,
    ConstraintType,
    Status,
    StatusClaim,
)
from apps.records.closing import coarser

# Which of the nine constraint types a closed asset stands for, by the cause given.
TYPE_OF_CAUSE = {
    ClosureCause.HAZARD: ConstraintType.PHYSICAL,
    ClosureCause.WEATHER: ConstraintType.PHYSICAL,
    ClosureCause.DAMAGE: ConstraintType.PHYSICAL,
    ClosureCause.REPAIR: ConstraintType.PHYSICAL,
    ClosureCause.INSECURITY: ConstraintType.INSECURITY,
    ClosureCause.ADMINISTRATIVE: ConstraintType.MOVEMENT,
    ClosureCause.UNKNOWN: ConstraintType.MOVEMENT,
}

# What a constraint has from the status it stands for: where it is, for whom, on whose word.
COPIED = [
    "crisis", "source", "dataset", "document", "url", "how_known", "reporting_organisation", "reported_by",
    "location", "location_accuracy", "area", "adm0_pcode", "adm1_pcode", "adm2_pcode", "adm3_pcode", "place_name",
    "location_release", "released_location", "released_area", "released_adm0_pcode", "released_adm1_pcode",
    "released_adm2_pcode", "released_adm3_pcode", "released_place_name", "is_generalised", "released_title",
    "start_date", "end_date", "started_at", "time_precision", "reported_at", "stale_after",
    "verification", "basis", "sensitivity", "released_at", "released_by",
]  # fmt: skip
# Of these what it has for as long as it stands. What each says of itself is its own.
CARRIED = [
    name for name in COPIED
    if name not in {"start_date", "started_at", "end_date", "verification", "basis", "reported_at"}
]  # fmt: skip


PLACED = {
    name for name in COPIED
    if name.startswith(("location", "area", "adm", "place", "released_")) or name == "is_generalised"
}  # fmt: skip
# Whether it was released is decided for each.
OWN = {"released_at", "released_by"}
OF_STATUS = frozenset({"status", "is_disputed", "observed_at"})
OF_CONSTRAINT = frozenset(COPIED) - {"verification", "basis", *OWN} | {
    "title", "type", "state", "summary", "ended_at"
}  # fmt: skip


def follows_statements(status: AssetStatus) -> frozenset[str]:
    """The columns of a status that `conclude` works out."""
    return OF_STATUS


def follows_status(constraint: AccessConstraint) -> frozenset[str]:
    """The columns of a constraint that `conclude` works out: none, unless it stands for a status."""
    return OF_CONSTRAINT if constraint.stands_for_id is not None else frozenset()


def conclude(status_ids: Collection[UUID], now: datetime) -> None:
    """Derive each status from its statements, and keep exactly one constraint standing for each closed asset."""
    for status in AssetStatus.objects.filter(pk__in=status_ids).select_related("asset", "crisis"):
        claims = list(status.all_claims.filter(status="current", is_held=False))
        used = next((claim for claim in claims if claim.is_adopted), None)
        decided = used.value if used else Status.UNKNOWN
        is_disputed = len({claim.value for claim in claims}) > 1
        observed_at = used.observed_at if used else None
        if (status.status, status.is_disputed, status.observed_at) != (decided, is_disputed, observed_at):
            status.status, status.is_disputed, status.observed_at = decided, is_disputed, observed_at
            status.save(update_fields=["status", "is_disputed", "observed_at"])
        if decided in IMPASSABLE and used is not None:
            _stand_for(status, used, now)
        else:
            _end_constraint(status, _day_of(status, used, now))


def _day_of(status: AssetStatus, used: StatusClaim | None, now: datetime) -> date:
    """The civil day that the statement used is about, in the crisis's time zone."""
    moment = (used.observed_at or used.published_at or used.created_at) if used else now
    return moment.astimezone(ZoneInfo(status.crisis.time_zone if status.crisis else "UTC")).date()


def _stand_for(status: AssetStatus, used: StatusClaim, now: datetime) -> None:
    """Open the constraint of a closed asset, or bring the one that stands up to date."""
    kind = TYPE_OF_CAUSE[ClosureCause(used.cause)]
    summary = f"{status.asset.name}: {used.get_value_display()}, says {used.attributed_to}."
    earlier = AccessConstraint.objects.filter(stands_for=status)
    ongoing = earlier.filter(state=AccessConstraint.State.ONGOING)
    row = ongoing.filter(removed_at=None).first()
    if row is not None:
        _bring_up_to_date(row, status, kind, summary)
        return
    if ongoing.filter(stays_removed=True).exists():
        return
    last = earlier.filter(state=AccessConstraint.State.ENDED).order_by("-end_date").first()
    row = AccessConstraint(stands_for=status, type=kind, created_at=now, title=status.title, summary=summary)
    row.canonical_id = row.pk
    # The constraint stands where the status stands, for the same readers, on the same word.
    for name in COPIED:
        setattr(row, name, getattr(status, name))
    if last is not None:
        # Closed again: from then on, not since it was closed first.
        row.start_date, row.started_at = max(last.end_date, _day_of(status, used, now)), None
        row.end_date = max(status.end_date, row.start_date)
    row.save(force_insert=True)
    row.assets.add(status.asset)


def _bring_up_to_date(row: AccessConstraint, status: AssetStatus, kind: str, summary: str) -> None:
    """The word it rests on may have been taken back, or the status closed: it says and shows no more than the status.

    What people closed on the constraint itself, in sensitivity or place, stays closed.
    """
    is_coarser = coarser(row.location_release, status.location_release) != status.location_release
    names = [name for name in CARRIED if name not in OWN and not (is_coarser and name in PLACED)]
    values = {name: getattr(status, name) for name in names} | {"type": kind, "summary": summary}
    values["sensitivity"] = max(row.sensitivity, status.sensitivity)
    values["end_date"] = max(status.end_date, row.start_date)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.save(update_fields=changed)


def _end_constraint(status: AssetStatus, day: date) -> None:
    """End it on the day of the statement that says otherwise."""
    for row in AccessConstraint.objects.filter(
        stands_for=status, state=AccessConstraint.State.ONGOING, removed_at=None
    ):
        row.state, row.end_date, row.ended_at = AccessConstraint.State.ENDED, max(day, row.start_date), None
        row.save(update_fields=["state", "end_date", "ended_at"])
