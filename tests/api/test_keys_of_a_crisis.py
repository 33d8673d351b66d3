"""A key restricted to a crisis opens that crisis, with those below it, and nothing else its owner may read."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.accounts.levels import Role
from apps.accounts.models import ApiKey, AuditEntry
from apps.crises import actions
from apps.crises.clearance import clearance, crises_to_report_in
from apps.crises.models import Crisis
from tests.factories import facts
from tests.factories.crises import CrisisFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pavel(cast):
    """A partner in Aleppo and in Darfur, of Relief Works."""
    MembershipFactory(crisis=cast.darfur, user=cast.pavel, role=Role.PARTNER)
    cast.pavel.organisation = cast.relief
    cast.pavel.save()
    return cast.pavel


@pytest.fixture
def everything(cast, pavel):
    """Something in either crisis, below one, in none, of his own and of his organisation's."""
    north = CrisisFactory(slug="north", parent=cast.aleppo)
    for crisis in (cast.aleppo, cast.darfur, north, None):
        facts.incident(crisis=crisis, title=f"In {crisis.slug if crisis else 'none'}", sensitivity=1)
    facts.incident(crisis=cast.darfur, title="His own", sensitivity=2, by=pavel)
    facts.incident(crisis=cast.darfur, title="His organisation's", sensitivity=2, by=cast.omar)
    facts.incident(crisis=cast.darfur, title="Released", released=True)


def titles(key):
    response = Client().get("/api/v1/incidents?limit=100", headers={"Authorization": f"Bearer {key}"})
    assert response.status_code == 200
    return {row["title"] for row in response.json()["results"]}


def issue(user, *crises, scope="read"):
    return actions.issue_key(user=user, name="pull", scope=scope, crises=crises, now=timezone.now())[1]


def test_without_a_restriction_it_reads_what_its_owner_reads(pavel, everything):
    all_of_it = {"In aleppo", "In darfur", "In north", "In none", "His own", "His organisation's", "Released"}
    assert titles(issue(pavel)) == all_of_it


def test_restricted_it_reads_its_crisis_and_what_the_public_reads(cast, pavel, everything):
    assert titles(issue(pavel, cast.aleppo)) == {"In aleppo", "In north", "Released"}
    assert titles(issue(pavel, Crisis.objects.get(slug="north"))) == {"In north", "Released"}
    assert titles(issue(pavel, cast.aleppo, cast.darfur)) == {"In aleppo", "In darfur", "In north", "Released"}


def test_a_crisis_its_owner_holds_no_role_in_stays_closed(cast, everything):
    assert titles(issue(cast.cora, cast.darfur)) == {"Released"}


def test_it_does_not_know_of_an_exercise_elsewhere(cast, pavel):
    Crisis.objects.filter(pk=cast.darfur.pk).update(status="exercise")

    def slugs(key):
        listed = Client().get("/api/v1/crises", headers={"Authorization": f"Bearer {key}"}).json()["results"]
        return {row["slug"] for row in listed}

    assert slugs(issue(pavel, cast.aleppo)) == {"aleppo"}
    assert slugs(issue(pavel, cast.darfur)) == {"aleppo", "darfur"}


def test_it_coordinates_reviews_and_reports_nowhere_else(cast):
    MembershipFactory(crisis=cast.darfur, user=cast.cora, role=Role.COORDINATOR)
    cast.cora.came_with = ApiKey.objects.get(prefix=issue(cast.cora, cast.aleppo, scope="write")[:12])
    held = clearance(cast.cora)
    assert held.coordinates == held.reviews == {cast.aleppo.pk}
    assert [crisis.slug for crisis in crises_to_report_in(cast.cora)] == ["aleppo"]


def command(*args):
    out = StringIO()
    call_command("issue_key", *args, stdout=out)
    return out.getvalue().strip()


def test_the_command_restricts_and_dates_a_key(cast, pavel, everything):
    key = command("pavel", "--scope", "write", "--crisis", "aleppo", "--days", "30")
    assert titles(key) == {"In aleppo", "In north", "Released"}
    row = ApiKey.objects.get()
    assert (row.scopes, (row.expires_at - row.created_at).days) == (["read", "write"], 30)
    entry = AuditEntry.objects.get(verb="api_key.issued")
    assert (entry.crisis_id, entry.detail["crises"], entry.detail["owner"]) == (cast.aleppo.pk, ["aleppo"], "pavel")


@pytest.mark.parametrize(
    "args", [("nobody-here",), ("pavel", "--crisis", "aleppo", "atlantis"), ("pavel", "--days", "0")]
)
def test_the_command_refuses_what_does_not_exist(cast, args):
    with pytest.raises(CommandError):
        command(*args)
    assert not ApiKey.objects.exists()
