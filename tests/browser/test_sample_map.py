"""The sample's north-west on the map, as a visitor sees it. The README's picture comes from here.

`SCREENSHOTS=docs/img script/test tests/browser/test_sample_map.py` renews the pictures.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.dashboard.sample import actors, background, crises, ground, infrastructure, people, publishers, steps, story
from apps.dashboard.sample.steps import Step

BEFORE = datetime(2024, 11, 1, 8, tzinfo=UTC)
STORY = (
    Step("people", BEFORE, people.load, ("people.py",)),
    Step("sources", BEFORE, publishers.load, ("publishers.py",)),
    Step("parties", BEFORE, actors.load, ("actors.py",)),
    Step("ground", BEFORE, ground.load_syria_in_force, ("geo/syr_admin1.geojson.gz",)),
    Step("crises", BEFORE, crises.load, ("crises.py",)),
    Step("airports", BEFORE, background.load_airports, ("ourairports/airports.csv.gz",)),
    Step("roads and crossings", BEFORE, infrastructure.load, ("infrastructure.py",)),
    *story.NORTH_WEST,
)

# Five incidents, two displacements, six statuses (three of them not known) and three constraints.
RECORDS = "16 records"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def north_west(live_server, settings):
    settings.DEMO_PASSWORD = "demo"
    settings.DEFAULT_CRISIS = "syria"
    steps.run_missing(STORY, tell=str)


def keep(page: Page, name: str) -> None:
    """Save a picture where the environment asks for one."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_visitor_filters_by_date_opens_an_incident_and_sees_who_said_it(reader, live_server, north_west):
    reader.goto(live_server.url)
    status = reader.locator("#status")
    expect(status).to_have_text(RECORDS)
    for layer in ("Incidents", "Displacement", "Access"):
        expect(reader.locator("#legend").get_by_role("checkbox", name=layer)).to_be_checked()
    figures = reader.locator("#key-figures")
    expect(figures).to_contain_text("> 300")
    expect(figures).to_contain_text("> 14,000")

    reader.locator("input[name=since]").fill("2024-11-30")
    reader.locator("input[name=until]").fill("2024-11-30")
    expect(status).not_to_have_text(RECORDS)
    reader.locator("input[name=since]").fill("2024-11-27")
    reader.locator("input[name=until]").fill("2024-12-02")
    expect(status).to_have_text(RECORDS)

    reader.locator(".row", has_text="23 air strikes").click()
    detail = reader.locator("#detail")
    expect(detail).to_contain_text("Syrian Observatory for Human Rights")
    for number in ("4", "19", "23"):
        expect(detail.locator(".reported").get_by_text(number, exact=True).first).to_be_visible()
    for sum_of_rivals in ("304", "327", "331"):
        expect(reader.locator("body")).not_to_contain_text(sum_of_rivals)
    keep(reader, "map")

    reader.set_viewport_size({"width": 390, "height": 844})
    reader.goto(live_server.url)
    expect(status).to_have_text(RECORDS)
    keep(reader, "map-phone")
