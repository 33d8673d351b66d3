"""API keys, and how often one may ask."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisGone

from apps.accounts import actions as accounts
from apps.accounts.models import ApiKey
from apps.api import throttling
from tests.factories import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(cast):
    """Pavel's key, which reads."""
    return accounts.issue_key(user=cast.pavel, name="pull", scope="read", now=timezone.now())


def get(path="incidents", key=None, method="get", **headers):
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return getattr(Client(), method)(f"/api/v1/{path}", headers=headers)


def test_a_key_reads_what_its_owner_reads(cast, key):
    facts.incident(crisis=cast.aleppo, title="For partners")
    assert get().json()["results"] == []
    response = get(key=key[1])
    assert [row["title"] for row in response.json()["results"]] == ["For partners"]
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": timezone.now() - timedelta(days=1)},
        {"expires_at": timezone.now() - timedelta(days=1)},
        {"scopes": []},
        {"secret_hash": "0" * 64},
    ],
    ids=["revoked", "expired", "no scope", "other secret"],
)
def test_a_key_that_is_not_valid_is_refused_without_saying_why(key, change):
    ApiKey.objects.filter(pk=key[0].pk).update(**change)
    response = get(key=key[1])
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["detail"] == "The key is not valid."
    assert response["Cache-Control"] == "private, no-store"


def test_a_key_of_somebody_who_may_not_sign_in_is_refused(cast, key):
    cast.pavel.is_active = False
    cast.pavel.save()
    assert get(key=key[1]).status_code == 401


@pytest.mark.parametrize("text", ["", "osr_", "osr_00000000_x", "a b", "\xff", "osr_%00", "x" * 5_000])
def test_what_is_no_key_is_refused(text):
    assert get(Authorization=f"Bearer {text}").status_code == 401


def test_another_scheme_is_nobodys_key():
    assert get(Authorization="Basic dXNlcjpwYXNz").status_code == 200


def test_a_reading_key_does_not_write(key):
    response = get(key=key[1], method="post")
    assert response.status_code == 403


def test_only_reading_is_offered():
    assert get(method="delete").status_code in {401, 403, 405}
    assert get(method="head").status_code == 200


def test_an_answer_says_what_is_left_of_the_budget(settings):
    first, second = get(), get()
    assert first["RateLimit-Policy"] == '"anon";q=600;w=60'
    left = [int(each["RateLimit"].split("r=")[1].split(";")[0]) for each in (first, second)]
    assert left[0] == left[1] + 1


def test_a_budget_that_is_spent_answers_429_and_says_when_to_come_back(settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"anon": "2/day", "user": "3/day"}}
    assert [get().status_code for _ in range(3)] == [200, 200, 429]
    refused = get()
    assert refused["Content-Type"] == "application/problem+json"
    assert 0 < int(refused["Retry-After"]) <= 86_400
    assert "r=0" in refused["RateLimit"]


def test_people_have_a_budget_of_their_own(settings, cast, key):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"anon": "1/day", "user": "2/day"}}
    assert [get(key=key[1]).status_code for _ in range(3)] == [200, 200, 429]
    assert get().status_code == 200


def test_forwarded_addresses_are_believed_only_from_our_own_proxies(settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"anon": "1/day", "user": "1/day"}}
    assert get(**{"X-Forwarded-For": "203.0.113.1"}).status_code == 200
    assert get(**{"X-Forwarded-For": "203.0.113.2"}).status_code == 429
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert get(**{"X-Forwarded-For": "198.51.100.9, 203.0.113.3"}).status_code == 200
    assert get(**{"X-Forwarded-For": "198.51.100.8, 203.0.113.3"}).status_code == 429


def test_without_the_counter_nothing_is_served(monkeypatch):
    def gone(*args, **kwargs):
        raise RedisGone("refused")

    monkeypatch.setattr(caches["throttle"], "add", gone)
    response = get()
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert int(response["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("nonsense", "unknown")],
)
def test_an_ipv6_household_has_one_budget(address, network):
    assert throttling.network_of(address) == network


@pytest.mark.parametrize("text", ["600", "600/fortnight", "many/min", ""])
def test_a_rate_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="A rate reads"):
        throttling.rate(text)
