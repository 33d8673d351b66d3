"""A record on a page of its own, and taking changes back from there."""

import pytest
from django.test import Client

from apps.incidents import actions as incidents
from apps.incidents.models import Incident
from apps.ledger.queries import latest_revision
from apps.records.amending import amend
from tests.factories import facts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row(cast, now):
    row = facts.incident(
        crisis=cast.aleppo, title="Shelling", sensitivity=0, location_release="exact",
        claims=[facts.claim("killed", 300, "more_than"), facts.claim("killed", 12, attributed_to="B")],
    )  # fmt: skip
    row.title = "Air strike"
    amend(kind=incidents.KIND, record=row, by=cast.cora, now=now, reason="A witness called")
    return row


def browse(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_page_shows_figures_side_by_side_and_the_history(cast, row):
    page = browse(cast.cora).get(f"/incidents/{row.pk}/")
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("Air strike", "&gt; 300", "Observers", "12", "figure used", "A witness called", "Shelling"):
        assert words in text
    assert f"/incidents/{row.pk}/undo/" in text


def test_only_whoever_reviews_the_crisis_finds_names_reasons_and_the_button(cast, row):
    text = browse(cast.pavel).get(f"/incidents/{row.pk}/").content.decode()
    assert "Air strike" in text
    for words in ("A witness called", "cora", "/undo/"):
        assert words not in text
    assert Client().get(f"/incidents/{row.pk}/").status_code == 404
    assert browse(cast.carl).get(f"/incidents/{row.pk}/").status_code == 404
    assert browse(cast.cora).get(f"/nothing/{row.pk}/").status_code == 404


def test_a_change_is_undone_with_a_reason(cast, row):
    sent = {"revision": latest_revision(), "reason": "It was shelling"}
    for user in (cast.pavel, cast.carl, cast.fatima):
        assert browse(user).post(f"/incidents/{row.pk}/undo/", sent).status_code == 403
    client = browse(cast.cora)
    assert client.post(f"/incidents/{row.pk}/undo/", {**sent, "reason": " "}).status_code == 409
    assert Incident.objects.get().title == "Air strike"
    answer = client.post(f"/incidents/{row.pk}/undo/", sent, follow=True)
    assert "The change is undone." in answer.content.decode()
    assert Incident.objects.get().title == "Shelling"


def test_what_stands_in_the_way_is_shown(cast, row, now):
    changed = latest_revision()
    row.title = "Explosion"
    amend(kind=incidents.KIND, record=row, by=cast.cora, now=now, reason="Unclear")
    answer = browse(cast.cora).post(f"/incidents/{row.pk}/undo/", {"revision": changed, "reason": "Wrong"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was changed." in text
    assert Incident.objects.get().title == "Explosion"
