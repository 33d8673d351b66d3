"""What records refer to: crises, infrastructure, areas, places, sources, code lists; and the long table of figures."""

import pytest

from apps.api.v1 import assets, claims, crises, places, provenance, registry
from apps.sources.models import Document
from tests.factories import facts
from tests.factories.geo import PlaceFactory, load_squareland
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


def names(fields):
    return {field.name for field in fields}


def test_each_list_has_exactly_the_columns_described_and_each_row_its_own_address(ask, cast, now):
    load_squareland(now=now)
    PlaceFactory(names={"en": "Idlib", "ar": "إدلب"})
    dataset = DatasetFactory()
    document = Document.objects.create(source=dataset.source, external_id="d", title="D", sha256="0", fetched_at=now)
    row = facts.incident(dataset=dataset, document=document, crisis=cast.aleppo, released=True, claims=[facts.claim()])
    row.parties.create(actor_id=None or actor().pk, role="side_a", sensitivity=0)
    facts.asset()
    located = {"location"}
    for path, fields, key in (
        ("crises", names(crises.FIELDS), "slug"),
        ("sources", names(provenance.SOURCE_FIELDS), "slug"),
        ("datasets", names(provenance.DATASET_FIELDS), "slug"),
        ("documents", names(provenance.DOCUMENT_FIELDS), "id"),
        ("organisations", names(registry.ORGANISATION_FIELDS), "id"),
        ("actors", names(registry.ACTOR_FIELDS), "id"),
        ("claims", names(claims.CLAIM_FIELDS), "id"),
        ("assets", names(assets.FIELDS) | located, "id"),
        ("areas", names(places.AREA_FIELDS) | located, "pcode"),
        ("places", names(places.PLACE_FIELDS) | located, "id"),
    ):
        listed = ask(path)["results"][0]
        assert set(listed) == fields, path
        single = ask(f"{path}/{listed[key]}")
        single.pop("became", None)
        assert single == listed, path
        assert ask(f"{path}/{missing(path)}", expect=404)["status"] == 404


def actor():
    from tests.factories.crises import ActorFactory

    return ActorFactory()


def missing(path):
    return {"crises": "nowhere", "sources": "nobody", "datasets": "nothing", "areas": "XX99", "places": 10**30}.get(
        path, "01a20000-0000-7000-8000-000000000000"
    )


def test_areas_come_with_outlines_as_geojson_and_with_label_points_as_json(ask, now):
    load_squareland(now=now)
    collection = ask("areas", format="geojson", level=1, country="ZZZ")
    assert {each["properties"]["pcode"] for each in collection["features"]} == {"ZZ01", "ZZ02"}
    assert {each["geometry"]["type"] for each in collection["features"]} == {"MultiPolygon"}
    (row,) = ask("areas", area="D-A")["results"]
    assert row["location"] == {"type": "Point", "coordinates": row["label_point"]}
    assert ask("areas", format="geojson", area="D-A", outline="none")["features"][0]["geometry"] is None


def test_areas_of_a_crisis_are_those_of_its_countries(ask, cast, now):
    load_squareland(now=now)
    assert ask("areas", crisis="aleppo")["results"] == []
    cast.aleppo.countries = ["ZZZ"]
    cast.aleppo.save()
    assert len(ask("areas", crisis="aleppo")["results"]) == 7


def test_names_of_areas_come_in_the_language_asked_for(ask, now):
    load_squareland(now=now)
    assert ask("areas/ZZ", lang="ar")["name"] == "بلاد المربعات"


def test_code_lists_say_what_codes_mean_and_whether_they_may_grow(ask):
    found = {row["name"]: row["may_grow"] for row in ask("vocabularies")["results"]}
    assert (found["metrics"], found["incident-categories"], found["verifications"]) == (True, True, False)
    for name in found:
        rows = ask(f"vocabularies/{name}")["results"]
        assert rows, name
        assert all(row["code"] and row["label"] for row in rows), name
    categories = {row["code"]: row for row in ask("vocabularies/incident-categories", lang="ar")["results"]}
    assert categories["FL"]["scheme"] == "glide"
    assert categories["FL"]["label"] == "فيضان"
    assert ask("vocabularies/nothing", expect=404)["status"] == 404


def test_the_long_table_holds_a_row_for_each_figure_whatever_it_stands_on(ask):
    facts.incident(released=True, claims=[facts.claim("killed", 3), facts.claim("killed", 7, attributed_to="B")])
    facts.moved(released=True)
    facts.status(released=True)
    rows = ask("claims")["results"]
    assert sorted(row["record_kind"] for row in rows) == ["asset_status", "displacement", "incident", "incident"]
    assert {row["value"] for row in rows} == {None, "closed"}
    assert len(ask("claims", metric="killed", is_adopted="true")["results"]) == 1
    assert len(ask("claims", kind="displacement")["results"]) == 1
    assert ask("claims", count="exact")["count"] == 4


def test_pages_of_the_long_table_meet_every_figure_once(ask):
    for number in range(3):
        facts.incident(released=True, claims=[facts.claim(), facts.claim("injured", number)])
    facts.status(released=True)
    whole = [row["id"] for row in ask("claims")["results"]]
    met, page = [], ask("claims", limit=2)
    while True:
        met += [row["id"] for row in page["results"]]
        if page["next"] is None:
            break
        page = ask("claims", limit=2, cursor=page["next"].split("cursor=")[1].split("&")[0])
    assert met == whole
    assert len(set(met)) == 7


def test_a_part_points_to_its_whole_also_from_another_page(ask):
    part = facts.claim("killed", 20, "at_least", group="civilians", key="part", part_of_key="whole")
    facts.incident(released=True, claims=[facts.claim("killed", 300, "more_than", key="whole"), part])
    (row,) = ask("claims", group="civilians")["results"]
    (whole,) = ask("claims", group="all")["results"]
    assert row["part_of"] == whole["id"]
