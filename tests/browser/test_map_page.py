"""The situation map as its readers use it."""

import gzip
import re

import pytest
from playwright.sync_api import expect

from tests.browser.answers import CLASH, STRIKE, Answers
from tests.factories.crises import CrisisFactory

PHONE = {"width": 390, "height": 844}
UNNAMED = """() => [...document.querySelectorAll('button, a[href], input, select, [role=button], [tabindex="0"]')]
  .filter((each) => each.checkVisibility())
  .filter((each) => !(each.getAttribute('aria-label') || each.getAttribute('title') || each.textContent.trim()
    || each.labels?.[0]?.textContent.trim() || each.querySelector('[aria-label]')))
  .map((each) => each.outerHTML.slice(0, 120))"""
OUTSIDE = """() => [...document.querySelectorAll('body *')]
  .filter((each) => each.checkVisibility() && !each.closest('.leaflet-container, .key-figures, .visually-hidden'))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 || each.getBoundingClientRect().left < -1)
  .map((each) => each.className || each.tagName)"""

ELSEWHERE = """() => performance.getEntriesByType('resource').map(({ name }) => name)
  .filter((name) => new URL(name).host !== location.host)"""
STATIC_FILES = """() => performance.getEntriesByType('resource').map(({ name }) => name)
  .filter((name) => new URL(name).pathname.startsWith('/static/'))"""
FIRST_VIEW = 300_000  # bytes over the wire


@pytest.fixture
def answers(reader):
    answers = Answers()
    reader.route("**/api/v1/**", answers.fulfil)
    return answers


@pytest.fixture
def situation(reader, answers, live_server):
    """The map of a crisis, loaded."""
    view = {"bbox": [35.6, 34.9, 38.2, 36.9], "since": "2024-11-27", "until": "2024-12-02"}
    CrisisFactory(
        slug="aleppo",
        names={"en": "North-west Syria", "ar": "شمال غرب سوريا"},
        default_view=view,
        time_zone="Asia/Damascus",
        countries=["SYR"],
    )

    def visit(address="/?crisis=aleppo", status="6 records"):
        reader.goto(live_server.url + address)
        expect(reader.locator("#status")).to_have_text(status)
        return reader

    return visit


def row(page, title):
    return page.locator(".row", has_text=title)


def test_the_map_shows_records_figures_areas_and_the_disclaimer(situation):
    page = situation()
    expect(page.locator(".land")).to_have_count(1)
    expect(page.locator("#map .boundary--disputed").first).to_be_attached()
    expect(page.locator("#map .area--1")).to_have_count(1)
    expect(page.locator(".key-figure").first).to_contain_text("> 300")
    expect(page.locator(".key-figure", has_text="Injured")).to_contain_text("?")
    expect(page.locator(".map-note")).to_contain_text("imply no opinion")
    expect(page.locator("#newest")).to_have_text("newest information 30 Nov 2024, 21:10")


def test_a_record_known_only_to_a_governorate_is_a_ring_and_a_situation_an_outline(situation):
    page = situation()
    expect(page.get_by_role("button", name="1 record known only to Aleppo")).to_be_visible()
    expect(page.locator("path.situation")).to_have_count(1)
    expect(page.locator("#legend")).to_contain_text("1 known only to the district or coarser")


def test_dates_narrow_the_records_and_the_back_button_brings_them_back(situation, answers):
    page = situation()
    page.get_by_label("From").fill("2024-11-30")
    expect(page.locator("#status")).to_have_text("2 records")
    expect(page).to_have_url(re.compile("since=2024-11-30"))
    assert any("incidents" in asked and "since=2024-11-30" in asked for asked in answers.asked)
    page.go_back()
    expect(page.locator("#status")).to_have_text("6 records")
    expect(page.get_by_label("From")).to_have_value("2024-11-27")


def test_a_category_narrows_without_asking_the_server_again(situation, answers):
    page = situation()
    before = answers.count("incidents")
    page.get_by_role("checkbox", name=re.compile("Explosions")).check()
    expect(page.locator("#status")).to_have_text("1 of 6 records")
    assert answers.count("incidents") == before
    page.reload()
    expect(page.locator("#status")).to_have_text("1 of 6 records")
    expect(page.get_by_role("checkbox", name=re.compile("Explosions"))).to_be_checked()


def test_the_legend_switches_layers(situation):
    page = situation()
    page.locator(".legend").get_by_role("checkbox", name=re.compile("Incidents")).uncheck()
    expect(page.locator("#status")).to_have_text("2 of 6 records")
    expect(page.locator("path.situation")).to_have_count(0)


def test_an_incident_opens_with_who_said_each_figure(situation):
    page = situation()
    row(page, "Air strikes on Idlib city").click()
    detail = page.locator("#detail")
    expect(detail.get_by_role("heading", name="Air strikes on Idlib city")).to_be_focused()
    used = detail.locator(".metric-used")
    expect(used).to_have_text(re.compile("^figure used > 300 all people · since 27 Nov .* by rule, not yet reviewed$"))
    whole = detail.locator(".metric > .reported > li").first
    expect(whole).to_contain_text("SOHR")
    expect(whole).to_contain_text("since 27 Nov 2024, as of 30 Nov 2024")
    expect(whole).to_contain_text("“more than 300 killed”")
    expect(whole.locator(".reported > li")).to_contain_text("≥ 20")
    expect(detail.locator(".metric > .reported > li").nth(1)).to_contain_text("UN")
    assert "304" not in detail.inner_text()
    assert "327" not in detail.inner_text()
    expect(page).to_have_url(re.compile(f"record=incidents/{STRIKE}"))


def test_a_symbol_on_the_map_opens_its_record(situation):
    page = situation()
    page.locator(".record-cluster, .record").first.wait_for()
    page.get_by_role("button", name=re.compile("^Air strikes on Idlib city")).last.click()
    expect(page.locator("#detail h2")).to_have_text("Air strikes on Idlib city")


def test_verification_stands_beside_the_event_and_never_beside_a_number(situation):
    page = situation(f"/?crisis=aleppo&record=incidents/{CLASH}")
    expect(page.locator("#detail .badges")).to_contain_text("event disputed")
    expect(page.locator("#detail .metric").first).not_to_contain_text(re.compile("verified"))


def test_a_key_figure_tells_what_is_behind_it_and_adds_nothing(situation):
    page = situation()
    page.locator(".key-figure", has_text="Killed").click()
    detail = page.locator("#detail")
    expect(detail).to_contain_text("27–29 Nov 2024")
    expect(detail).to_contain_text("never added to them")
    assert not re.search(r"\b(304|327|331)\b", detail.inner_text())


def test_the_number_of_a_series_opens_the_records_behind_it(situation):
    page = situation()
    page.locator(".key-figure", has_text="Killed").click()
    detail = page.locator("#detail")
    expect(detail).to_contain_text("2 more reach beyond these days")
    expect(detail).to_contain_text("9 in the days before, 21–26 Nov 2024")
    expect(detail).to_contain_text("to be confirmed since 1 Dec 2024")
    detail.get_by_role("button", name="4 (3–6)").click()
    expect(page.locator("#list-chosen-title")).to_have_text("Killed: 1 record")
    expect(page.locator("#list .row")).to_have_count(1)
    assert "behind=killed:own" in page.url
    page.get_by_role("button", name="show all").click()
    expect(page.locator("#list .row")).to_have_count(6)
    assert "behind" not in page.url


def test_an_address_that_names_what_is_behind_a_figure_lists_it(situation):
    page = situation("/?crisis=aleppo&behind=killed:own")
    expect(page.locator("#list-chosen-title")).to_have_text("Killed: 1 record")


def test_a_figure_past_its_time_says_that_it_is_to_be_confirmed(situation):
    expect(situation().locator(".key-figure", has_text="Airports")).to_contain_text("to be confirmed")


def test_an_empty_result_says_why_and_offers_the_next_step(situation):
    page = situation("/?crisis=aleppo&since=2024-01-01&until=2024-01-31", status="0 records")
    expect(page.locator("#list")).to_contain_text("No record lies in these dates.")
    page.get_by_role("button", name="Show all days").click()
    expect(page.locator("#status")).to_have_text("6 records")


def test_a_layer_that_fails_says_so_keeps_the_rest_and_can_be_tried_again(situation, answers, forgiven):
    forgiven.add("503")
    answers.broken = {"displacement"}
    page = situation(status="5 records")
    expect(page.locator("#notices")).to_contain_text("Displacement: The server had a problem.")
    answers.broken = set()
    page.locator("#notices").get_by_role("button", name="Try again").click()
    expect(page.locator("#status")).to_have_text("6 records")
    expect(page.locator("#notices")).to_be_empty()


def test_a_record_that_is_gone_is_explained(situation, forgiven):
    forgiven.add("404")
    page = situation("/?crisis=aleppo&record=incidents/nowhere")
    expect(page.locator("#detail")).to_contain_text("does not exist or is not open to you")


def test_everything_to_press_has_a_name(situation):
    page = situation()
    assert page.evaluate(UNNAMED) == []
    row(page, "Clashes near Khan Tuman").click()
    expect(page.locator("#detail h2")).to_be_visible()
    assert page.evaluate(UNNAMED) == []


def test_the_keyboard_reaches_the_main_part_and_opens_a_record(situation):
    page = situation()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    row(page, "Clashes near Khan Tuman").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail h2")).to_be_focused()


def test_on_a_phone_the_sheet_comes_up_with_list_detail_and_filters(situation, reader):
    reader.set_viewport_size(PHONE)
    page = situation()
    sheet = page.locator("#sheet")
    expect(sheet).to_have_attribute("data-height", "peek")
    page.get_by_role("button", name="Resize the panel").click()
    expect(sheet).to_have_attribute("data-height", "half")
    row(page, "Air strikes on Idlib city").click()
    expect(page.locator("#detail h2")).to_be_visible()
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_label("From")).to_be_visible()
    assert page.evaluate(OUTSIDE) == []


def test_the_reader_chooses_the_theme_and_the_page_remembers(situation):
    page = situation()
    button = page.get_by_role("button", name="Dark theme")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_arabic_reader_gets_the_page_from_right_to_left(situation, reader, live_server):
    reader.context.add_cookies([{"name": "django_language", "value": "ar", "url": live_server.url}])
    page = situation(status=re.compile("6"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".key-figure-value").first).to_have_text("> 300")
    assert page.locator("#filters").bounding_box()["x"] > page.locator("#list").bounding_box()["x"]
    expect(page.locator(".map-name--adm1")).to_have_text("حلب")


def test_the_page_works_with_the_network_cut_off(situation, reader):
    page = situation()
    page.locator("#map .land").wait_for()
    assert page.evaluate(
        "performance.getEntriesByType('resource').every(({ name }) => new URL(name).host === location.host)"
    )


def test_the_first_view_is_light_enough_for_a_slow_link(situation):
    page = situation()
    page.locator("#map .land").wait_for()
    addresses = page.evaluate(STATIC_FILES)
    compressed = [len(gzip.compress(page.request.get(address).body())) for address in addresses]
    assert len(compressed) > 20
    assert sum(compressed) < FIRST_VIEW
