"""Refreshing GDACS: incidents follow the newest episode, and end without being withdrawn."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.connectors.gdacs import connector
from apps.incidents.models import Incident
from apps.sources.models import RefreshRun
from tests.factories.crises import CrisisFactory

PAYLOADS = Path(__file__).parent / "payloads"
Outcome = RefreshRun.Outcome

pytestmark = pytest.mark.django_db


def payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def feature(name: str, **properties: Any) -> dict[str, Any]:
    """A recorded event, changed."""
    found: dict[str, Any] = json.loads(payload(name))
    found["properties"].update(properties)
    return found


def listing(*features: dict[str, Any], single: dict[str, bytes] | None = None) -> Callable[..., httpx.Response]:
    """An upstream with a list, and single events by their key; others are gone."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("geteventdata"):
            key = request.url.params["eventtype"] + request.url.params["eventid"]
            body = (single or {}).get(key)
            return httpx.Response(404) if body is None else httpx.Response(200, content=body)
        return httpx.Response(200, json={"type": "FeatureCollection", "features": features})

    return answer


def sends(name: str) -> Callable[..., httpx.Response]:
    return lambda request: httpx.Response(200, content=payload(name))


FIRST = "event_flood_episode1.json"
SECOND = "event_flood_episode2_synthetic.json"


@pytest.fixture
def gdacs(refresher: Any) -> Any:
    return refresher("gdacs", ("events",), "events", feed="list")


def test_events_become_incidents_of_their_hazard(gdacs: Any) -> None:
    run = gdacs.refresh(sends("event_list.json"))

    assert (run.outcome, run.created) == (Outcome.CHANGED, 4)
    cyclone = Incident.objects.get(external_id="TC1001325")
    assert cyclone.title == "Tropical cyclone POLO-26"
    assert (cyclone.category, cyclone.subcategory, cyclone.category_scheme) == ("natural_hazard", "TC", "glide")
    assert (cyclone.severity_scale, cyclone.severity_value) == ("gdacs", Decimal(2))
    assert (cyclone.start_date, cyclone.end_date) == (date(2026, 9, 21), date(2026, 9, 28))
    assert cyclone.started_at == datetime(2026, 9, 21, 3, tzinfo=UTC)
    assert cyclone.location.coords == (-113.8, 23.6)
    assert cyclone.sensitivity == 0
    assert cyclone.released_at is not None
    assert cyclone.summary.startswith("GDACS orange alert. Hurricane/Typhoon > 74 mph")
    assert cyclone.url.startswith("https://www.gdacs.org/report.aspx?eventid=1001325")
    assert Incident.objects.get(external_id="FL1104081").glide_numbers == ["FL-2026-000148-CHN"]


def test_an_ongoing_event_has_no_end_and_grows_stale(gdacs: Any) -> None:
    gdacs.refresh(sends("event_list.json"))

    ongoing, over = (Incident.objects.get(external_id=key) for key in ("TC1001325", "TC1001326"))
    assert ongoing.ended_at is None
    assert ongoing.stale_after == datetime(2026, 9, 28, 9, tzinfo=UTC) + timedelta(days=1)
    assert over.ended_at == datetime(2026, 9, 24, tzinfo=UTC)
    assert over.stale_after is None


def test_the_feed_brings_the_same_incidents(refresher: Any) -> None:
    gdacs = refresher("gdacs", ("events",), "events")
    run = gdacs.refresh(sends("rss_2024_double_bom.xml"))

    assert (run.outcome, run.created) == (Outcome.CHANGED, 2)
    assert str(gdacs.requests[0].url) == "https://www.gdacs.org/xml/rss.xml"
    quake = Incident.objects.get(external_id="EQ1457082")
    assert (quake.location_accuracy, quake.how_known) == ("point", "measured")
    assert quake.stale_after is None


def test_a_second_episode_updates_the_same_incident(gdacs: Any) -> None:
    gdacs.refresh(listing(feature(FIRST)))
    before = Incident.objects.get()

    run = gdacs.refresh(listing(feature(SECOND)))

    after = Incident.objects.get()
    assert (run.created, run.updated) == (0, 1)
    assert after.pk == before.pk
    assert (before.severity_value, after.severity_value) == (2, 3)
    assert (before.end_date, after.end_date) == (date(2024, 11, 4), date(2024, 11, 12))


def test_an_older_episode_that_comes_late_changes_nothing(gdacs: Any) -> None:
    gdacs.refresh(listing(feature(SECOND)))
    run = gdacs.refresh(listing(feature(FIRST)))

    assert (run.outcome, run.updated) == (Outcome.UNCHANGED, 0)
    assert Incident.objects.get().severity_value == 3


def test_an_event_that_left_the_list_is_asked_how_it_ended_and_stays(gdacs: Any) -> None:
    gdacs.refresh(listing(feature(FIRST, iscurrent="true")))
    assert Incident.objects.get().stale_after is not None

    last_word = json.dumps(feature(SECOND)).encode()
    run = gdacs.refresh(listing(single={"FL1102983": last_word}))

    ended = Incident.objects.get()
    assert (run.outcome, run.updated, run.withdrawn) == (Outcome.CHANGED, 1, 0)
    assert ended.removed_at is None
    assert (ended.stale_after, ended.end_date) == (None, date(2024, 11, 12))
    assert ended.ended_at == datetime(2024, 11, 12, 11, tzinfo=UTC)

    gdacs.refresh(listing())
    assert [request.url.path for request in gdacs.requests] == ["/gdacsapi/api/events/geteventlist/MAP"]


def test_an_event_that_gdacs_no_longer_knows_stays_as_it_was(gdacs: Any) -> None:
    gdacs.refresh(listing(feature(FIRST, iscurrent="true")))
    before = Incident.objects.values().get()

    run = gdacs.refresh(listing())

    assert (run.outcome, run.withdrawn) == (Outcome.UNCHANGED, 0)
    assert Incident.objects.values().get() == before


def test_a_refusal_of_the_last_word_is_not_taken_for_an_end(gdacs: Any) -> None:
    gdacs.refresh(listing(feature(FIRST, iscurrent="true")))

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(403) if "geteventdata" in request.url.path else listing()(request)

    assert gdacs.refresh(answer).outcome == Outcome.NOT_CONFIGURED
    assert Incident.objects.get().stale_after is not None


def test_nobody_is_asked_about_ends_after_a_list_that_could_not_be_read(gdacs: Any) -> None:
    gdacs.refresh(listing(feature(FIRST, iscurrent="true")))
    run = gdacs.refresh(lambda request: httpx.Response(200, content=b"{}"))

    assert run.outcome == Outcome.MALFORMED
    assert len(gdacs.requests) == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["FL1104081", "FL1104121", "TC1001325", "TC1001326"]),
        ({"countries": ["IND"]}, ["FL1104121", "TC1001326"]),
        ({"box": [100, 20, 110, 40]}, ["FL1104081"]),
        ({"box": [100, 20, -110, 40]}, ["FL1104081", "TC1001325"]),
        ({"countries": ["IND"], "box": [100, 20, 110, 40]}, ["FL1104081", "FL1104121", "TC1001326"]),
        ({"countries": ["SYR"]}, []),
        ({"min_alert": "Red"}, []),
    ],
)
def test_only_events_within_reach_are_taken(refresher: Any, options: dict[str, Any], expected: list[str]) -> None:
    refresher("gdacs", ("events",), "events", feed="list", **options).refresh(sends("event_list.json"))
    assert sorted(Incident.objects.values_list("external_id", flat=True)) == expected


@pytest.mark.parametrize(
    ("options", "detail"),
    [
        ({"feed": "atom"}, 'The option "feed" is one of'),
        ({"feed": "list", "box": [1, 2, 3]}, 'The option "box" is four numbers'),
        ({"feed": "list", "box": [1, 95, 3, 96]}, 'The option "box" does not lie on the globe'),
        ({"feed": "list", "crisis": "nowhere"}, "There is no crisis named 'nowhere'"),
    ],
)
def test_options_that_cannot_be_are_said_on_the_run(refresher: Any, options: dict[str, Any], detail: str) -> None:
    run = refresher("gdacs", ("events",), "events", **options).refresh(sends("event_list.json"))
    assert run.outcome == Outcome.NOT_CONFIGURED
    assert run.detail.startswith(detail)


def test_days_are_those_of_the_crisis(refresher: Any) -> None:
    crisis = CrisisFactory(slug="far-east", time_zone="Asia/Tokyo")
    refresher("gdacs", ("events",), "events", feed="list", crisis="far-east").refresh(
        listing(feature(FIRST, todate="2024-11-04T20:00:00"))
    )
    flood = Incident.objects.get()
    assert flood.crisis == crisis
    assert (flood.start_date, flood.end_date) == (date(2024, 10, 28), date(2024, 11, 5))


def test_every_hazard_has_an_accuracy() -> None:
    assert set(connector.ACCURACIES) == set(connector.parse.HAZARDS)
    assert set(connector.HOLDS) <= set(connector.parse.HAZARDS)
