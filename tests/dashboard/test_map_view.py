"""The map's page as the server makes it."""

import json
import re

import pytest
from django.urls import reverse

from tests.factories.crises import CrisisFactory

pytestmark = pytest.mark.django_db


def page_of(response):
    text = re.search(r'<script id="page" type="application/json">(.*?)</script>', response.content.decode()).group(1)
    return json.loads(text)


@pytest.fixture
def visit(client):
    return lambda query="": client.get(reverse("dashboard:map") + query)


def test_anybody_may_open_the_map(visit):
    CrisisFactory(slug="aleppo", names={"en": "Aleppo"})
    response = visit()
    assert response.status_code == 200
    assert page_of(response)["crisis"] == "aleppo"


def test_the_map_opens_before_any_crisis_exists(visit):
    response = visit()
    assert response.status_code == 200
    assert page_of(response)["crises"] == []


def test_an_active_crisis_comes_before_a_closed_one(visit):
    CrisisFactory(slug="a-closed-one", status="closed")
    CrisisFactory(slug="darfur")
    assert page_of(visit())["crisis"] == "darfur"
    assert page_of(visit("?crisis=a-closed-one"))["crisis"] == "a-closed-one"


def test_an_exercise_is_not_shown_to_the_public(visit):
    CrisisFactory(slug="drill", status="exercise")
    assert page_of(visit("?crisis=drill"))["crises"] == []


def test_the_page_knows_the_crisis_s_days_extent_and_time_zone(visit):
    view = {"bbox": [35.6, 34.9, 38.2, 36.9], "since": "2024-11-27", "until": "2024-12-02"}
    CrisisFactory(
        slug="aleppo", names={"en": "Aleppo"}, default_view=view, time_zone="Asia/Damascus", map_notes="A note."
    )
    (crisis,) = page_of(visit())["crises"]
    assert crisis["bbox"] == view["bbox"]
    assert (crisis["since"], crisis["until"], crisis["time_zone"]) == ("2024-11-27", "2024-12-02", "Asia/Damascus")
    assert crisis["map_notes"] == "A note."


def test_names_are_in_the_reader_s_language(client, settings):
    CrisisFactory(slug="aleppo", names={"en": "Aleppo", "ar": "حلب"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    response = client.get(reverse("dashboard:map"))
    assert page_of(response)["crises"][0]["name"] == "حلب"
    assert 'dir="rtl"' in response.content.decode()


def test_every_inline_script_carries_the_nonce_that_the_policy_names(visit):
    response = visit()
    nonce = re.search(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"]).group(1)
    inline = re.findall(r"<script(?![^>]*(?:src=|application/json))([^>]*)>", response.content.decode())
    assert inline
    assert all(f'nonce="{nonce}"' in attributes for attributes in inline)
    assert "<style" not in response.content.decode()


def test_the_disclaimer_and_the_crisis_s_own_note_are_on_the_page(visit):
    CrisisFactory(slug="sudan", map_notes="The final boundary has not yet been determined.")
    text = visit().content.decode()
    assert "imply no opinion or endorsement" in text
    assert "The final boundary has not yet been determined." in text
