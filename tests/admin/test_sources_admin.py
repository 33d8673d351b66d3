"""Running the sources from the admin: health, refreshing now, settling what was set aside, keys."""

import re

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from apps.accounts.models import ApiKey, AuditEntry
from apps.sources import admin as sources_admin
from apps.sources.models import QuarantinedItem, RefreshRun, Source
from tests.factories.sources import SourceFactory

pytestmark = pytest.mark.django_db
SOURCES = reverse("admin:sources_source_changelist")


@pytest.fixture
def started(monkeypatch):
    """What was put in the queue."""
    sent = []
    monkeypatch.setattr(sources_admin, "enqueue", lambda name, **kwargs: sent.append((name, kwargs)))
    return sent


def act(browser, action, rows, address=SOURCES):
    return browser.post(address, {"action": action, ACTION_CHECKBOX_NAME: [row.pk for row in rows]}, follow=True)


def test_a_refresh_is_started_beside_the_schedule_and_noted(started, staff, cast, now):
    source = SourceFactory(connector="gdacs", paused_until=now)
    act(staff(cast.sam), "refresh_now", [source])
    ((name, said),) = started
    assert (name, said["source_slug"]) == ("sources.refresh", source.slug)
    assert re.fullmatch(r"asked \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["slot"])
    assert Source.objects.get().paused_until is None
    assert AuditEntry.objects.filter(verb="source.refresh_requested").count() == 1


def test_sources_that_cannot_be_fetched_are_left_out(started, staff, cast):
    quoted, disabled = SourceFactory(), SourceFactory(connector="gdacs", is_enabled=False)
    page = act(staff(cast.sam), "refresh_now", [quoted, disabled]).content.decode()
    assert started == []
    assert "were left out" in page


def test_the_list_says_how_each_source_is_doing(staff, cast, now):
    for outcome in ("unchanged", "malformed"):
        source = SourceFactory(connector="gdacs", name=f"Source {outcome}")
        RefreshRun.objects.create(
            source=source, slot="1", outcome=outcome, started_at=now, finished_at=now, lease_until=now
        )
    page = staff(cast.sam).get(SOURCES).content.decode()
    assert "nothing new" in page
    assert "<b>could not be read</b>" in page


def test_a_source_shows_its_last_refreshes_and_no_others(staff, cast, now):
    source, other = SourceFactory(connector="gdacs"), SourceFactory(connector="usgs")
    for number in range(12):
        RefreshRun.objects.create(
            source=source, slot=str(number), outcome="changed", started_at=now, finished_at=now, lease_until=now,
            detail=f"Run {number}.",
        )  # fmt: skip
    RefreshRun.objects.create(
        source=other,
        slot="1",
        outcome="changed",
        started_at=now,
        finished_at=now,
        lease_until=now,
        detail="Another.",
    )
    page = staff(cast.sam).get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()
    assert len(set(re.findall(r"Run \d+\.", page))) == sources_admin.RUNS_SHOWN
    assert "Another." not in page


@pytest.mark.parametrize(("action", "state"), [("accept", "accepted"), ("dismiss", "dismissed")])
def test_quarantined_items_are_settled_by_a_person(staff, cast, now, action, state):
    item = QuarantinedItem.objects.create(
        source=SourceFactory(), reason="Odd", item="{}", sha256="0" * 64, first_seen_at=now, last_seen_at=now
    )
    act(staff(cast.sam), action, [item], reverse("admin:sources_quarantineditem_changelist"))
    item.refresh_from_db()
    assert (item.state, item.settled_by) == (state, cast.sam)


def test_a_key_is_shown_once_and_kept_as_a_hash(staff, cast):
    browser = staff(cast.sam)
    said = {"user": cast.pavel.pk, "name": "Partner", "scope": "read", "days": 30}
    page = browser.post(reverse("admin:accounts_apikey_add"), said, follow=True).content.decode()
    (key,) = set(re.findall(r"osr_[0-9a-f]{8}_[\w-]{43}", page))
    row = ApiKey.objects.get()
    assert row.secret_hash == ApiKey.digest(key)
    assert (row.user, row.scopes) == (cast.pavel, ["read"])
    assert key not in browser.get(reverse("admin:accounts_apikey_changelist")).content.decode()


def test_a_key_is_revoked_and_stays_on_record(staff, cast, key):
    act(staff(cast.sam), "revoke", [key], reverse("admin:accounts_apikey_changelist"))
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert AuditEntry.objects.filter(verb="api_key.revoked").count() == 1
