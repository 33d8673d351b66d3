"""Refreshing a source: every ending is an outcome on its run; what was there stays."""

import json
from datetime import timedelta

import pytest
from django.conf import settings

from apps.core.http import Refused, Unreachable
from apps.core.payloads import Malformed, Payload, Reject
from apps.incidents.models import Incident
from apps.sources import actions, queries
from apps.sources.models import Document, QuarantinedItem, RefreshRun
from apps.sources.registry import NotConfigured, Stored
from tests.factories.sources import DatasetFactory, SourceFactory
from tests.sources.slow_connector import Slow

pytestmark = pytest.mark.django_db


class Replay(Slow):
    """Answers with the payloads given, or fails as told."""

    def __init__(self, *bodies: bytes, error: Exception | None = None) -> None:
        self.bodies, self.error = bodies, error

    def fetch(self, source, http):
        for number, body in enumerate(self.bodies):
            yield Payload(name=f"page-{number}", body=body, etag=f'"{number}"')
        if self.error:
            raise self.error


@pytest.fixture
def source(db):
    source = SourceFactory(slug="slow", connector="slow", interval_minutes=60)
    DatasetFactory(source=source)
    return source


def ids(*values):
    return json.dumps(values).encode()


def refresh(source, now, *bodies, error=None):
    connector = Replay(*bodies, error=error)
    return actions.refresh(source=source, slot=now.isoformat(), now=now, http=object(), connector=connector)


def test_a_second_run_on_the_same_payload_changes_nothing(source, now):
    first = refresh(source, now, ids("a", "b"))
    second = refresh(source, now + timedelta(hours=1), ids("a", "b"))
    assert (first.outcome, first.created) == ("changed", 2)
    assert (second.outcome, second.created, second.updated, second.unchanged) == ("unchanged", 0, 0, 2)
    assert Document.objects.count() == 1


def test_good_items_are_kept_and_bad_ones_quarantined_with_the_reason(source, now):
    run = refresh(source, now, ids("a", 7, "b"))
    assert (run.outcome, run.created, run.quarantined) == ("partial", 2, 1)
    item = QuarantinedItem.objects.get()
    assert (item.reason, item.item, item.state, item.document.external_id) == (
        "An id must be text.", "7", "waiting", "page-0",
    )  # fmt: skip


def test_the_same_bad_item_seen_again_only_counts_up(source, now):
    for hours in range(3):
        refresh(source, now + timedelta(hours=hours), ids("a", 7))
    assert QuarantinedItem.objects.get().times_seen == 3


def test_an_unreadable_payload_leaves_what_was_there(source, now):
    refresh(source, now, ids("a"))
    run = refresh(source, now + timedelta(hours=1), b"<html>Service down</html>")
    assert (run.outcome, run.detail) == ("malformed", "page-0: This is not JSON.")
    assert Incident.objects.get().audience < 9
    assert Document.objects.count() == 2, "what came in is kept as it came"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Unreachable("No route to the source."), "unreachable"),
        (Refused("403"), "not_configured"),
        (NotConfigured("Set the app identifier."), "not_configured"),
        (Malformed("The answer lost most of its rows."), "suspicious"),
        (KeyError("a defect"), "failed"),
    ],
)
def test_a_failure_is_said_on_the_row_and_what_came_before_it_is_kept(source, now, error, outcome):
    run = refresh(source, now, ids("a"), error=error)
    assert (run.outcome, run.created) == (outcome, 1)
    assert run.detail
    source.refresh_from_db()
    assert (source.failures_in_a_row, source.last_succeeded_at) == (1, None)


def test_a_source_that_keeps_failing_rests_and_is_asked_again_later(source, now):
    for hours in range(5):
        refresh(source, now + timedelta(hours=hours), error=Unreachable("gone"))
    source.refresh_from_db()
    assert source.paused_until is not None
    assert queries.due(now=source.paused_until - timedelta(minutes=1)) == []
    later = source.paused_until + timedelta(minutes=1)
    assert [slug for slug, _ in queries.due(now=later)] == ["slow"]


def test_validators_are_kept_only_after_the_payload_was_read(source, now):
    refresh(source, now, b"not json")
    source.refresh_from_db()
    assert source.conditional == {}
    refresh(source, now + timedelta(hours=1), ids("a"))
    source.refresh_from_db()
    assert source.conditional["page-0"]["etag"] == '"0"'


def test_two_schedulers_make_one_run_a_slot(source, now):
    assert actions.claim_slot(source=source, slot="s", now=now) is not None
    assert actions.claim_slot(source=source, slot="s", now=now) is None


def test_a_second_slot_waits_while_a_run_is_alive(source, now):
    assert actions.claim_slot(source=source, slot="one", now=now) is not None
    assert actions.claim_slot(source=source, slot="two", now=now) is None


def test_a_run_whose_worker_went_away_is_taken_over_in_its_slot(source, now):
    begun = actions.claim_slot(source=source, slot="s", now=now)
    later = now + settings.REFRESH_LEASE + timedelta(seconds=1)
    assert queries.due(now=later) == [("slow", "s")]
    again = actions.claim_slot(source=source, slot="s", now=later)
    assert (again.pk, again.attempts) == (begun.pk, 2)


def test_a_run_left_behind_is_marked_when_a_later_slot_takes_its_place(source, now):
    actions.claim_slot(source=source, slot="one", now=now)
    later = now + settings.REFRESH_LEASE + timedelta(seconds=1)
    assert actions.claim_slot(source=source, slot="two", now=later) is not None
    assert RefreshRun.objects.get(slot="one").outcome == "abandoned"


def test_a_source_is_due_once_a_slot(source, now):
    assert queries.due(now=now) == [("slow", queries.slot_at(source, now))]
    actions.refresh(
        source=source, slot=queries.slot_at(source, now), now=now, http=object(), connector=Replay(ids("a"))
    )
    assert queries.due(now=now + timedelta(minutes=30)) == []
    assert queries.due(now=now + timedelta(minutes=61)) != []


def test_a_disabled_source_is_never_due(source, now):
    type(source).objects.update(is_enabled=False)
    assert queries.due(now=now) == []


def test_a_connector_that_does_not_exist_is_a_configuration_error(source, now):
    run = actions.refresh(source=source, slot="s", now=now, http=object())
    assert (run.outcome, run.detail) == ("not_configured", "There is no connector named 'slow'.")


def test_an_ending_is_written_whatever_the_error_says(source, now):
    run = actions.refresh(
        source=source, slot="a", now=now, connector=Replay(error=RuntimeError("NUL \x00 \ud800\nrow"))
    )
    assert (run.outcome, run.detail) == ("failed", "RuntimeError: NUL � ?")


def test_a_worker_whose_run_was_taken_over_stops_and_leaves_the_ending_to_the_other(source, now):
    class Robbed(Replay):
        def store(self, arrival):
            RefreshRun.objects.update(attempts=2)
            return super().store(arrival)

    first = json.dumps([]).encode()
    assert actions.refresh(source=source, slot="a", now=now, connector=Robbed(first, first)) is None
    run = RefreshRun.objects.get()
    assert (run.outcome, run.finished_at, run.payloads) == ("running", None, 0)
    assert source.last_succeeded_at is None


def test_items_that_cannot_be_stored_are_set_aside_with_the_reason(source, now):
    reject = Reject(reason="It cannot be stored: \x00", item="E\ud8001", key="E1")

    class Full(Replay):
        def store(self, arrival):
            return super().store(arrival) + Stored(rejects=(reject,))

    run = actions.refresh(source=source, slot="a", now=now, connector=Full(json.dumps([]).encode()))
    assert (run.outcome, run.quarantined) == ("partial", 1)
    item = QuarantinedItem.objects.get()
    assert (item.key, item.reason, item.document) == ("E1", "It cannot be stored: �", Document.objects.get())
