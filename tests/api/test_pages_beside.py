"""The schema, its page, the health of the process, and addresses that lead nowhere."""

import io

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as RedisGone

from apps.api import health

pytestmark = pytest.mark.django_db


def test_the_schema_is_whole_and_valid():
    out = io.StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=out)
    assert "openapi: 3.1.0" in out.getvalue()


def test_the_schema_is_served_and_names_every_address():
    schema = Client().get("/api/schema/").json()
    assert schema["openapi"] == "3.1.0"
    for path in ("incidents", "displacement", "access-constraints", "asset-status", "claims", "summary", "timeline"):
        assert f"/api/v1/{path}" in schema["paths"]
    names = {each["name"] for each in schema["paths"]["/api/v1/incidents"]["get"]["parameters"]}
    assert {"bbox", "area", "crisis", "known_at", "cursor", "limit", "category"} <= names


def test_the_page_of_the_schema_runs_no_script_of_its_own_in_the_page():
    response = Client().get("/api/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert 'data-schema="/api/schema/"' in page
    assert "swagger-ui-bundle" in page
    assert "https://" not in page
    assert "'unsafe-inline'" not in response["Content-Security-Policy"].split("script-src ")[1].split(";")[0]


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nowhere", "/api/v2/incidents", "/api/v1/incidents/1"])
def test_an_address_that_leads_nowhere_is_a_problem(path):
    response = Client().get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["title"] == "Not Found"


def test_a_format_nobody_offers_is_refused():
    response = Client().get("/api/v1/incidents", headers={"Accept": "text/csv"})
    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")


def test_a_living_process_says_so():
    assert Client().get("/livez").content == b"ok\n"


def test_a_process_is_ready_when_its_database_is():
    assert Client().get("/readyz").json() == {"status": "ok", "database": "ok", "redis": "ok"}


def test_without_redis_it_is_degraded_and_without_a_database_away(monkeypatch):
    def no_redis(*args, **kwargs):
        raise RedisGone("refused")

    def no_database(*args, **kwargs):
        raise OperationalError("refused")

    monkeypatch.setattr(caches["throttle"], "set", no_redis)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    monkeypatch.setattr(health, "MigrationExecutor", no_database)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "unavailable")
