"""The situation page and the report form in a browser: on paper, on a phone, without scripts; and the admin's maps."""

import re

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model
from django.test import Client
from playwright.sync_api import expect

from tests.cast import assemble
from tests.factories import facts
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory, SourceFactory

PHONE = {"width": 390, "height": 844}
TARGETS = "main button, main a.button, main select, main label:has(input)"
SMALL_TARGETS = """(targets) => [...document.querySelectorAll(targets)]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
  .map((each) => each.outerHTML.slice(0, 100))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def cast(live_server):
    """The cast, working in Squareland."""
    cast = assemble()
    load_squareland(now=facts.NOW)
    cast.aleppo.countries = ["ZZZ"]
    cast.aleppo.default_view = {"since": "2024-11-27", "until": "2024-12-02"}
    cast.aleppo.save()
    return cast


@pytest.fixture
def sign_in(live_server):
    """Put somebody's session into a browser's cookies."""

    def put(page, user):
        client = Client()
        client.force_login(user)
        assert client.session[SESSION_KEY] == str(user.pk)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])

    return put


@pytest.fixture
def record(cast):
    """Something that happened, and a road."""
    dataset = DatasetFactory(source=SourceFactory(releases_on_arrival=True, name="Observatory"))
    facts.incident(
        dataset=dataset, crisis=cast.aleppo, location=(0.5, 0.5), claims=[facts.claim("killed", 300, "more_than")]
    )
    road = facts.asset(type="road_segment", name="M5", geometry='{"type":"LineString","coordinates":[[0.2,0.2],[1,1]]}')
    facts.status(of=road, crisis=cast.aleppo, dataset=dataset)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_situation_fits_every_screen(reader, live_server, cast, record, width):
    reader.set_viewport_size({"width": width, "height": 844})
    reader.goto(f"{live_server.url}/crises/aleppo/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Aleppo")
    expect(reader.get_by_text("> 300").first).to_be_visible()
    assert reader.evaluate(SIDEWAYS) == 0


def test_it_prints_without_the_page_around_it(reader, live_server, cast, record):
    reader.goto(f"{live_server.url}/crises/aleppo/")
    reader.emulate_media(media="print")
    expect(reader.locator(".top-bar")).to_be_hidden()
    expect(reader.locator(".paper-choices")).to_be_hidden()
    expect(reader.locator("svg.sketch")).to_be_visible()
    assert reader.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_it_reads_from_right_to_left(browser, live_server, cast, record):
    page = browser.new_context(locale="ar", viewport=PHONE).new_page()
    page.goto(f"{live_server.url}/crises/aleppo/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.evaluate(SIDEWAYS) == 0
    page.context.close()


def test_a_report_is_sent_without_scripts(browser, live_server, cast, sign_in):
    page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    sign_in(page, cast.fatima)
    page.goto(f"{live_server.url}/report/")
    page.get_by_role("link", name="Something happened").click()
    expect(page.get_by_role("button", name="Use my position")).to_be_hidden()
    page.get_by_label("What kind of thing?").select_option("shelling")
    page.get_by_label("Where?").fill("D-A")
    page.get_by_label("I saw it").check()
    page.get_by_label("What happened?").fill("Shells fell on the market.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Received")
    page.context.close()


def test_the_form_is_made_for_thumbs(reader, live_server, cast, sign_in):
    reader.set_viewport_size(PHONE)
    sign_in(reader, cast.fatima)
    for kind in ("incident", "movement", "status"):
        reader.goto(f"{live_server.url}/report/?kind={kind}")
        assert reader.evaluate(SMALL_TARGETS, TARGETS) == []
        assert reader.evaluate(SIDEWAYS) == 0


def test_the_phone_gives_its_position_when_asked(reader, live_server, cast, sign_in):
    sign_in(reader, cast.fatima)
    reader.context.grant_permissions(["geolocation"])
    reader.context.set_geolocation({"latitude": 0.5, "longitude": 1.5, "accuracy": 12})
    reader.goto(f"{live_server.url}/report/?kind=incident")
    reader.get_by_role("button", name="Use my position").click()
    expect(reader.get_by_label("Where?")).to_have_value("0.50000, 1.50000")
    expect(reader.get_by_text("right to about 12 m")).to_be_visible()


def test_maps_of_the_administration_work_under_the_content_security_policy(reader, live_server, cast, record, sign_in):
    get_user_model().objects.filter(pk=cast.cora.pk).update(is_staff=True, is_superuser=True)
    sign_in(reader, cast.cora)
    for model in ("incidents/incident", "access/asset", "access/assetstatus"):
        reader.goto(f"{live_server.url}/admin/{model}/")
        reader.locator("#result_list tbody th a").first.click()
        expect(reader.locator(".leaflet-container").first).to_be_visible()
        expect(reader.locator(".leaflet-draw").first).to_be_visible()
        expect(reader.locator(".leaflet-tooltip").first).to_have_text(re.compile("^Area "))
