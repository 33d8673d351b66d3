"""Refreshing OurAirports: assets follow the table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.access.models import Asset
from apps.sources.models import RefreshRun

TABLE = (Path(__file__).parent / "payloads" / "airports.csv").read_bytes()
Outcome = RefreshRun.Outcome

pytestmark = pytest.mark.django_db


def sends(body: bytes) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, content=body)


@pytest.fixture
def ourairports(refresher: Any) -> Any:
    return refresher("ourairports", (), "status", countries={"SY": "SYR", "NA": "NAM"})


def test_airports_become_assets_with_their_codes(ourairports: Any) -> None:
    run = ourairports.refresh(sends(TABLE))

    assert (run.outcome, run.created) == (Outcome.CHANGED, 43)
    aleppo = Asset.objects.get(external_id="5302")
    assert (aleppo.type, aleppo.name, aleppo.country_iso3) == ("airport", "Aleppo International Airport", "SYR")
    assert aleppo.codes == {"icao": "OSAP", "iata": "ALP", "ourairports": "5302"}
    assert aleppo.geometry == aleppo.released_geometry
    assert set(Asset.objects.filter(country_iso3="NAM").values_list("type", flat=True)) == {"airport"}
    assert Asset.objects.get(external_id="35317").type == "helipad"


def test_an_airport_that_closes_for_good_stays_and_says_so(ourairports: Any) -> None:
    ourairports.refresh(sends(TABLE))
    before = Asset.objects.get(external_id="5302").pk

    run = ourairports.refresh(sends(TABLE.replace(b'"OSAP","medium_airport"', b'"OSAP","closed"')))

    assert (run.outcome, run.updated, run.created) == (Outcome.CHANGED, 1, 0)
    closed = Asset.objects.get(external_id="5302")
    assert (closed.pk, closed.is_permanently_closed, closed.removed_at) == (before, True, None)


def test_an_airport_that_the_table_drops_stays(ourairports: Any) -> None:
    ourairports.refresh(sends(TABLE))
    lines = TABLE.splitlines(keepends=True)

    run = ourairports.refresh(sends(b"".join(line for line in lines if b'"OSAP"' not in line)))

    assert run.withdrawn == 0
    assert Asset.objects.get(external_id="5302").removed_at is None


def test_bad_rows_of_other_countries_are_not_ours(ourairports: Any) -> None:
    run = ourairports.refresh(sends(TABLE.replace(b'"seaplane_base"', b'"spaceport"')))
    assert (run.outcome, run.quarantined) == (Outcome.CHANGED, 0)


def test_a_source_without_countries_is_not_configured(refresher: Any) -> None:
    run = refresher("ourairports", (), "status").refresh(sends(TABLE))
    assert run.outcome == Outcome.NOT_CONFIGURED
