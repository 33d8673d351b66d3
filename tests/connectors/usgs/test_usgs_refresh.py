"""Refreshing USGS: corrections, changes of the preferred id, deletions."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.incidents.models import Incident
from apps.sources.models import RefreshRun

PAYLOADS = Path(__file__).parent / "payloads"
RECORDED = json.loads((PAYLOADS / "day_2026.geojson").read_bytes())["features"]
Outcome = RefreshRun.Outcome

pytestmark = pytest.mark.django_db


def quake(key: str = "us6000ty43", **properties: Any) -> dict[str, Any]:
    """The first recorded quake, changed; a change of its own is later unless told otherwise."""
    recorded = RECORDED[0]
    return {**recorded, "id": key, "properties": {**recorded["properties"], **properties}}


def sends(*features: dict[str, Any]) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, json={"type": "FeatureCollection", "features": features})


LATER = RECORDED[0]["properties"]["updated"] + 60_000


@pytest.fixture
def usgs(refresher: Any) -> Any:
    return refresher("usgs", ("earthquakes",), "events", min_magnitude=5, days=7, box=[-130, 50, -120, 60])


def test_a_quake_becomes_an_incident_at_its_moment(usgs: Any) -> None:
    run = usgs.refresh(sends(quake()))

    assert (run.outcome, run.created) == (Outcome.CHANGED, 1)
    incident = Incident.objects.get()
    assert incident.title == "M 5.2 earthquake, 190 km WSW of Port McNeill, Canada"
    assert (incident.category, incident.subcategory) == ("natural_hazard", "EQ")
    assert (incident.severity_scale, incident.severity_value) == ("magnitude", Decimal("5.2"))
    assert incident.started_at == incident.ended_at == datetime(2026, 9, 28, 9, 13, 39, 402_000, tzinfo=UTC)
    assert incident.start_date == incident.end_date == date(2026, 9, 28)
    assert incident.location.coords == (-129.6785, 50.171)
    assert incident.summary == (
        "Magnitude 5.2 (mww). Depth 10 km. Reviewed by a seismologist. "
        "A tsunami centre issued a message; see there whether there is a threat."
    )


def test_the_query_asks_for_deletions_too(usgs: Any) -> None:
    usgs.refresh(sends(quake()))

    asked = dict(usgs.requests[0].url.params)
    assert asked["includedeleted"] == "true"
    assert (asked["minmagnitude"], asked["minlongitude"], asked["maxlatitude"]) == ("5", "-130.0", "60.0")
    assert len(usgs.requests) == 1


def test_an_unknown_magnitude_is_on_no_scale(usgs: Any) -> None:
    usgs.refresh(sends(quake(mag=None)))
    incident = Incident.objects.get()
    assert (incident.severity_scale, incident.severity_value) == ("", None)


def test_a_correction_updates_the_same_incident(usgs: Any) -> None:
    usgs.refresh(sends(quake()))
    before = Incident.objects.get().pk

    run = usgs.refresh(sends(quake(mag=5.6, updated=LATER)))

    assert (run.created, run.updated) == (0, 1)
    assert Incident.objects.get().pk == before
    assert Incident.objects.get().severity_value == Decimal("5.6")


def test_an_older_solution_changes_nothing(usgs: Any) -> None:
    usgs.refresh(sends(quake(mag=5.6, updated=LATER)))
    run = usgs.refresh(sends(quake()))

    assert run.outcome == Outcome.UNCHANGED
    assert Incident.objects.get().severity_value == Decimal("5.6")


def test_a_deletion_leaves_a_tombstone_once(usgs: Any) -> None:
    usgs.refresh(sends(quake(), RECORDED[1]))

    deletion = quake(status="deleted", updated=LATER, mag=None)
    run = usgs.refresh(sends(deletion, RECORDED[1]))

    gone = Incident.objects.get(external_id="us6000ty43")
    assert (run.outcome, run.withdrawn) == (Outcome.CHANGED, 1)
    assert gone.removed_reason == "USGS deleted this earthquake."
    assert gone.title == "M 5.2 earthquake, 190 km WSW of Port McNeill, Canada"
    assert Incident.objects.get(external_id="us6000ty3w").removed_at is None

    again = usgs.refresh(sends(deletion, RECORDED[1]))
    assert (again.outcome, again.withdrawn) == (Outcome.UNCHANGED, 0)


def test_a_deletion_of_what_was_never_here_is_nothing(usgs: Any) -> None:
    run = usgs.refresh(sends(quake(status="deleted")))
    assert (run.outcome, run.withdrawn) == (Outcome.UNCHANGED, 0)
    assert not Incident.objects.exists()


def test_a_deleted_quake_that_is_published_again_comes_back(usgs: Any) -> None:
    usgs.refresh(sends(quake()))
    usgs.refresh(sends(quake(status="deleted", updated=LATER)))

    run = usgs.refresh(sends(quake(updated=LATER + 1)))

    assert run.updated == 1
    assert Incident.objects.get().removed_at is None


def test_a_quake_that_is_only_missing_stays(usgs: Any) -> None:
    usgs.refresh(sends(quake(), RECORDED[1]))
    run = usgs.refresh(sends(RECORDED[1]))

    assert run.withdrawn == 0
    assert Incident.objects.filter(removed_at=None).count() == 2


def test_a_changed_preferred_id_is_the_same_incident(usgs: Any) -> None:
    usgs.refresh(sends(quake("attm2hmu", ids=",attm2hmu,")))
    before = Incident.objects.get().pk

    run = usgs.refresh(sends(quake("us6000ty43", updated=LATER)))

    assert (run.created, run.updated) == (0, 1)
    assert Incident.objects.get().pk == before
    assert Incident.objects.get().external_id == "attm2hmu"


def test_two_quakes_that_turn_out_to_be_one_are_joined(usgs: Any) -> None:
    usgs.refresh(sends(quake("attm2hmu", ids=",attm2hmu,")))
    usgs.refresh(sends(quake("us6000ty43", ids=",us6000ty43,")), now=datetime(2025, 5, 10, 7, tzinfo=UTC))
    assert Incident.objects.filter(removed_at=None).count() == 2

    run = usgs.refresh(sends(quake("us6000ty43", updated=LATER)))

    assert run.withdrawn == 1
    assert Incident.objects.get(removed_at=None).external_id == "attm2hmu"
    joined = Incident.objects.get(external_id="us6000ty43")
    assert joined.removed_reason == "USGS lists this earthquake under another of its ids."
    assert usgs.refresh(sends(quake("us6000ty43", updated=LATER))).outcome == Outcome.UNCHANGED


def test_no_content_is_nothing_new(usgs: Any) -> None:
    run = usgs.refresh(lambda request: httpx.Response(204))
    assert run.outcome == Outcome.UNCHANGED


def test_options_that_are_no_numbers_are_said_on_the_run(refresher: Any) -> None:
    run = refresher("usgs", ("earthquakes",), "events", days="many").refresh(sends(quake()))
    assert (run.outcome, run.detail) == (
        Outcome.NOT_CONFIGURED,
        'The options "days" and "min_magnitude" are numbers.',
    )
