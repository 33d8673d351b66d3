"""What changed after a place in the ledger, as far as one viewer may know it.

A change is told to those who saw the record before it or see it after it, judged as it stood at either revision; what
they get is the record as it is now. So a copy of the lists that follows the changes ends up equal to the lists, and
what was never in sight leaves no trace, not even a gap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Least

from apps.access.models import Asset, AssetStatus, ConstraintAsset
from apps.accounts.levels import Audience
from apps.ledger.models import Change
from apps.picture.facts import FACTS
from apps.records.filters import Asked
from apps.records.past import versions_of

ASSET = "asset"
MODELS: Mapping[str, Any] = {**{each.kind.code: each.kind.record for each in FACTS}, ASSET: Asset}
# A page looks through the ledger in steps of at least so many changes.
STEP = 500
LAST = 2**63 - 1
Action = Change.Action
Key = tuple[str, UUID]  # kind, id


class Position(NamedTuple):
    """A place in the ledger: everything up to this change of this revision is known."""

    revision: int = 0
    change: int = 0

    @classmethod
    def end_of(cls, revision: int) -> "Position":
        """Behind every change of a revision."""
        return cls(revision, LAST)


@dataclass(frozen=True)
class Transition:
    """One record's change in one revision. `is_gone`: it left the viewer's sight."""

    kind: str
    id: UUID
    action: str
    position: Position
    at: datetime
    reason: str
    is_gone: bool


@dataclass(frozen=True)
class Followed:
    """Transitions in the order of the ledger, and the place reached. `more`: there are further changes behind it."""

    transitions: Sequence[Transition]
    position: Position
    more: bool


def follow(asked: Asked, after: Position, upto: int, limit: int) -> Followed:
    """The next changes up to a revision: `limit` of them, if there are so many."""
    told: list[Transition] = []
    step = max(limit, STEP)
    while True:
        rows = _next(asked, after, upto, step)
        told += _Sight(asked, [*rows, *_beside(rows)]).transitions()
        if len(told) > limit:
            last = told[limit - 1].position
            # What one change brought about is told together.
            kept = [each for each in told if each.position <= last]
            return Followed(kept, last, more=len(kept) < len(told) or len(rows) == step)
        if len(rows) < step:
            return Followed(told, Position.end_of(upto), more=False)
        after = Position(rows[-1]["revision_id"], rows[-1]["id"])
        if len(told) == limit:
            return Followed(told, after, more=True)


def _next(asked: Asked, after: Position, upto: int, count: int) -> list[dict[str, Any]]:
    """The next changes that the viewer may have seen something of."""
    begun = Q(revision__gt=after.revision) | Q(id__gt=after.change)
    rows = Change.objects.annotate(floor=Least("audience_before", "audience_after")).filter(_in_reach(asked))
    rows = rows.filter(kind__in=MODELS, revision__gte=after.revision, revision__lte=upto).filter(begun)
    columns = ("id", "revision_id", "kind", "record_id", "action", "floor", "revision__at", "revision__reason")
    return list(rows.order_by("revision_id", "id").values(*columns)[:count])


def _in_reach(asked: Asked) -> Q:
    """Changes of records within the viewer's clearance, or of their own; told before any is looked at closely."""
    held = asked.held
    if held.user_id is None:
        return Q(floor=Audience.PUBLIC)
    reach = Q(floor__lte=Audience.PUBLIC)
    highest = max([int(held.elsewhere), *map(int, held.by_crisis.values())])
    reach |= Q(floor__lte=highest, kind=ASSET) | Q(floor__lte=int(held.elsewhere), crisis_id=None)
    for crisis_id, level in held.by_crisis.items():
        reach |= Q(floor__lte=int(level), crisis_id=crisis_id)
    own = Q(reported_by=held.user_id)
    if held.organisation_id is not None:
        own |= Q(reporting_organisation=held.organisation_id)
    for resource in FACTS:
        mine = resource.kind.record.objects.filter(own).values("pk")
        reach |= Q(kind=resource.kind.code, record_id__in=mine, floor__lt=Audience.NOBODY)
    return reach


def _beside(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What changes along with these: rows that carry an asset's name, an asset that a new status brings in sight."""
    return [*_through_assets(rows), *_through_statuses(rows)]


def _through_statuses(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who is cleared in a crisis knows of the infrastructure that something was reported of there."""
    changed = {row["record_id"]: dict(row) for row in rows
               if row["kind"] == "asset_status" and row["action"] == Action.CREATED}  # fmt: skip
    pairs = AssetStatus.objects.filter(pk__in=changed).values_list("id", "asset_id") if changed else ()
    return [changed[status] | {"kind": ASSET, "record_id": pk, "action": Action.UPDATED} for status, pk in pairs]


def _through_assets(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What an asset is called stands in the rows of its statuses and constraints too: they change with it."""
    changed = {row["record_id"]: dict(row) for row in rows if row["kind"] == ASSET and row["action"] != Action.CREATED}
    if not changed:
        return []
    statuses = AssetStatus.objects.filter(asset__in=changed).values_list("asset_id", "id")
    bearings = ConstraintAsset.objects.filter(asset__in=changed).values_list("asset_id", "record_id")
    pairs = [("asset_status", *pair) for pair in statuses] + [("access_constraint", *pair) for pair in bearings]
    return [
        changed[asset] | {"kind": kind, "record_id": pk, "action": Action.UPDATED, "floor": Audience.PUBLIC}
        for kind, asset, pk in pairs
    ]


class Stretch(NamedTuple):
    """A record as it stood from one revision to another (None: now), and whether the viewer could see it."""

    rev: int
    rev_to: int | None
    seen: bool
    audience: int
    crisis_id: int | None


class _Sight:
    """What the viewer could see of the changed records, revision by revision. Two statements a kind."""

    def __init__(self, asked: Asked, rows: Sequence[Mapping[str, Any]]) -> None:
        self._asked = asked
        self._rows = sorted(rows, key=lambda row: (row["revision_id"], row["id"]))
        self._stretches: dict[Key, list[Stretch]] = {}
        hidden = asked.names.hidden_crises(asked.held)
        since = min((row["revision_id"] for row in rows), default=0)
        for kind in {row["kind"] for row in rows}:
            ids = {row["record_id"] for row in rows if row["kind"] == kind}
            self._read(kind, ids, since, hidden)

    def _read(self, kind: str, ids: Iterable[UUID], since: int, hidden: Sequence[int]) -> None:
        model = MODELS[kind]
        in_crisis = ("crisis_id",) if kind != ASSET else ()
        past = versions_of(model).objects.filter(id__in=list(ids), rev_to__gte=since)
        for rows, ends in ((model.objects.filter(pk__in=list(ids)), ()), (past, ("rev_to",))):
            seen = Q(pk__in=rows.visible_to(self._asked.held).values("pk"))
            if hidden and in_crisis:
                seen &= Q(crisis=None) | ~Q(crisis__in=hidden)
            flagged = rows.annotate(
                seen=Case(When(seen, then=Value(True)), default=Value(False), output_field=BooleanField())
            )
            for row in flagged.values("id", "rev", "seen", "audience", *in_crisis, *ends):
                stretch = Stretch(row["rev"], row.get("rev_to"), row["seen"], row["audience"], row.get("crisis_id"))
                self._stretches.setdefault((kind, row["id"]), []).append(stretch)

    def _at(self, key: Key, revision: int) -> Stretch | None:
        """How the record stood at a revision; None before it was known."""
        for stretch in self._stretches.get(key, ()):
            if stretch.rev <= revision and (stretch.rev_to is None or revision < stretch.rev_to):
                return stretch
        return None

    def transitions(self) -> list[Transition]:
        """One for each record and revision that the viewer may know of."""
        together: dict[tuple[int, str, UUID], list[Mapping[str, Any]]] = {}
        for row in self._rows:
            together.setdefault((row["revision_id"], row["kind"], row["record_id"]), []).append(row)
        found = (self._transition(revision, (kind, pk), rows) for (revision, kind, pk), rows in together.items())
        return sorted((each for each in found if each is not None), key=lambda each: (each.position, str(each.id)))

    def _transition(self, revision: int, key: Key, rows: Sequence[Mapping[str, Any]]) -> Transition | None:
        before, after = self._at(key, revision - 1), self._at(key, revision)
        was_seen, is_seen = before is not None and before.seen, after is not None and after.seen
        if not (was_seen or is_seen):
            return None
        if is_seen and not self._is_seen_now(key):
            return None
        stands = after or before
        told = [row for row in rows if stands is not None and self._is_told(row, stands)]
        if was_seen == is_seen and not told:
            return None
        action = Action.REMOVED if not is_seen else Action.CREATED if not was_seen else _strongest(told)
        crisis_id = stands.crisis_id if stands else None
        reason = rows[0]["revision__reason"] if crisis_id in self._asked.held.reviews else ""
        position = Position(revision, rows[-1]["id"])
        return Transition(*key, action, position, rows[0]["revision__at"], reason, is_gone=not is_seen)

    def _is_seen_now(self, key: Key) -> bool:
        return any(stretch.rev_to is None and stretch.seen for stretch in self._stretches.get(key, ()))

    def _is_told(self, row: Mapping[str, Any], stands: Stretch) -> bool:
        """What happens to a figure stricter than its record is told to those cleared for the figure."""
        if row["floor"] is None or row["floor"] <= stands.audience:
            return True
        return int(row["floor"]) <= int(self._asked.held.level(stands.crisis_id))


ORDER = (Action.REDACTED, Action.UPDATED, Action.FIGURES)


def _strongest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Of several changes in one revision the one that says most."""
    actions = {row["action"] for row in rows}
    return next((action for action in ORDER if action in actions), Action.UPDATED)


def heirs(asked: Asked, gone: Iterable[Key]) -> dict[Key, UUID]:
    """Into which record those that are gone were merged, where the viewer sees that one."""
    found: dict[Key, UUID] = {}
    keys = list(gone)
    for resource in FACTS:
        ids = [pk for kind, pk in keys if kind == resource.kind.code]
        merged = resource.kind.record.objects.filter(pk__in=ids, merged_into__isnull=False)
        roots = dict(merged.values_list("pk", "canonical_id"))
        if not roots:
            continue
        seen = {
            pk
            for arm in resource.matching(replace(asked, kind=resource.kind, values={"ids": tuple(roots.values())}))
            for pk in arm.order_by().values_list("pk", flat=True)
        }
        found |= {(resource.kind.code, pk): root for pk, root in roots.items() if root in seen}
    return found
