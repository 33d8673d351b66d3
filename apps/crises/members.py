"""What must hold before a role in a crisis changes hands: who may, and that somebody is left to coordinate."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from apps.accounts.levels import CLEARANCE_BY_ROLE, Role
from apps.accounts.models import Organisation, User
from apps.crises.clearance import clearance
from apps.crises.models import Crisis, Invitation, Membership
from apps.crises.queries import lineage


class Refused(Exception):
    """A change of roles that may not be. `sentence` says why, to the person who tried."""

    sentence = gettext_lazy("This may not be.")


class NotYours(Refused):
    """Somebody else's crisis."""

    sentence = gettext_lazy("You do not coordinate this crisis.")


class NobodyRaisesThemselves(Refused):
    """One's own role, or that of one's own organisation, is another coordinator's to give."""

    sentence = gettext_lazy("Nobody gives themselves a role. Ask another coordinator.")


class LastCoordinator(Refused):
    """Nobody would be left to coordinate the crisis."""

    sentence = gettext_lazy("A crisis keeps a coordinator. Name another one first, for at least as long.")


class ForeignOrganisation(Refused):
    """Belonging to an organisation opens what it may read in every crisis."""

    sentence = gettext_lazy("You can bring people into your own organisation only. A system administrator sets others.")


class NoLongerWaiting(Refused):
    """Accepted, taken back or expired."""

    sentence = gettext_lazy("This invitation has been used, taken back, or has expired. Ask for a new one.")


class ForeignInvitation(Refused):
    """Opened while signed in as somebody else."""

    sentence = gettext_lazy(
        "This invitation is for another e-mail address than your account's. Sign out to make a new account with it."
    )


def lock_for(by: User, crisis: Crisis) -> None:
    """Take the crisis's row, so that two coordinators cannot end each other, and see that `by` coordinates it.

    Raises:
        NotYours: `by` does not.
    """
    Crisis.objects.select_for_update().get(pk=crisis.pk)
    if not clearance(by).is_coordinator_of(crisis.pk):
        raise NotYours


def raises_oneself(by: User, *, user: User | None, organisation: Organisation | None, before: str, role: str) -> bool:
    """Whether `by` would read more, or coordinate, through a role of their own or of their organisation."""
    own = (user is not None and user.pk == by.pk) or (
        organisation is not None and organisation.pk == by.organisation_id
    )
    return own and _strength(role) > _strength(before)


def keep_a_coordinator(*, changed: Membership, role: str, until: datetime | None, now: datetime) -> None:
    """See that with this change somebody coordinates the crisis, or one above it, for as long as without it.

    Raises:
        LastCoordinator: nobody would.
    """
    if changed.role != Role.COORDINATOR or not _lasts(changed.until, now):
        return
    if role == Role.COORDINATOR and _lasts(until, changed.until):
        return
    others = Membership.objects.in_crises(lineage(changed.crisis)).coordinating().exclude(pk=changed.pk)
    if not any(_lasts(other.until, now) and _lasts(other.until, changed.until) for other in others):
        raise LastCoordinator


def may_accept(invitation: Invitation, by: User | None, now: datetime) -> None:
    """See that the invitation waits for this person (None: a newcomer), and that whoever invited could invite today.

    Raises:
        Refused: it does not.
    """
    if invitation.state_at(now) != Invitation.State.OPEN:
        raise NoLongerWaiting
    if by is not None and by.pk == invitation.by_id:
        raise NobodyRaisesThemselves
    if by is not None and by.email and by.email.lower() != invitation.email:
        raise ForeignInvitation
    if not invitation.by.is_active or not clearance(invitation.by).is_coordinator_of(invitation.crisis_id):
        raise NoLongerWaiting


def stronger(one: str, other: str) -> str:
    """The role that reads more; the second of two that read the same."""
    return one if _strength(one) > _strength(other) else other


def _lasts(until: datetime | None, at_least: datetime | None) -> bool:
    """Whether something that ends at `until` goes on to `at_least`; None is for ever."""
    return until is None or (at_least is not None and until >= at_least)


def _strength(role: str) -> int:
    return int(CLEARANCE_BY_ROLE[Role(role)]) if role else -1
