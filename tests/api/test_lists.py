"""Lists of records: what a page holds, in which order, and that paging meets every row once."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.picture.facts import FACTS
from tests.api.conftest import client_of
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


def every_page(ask, path, **query):
    """The ids of all pages, in their order."""
    found, page = [], ask(path, **query)
    while True:
        found.extend(row["id"] for row in page["results"])
        if page["next"] is None:
            return found
        page = client_of(None).get(page["next"]).json()


def one_of_each():
    return {
        "incidents": facts.incident(released=True, claims=[facts.claim(), facts.claim("injured", 19)]),
        "displacement": facts.moved(released=True),
        "asset-status": facts.status(released=True),
        "access-constraints": facts.constraint(released=True),
    }


@pytest.mark.parametrize("resource", FACTS, ids=lambda each: each.code)
def test_a_row_has_exactly_the_columns_described(ask, resource):
    one_of_each()
    (row,) = ask(resource.code)["results"]
    assert set(row) == {field.name for field in resource.fields} | {"location"}


@pytest.mark.parametrize("resource", FACTS, ids=lambda each: each.code)
def test_a_feature_carries_the_same_columns_as_a_row(ask, resource):
    record = one_of_each()[resource.code]
    (feature,) = ask(resource.code, format="geojson")["features"]
    (row,) = ask(resource.code)["results"]
    location = row.pop("location")
    assert feature == {"type": "Feature", "id": str(record.pk), "geometry": location, "properties": row}
    assert location["type"] == "Point"


def test_accept_asks_for_geojson_too(ask):
    one_of_each()
    response = client_of(None).get("/api/v1/incidents", headers={"Accept": "application/geo+json"})
    assert response["Content-Type"] == "application/geo+json"
    assert response.json()["type"] == "FeatureCollection"


def test_the_newest_come_first_and_ties_are_settled_by_id(ask):
    dataset = DatasetFactory()
    days = [date(2024, 11, 29), date(2024, 11, 30), date(2024, 11, 29)]
    rows = [facts.incident(dataset=dataset, start_date=day, end_date=day, released=True) for day in days]
    expected = sorted(rows, key=lambda row: (row.start_date, row.pk), reverse=True)
    assert [row["id"] for row in ask("incidents")["results"]] == [str(row.pk) for row in expected]
    assert [row["id"] for row in ask("incidents", order="start_date")["results"]] == [
        str(row.pk) for row in reversed(expected)
    ]


@pytest.mark.parametrize("order", ["-start_date", "start_date", "-reported_at", "reported_at", "-created_at"])
def test_pages_of_any_size_meet_every_row_once_in_every_order(ask, order):
    dataset = DatasetFactory()
    for number in range(7):
        reported = None if number % 3 == 0 else facts.NOW - timedelta(hours=number % 2)
        facts.incident(dataset=dataset, released=True, reported_at=reported)
    whole = [row["id"] for row in ask("incidents", order=order)["results"]]
    assert len(whole) == 7
    for limit in (1, 2, 3, 7):
        assert every_page(ask, "incidents", order=order, limit=limit) == whole


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrivals=st.lists(st.integers(min_value=0, max_value=4), max_size=4), limit=st.integers(1, 3))
def test_rows_that_arrive_between_pages_shift_nothing(ask, arrivals, limit):
    dataset = DatasetFactory()

    def arrive(offset):
        day = facts.DAY + timedelta(days=offset)
        return str(facts.incident(dataset=dataset, start_date=day, end_date=day, released=True).pk)

    there = {arrive(offset) for offset in (0, 1, 1, 2, 4)}
    seen, page, waiting = [], ask("incidents", limit=limit, dataset=dataset.slug), list(arrivals)
    while True:
        seen.extend(row["id"] for row in page["results"])
        if page["next"] is None:
            break
        if waiting:
            arrive(waiting.pop())
        page = client_of(None).get(page["next"]).json()
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_a_count_is_given_only_when_it_is_asked_for(ask):
    one_of_each()
    assert "count" not in ask("incidents")
    assert ask("incidents", count="exact", limit=1)["count"] == 1


def test_a_list_takes_as_many_queries_for_a_hundred_rows_as_for_one(ask, cast, django_assert_max_num_queries):
    dataset = DatasetFactory()
    for _ in range(12):
        facts.incident(dataset=dataset, crisis=cast.aleppo, claims=[facts.claim(), facts.claim("injured", 2)])
    client = client_of(cast.cora)
    for limit in (1, 12):
        with django_assert_max_num_queries(15):
            assert len(client.get("/api/v1/incidents", {"limit": limit}).json()["results"]) == limit


def test_the_public_may_keep_a_public_answer_shortly_and_nobody_keeps_a_members(cast):
    facts.incident(crisis=cast.aleppo, released=True)
    public, own = client_of(None).get("/api/v1/incidents"), client_of(cast.pavel).get("/api/v1/incidents")
    assert public["Cache-Control"] == "public, max-age=30"
    assert own["Cache-Control"] == "private, no-store"
    for name in ("Accept", "Authorization", "Cookie", "Accept-Language"):
        assert name in public["Vary"]
        assert name in own["Vary"]


def test_labels_and_names_come_in_the_language_asked_for(ask):
    facts.incident(released=True)
    assert ask("incidents", lang="ar")["results"][0]["category_label"] == "انفجارات/عنف عن بعد"
    assert ask("incidents", lang="sw")["results"][0]["category_label"] == "Explosions/Remote violence"
