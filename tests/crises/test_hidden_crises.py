"""Exercises and sensitive crises, and all below them, are for their members; so is what was released in them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.levels import Role
from apps.crises.clearance import PUBLIC, clearance
from apps.crises.models import Crisis, Membership
from apps.incidents.models import Incident
from apps.records.names import Names
from tests.factories import facts
from tests.factories.crises import CrisisFactory

pytestmark = pytest.mark.django_db

SECRET = {"an exercise": {"status": "exercise"}, "a sensitive crisis": {"sensitivity": 2}}


def slugs(user):
    return set(Crisis.objects.visible_to(user).values_list("slug", flat=True))


@pytest.mark.parametrize("change", SECRET.values(), ids=SECRET)
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_nobody_else_knows_of_it_or_of_what_is_below(cast, change, depth):
    crisis = cast.aleppo
    for level in range(depth):
        crisis = CrisisFactory(slug=f"below-{level}", parent=crisis)
    facts.incident(crisis=crisis, title="Drill", released=True)
    Crisis.objects.filter(pk=cast.aleppo.pk).update(**change)
    for user in (cast.nobody, cast.carl, cast.sam):
        assert crisis.slug not in slugs(user)
        assert crisis.slug not in Names("en").crises_seen_by(clearance(user))
        assert not Incident.objects.visible_to(user).exists()
    assert crisis.slug in slugs(cast.cora)
    assert crisis.slug in Names("en").crises_seen_by(clearance(cast.cora))
    assert Incident.objects.visible_to(cast.cora).get().title == "Drill"


def test_a_membership_that_has_ended_shows_no_exercise(cast):
    drill = CrisisFactory(slug="drill", status="exercise")
    member = Membership.objects.create(crisis=drill, user=cast.omar, role=Role.FIELD)
    assert "drill" in slugs(cast.omar)
    member.until = timezone.now() - timedelta(days=1)
    member.save()
    assert "drill" not in slugs(cast.omar)


def test_records_of_open_crises_and_of_none_stay_public(cast):
    for crisis in (cast.aleppo, CrisisFactory(slug="north", parent=cast.aleppo), None):
        facts.incident(crisis=crisis, released=True)
    assert Incident.objects.visible_to(PUBLIC).count() == 3
