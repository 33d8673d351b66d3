"""Invitations: a link shown once, kept as a hash, for one person, for a while, from somebody who still coordinates."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.levels import Role
from apps.accounts.models import AuditEntry, User
from apps.crises import actions, members
from apps.crises.clearance import clearance
from apps.crises.models import Invitation, Membership
from tests.factories.accounts import OrganisationFactory
from tests.factories.crises import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    """Clearance reads the clock on the wall."""
    return timezone.now()


def invite(cast, now, email="nour@example.org", role=Role.FIELD, organisation=None):
    return actions.invite(crisis=cast.aleppo, email=email, role=role, organisation=organisation, by=cast.cora, now=now)


def accept(invitation, user, now):
    return actions.accept_invitation(invitation=invitation, by=user, now=now)


def test_the_token_is_kept_only_as_a_hash(cast, now):
    invitation, token = invite(cast, now, email=" Nour@Example.ORG")
    stored = " ".join(str(value) for value in Invitation.objects.values_list().get())
    assert token not in stored
    assert (invitation.email, invitation.token_hash) == ("nour@example.org", Invitation.digest(token))
    assert token not in str(AuditEntry.objects.values())


def test_a_newcomer_gets_an_account_and_the_role(cast, now):
    invitation, _ = invite(cast, now)
    actions.accept_as_newcomer(
        invitation=invitation, username="nour", password="a-password-of-nours", language="ar", now=now
    )
    nour = User.objects.get(username="nour")
    assert (nour.email, nour.language, nour.organisation) == ("nour@example.org", "ar", None)
    assert nour.check_password("a-password-of-nours")
    assert (nour.is_staff, nour.is_superuser) == (False, False)
    held = Membership.objects.get(user=nour)
    assert (held.crisis, held.role, held.protocol_accepted_at) == (cast.aleppo, Role.FIELD, now)
    verbs = AuditEntry.objects.filter(crisis_id=cast.aleppo.pk).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["invitation.sent", "invitation.accepted"]


def test_it_works_once(cast, now):
    invitation, _ = invite(cast, now)
    accept(invitation, cast.omar, now)
    with pytest.raises(members.NoLongerWaiting):
        accept(invitation, cast.sam, now)
    assert not Membership.objects.filter(user=cast.sam).exists()


@pytest.mark.parametrize("what", ["expired", "revoked", "inviter ended", "inviter gone"])
def test_it_waits_no_longer(cast, now, what, settings):
    invitation, _ = invite(cast, now)
    if what == "expired":
        now += timedelta(days=settings.INVITATION_DAYS)
    elif what == "revoked":
        actions.revoke_invitation(invitation=invitation, by=cast.cora, now=now)
    elif what == "inviter ended":
        Membership.objects.filter(user=cast.cora).update(until=now - timedelta(hours=1))
    else:
        User.objects.filter(pk=cast.cora.pk).update(is_active=False)
    with pytest.raises(members.NoLongerWaiting):
        accept(invitation, cast.omar, now)


def test_inviting_again_takes_the_earlier_one_back(cast, now):
    earlier, _ = invite(cast, now)
    later, _ = invite(cast, now, email="NOUR@example.org", role=Role.PARTNER)
    earlier.refresh_from_db()
    assert (earlier.state_at(now), later.state_at(now)) == (Invitation.State.REVOKED, Invitation.State.OPEN)


def test_it_is_for_one_address(cast, now):
    invitation, _ = invite(cast, now)
    cast.omar.email = "omar@example.org"
    with pytest.raises(members.ForeignInvitation):
        accept(invitation, cast.omar, now)
    cast.omar.email = "Nour@example.org"
    assert accept(invitation, cast.omar, now).role == Role.FIELD


def test_nobody_accepts_what_they_offered(cast, now):
    """Omar coordinates through his organisation; a role of his own he cannot give himself by mail either."""
    Membership.objects.create(crisis=cast.aleppo, organisation=cast.relief, role=Role.COORDINATOR)
    invitation, _ = actions.invite(
        crisis=cast.aleppo, email="omar@example.org", role="coordinator", organisation=None, by=cast.omar, now=now
    )
    with pytest.raises(members.NobodyRaisesThemselves):
        accept(invitation, cast.omar, now)


def test_it_renews_what_had_ended_and_lowers_nothing(cast, now):
    MembershipFactory(crisis=cast.aleppo, user=cast.omar, role=Role.MANAGER)
    assert accept(invite(cast, now)[0], cast.omar, now).role == Role.MANAGER
    Membership.objects.filter(user=cast.omar).update(until=now - timedelta(days=1))
    accept(invite(cast, now)[0], cast.omar, now)
    held = Membership.objects.get(user=cast.omar)
    assert (held.role, held.until) == (Role.FIELD, None)
    assert clearance(cast.omar).level(cast.aleppo.pk) == 1


def test_only_into_ones_own_organisation(cast, now):
    """Belonging to an organisation opens what it reads in other crises."""
    other = OrganisationFactory(acronym="OTHER")
    with pytest.raises(members.ForeignOrganisation):
        invite(cast, now, organisation=other)
    cast.cora.organisation = cast.relief
    cast.cora.save()
    invitation, _ = invite(cast, now, organisation=cast.relief)
    actions.accept_as_newcomer(invitation=invitation, username="nour", password="x" * 12, language="en", now=now)
    assert User.objects.get(username="nour").organisation == cast.relief


def test_another_crisis_takes_nothing_back(cast, now):
    invitation, _ = invite(cast, now)
    with pytest.raises(members.NotYours):
        actions.revoke_invitation(invitation=invitation, by=cast.carl, now=now)
    assert invitation.state_at(now) == Invitation.State.OPEN
