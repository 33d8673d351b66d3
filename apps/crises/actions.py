"""Writes on crises, their members and baselines, and the parties to them."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.accounts import actions as accounts
from apps.accounts.models import ApiKey, Organisation, User
from apps.crises import members
from apps.crises.models import Actor, ActorName, Baseline, Crisis, Invitation, KeyCrisis, Membership
from apps.sources.models import Dataset, Source


def open_crisis(*, slug: str, **fields: Any) -> tuple[Crisis, bool]:
    """Get or make a crisis; the second value says whether it is new. One that exists is left as it is."""
    return Crisis.objects.get_or_create(slug=slug, defaults=fields)


def add_member(*, crisis: Crisis, user: User, role: str, now: datetime) -> Membership:
    """Give a user a role in a crisis, its protocol accepted. A role held already is left as it is."""
    return Membership.objects.get_or_create(
        crisis=crisis, user=user, defaults={"role": role, "protocol_accepted_at": now}
    )[0]


@transaction.atomic
def add_organisation(
    *, crisis: Crisis, organisation: Organisation, role: str, has_accepted: bool, by: User, now: datetime
) -> Membership:
    """Give all people of an organisation a role in a crisis, in the place of one it may have had.

    Raises:
        members.Refused: `by` does not coordinate the crisis, it is the actor's own organisation, or nobody would be
            left to coordinate.
    """
    members.lock_for(by, crisis)
    held = Membership.objects.filter(crisis=crisis, organisation=organisation).first()
    before = held.role if held else ""
    if members.raises_oneself(by, user=None, organisation=organisation, before=before, role=role):
        raise members.NobodyRaisesThemselves
    if held:
        members.keep_a_coordinator(changed=held, role=role, until=None, now=now)
    accepted = now if has_accepted else None
    membership, _ = Membership.objects.update_or_create(
        crisis=crisis,
        organisation=organisation,
        defaults={"role": role, "until": None, "protocol_accepted_at": accepted},
    )
    _note("member.added", membership, by, now, role=role)
    return membership


@transaction.atomic
def change_membership(*, membership: Membership, role: str, until: datetime | None, by: User, now: datetime) -> None:
    """Give a member another role, or an end.

    Raises:
        members.Refused: as `add_organisation`.
    """
    members.lock_for(by, membership.crisis)
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    in_force = held.until is None or held.until > now
    before = held.role if in_force else ""
    if members.raises_oneself(by, user=held.user, organisation=held.organisation, before=before, role=role):
        raise members.NobodyRaisesThemselves
    members.keep_a_coordinator(changed=held, role=role, until=until, now=now)
    Membership.objects.filter(pk=held.pk).update(role=role, until=until)
    _note("member.changed", held, by, now, role=role, before=held.role, until=until.isoformat() if until else None)


@transaction.atomic
def end_membership(*, membership: Membership, by: User, now: datetime) -> None:
    """End a role at once. One that has ended already is left as it is.

    Raises:
        members.Refused: `by` does not coordinate the crisis, or nobody would be left to.
    """
    members.lock_for(by, membership.crisis)
    held = Membership.objects.in_force(now).filter(pk=membership.pk).first()
    if held is None:
        return
    members.keep_a_coordinator(changed=held, role=held.role, until=now, now=now)
    Membership.objects.filter(pk=held.pk).update(until=now)
    _note("member.ended", held, by, now, role=held.role)


def note_administered(*, membership: Membership, by: User, now: datetime) -> None:
    """A system administrator set this role: the coordinators of the crisis read so."""
    until = membership.until.isoformat() if membership.until else None
    _note("member.administered", membership, by, now, role=membership.role, until=until)


@transaction.atomic
def accept_protocol(*, membership: Membership, by: User, now: datetime) -> None:
    """The member has read the crisis's sharing protocol and keeps to it."""
    Membership.objects.filter(pk=membership.pk).update(protocol_accepted_at=now)
    _note("member.accepted_protocol", membership, by, now)


@transaction.atomic
def invite(
    *, crisis: Crisis, email: str, role: str, organisation: Organisation | None, by: User, now: datetime
) -> tuple[Invitation, str]:
    """Hold a place open for one person. The second value is the token of the link: shown once and never stored.

    An earlier invitation of the same address that still waits is taken back. A new account belongs to the organisation;
    it may only be the actor's own, because belonging to one opens what it may read in other crises too.

    Raises:
        members.Refused: `by` does not coordinate the crisis, or named another's organisation.
    """
    members.lock_for(by, crisis)
    if organisation is not None and organisation.pk != by.organisation_id:
        raise members.ForeignOrganisation
    address = email.strip().lower()
    for earlier in Invitation.objects.waiting().filter(crisis=crisis, email=address):
        _take_back(earlier, by, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        crisis=crisis,
        email=address,
        role=role,
        organisation=organisation,
        token_hash=Invitation.digest(token),
        by=by,
        created_at=now,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )
    _note_invitation("invitation.sent", invitation, by, now)
    return invitation, token


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Take an invitation back. One that waits no longer is left as it is.

    Raises:
        members.Refused: `by` does not coordinate the crisis.
    """
    members.lock_for(by, invitation.crisis)
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk).first()
    if waiting is not None:
        _take_back(waiting, by, now)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User, now: datetime) -> Membership:
    """Take the place that was held open, having accepted the crisis's sharing protocol. A stronger role stays.

    Raises:
        members.Refused: it waits no longer, it is somebody else's, or who invited coordinates no more.
    """
    held_open = Invitation.objects.select_for_update(of=("self",)).select_related("crisis", "by").get(pk=invitation.pk)
    members.may_accept(held_open, by, now)
    membership = Membership.objects.filter(crisis=held_open.crisis, user=by).first()
    role = held_open.role
    if membership is not None and (membership.until is None or membership.until > now):
        role = members.stronger(membership.role, role)
    membership, _ = Membership.objects.update_or_create(
        crisis=held_open.crisis, user=by, defaults={"role": role, "until": None, "protocol_accepted_at": now}
    )
    Invitation.objects.filter(pk=held_open.pk).update(accepted_at=now, accepted_by=by)
    _note_invitation("invitation.accepted", held_open, by, now)
    return membership


@transaction.atomic
def accept_as_newcomer(
    *, invitation: Invitation, username: str, password: str, language: str, now: datetime
) -> Membership:
    """Open an account for whoever was invited, and take the place with it. Raises as `accept_invitation`."""
    user = accounts.open_account(
        username=username,
        password=password,
        email=invitation.email,
        organisation=invitation.organisation,
        language=language,
        now=now,
    )
    return accept_invitation(invitation=invitation, by=user, now=now)


@transaction.atomic
def issue_key(
    *,
    user: User,
    name: str,
    scope: str,
    now: datetime,
    crises: Iterable[Crisis] = (),
    days: int = 365,
    by: User | None = None,
) -> tuple[ApiKey, str]:
    """Make an API key, restricted to these crises if there are any. The second value is shown once and never stored."""
    only = list(crises)
    row, key = accounts.issue_key(
        user=user,
        name=name,
        scope=scope,
        now=now,
        days=days,
        by=by,
        crisis_id=only[0].pk if len(only) == 1 else None,
        crises=[crisis.slug for crisis in only],
    )
    KeyCrisis.objects.bulk_create(KeyCrisis(key=row, crisis=crisis) for crisis in only)
    return row, key


@transaction.atomic
def revoke_key_in(*, crisis: Crisis, key: ApiKey, by: User, now: datetime) -> None:
    """End a key that opens the crisis, whoever it belongs to.

    Raises:
        members.Refused: `by` does not coordinate the crisis.
    """
    members.lock_for(by, crisis)
    accounts.revoke_key(key=key, by=by, now=now, crisis_id=crisis.pk)


def _take_back(invitation: Invitation, by: User, now: datetime) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(revoked_at=now)
    _note_invitation("invitation.revoked", invitation, by, now)


def _note(verb: str, membership: Membership, by: User, now: datetime, **detail: Any) -> None:
    """A change of roles, for the coordinators of the crisis to read."""
    who = {"user": membership.user.username} if membership.user else {"organisation": str(membership.organisation)}
    accounts.audit(
        verb=verb,
        subject_kind="membership",
        subject_id=membership.pk,
        by=by,
        now=now,
        crisis_id=membership.crisis_id,
        **who,
        **detail,
    )


def _note_invitation(verb: str, invitation: Invitation, by: User, now: datetime) -> None:
    accounts.audit(
        verb=verb,
        subject_kind="invitation",
        subject_id=invitation.pk,
        by=by,
        now=now,
        crisis_id=invitation.crisis_id,
        email=invitation.email,
        role=invitation.role,
    )


def choose_baseline(
    *,
    crisis: Crisis,
    measure: str,
    dataset: Dataset,
    cohort: str = "",
    since: date | None,
    until: date | None,
    reason: str,
    by: User,
) -> Baseline:
    """Say which series counts for a measure from a day on, and of a stock which cohort.

    A choice made already is left as it is.
    """
    return Baseline.objects.get_or_create(
        crisis=crisis,
        measure=measure,
        from_date=since,
        defaults={"dataset": dataset, "cohort": cohort, "to_date": until, "reason": reason, "by": by},
    )[0]


def introduce_actor(*, name: str, names: Mapping[str, str], kind: str, known_as: Mapping[Source, list[str]]) -> Actor:
    """Give a party its neutral name, and say what each source calls it."""
    actor, _ = Actor.objects.get_or_create(name=name, defaults={"names": dict(names), "kind": kind})
    for source, theirs in known_as.items():
        for one in theirs:
            ActorName.objects.get_or_create(source=source, name=one, defaults={"actor": actor})
    return actor


def name_actors(*, names: set[str], source: Source) -> dict[str, Actor]:
    """The actor behind each name a source uses. A new name makes an actor of that name, to be given a neutral one."""
    rows = ActorName.objects.filter(source=source, name__in=names).select_related("actor")
    known = {row.name: row.actor for row in rows}
    for name in sorted(names - set(known)):
        actor, _ = Actor.objects.get_or_create(name=name)
        ActorName.objects.create(actor=actor, source=source, name=name)
        known[name] = actor
    return known
