"""What a user may read, crisis by crisis: the only reader of memberships."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.levels import CLEARANCE_BY_ROLE, Audience, Role
from apps.crises.keys import crises_of_key
from apps.crises.models import Crisis, Membership

# Nobody has this id, so no record was reported by them.
UNKNOWN = 0


@dataclass(frozen=True)
class Clearance:
    """The strictest audience a user reads in each crisis, and where the user sees exact places.

    `elsewhere` counts for records that belong to no crisis. Behind a key that is restricted to some crises the user is
    `UNKNOWN` and of no organisation: what one reads as reporter, in whatever crisis, is not the key's to read.
    """

    user_id: int | None = None
    organisation_id: Any = None
    by_crisis: dict[int, int] = field(default_factory=dict)
    coordinates: frozenset[int] = frozenset()
    reviews: frozenset[int] = frozenset()  # crises whose review queue the user works in
    elsewhere: int = Audience.PUBLIC

    def level(self, crisis_id: int | None) -> int:
        """The audience read in that crisis; 0 is the public's."""
        return self.elsewhere if crisis_id is None else self.by_crisis.get(crisis_id, Audience.PUBLIC)

    def is_coordinator_of(self, crisis_id: int | None) -> bool:
        """Whether the user coordinates that crisis."""
        return crisis_id in self.coordinates


PUBLIC = Clearance()


def clearance(user: Any) -> Clearance:
    """Read the user's current memberships, own and through the organisation. One query and one for the children."""
    if not getattr(user, "is_authenticated", False):
        return PUBLIC
    roles = list(_memberships(user).values_list("crisis_id", "role"))
    levels: dict[int, int] = {}
    coordinates: set[int] = set()
    reviews: set[int] = set()
    children = _children([crisis_id for crisis_id, _ in roles])
    only = _opened_by_key(user)
    for crisis_id, role in roles:
        for covered in (crisis_id, *children.get(crisis_id, [])):
            if only is not None and covered not in only:
                continue
            levels[covered] = max(levels.get(covered, 0), CLEARANCE_BY_ROLE[Role(role)])
            if role == Role.COORDINATOR:
                coordinates.add(covered)
            if role in {Role.COORDINATOR, Role.MANAGER}:
                reviews.add(covered)
    return Clearance(
        user_id=user.pk if only is None else UNKNOWN,
        organisation_id=user.organisation_id if only is None else None,
        by_crisis=levels,
        coordinates=frozenset(coordinates),
        reviews=frozenset(reviews),
        elsewhere=Audience.PARTNERS if levels and only is None else Audience.PUBLIC,
    )


@dataclass(frozen=True)
class Standing:
    """What decides who may know of a crisis."""

    id: int
    parent_id: int | None
    is_exercise: bool
    sensitivity: int


def hidden_crises(held: Clearance, crises: Iterable[Standing]) -> set[int]:
    """The crises a viewer may not know of: exercises and sensitive ones, with all below them, but for their members."""
    known = {crisis.id: crisis for crisis in crises}
    hidden = set()
    for pk in known:
        is_exercise, sensitivity = False, 0
        step: int | None = pk
        passed: set[int] = set()
        while step is not None and step not in passed:
            passed.add(step)
            at = known[step]
            is_exercise, sensitivity = is_exercise or at.is_exercise, max(sensitivity, at.sensitivity)
            step = at.parent_id
        if (is_exercise and pk not in held.by_crisis) or sensitivity > held.level(pk):
            hidden.add(pk)
    return hidden


def crises_to_report_in(user: Any) -> QuerySet[Crisis]:
    """The open crises that the user works in, not merely reads: as field staff, information officer or coordinator."""
    if not getattr(user, "is_authenticated", False):
        return Crisis.objects.none()
    held = _memberships(user).filter(role__in=[Role.FIELD, Role.MANAGER, Role.COORDINATOR])
    worked_in = list(held.values_list("crisis_id", flat=True))
    below = [pk for children in _children(worked_in).values() for pk in children]
    only = _opened_by_key(user)
    open_to_them = {pk for pk in (*worked_in, *below) if only is None or pk in only}
    found: QuerySet[Crisis] = Crisis.objects.filter(pk__in=open_to_them).exclude(status=Crisis.Status.CLOSED)
    return found


def coordinates_somewhere(user: Any) -> bool:
    """Whether the user coordinates any crisis now, in person or through the organisation."""
    return _memberships(user).filter(role=Role.COORDINATOR).exists()


def _memberships(user: Any) -> QuerySet[Membership]:
    """Those in force, own and through the organisation."""
    found: QuerySet[Membership] = Membership.objects.in_force(timezone.now()).of(user)
    return found


def _opened_by_key(user: Any) -> set[int] | None:
    """The crises, with those below them, that the key at hand is restricted to; None where it is not."""
    only = crises_of_key(user)
    return None if only is None else {*only, *(pk for below in _children(only).values() for pk in below)}


def _children(parents: list[int]) -> dict[int, list[int]]:
    """Crises below each parent, two levels down."""
    below: dict[int, list[int]] = {}
    rows = Crisis.objects.filter(Q(parent__in=parents) | Q(parent__parent__in=parents))
    for pk, parent, grandparent in rows.values_list("id", "parent_id", "parent__parent_id"):
        for above in (parent, grandparent):
            if above in parents:
                below.setdefault(above, []).append(pk)
    return below
