"""Everything the situation page says of a crisis and some days, for one viewer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.access.models import AccessConstraint, AssetStatus, ConstraintType, StatusClaim
from apps.access.shown import AssetShown, shown_assets
from apps.accounts.levels import Audience
from apps.crises.clearance import PUBLIC, Clearance, clearance
from apps.crises.models import Crisis
from apps.dashboard.days import Days
from apps.dashboard.queries.entries import Entry, Reader, strictest
from apps.dashboard.queries.key_figures import KeyStrip, read_key_figures
from apps.displacement.models import Displacement, DisplacementClaim
from apps.incidents.models import CasualtyClaim, Incident
from apps.records.names import Names

# A sheet of paper holds about ten records; beyond this many of a kind it is an export's work.
MOST_RECORDS = 300
# In the order people look for them.
ASSET_GROUPS = [
    (_("Airports"), ("airport", "helipad")),
    (_("Border crossings"), ("border_crossing",)),
    (_("Roads and bridges"), ("road_segment", "bridge", "tunnel", "checkpoint")),
    (_("Ports and ferries"), ("seaport", "river_port", "ferry")),
    (_("Health and water"), ("health_facility", "water_point")),
    (_("Warehouses and sites"), ("warehouse", "idp_site")),
]


@dataclass(frozen=True)
class Day:
    """The incidents that began on one day."""

    day: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class InfrastructureRow:
    """One asset's status, with what is said of it."""

    entry: Entry
    is_named: bool  # whether this reader may know which asset it is
    name: str  # of the asset, or its type
    code: str
    asset_type: str
    type_words: str
    status: str
    status_words: str
    is_disputed: bool
    applies_to: str


@dataclass(frozen=True)
class InfrastructureGroup:
    """Assets of related types, with how many are in which status."""

    label: str
    rows: tuple[InfrastructureRow, ...]


@dataclass(frozen=True)
class ConstraintRow:
    """An access constraint, and the status it stands for with the reports behind that."""

    entry: Entry
    type: str
    state: str
    state_words: str
    stands_for: InfrastructureRow | None

    @property
    def title(self) -> str:
        """Of the infrastructure it stands for, where there is one: the same words as in its own list."""
        return self.stands_for.name if self.stands_for else self.entry.title


@dataclass(frozen=True)
class ConstraintGroup:
    """Constraints of one of the nine types."""

    label: str
    rows: tuple[ConstraintRow, ...]


@dataclass(frozen=True)
class Situation:
    """What the page says."""

    crisis: Crisis
    days: Days
    clearance: Clearance  # it was read with
    may_read: int  # the strictest audience the viewer reads here
    reads: int  # the audience it was read for
    situations: tuple[Entry, ...]
    incidents: tuple[Day, ...]
    incidents_found: int
    stocks: tuple[Entry, ...]
    flows: tuple[Entry, ...]
    infrastructure: tuple[InfrastructureGroup, ...]
    constraints: tuple[ConstraintGroup, ...]
    strip: KeyStrip

    @property
    def name(self) -> str:
        """The crisis's name in the reader's language."""
        return self.crisis.name(_language())

    @property
    def entries(self) -> list[Entry]:
        """Every record listed."""
        return [
            *self.situations,
            *(entry for day in self.incidents for entry in day.entries),
            *self.stocks,
            *self.flows,
            *(row.entry for group in self.infrastructure for row in group.rows),
            *(row.entry for group in self.constraints for row in group.rows),
        ]

    @property
    def audience(self) -> int:
        """For whom the page is: at least as strict as whom it was read for and as anything on it."""
        return max(self.reads, strictest(self.entries))

    @property
    def incidents_listed(self) -> int:
        """How many incidents the page lists; the latest ones where there are more."""
        return sum(len(day.entries) for day in self.incidents)

    @property
    def credits(self) -> list[tuple[str, str, str]]:
        """Name, attribution and licence of every series used."""
        used = {dataset for entry in self.entries for dataset in (entry.dataset, *entry.datasets)}
        named = {(dataset.name, dataset.attribution, dataset.licence) for dataset in used}
        return sorted(named | set(self.strip.credits))


def crisis_known_to(viewer: Any, slug: str) -> Crisis | None:
    """The crisis of that slug, if the viewer may know of it: exercises and sensitive ones are for their members."""
    if slug not in Names("en").crises_seen_by(clearance(viewer)):
        return None
    return Crisis.objects.visible_to(viewer).filter(slug=slug).first()


def narrowed(held: Clearance, crises: Iterable[int], audience: int) -> Clearance:
    """The clearance of somebody of this audience: without the viewer's own records, and without exact sight."""
    if audience <= Audience.PUBLIC:
        return PUBLIC
    levels = {pk: min(int(held.level(pk)), audience) for pk in crises}
    return Clearance(by_crisis=levels, elsewhere=min(int(held.elsewhere), int(Audience.PARTNERS)))


def read_situation(*, crisis: Crisis, days: Days, viewer: Any, now: datetime, audience: int | None = None) -> Situation:
    """Read the page. `audience` below the viewer's own shows what that audience reads; above it has no effect."""
    held = clearance(viewer)
    names = Names("en")
    known = {each.id for each in names.crises_seen_by(held).values()}
    crises = sorted(names.with_children([crisis.pk]) & known)
    reads = may_read = int(held.level(crisis.pk))
    if audience is not None and audience < may_read:
        held, reads = narrowed(held, crises, audience), audience
    reader = Reader(held, now, days.until)
    incidents = Incident.objects.in_crises(crises).during(days.since, days.until).order_by("-start_date", "-id")
    events = incidents.filter(kind=Incident.Kind.EVENT)
    situations = incidents.filter(kind=Incident.Kind.SITUATION)
    moved = Displacement.objects.in_crises(crises).during(days.since, days.until).order_by("start_date", "id")
    people = reader.read("displacement", moved, claims=DisplacementClaim, most=MOST_RECORDS)
    statuses = _read_statuses(reader, crises, days)
    constraints = _read_constraints(reader, crises, days, statuses)
    return Situation(
        crisis=crisis,
        days=days,
        clearance=held,
        may_read=may_read,
        reads=reads,
        situations=tuple(reader.read("incident", situations, claims=CasualtyClaim, most=MOST_RECORDS)),
        incidents=tuple(_by_day(reader.read("incident", events, claims=CasualtyClaim, most=MOST_RECORDS))),
        incidents_found=events.visible_to(held).count(),
        stocks=tuple(entry for entry in people if entry.shape == "stock"),
        flows=tuple(entry for entry in people if entry.shape == "flow"),
        infrastructure=tuple(_group_assets(statuses)),
        constraints=tuple(_group_constraints(constraints)),
        strip=read_key_figures(crisis=crisis, days=days, held=held, language=_language(), now=now),
    )


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _by_day(entries: Sequence[Entry]) -> list[Day]:
    """Incidents by the day they began, first day first; within a day the hours known first."""
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.start, []).append(entry)
    return [Day(day, tuple(sorted(by_day[day], key=_hour))) for day in sorted(by_day)]


def _hour(entry: Entry) -> tuple[bool, float]:
    return entry.started_at is None, entry.started_at.timestamp() if entry.started_at else 0.0


def _read_statuses(reader: Reader, crises: Sequence[int], days: Days) -> list[InfrastructureRow]:
    """The status of each asset that anything was said of by the last day, for what the viewer may know of it."""
    rows = AssetStatus.objects.in_crises(crises).during(None, days.until).select_related("asset")
    entries = reader.read("asset_status", rows, claims=StatusClaim, most=MOST_RECORDS)
    shown = shown_assets({entry.row.asset_id for entry in entries}, reader.held, _language())
    return [_status_row(entry, shown.get(entry.row.asset_id)) for entry in entries]


def _status_row(entry: Entry, shown: AssetShown | None) -> InfrastructureRow:
    """The asset's name and codes only where its place, and that of the record, may be known exactly."""
    status, asset = entry.row, entry.row.asset
    name = shown.name if shown and entry.row.is_exact else None
    applies_to = status.get_applies_to_display() if status.applies_to != "all" else ""
    return InfrastructureRow(
        entry=entry,
        is_named=name is not None,
        name=name or asset.get_type_display(),
        code=next(iter(asset.codes.values()), "") if name else "",
        asset_type=asset.type,
        type_words=asset.get_type_display(),
        status=status.status,
        status_words=status.get_status_display(),
        is_disputed=status.is_disputed,
        applies_to=applies_to,
    )


def _group_assets(rows: Sequence[InfrastructureRow]) -> list[InfrastructureGroup]:
    """Closed before restricted before open, within groups of types."""
    gravity = {"destroyed": 0, "closed": 1, "restricted": 2, "unknown": 3, "abandoned": 4, "open": 5}
    groups = []
    for label, types in ASSET_GROUPS:
        members = [row for row in rows if row.asset_type in types]
        if members:
            ordered = sorted(members, key=lambda row: (gravity.get(row.status, 9), row.name))
            groups.append(InfrastructureGroup(str(label), tuple(ordered)))
    return groups


def _read_constraints(
    reader: Reader, crises: Sequence[int], days: Days, statuses: Sequence[InfrastructureRow]
) -> list[ConstraintRow]:
    """Constraints in force on the last day, and those that ended during the days."""
    begun = AccessConstraint.objects.in_crises(crises).during(None, days.until)
    ended = Q(state=AccessConstraint.State.ENDED)
    rows = begun.filter(~ended | Q(end_date__gte=days.since)).order_by("type", "start_date", "id")
    entries = reader.read("access_constraint", rows, most=MOST_RECORDS)
    by_status = {row.entry.id: row for row in statuses}
    return [
        ConstraintRow(
            entry=entry,
            type=entry.row.type,
            state=entry.row.state,
            state_words=entry.row.get_state_display(),
            stands_for=by_status.get(entry.row.stands_for_id),
        )
        for entry in entries
    ]


def _group_constraints(rows: Sequence[ConstraintRow]) -> list[ConstraintGroup]:
    """By type, in the order of the nine; those in force first."""
    groups = []
    for code, label in ConstraintType.choices:
        members = [row for row in rows if row.type == code]
        if members:
            groups.append(ConstraintGroup(str(label), tuple(sorted(members, key=lambda row: row.state == "ended"))))
    return groups
