"""The review queue in a browser: a coordinator settles a conflict by keyboard and the map shows the figure chosen."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from playwright.sync_api import expect

from apps.incidents.models import CasualtyClaim, Incident
from tests.cast import assemble
from tests.factories import facts
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory, SourceFactory

PHONE = {"width": 390, "height": 844}
TARGETS = "main button, main a.button, main summary, main select, main input:not([type=hidden], [type=checkbox])"
SMALL_TARGETS = """(targets) => [...document.querySelectorAll(targets)]
  .filter((each) => each.checkVisibility() && !each.matches('[type=radio], .answers-past summary'))
  .filter((each) => each.getBoundingClientRect().height < 44)
  .map((each) => each.outerHTML.slice(0, 100))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
MAP = "/?crisis=aleppo&since=2024-11-27&until=2024-12-02&record=incidents/{}"


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
def disagreed(cast):
    """A released incident of which two say different things, and another that waits."""
    dataset = DatasetFactory(source=SourceFactory(releases_on_arrival=True, name="Observatory"))
    record = facts.incident(
        dataset=dataset, crisis=cast.aleppo, title="Shelling of a market", location=(0.5, 0.5),
        claims=[
            facts.claim("killed", 3, attributed_to="Observers"),
            facts.claim("killed", 7, attributed_to="Hospital", excerpt="سبعة قتلى"),
        ],
    )  # fmt: skip
    facts.incident(crisis=cast.aleppo, title="Bridge hit", location=(0.6, 0.6))
    return record


def test_a_conflict_is_settled_by_keyboard_and_the_map_shows_the_figure_chosen(
    reader, live_server, cast, sign_in, disagreed
):
    sign_in(reader, cast.cora)
    reader.goto(f"{live_server.url}/queue/?tab=differ")
    reader.keyboard.press("j")
    expect(reader.locator(".queue-row.is-at")).to_contain_text("Shelling of a market")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Shelling of a market")
    reader.wait_for_load_state()  # keys are heard once the page's modules have run
    number = reader.locator("[data-number]:not(:checked)").get_attribute("data-number")
    reader.keyboard.press(number)
    reader.keyboard.type("v d u: the later count.")
    reader.keyboard.press("Enter")
    expect(reader.locator(".done")).to_contain_text("The figure used has been chosen.")
    chosen = CasualtyClaim.objects.get(record=disagreed, is_adopted=True)
    assert CasualtyClaim.objects.filter(record=disagreed, decisions__reason="v d u: the later count.").get() == chosen
    assert Incident.objects.get(pk=disagreed.pk).verification == "unverified"

    reader.goto(live_server.url + MAP.format(disagreed.pk))
    detail = reader.locator("#detail")
    expect(detail.locator(".metric-used b")).to_have_text(str(chosen.best))
    expect(detail.locator(".metric-used")).to_contain_text("chosen by")


def test_z_takes_it_back(reader, live_server, cast, sign_in, disagreed):
    used = CasualtyClaim.objects.get(record=disagreed, is_adopted=True)
    sign_in(reader, cast.cora)
    reader.goto(f"{live_server.url}/queue/incident/{disagreed.pk}/?tab=differ")
    reader.keyboard.press(reader.locator("[data-number]:not(:checked)").get_attribute("data-number"))
    reader.keyboard.type("The later count.")
    reader.keyboard.press("Enter")
    expect(reader.locator(".done")).to_be_visible()
    reader.wait_for_load_state()
    reader.keyboard.press("z")
    expect(reader.locator(".done")).to_contain_text("Taken back.")
    assert CasualtyClaim.objects.get(record=disagreed, is_adopted=True) == used


def test_the_same_is_done_without_scripts(browser, live_server, cast, sign_in, disagreed):
    page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    sign_in(page, cast.cora)
    page.goto(f"{live_server.url}/queue/?tab=differ")
    page.get_by_role("link", name="Shelling of a market").click()
    page.locator("input[name=claim]:not(:checked)").check()
    page.locator("[data-choose] input[name=reason]").fill("The later count.")
    page.get_by_role("button", name="Use this figure").click()
    expect(page.locator(".done")).to_contain_text("The figure used has been chosen.")
    chosen = CasualtyClaim.objects.get(record=disagreed, is_adopted=True)
    assert chosen.decisions.get().reason == "The later count."
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".done")).to_contain_text("Taken back.")
    assert CasualtyClaim.objects.get(record=disagreed, is_adopted=True) != chosen
    page.context.close()


def test_records_are_selected_and_settled_together_by_keyboard(reader, live_server, cast, sign_in, disagreed):
    facts.incident(crisis=cast.aleppo, title="Road cut", location=(0.7, 0.7))
    sign_in(reader, cast.cora)
    reader.goto(f"{live_server.url}/queue/")
    expect(reader.locator("[data-bulk-bar]")).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        reader.keyboard.press(key)
    expect(reader.locator("[data-picked]")).to_have_text("2 selected")
    reader.locator("[data-bulk-act]").select_option("under_review")
    reader.locator("[data-bulk] input[name=reason]").fill("Asked.")
    reader.keyboard.press("Enter")
    expect(reader.locator(".done")).to_contain_text("2 records.")
    assert Incident.objects.filter(verification="under_review").count() == 2


def test_letters_open_an_act_and_ask_why_but_never_while_somebody_writes(reader, live_server, cast, sign_in, disagreed):
    sign_in(reader, cast.cora)
    reader.goto(f"{live_server.url}/queue/incident/{disagreed.pk}/")
    reader.keyboard.press("d")
    reason = reader.locator("details[data-act=dispute] input[name=reason]")
    expect(reason).to_be_focused()
    reader.keyboard.type("jkvurmz?")
    expect(reason).to_have_value("jkvurmz?")
    reader.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    reader.keyboard.press("?")
    expect(reader.locator("[data-keys] dl")).to_be_visible()
    reader.keyboard.press("Escape")
    reader.keyboard.press("v")
    expect(reader.locator("details[data-act=verify] select")).to_be_focused()


@pytest.mark.parametrize("language", ["en-GB", "ar"])
def test_it_fits_a_phone_and_is_made_for_thumbs(browser, live_server, cast, sign_in, disagreed, language):
    page = browser.new_context(locale=language, viewport=PHONE).new_page()
    sign_in(page, cast.cora)
    for address in ("/queue/", "/queue/?tab=differ", f"/queue/incident/{disagreed.pk}/"):
        page.goto(live_server.url + address)
        assert page.evaluate(SIDEWAYS) == 0
        assert page.evaluate(SMALL_TARGETS, TARGETS) == []
    page.context.close()
