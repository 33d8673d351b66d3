"""The map page and the API together, nothing stubbed."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import facts
from tests.factories.crises import CrisisFactory


@pytest.fixture
def aleppo(live_server):
    view = {"bbox": [35.6, 34.9, 38.2, 36.9], "since": "2024-11-27", "until": "2024-12-02"}
    return CrisisFactory(slug="aleppo", names={"en": "Aleppo"}, default_view=view, time_zone="Asia/Damascus")


def test_a_released_record_reaches_the_map_with_its_figures_and_who_said_them(reader, live_server, aleppo):
    said = facts.claim("killed", 20, "at_least", attributed_to="Observers", excerpt="at least twenty")
    facts.incident(crisis=aleppo, title="Air strikes on Aleppo", claims=[said], released=True)
    reader.goto(f"{live_server.url}/?crisis=aleppo")
    expect(reader.locator("#status")).to_have_text("1 record")
    reader.locator(".row", has_text="Air strikes on Aleppo").click()
    figure = reader.locator("#detail .metric > .reported > li").first
    expect(figure).to_contain_text("≥ 20")
    expect(figure).to_contain_text("Observers")
    expect(figure).to_contain_text("at least twenty")
    expect(reader.locator("#notices")).to_be_empty()


def test_what_is_not_released_stays_off_the_public_map(reader, live_server, aleppo):
    facts.incident(crisis=aleppo, title="Not for the public")
    reader.goto(f"{live_server.url}/?crisis=aleppo")
    expect(reader.locator("#status")).to_have_text("0 records")
    expect(reader.locator("#list")).not_to_contain_text("Not for the public")


def test_every_crisis_and_date_the_page_asks_for_is_understood(reader, live_server, aleppo):
    refused = []
    reader.on("response", lambda response: refused.append(response.url) if response.status >= 400 else None)
    reader.goto(f"{live_server.url}/?crisis=aleppo&since=&until=")
    expect(reader.locator("#status")).to_have_text(re.compile(r"\d+ records?"))
    expect(reader.locator(".key-figure").first).to_be_visible()
    assert refused == []
