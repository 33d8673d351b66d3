"""What follows from statements on an asset: its status, and the constraint that stands for it while it is closed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.access.models import (
    IMPASSABLE,
    AccessConstraint,
    AssetStatus,
    ClosureCause,
    ConstraintAsset,
    ConstraintType,
    Status,
    StatusClaim,
)
from apps.accounts.levels import Audience
from apps.crises.queries import Rules
from apps.records import bulk, kinds
from apps.records.amending import place_anew
from apps.records.closing import coarser
from apps.records.merging import graft, ungraft
from apps.records.placing import released_title

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
OF_STATUS = frozenset({"status", "is_disputed", "observed_at", "stale_after"})
OF_CONSTRAINT = frozenset(COPIED) - {"verification", "basis", *OWN} | {
    "title", "type", "state", "summary", "ended_at", "merged_into"
}  # fmt: skip


def follows_statements(status: AssetStatus) -> frozenset[str]:
    """The columns of a status that `conclude` works out."""
    return OF_STATUS


def follows_status(constraint: AccessConstraint) -> frozenset[str]:
    """The columns of a constraint that `conclude` works out: none, unless it stands for a status."""
    return OF_CONSTRAINT if constraint.stands_for_id is not None else frozenset()


def standing_for(status: AssetStatus) -> QuerySet[AccessConstraint]:
    """The constraints of a status: the one that stands and those that stood."""
    return AccessConstraint.objects.filter(stands_for=status)


def conclude(status_ids: Collection[UUID], now: datetime) -> None:
    """Derive each status from its statements, and keep exactly one constraint standing for each closed asset.

    A merged status is left as it was: what stood for it follows what stands for the root, so roots come first. A
    status holds as long as the statement it rests on, or until it is confirmed. Of one that was removed or rejected
    nothing follows. However many statuses, it is read in a few statements and written in a few more, for the ledger is
    locked meanwhile.
    """
    if not status_ids:
        return
    found = list(AssetStatus.objects.filter(pk__in=status_ids).select_related("asset", "crisis"))
    stand = [row for row in found if row.merged_into_id is None and row.audience != Audience.NOBODY]
    draft = _Draft.of(stand, now)
    for status in stand:
        _conclude_one(status, draft)
    draft.write()
    for status in found:
        if status.merged_into_id is not None:
            _follow_root(status, now)


@dataclass
class _Draft:
    """What statuses are concluded from, read at once; and what follows, gathered to be written at once."""

    now: datetime
    rules: dict[int | None, Rules]  # by crisis
    said: dict[UUID, list[StatusClaim]]  # by status, without what was taken back
    constraints: dict[UUID, list[AccessConstraint]]  # by status: those that stand, stood or were removed
    changed: dict[Any, set[str]] = field(default_factory=dict)
    opened: list[AccessConstraint] = field(default_factory=list)
    bears_on: list[ConstraintAsset] = field(default_factory=list)

    @classmethod
    def of(cls, statuses: Sequence[AssetStatus], now: datetime) -> "_Draft":
        ids = [status.pk for status in statuses]
        said, constraints = defaultdict(list), defaultdict(list)
        for claim in StatusClaim.objects.filter(canonical__in=ids).exclude(status="retracted"):
            said[claim.canonical_id].append(claim)
        for row in AccessConstraint.objects.filter(stands_for__in=ids):
            constraints[row.stands_for_id].append(row)
        crises = {status.crisis_id: status.crisis for status in statuses}
        return cls(now, {pk: Rules(crisis) for pk, crisis in crises.items()}, said, constraints)

    def put(self, row: Any, **values: Any) -> None:
        """Set columns (keys as stored, for a relation its id) of a row that stands; those that differ are written."""
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
                self.changed.setdefault(row, set()).add(name)

    def write(self) -> None:
        """Store it. Rows that change in the same columns are written together."""
        alike: dict[tuple[Any, tuple[str, ...]], list[Any]] = defaultdict(list)
        for row, columns in self.changed.items():
            alike[type(row), tuple(sorted(columns))].append(row)
        for (model, shared), rows in alike.items():
            names = [each.name for each in model._meta.concrete_fields if each.attname in shared]
            model.objects.bulk_update(rows, names, batch_size=500)
        bulk.insert(self.opened)
        bulk.insert(self.bears_on)


def _conclude_one(status: AssetStatus, draft: _Draft) -> None:
    claims = [claim for claim in draft.said[status.pk] if claim.status == "current" and not claim.is_held]
    used = next((claim for claim in claims if claim.is_adopted), None)
    draft.put(
        status,
        status=used.value if used else Status.UNKNOWN,
        is_disputed=len({claim.value for claim in claims}) > 1,
        observed_at=used.observed_at if used else None,
        stale_after=_runs_out(status, used, draft.rules[status.crisis_id]),
    )
    if status.status in IMPASSABLE and used is not None:
        _stand_for(status, used, draft)
    else:
        _end_constraint(status, used, draft)


def _runs_out(status: AssetStatus, used: StatusClaim | None, rules: Rules) -> datetime | None:
    """When the statement used is too old to go by. That nothing is known does not grow old."""
    holds = rules.of("asset_status", status.asset.type).stale_after
    if used is None or holds is None:
        return None
    said = _moment_of(used)
    return max(said, status.confirmed_at or said) + holds


def keeps_apart(status: AssetStatus, root: AssetStatus) -> str:
    """Statements say "open" of one asset and one kind of traffic: of another they would say something else."""
    if status.asset_id != root.asset_id:
        return _("They tell of different infrastructure.")
    if status.applies_to != root.applies_to:
        return _("They tell of different kinds of traffic.")
    return ""


def keeps_joined(status: AssetStatus) -> str:
    """An asset has one status for each traffic and crisis, and another may stand in its place by now."""
    rivals = AssetStatus.objects.filter(
        asset=status.asset_id, applies_to=status.applies_to, crisis=status.crisis_id, merged_into=None, removed_at=None
    )
    if status.removed_at is None and rivals.exclude(pk=status.pk).exists():
        return _("Another status of this infrastructure took its place meanwhile.")
    return ""


def follows_its_status(constraint: AccessConstraint, *_root: AccessConstraint) -> str:
    """What stands for a status is merged when that is merged, and comes back with it."""
    if constraint.stands_for_id is not None:
        return _("This constraint stands for a status: merge the statuses, or take their merge back.")
    return ""


def _follow_root(status: AssetStatus, now: datetime) -> None:
    """What stands for a merged status is merged into what stands for its root; if that is passable, it ends."""
    standing = AccessConstraint.objects.filter(state=AccessConstraint.State.ONGOING, removed_at=None)
    followed = standing.filter(stands_for=status.canonical_id).first()
    used = StatusClaim.objects.filter(canonical=status.canonical_id, is_adopted=True).first()
    for row in standing.filter(stands_for=status, merged_into=None):
        if followed is not None:
            graft(kind=kinds.get("access_constraint"), record=row, into=followed, now=now)
        else:
            ending = _Draft.of([], now)
            _end(row, _day_of(status, _moment_of(used) if used is not None else now), ending)
            ending.write()


def _stand_alone(row: AccessConstraint, now: datetime) -> None:
    """What was merged along with its status stands for itself again when the status does."""
    if row.merged_into_id is not None:
        ungraft(kind=kinds.get("access_constraint"), record=row, now=now)
        row.refresh_from_db()


def _moment_of(claim: StatusClaim) -> datetime:
    """What a statement is about: when it was seen, else when it was said, else when we learned it."""
    return claim.observed_at or claim.published_at or claim.created_at


def _day_of(status: AssetStatus, moment: datetime) -> date:
    """The civil day of a moment in the crisis's time zone."""
    return moment.astimezone(ZoneInfo(status.crisis.time_zone if status.crisis else "UTC")).date()


def _stand_for(status: AssetStatus, used: StatusClaim, draft: _Draft) -> None:
    """Open the constraint of a closed asset, or bring the one that stands up to date."""
    kind = TYPE_OF_CAUSE[ClosureCause(used.cause)]
    summary = f"{status.asset.name}: {used.get_value_display()}, says {used.attributed_to}."
    earlier = draft.constraints[status.pk]
    ongoing = [row for row in earlier if row.state == AccessConstraint.State.ONGOING]
    row = next((row for row in ongoing if row.removed_at is None), None)
    if row is not None:
        _stand_alone(row, draft.now)
        _bring_up_to_date(row, status, kind, summary, draft)
        return
    if any(row.stays_removed for row in ongoing):
        return
    ended = [row for row in earlier if row.state == AccessConstraint.State.ENDED]
    last = max(ended, key=lambda row: (row.end_date, row.pk), default=None)
    if last is not None and last.removed_at is None and not _was_passable(status, last, used, draft):
        draft.put(last, state=AccessConstraint.State.ONGOING)
        _bring_up_to_date(last, status, kind, summary, draft)
        return
    row = AccessConstraint(stands_for=status, type=kind, created_at=draft.now, title=status.title, summary=summary)
    row.canonical_id = row.pk
    # The constraint stands where the status stands, for the same readers, on the same word.
    for name in map(_stored, COPIED):
        setattr(row, name, getattr(status, name))
    if last is not None:
        # Closed again: from then on, not since it was closed first.
        row.start_date, row.started_at = max(last.end_date, _day_of(status, _moment_of(used))), None
        row.end_date = max(status.end_date, row.start_date)
    draft.opened.append(row)
    draft.bears_on.append(ConstraintAsset(record=row, asset=status.asset))


def _was_passable(status: AssetStatus, last: AccessConstraint, used: StatusClaim, draft: _Draft) -> bool:
    """Whether a word that still stands says so between two closures: else nothing ended the last constraint.

    The word that did may have been taken back, or may be of a status that this one was merged into for a while.
    """
    said = [claim for claim in draft.said[status.pk] if not claim.is_held]
    shut, until = [_moment_of(each) for each in said if each.value in IMPASSABLE], _moment_of(used)
    began = min((each for each in shut if _day_of(status, each) >= last.start_date), default=until)
    return any(began < _moment_of(each) <= until for each in said if each.value not in IMPASSABLE)


def _bring_up_to_date(row: AccessConstraint, status: AssetStatus, kind: str, summary: str, draft: _Draft) -> None:
    """The word it rests on may have been taken back, or the status closed: it says and shows no more than the status.

    What people closed on the constraint itself, in sensitivity or place, stays closed.
    """
    is_coarser = coarser(row.location_release, status.location_release) != status.location_release
    names = [name for name in CARRIED if name not in OWN and not (is_coarser and name in PLACED)]
    values = {name: getattr(status, name) for name in map(_stored, names)} | {"type": kind, "summary": summary}
    values["sensitivity"] = max(row.sensitivity, status.sensitivity)
    values["end_date"] = max(status.end_date, row.start_date)
    draft.put(row, **values)


def _end_constraint(status: AssetStatus, used: StatusClaim | None, draft: _Draft) -> None:
    """End it on the day of the statement that says otherwise."""
    for row in draft.constraints[status.pk]:
        if row.state == AccessConstraint.State.ONGOING and row.removed_at is None:
            _stand_alone(row, draft.now)
            _end(row, _day_of(status, _moment_of(used) if used is not None else draft.now), draft)


def _end(row: AccessConstraint, day: date, draft: _Draft) -> None:
    # What is over does not grow old.
    draft.put(
        row, state=AccessConstraint.State.ENDED, end_date=max(day, row.start_date), ended_at=None, stale_after=None
    )


def _stored(name: str) -> str:
    """The key that a column is stored under: reading a relation itself would be a query a row."""
    return next(each.attname for each in AccessConstraint._meta.concrete_fields if each.name == name)


def carry(before: AssetStatus, after: AssetStatus) -> None:
    """Take the constraints of a status along when a person corrects it.

    Where people made a constraint stricter than its status, in sensitivity or place, it stays so.
    """
    for row in standing_for(after).filter(removed_at=None):
        for name in CARRIED:
            if name not in OWN | PLACED | {"sensitivity", "stale_after"}:
                setattr(row, name, getattr(after, name))
        for name in ("location", "location_accuracy", "area", "place_name"):
            setattr(row, name, getattr(after, name))
        is_as_open = row.sensitivity == before.sensitivity
        row.sensitivity = after.sensitivity if is_as_open else max(row.sensitivity, after.sensitivity)
        is_as_exact = row.location_release == before.location_release
        release = after.location_release
        row.location_release = release if is_as_exact else coarser(row.location_release, release)
        place_anew(row)
        row.released_title = released_title(row)
        if row.start_date == before.start_date:
            row.start_date = after.start_date
        row.end_date = max(row.end_date, row.start_date)
        row.save()


def has_ended(row: AccessConstraint) -> bool:
    """Whether the condition is over."""
    return row.state == AccessConstraint.State.ENDED
