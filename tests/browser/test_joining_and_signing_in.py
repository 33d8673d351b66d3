"""Setting up a second factor, and joining by invitation, as people do it: on a phone, without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.cast import PASSWORD, assemble
from tests.signing_in import SECRET, code, with_factor

PHONE = {"width": 390, "height": 844}
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def cast(live_server, settings):
    """The cast, outside the demo."""
    settings.DEMO = False
    return assemble()


@pytest.fixture
def phone(browser, live_server):
    """A phone whose browser runs no scripts, at an address of the site."""

    def at(path, **options):
        page = browser.new_context(viewport=PHONE, java_script_enabled=False, **options).new_page()
        page.set_default_timeout(15_000)
        page.goto(live_server.url + path)
        return page

    yield at
    for context in browser.contexts:
        context.close()


def sign_in(page, name, password=PASSWORD):
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").click()


def test_a_coordinator_sets_up_a_second_factor_and_signs_in_with_it(cast, phone):
    page = phone(reverse("crises:members", args=["aleppo"]))
    sign_in(page, "cora")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    page.locator("[name=code]").fill(code(page.locator("#authenticator_secret").input_value()))
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="go on").click()
    page.goto(page.url.rstrip("/") + reverse("crises:members", args=["aleppo"]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")


def test_somebody_invited_becomes_a_member(cast, phone, settings):
    with_factor(cast.cora)
    page = phone(reverse("crises:members", args=["aleppo"]))
    sign_in(page, "cora")
    page.locator("[name=code]").fill(code(SECRET))
    page.locator("main form button[type=submit]").first.click()
    page.locator("[name=email]").fill("nour@example.org")
    page.get_by_role("button", name="Invite").click()
    link = page.locator(".once").inner_text()

    theirs = phone("/" + link.split("/", 3)[3], locale="ar")
    expect(theirs.locator("html")).to_have_attribute("dir", "rtl")
    for name, text in (("username", "nour"), ("password", "four words apart here"), ("again", "four words apart here")):
        theirs.locator(f"[name={name}]").fill(text)
    theirs.locator("[name=keeps_to_it]").check()
    theirs.locator("main form button[type=submit]").click()
    sign_in(theirs, "nour", "four words apart here")
    expect(theirs.locator(".brand")).to_be_visible()
    page.goto(page.url.replace("invitations", "members"))
    expect(page.get_by_role("cell", name="nour")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desk"])
def test_no_page_is_wider_than_its_screen(cast, reader, live_server, settings, viewport):
    settings.DEMO = True
    reader.set_viewport_size(viewport)
    reader.goto(live_server.url + reverse("account_login"))
    assert reader.evaluate(SIDEWAYS) == 0
    sign_in(reader, "cora")
    pages = ["account_change_password", "account_email", "mfa_index", "mfa_activate_totp", "usersessions_list"]
    own = ["accounts:account", "crises:keys"]
    of_aleppo = [reverse(f"crises:{name}", args=["aleppo"]) for name in ("members", "crisis-keys", "audit", "protocol")]
    for path in [*map(reverse, pages), *map(reverse, own), *of_aleppo]:
        response = reader.goto(live_server.url + path)
        assert (path, response.status, reader.evaluate(SIDEWAYS)) == (path, 200, 0)
