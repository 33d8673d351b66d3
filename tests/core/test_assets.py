"""The import map that lets plain modules reach hashed files."""

import json
import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from apps.core.templatetags import assets


@pytest.fixture(autouse=True)
def _forget_paths():
    assets._known_paths.cache_clear()
    yield
    assets._known_paths.cache_clear()


def rendered(request=None):
    return Template("{% load assets %}{% import_map %}").render(Context({"request": request}))


def parsed(text):
    return json.loads(re.search(r">(.*)</script>", text).group(1))["imports"]


def hashed(path):
    return f"/static/{path.replace('.js', '.abc123.js')}"


def test_the_map_carries_the_nonce_of_the_request():
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"
    assert '<script type="importmap" nonce="n0nce">' in rendered(request)


def test_plain_names_need_no_entry_and_packages_have_one():
    assert parsed(rendered()) == {"topojson-client/feature": "/static/npm/topojson-client/src/feature.js"}


def test_hashed_modules_are_reached_from_their_plain_address(monkeypatch):
    monkeypatch.setattr(assets, "static", hashed)
    imports = parsed(rendered())
    assert imports["/static/js/dashboard/state.js"] == "/static/js/dashboard/state.abc123.js"
    assert imports["topojson-client/feature"] == "/static/npm/topojson-client/src/feature.abc123.js"


def test_what_looks_like_markup_stays_inside_the_script(monkeypatch):
    monkeypatch.setattr(assets, "static", lambda path: "</script><b>")
    assert "</script><b>" not in rendered()


def test_a_folder_of_modules_can_be_fetched_early():
    text = Template('{% load assets %}{% module_preload "js/map" %}').render(Context())
    assert '<link rel="modulepreload" href="/static/js/map/symbols.js">' in text
    assert "js/dashboard" not in text
