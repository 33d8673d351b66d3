"""Filters of records: each narrows to what it says, in the crisis's own days, with the areas below."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest

from apps.access import actions as access
from apps.incidents import actions as incidents
from apps.records.drafts import StatusDraft
from tests.api.conftest import client_of
from tests.factories import facts
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def titles(ask, path="incidents", user=None, **query):
    return {row["title"] for row in ask(path, user, **query)["results"]}


@pytest.fixture
def three_days(cast):
    dataset = DatasetFactory()
    for title, first, last in (("27", 27, 27), ("27-29", 27, 29), ("30", 30, 30)):
        facts.incident(
            dataset=dataset,
            crisis=cast.aleppo,
            title=title,
            start_date=date(2024, 11, first),
            end_date=date(2024, 11, last),
            released=True,
        )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"since": "2024-11-28"}, {"27-29", "30"}),
        ({"until": "2024-11-29"}, {"27", "27-29"}),
        ({"since": "2024-11-27", "until": "2024-11-27"}, {"27", "27-29"}),
        ({"since": "2024-11-30", "until": "2024-11-30"}, {"30"}),
        # Midnight in Aleppo, three hours before UTC's.
        ({"since": "2024-11-29T21:00:00Z"}, {"30"}),
        ({"since": "2024-11-29T20:59:00Z"}, {"27-29", "30"}),
        ({"until": "2024-11-29T21:00:00Z"}, {"27", "27-29"}),
        ({"until": "2024-11-29T21:01:00Z"}, {"27", "27-29", "30"}),
        ({"until": "2024-11-30T00:00:00+03:00"}, {"27", "27-29"}),
    ],
)
def test_a_day_is_a_whole_local_day_and_a_moment_is_half_open(ask, three_days, query, found):
    assert titles(ask, crisis="aleppo", **query) == found


def test_hours_are_compared_where_they_are_known(ask):
    noon = datetime(2024, 11, 30, 12, tzinfo=UTC)
    facts.incident(title="Noon", started_at=noon, ended_at=noon, released=True)
    assert titles(ask, since="2024-11-30T12:00:00Z") == {"Noon"}
    assert titles(ask, since="2024-11-30T12:00:01Z") == set()
    assert titles(ask, until="2024-11-30T12:00:00Z") == set()
    assert titles(ask, until="2024-11-30T12:00:01Z") == {"Noon"}


def test_a_plus_sign_that_was_not_encoded_is_understood(three_days):
    response = client_of(None).get("/api/v1/incidents?crisis=aleppo&until=2024-11-30T00:00:00+03:00")
    assert {row["title"] for row in response.json()["results"]} == {"27", "27-29"}


def test_a_box_may_cross_the_antimeridian(ask):
    for title, place in (("Taveuni", (-179.9, -16.9)), ("Suva", (178.4, -18.1)), ("Nadi", (10.0, -17.8))):
        facts.incident(title=title, location=place, released=True)
    assert titles(ask, bbox="177,-20,-179,-10") == {"Taveuni", "Suva"}
    assert titles(ask, bbox="0,-20,20,-10") == {"Nadi"}


def test_an_area_includes_what_lies_below_and_commas_mean_or(ask, now):
    load_squareland(now=now)
    for title, place in (("A", (0.5, 0.5)), ("B", (0.5, 1.5)), ("C", (2.5, 0.5))):
        facts.incident(title=title, location=place, released=True)
    facts.incident(title="Province", area_code="ZZ01", location=None, location_accuracy="adm1", released=True)
    assert titles(ask, area="ZZ01") == {"A", "B", "Province"}
    assert titles(ask, area="D-A") == {"A"}
    assert titles(ask, area="D-A,ZZ02") == {"A", "C"}
    assert titles(ask, area="ZZZ") == {"A", "B", "C", "Province"}
    row = ask("incidents", area="D-A")["results"][0]
    assert (row["adm1_pcode"], row["adm1_name"], row["adm2_name"], row["area_edition"]) == (
        "ZZ01", "Area ZZ01", "Area D-A", "v2",
    )  # fmt: skip


def test_a_movement_is_found_by_either_end_or_by_the_one_asked_for(ask, now):
    edition = load_squareland(now=now)
    areas = {area.pcode: area for area in edition.areas.all()}
    facts.moved(
        title="Moved",
        location=(2.5, 0.5),
        released=True,
        fields={
            "measure": "flow", "category": "internal_displacements", "origin_area": areas["D-A"],
            "origin_accuracy": "adm2", "destination_area": areas["ZZ0101"], "destination_accuracy": "adm2",
        },
    )  # fmt: skip
    assert titles(ask, "displacement", area="ZZ01") == {"Moved"}
    assert titles(ask, "displacement", area="ZZ01", area_role="origin") == {"Moved"}
    assert titles(ask, "displacement", area="ZZ01", area_role="destination") == set()
    assert titles(ask, "displacement", area="ZZ02", area_role="destination") == {"Moved"}
    (row,) = ask("displacement")["results"]
    assert (row["origin_pcode"], row["destination_pcode"], row["origin_name"]) == ("D-A", "ZZ0101", "Area D-A")


def test_a_crisis_includes_its_children(ask, cast):
    cast.darfur.parent = cast.aleppo
    cast.darfur.save()
    facts.incident(title="Child", crisis=cast.darfur, released=True)
    facts.incident(title="Parent", crisis=cast.aleppo, released=True)
    assert titles(ask, crisis="aleppo") == {"Child", "Parent"}
    assert titles(ask, crisis="darfur") == {"Child"}


def test_codes_narrow_and_different_parameters_mean_and(ask, cast):
    facts.incident(title="Strike", released=True)
    facts.incident(title="Flood", released=True, fields={"category": "natural_hazard", "subcategory": "FL"})
    facts.incident(title="Offensive", released=True, fields={"kind": "situation"})
    assert titles(ask, category="natural_hazard") == {"Flood"}
    assert titles(ask, category="natural_hazard,explosions") == {"Strike", "Flood", "Offensive"}
    assert titles(ask, category="explosions", kind="event") == {"Strike"}
    assert titles(ask, subcategory="FL") == {"Flood"}
    assert titles(ask, verification="verified") == set()
    assert titles(ask, q="off") == {"Offensive"}


def test_sources_datasets_and_ids_narrow(ask):
    one = facts.incident(title="One", released=True)
    facts.incident(title="Two", released=True)
    assert titles(ask, source=one.source.slug) == {"One"}
    assert titles(ask, dataset=one.dataset.slug) == {"One"}
    assert titles(ask, ids=str(one.pk)) == {"One"}


@pytest.mark.django_db(transaction=True)
def test_updated_since_finds_changed_records_and_changed_figures_that_are_seen(ask, now):
    later = now + timedelta(hours=1)
    trusted = DatasetFactory(source=SourceFactory(releases_on_arrival=True))
    facts.incident(title="Old", dataset=trusted, sensitivity=0)
    row = facts.incident(title="Changed figure", dataset=trusted, sensitivity=0, claims=[facts.claim()])
    since = {"updated_since": later.isoformat()}
    assert titles(ask, **since) == set()
    for speaker, sensitivity, found in (("Held", 3, set()), ("Seen", 0, {"Changed figure"})):
        said = facts.claim("killed", 9, attributed_to=speaker, sensitivity=sensitivity)
        incidents.add_figures(incident=row, claims=[said], dataset=DatasetFactory(), by=None, now=later)
        assert titles(ask, **since) == found


def test_statuses_are_found_by_status_dispute_and_type(ask, now):
    row = facts.status(released=True, title="Airport")
    facts.status(of=facts.asset(type="road_segment", name="M5"), value="open", released=True, title="Road")
    assert titles(ask, "asset-status", status="closed") == {"Airport"}
    assert titles(ask, "asset-status", type="road_segment") == {"Road"}
    assert titles(ask, "asset-status", status="disputed") == set()
    other = StatusDraft(key="B", value="open", attributed_to="B", observed_at=now)
    access.add_statement(status=row, draft=other, dataset=DatasetFactory(), by=None, now=now)
    assert titles(ask, "asset-status", status="disputed") == {"Airport"}


def test_constraints_are_found_by_type_and_state(ask):
    facts.constraint(title="Permits", released=True)
    facts.constraint(title="Mines", released=True, fields={"type": "mines", "state": "ended"})
    assert titles(ask, "access-constraints", type="mines") == {"Mines"}
    assert titles(ask, "access-constraints", status="ongoing") == {"Permits"}


HOSTILE = (
    "\x00 \x00abc %s ' \" ; -- ٣ ９ 1e999 -1 99999999999999999999999999 NaN Infinity null None [] {} a,b ,, ../.. *"
)
PARAMETERS = [
    "bbox", "area", "crisis", "since", "until", "verification", "source", "dataset", "q", "updated_since", "ids",
    "kind", "category", "limit", "cursor", "order", "count", "known_at", "lang", "format",
]  # fmt: skip


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_no_text_breaks_a_parameter(parameter):
    client = client_of(None)
    for text in [*HOSTILE.split(" "), "x" * 3_000, "2024-13-45", "0001-01-01", "9999-12-31T23:59:59Z", "AAAA", "W10"]:
        response = client.get(f"/api/v1/incidents?{parameter}={quote(text)}")
        assert response.status_code in {200, 400}, (text, response.status_code)
        if response.status_code == 400:
            assert response["Content-Type"] == "application/problem+json"
            assert parameter in {error["parameter"] for error in response.json()["errors"]}


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("colour=red", "colour", "bbox"),
        ("verification=true", "verification", "disputed"),
        ("category=war", "category", "explosions"),
        ("crisis=atlantis", "crisis", "aleppo"),
        ("order=title", "order", "-start_date"),
        ("format=pdf", "format", "geojson"),
        ("count=all", "count", "exact"),
    ],
)
def test_a_bad_value_says_which_and_what_is_allowed(cast, query, parameter, allowed):
    response = client_of(None).get(f"/api/v1/incidents?{query}")
    body = response.json()
    assert (response.status_code, body["status"], body["title"]) == (400, 400, "Bad Request")
    (error,) = body["errors"]
    assert error["parameter"] == parameter
    assert allowed in error["allowed"]


@pytest.mark.parametrize(
    "box", ["1,2,3", "1,2,3,nan", "1,2,3,inf", "0,60,10,50", "-190,0,10,10", "0,-91,10,10", "a,b,c,d"]
)
def test_a_box_that_is_none_is_refused(ask, box):
    assert ask("incidents", expect=400, bbox=box)["errors"][0]["parameter"] == "bbox"


def test_every_bad_parameter_is_named_at_once(ask):
    errors = ask("incidents", expect=400, limit="0", bbox="x", colour="red")["errors"]
    assert {error["parameter"] for error in errors} == {"limit", "bbox", "colour"}


def test_broken_bytes_and_repeated_parameters_are_refused():
    client = client_of(None)
    for query in ("q=%ff%fe", "q=a%00b", "limit=1&limit=2", "%ff=1"):
        assert client.get(f"/api/v1/incidents?{query}").status_code == 400


def test_a_moment_needs_its_zone(ask):
    assert "zone" in ask("incidents", expect=400, since="2024-11-30T12:00:00")["errors"][0]["detail"]


def test_a_cursor_belongs_to_its_order(ask):
    for _ in range(2):
        facts.incident(released=True)
    cursor = ask("incidents", limit=1, order="-created_at")["next"].split("cursor=")[1].split("&")[0]
    assert ask("incidents", expect=400, cursor=cursor)["errors"][0]["parameter"] == "cursor"
