"""The whole way of a refresh, from the background task to the rows: what must hold for every source."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from django.conf import settings
from django.db.models import Model

from apps.access import actions as access
from apps.access.models import Asset
from apps.incidents.models import Incident
from apps.records import actions as records
from apps.records import pacing
from apps.sources import actions, tasks
from apps.sources.models import Document, QuarantinedItem, RefreshRun, Source
from tests.connectors.refreshing import Answer, Refresher, Upstream

HERE = Path(__file__).parent
NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
Outcome = RefreshRun.Outcome

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A source, what its upstream sends, and what becomes of it."""

    connector: str
    body: str
    model: type[Model]
    count: int
    datasets: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    # Makes one good item of the recorded payload a bad one.
    spoil: Callable[[bytes], bytes] = bytes

    def read(self) -> bytes:
        return (HERE / self.connector / "payloads" / self.body).read_bytes()

    def rows(self) -> list[dict[str, Any]]:
        """What stands, without what counts the visits."""
        found = self.model._default_manager.filter(source__slug=self.connector).order_by("pk")
        if self.model is Document:
            found = found.filter(raw=None)
        return list(found.values())


CASES = [
    Case(
        "gdacs",
        "event_list.json",
        Incident,
        4,
        ("events",),
        {"feed": "list"},
        lambda body: body.replace(b'"coordinates":[108.4812,31.2958]', b'"coordinates":[108.4812,131.2958]'),
    ),
    Case(
        "usgs",
        "day_2026.geojson",
        Incident,
        2,
        ("earthquakes",),
        {},
        lambda body: body.replace(b'"time":1790586819402', b'"time":253402300799000'),
    ),
    Case(
        "news",
        "atom_points.xml",
        Document,
        5,
        (),
        {"feeds": {"all": "https://news.example.org/feed.xml"}},
        lambda body: body.replace(b"<title>Title 2</title>", b""),
    ),
    Case(
        "ourairports",
        "airports.csv",
        Asset,
        39,
        (),
        {"countries": {"SY": "SYR"}},
        lambda body: body.replace(b'"OSAP","medium_airport"', b'"OSAP","spaceport"'),
    ),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.connector)


class Worker:
    """Runs the background task against an upstream, one slot after the other, an hour apart."""

    def __init__(self, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        self.source: Source = Refresher(case.connector, case.datasets, "events", **case.options).source
        self.monkeypatch = monkeypatch
        self.slot = 0

    def run(self, answer: Answer, *, slot: int | None = None, after: timedelta | None = None) -> RefreshRun:
        self.slot = slot or self.slot + 1
        upstream = Upstream(answer)
        self.monkeypatch.setattr(actions, "HttpClient", lambda: upstream.http)
        with time_machine.travel(NOW + (after or timedelta(hours=self.slot)), tick=False):
            tasks.refresh.apply(kwargs={"source_slug": self.source.slug, "slot": str(self.slot)}, throw=True)
        self.source.refresh_from_db()
        return RefreshRun.objects.get(source=self.source, slot=str(self.slot))


def sends(body: bytes, **headers: str) -> Answer:
    return lambda request: httpx.Response(200, content=body, headers=headers)


@pytest.fixture
def worker(case: Case, monkeypatch: pytest.MonkeyPatch) -> Worker:
    return Worker(case, monkeypatch)


@each_case
def test_a_first_run_takes_everything_in_and_keeps_the_payload(case: Case, worker: Worker) -> None:
    run = worker.run(sends(case.read()))

    assert run.created == case.count
    assert len(case.rows()) == case.count
    payload = Document.objects.get(source=worker.source, raw__isnull=False)
    assert payload.run == run
    assert payload.sensitivity == 3
    assert worker.source.last_succeeded_at is not None


@each_case
def test_a_second_run_changes_nothing(case: Case, worker: Worker) -> None:
    worker.run(sends(case.read()))
    before = case.rows()

    run = worker.run(sends(case.read()))

    assert (run.created, run.updated, run.unchanged, run.withdrawn) == (0, 0, case.count, 0)
    assert case.rows() == before


@each_case
def test_an_unreadable_answer_ends_as_such_and_leaves_everything(case: Case, worker: Worker) -> None:
    worker.run(sends(case.read()))
    before = case.rows()

    run = worker.run(sends(b"<!DOCTYPE html><html><body>Access denied</body></html>"))

    assert run.outcome == Outcome.MALFORMED
    assert "web page" in run.detail
    assert case.rows() == before
    assert worker.source.failures_in_a_row == 1


@each_case
def test_a_bad_item_is_set_aside_with_its_reason_and_the_others_are_taken_in(case: Case, worker: Worker) -> None:
    spoilt = case.spoil(case.read())
    assert spoilt != case.read()

    run = worker.run(sends(spoilt))

    assert (run.outcome, run.created) == (Outcome.PARTIAL, case.count - 1)
    reasons = QuarantinedItem.objects.filter(source=worker.source).values_list("reason", flat=True)
    assert len(reasons) == run.quarantined
    assert all(reason.endswith(".") for reason in reasons)


@each_case
def test_without_a_network_the_run_says_so_and_nothing_else_suffers(
    case: Case, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.run(sends(case.read()))
    before = case.rows()

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host")

    run = worker.run(fail)

    assert run.outcome == Outcome.UNREACHABLE
    assert "could not be reached" in run.detail
    assert case.rows() == before
    neighbour = next(other for other in CASES if other is not case)
    assert Worker(neighbour, monkeypatch).run(sends(neighbour.read())).created == neighbour.count


@each_case
def test_a_refusal_asks_for_a_look_at_the_settings(case: Case, worker: Worker) -> None:
    run = worker.run(lambda request: httpx.Response(403))

    assert run.outcome == Outcome.NOT_CONFIGURED
    assert "answered 403" in run.detail


@each_case
def test_a_run_that_is_killed_midway_is_finished_by_the_next_without_loss_or_doubles(
    case: Case, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Ends the worker there and then; nothing catches it."""

    with monkeypatch.context() as deadly:
        left = iter([True])

        def until_the_second(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                if not next(left, False):
                    raise Killed
                return real(*args, **kwargs)

            return call

        deadly.setattr(pacing, "FIRST", 1)
        for module, name in [(records, "_take_in_chunk"), (access, "_register_chunk"), (actions, "keep_article")]:
            deadly.setattr(module, name, until_the_second(getattr(module, name)))
        with pytest.raises(Killed):
            worker.run(sends(case.read()))
    assert len(case.rows()) == 1
    first = case.rows()[0]["id"]
    assert RefreshRun.objects.get(source=worker.source).outcome == Outcome.RUNNING

    # While the lease holds, nobody else begins; after it, the same slot is taken over.
    assert worker.run(sends(case.read()), slot=1).outcome == Outcome.RUNNING
    assert len(case.rows()) == 1
    after = timedelta(hours=1, minutes=1) + settings.REFRESH_LEASE
    run = worker.run(sends(case.read()), slot=1, after=after)

    assert run.outcome != Outcome.RUNNING
    assert (run.attempts, run.created, run.unchanged) == (2, case.count - 1, 1)
    assert len(case.rows()) == case.count
    assert first in {row["id"] for row in case.rows()}


@pytest.mark.parametrize("case", [one for one in CASES if one.connector != "usgs"], ids=lambda case: case.connector)
def test_what_has_not_changed_is_not_sent_again(case: Case, worker: Worker) -> None:
    worker.run(sends(case.read(), ETag='"v1"'))
    asked: list[str | None] = []

    def unchanged(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("If-None-Match"))
        return httpx.Response(304)

    run = worker.run(unchanged)

    assert asked == ['"v1"']
    assert (run.outcome, run.payloads) == (Outcome.UNCHANGED, 0)
    assert len(case.rows()) == case.count


@pytest.mark.parametrize("case", [one for one in CASES if one.connector != "usgs"], ids=lambda case: case.connector)
def test_the_version_of_an_unreadable_answer_is_not_remembered(case: Case, worker: Worker) -> None:
    worker.run(sends(b"<html>", ETag='"bad"'))
    assert worker.source.conditional == {}
