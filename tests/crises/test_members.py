"""Who may change roles in a crisis, and what no coordinator can do: raise themselves, or leave it to nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.levels import Role
from apps.accounts.models import AuditEntry
from apps.crises import actions, members
from apps.crises.clearance import clearance
from apps.crises.models import Membership
from tests.factories.crises import CrisisFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    """Clearance reads the clock on the wall."""
    return timezone.now()


def role_of(user, crisis):
    return Membership.objects.get(user=user, crisis=crisis)


def change(membership, role, by, now, until=None):
    actions.change_membership(membership=membership, role=role, until=until, by=by, now=now)


def test_a_coordinator_gives_another_role_and_leaves_a_trace(cast, now):
    change(role_of(cast.fatima, cast.aleppo), Role.MANAGER, cast.cora, now)
    assert role_of(cast.fatima, cast.aleppo).role == Role.MANAGER
    entry = AuditEntry.objects.get(verb="member.changed")
    assert (entry.actor, entry.crisis_id, entry.detail["user"]) == (cast.cora, cast.aleppo.pk, "fatima")
    assert (entry.detail["before"], entry.detail["role"]) == (Role.FIELD, Role.MANAGER)


@pytest.mark.parametrize("name", ["imran", "fatima", "pavel", "omar", "carl", "sam"])
def test_nobody_else_changes_anything(cast, now, name):
    membership = role_of(cast.pavel, cast.aleppo)
    other = getattr(cast, name)
    for attempt in (
        lambda: change(membership, Role.COORDINATOR, other, now),
        lambda: actions.end_membership(membership=membership, by=other, now=now),
        lambda: actions.invite(crisis=cast.aleppo, email="a@b.org", role="field", organisation=None, by=other, now=now),
        lambda: actions.add_organisation(
            crisis=cast.aleppo, organisation=cast.relief, role="field", has_accepted=True, by=other, now=now
        ),
    ):
        with pytest.raises(members.NotYours):
            attempt()
    assert not AuditEntry.objects.exists()


def test_a_coordinator_of_the_crisis_above_may(cast, now):
    below = CrisisFactory(slug="north", parent=cast.aleppo)
    member = MembershipFactory(crisis=below, user=cast.omar, role=Role.PARTNER)
    change(member, Role.FIELD, cast.cora, now)
    assert role_of(cast.omar, below).role == Role.FIELD


def test_nobody_raises_themselves(cast, now):
    """Omar coordinates through his organisation, which another coordinator may end; a role of his own would stay."""
    Membership.objects.create(crisis=cast.aleppo, organisation=cast.relief, role=Role.COORDINATOR)
    own = MembershipFactory(crisis=cast.aleppo, user=cast.omar, role=Role.PARTNER)
    with pytest.raises(members.NobodyRaisesThemselves):
        change(own, Role.COORDINATOR, cast.omar, now)


def test_nobody_raises_their_own_organisation(cast, now):
    cast.cora.organisation = cast.relief
    cast.cora.save()
    with pytest.raises(members.NobodyRaisesThemselves):
        actions.add_organisation(
            crisis=cast.aleppo,
            organisation=cast.relief,
            role=Role.COORDINATOR,
            has_accepted=True,
            by=cast.cora,
            now=now,
        )


def test_nobody_renews_a_role_of_their_own_that_has_ended(cast, now):
    Membership.objects.create(crisis=cast.aleppo, organisation=cast.relief, role=Role.COORDINATOR)
    own = MembershipFactory(crisis=cast.aleppo, user=cast.omar, role=Role.MANAGER, until=now - timedelta(days=1))
    with pytest.raises(members.NobodyRaisesThemselves):
        change(own, Role.MANAGER, cast.omar, now)


def test_one_may_step_down(cast, now):
    MembershipFactory(crisis=cast.aleppo, user=cast.omar, role=Role.COORDINATOR)
    change(role_of(cast.cora, cast.aleppo), Role.PARTNER, cast.cora, now)
    assert not clearance(cast.cora).is_coordinator_of(cast.aleppo.pk)


def leaves(cast, now, how):
    own = role_of(cast.cora, cast.aleppo)
    if how == "ends":
        actions.end_membership(membership=own, by=cast.cora, now=now)
    elif how == "steps down":
        change(own, Role.PARTNER, cast.cora, now)
    else:
        change(own, Role.COORDINATOR, cast.cora, now, until=now + timedelta(days=30))


@pytest.mark.parametrize("how", ["ends", "steps down", "sets an end"])
def test_the_last_coordinator_stays(cast, now, how):
    with pytest.raises(members.LastCoordinator):
        leaves(cast, now, how)
    assert (role_of(cast.cora, cast.aleppo).role, role_of(cast.cora, cast.aleppo).until) == (Role.COORDINATOR, None)


@pytest.mark.parametrize("how", ["ends", "steps down", "sets an end"])
@pytest.mark.parametrize(
    ("other", "is_enough"),
    [
        ({}, True),
        ({"until": timedelta(days=-1)}, False),
        ({"until": timedelta(days=60)}, False),
        ({"is_active": False}, False),
        ({"above": True}, True),
    ],
    ids=["another", "one whose role ended", "one for two months", "one who cannot sign in", "one of the crisis above"],
)
def test_another_coordinator_must_stay_as_long(cast, now, how, other, is_enough):
    crisis = cast.aleppo
    if other.get("above"):
        crisis = CrisisFactory(slug="above")
        cast.aleppo.parent = crisis
        cast.aleppo.save()
    cast.omar.is_active = other.get("is_active", True)
    cast.omar.save()
    until = now + other["until"] if "until" in other else None
    MembershipFactory(crisis=crisis, user=cast.omar, role=Role.COORDINATOR, until=until)
    if is_enough:
        leaves(cast, now, how)
    else:
        with pytest.raises(members.LastCoordinator):
            leaves(cast, now, how)


def test_an_organisation_without_people_coordinates_nothing(cast, now):
    Membership.objects.create(crisis=cast.aleppo, organisation=cast.relief, role=Role.COORDINATOR)
    cast.relief.people.all().update(is_active=False)
    with pytest.raises(members.LastCoordinator):
        leaves(cast, now, "ends")


def test_a_role_that_is_ended_opens_nothing_from_then_on(cast, now):
    actions.end_membership(membership=role_of(cast.pavel, cast.aleppo), by=cast.cora, now=now)
    assert clearance(cast.pavel).level(cast.aleppo.pk) == 0
    actions.end_membership(membership=role_of(cast.pavel, cast.aleppo), by=cast.cora, now=now + timedelta(days=1))
    assert AuditEntry.objects.filter(verb="member.ended").count() == 1


def test_an_organisation_is_added_for_all_its_people(cast, now):
    actions.add_organisation(
        crisis=cast.aleppo, organisation=cast.relief, role=Role.PARTNER, has_accepted=True, by=cast.cora, now=now
    )
    assert clearance(cast.omar).level(cast.aleppo.pk) == 1
    assert Membership.objects.get(organisation=cast.relief).protocol_accepted_at == now
