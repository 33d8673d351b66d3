"""COD-AB layers in the current schema and the older ones."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from apps.connectors.cod_ab import outline, parse
from apps.core.payloads import Malformed

PAYLOADS = Path(__file__).parent / "payloads"
SQUARE = [[36.0, 35.0], [37.0, 35.0], [37.0, 36.0], [36.0, 36.0], [36.0, 35.0]]


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.geojson").read_bytes()


def layer(*features: tuple[dict[str, Any], object], **members: object) -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": columns, "geometry": geometry} for columns, geometry in features
            ],
            **members,
        }
    ).encode()


def district(**columns: object) -> dict[str, Any]:
    return {
        "adm2_name": "Harim", "adm2_name1": "حارم", "adm2_pcode": "SY0703", "adm1_name": "Idleb", "adm1_pcode": "SY07",
        "adm0_name": "Syrian Arab Republic", "adm0_pcode": "SY", "lang": "en", "lang1": "ar", "version": "v02",
        "valid_on": "2020-12-17", "valid_to": None, **columns,
    }  # fmt: skip


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("name", "level", "parents"),
    [
        ("syr_admin0", 0, {""}),
        ("syr_admin1", 1, {"SY"}),
        ("syr_admin2", 2, {"SY02", "SY07"}),
        ("sdn_admin1", 1, {"SD"}),
    ],
)
def test_each_level_names_its_parent(name: str, level: int, parents: set[str]) -> None:
    parsed = parse.areas(payload(name))

    assert not parsed.rejects
    assert parsed.is_complete
    assert {item.level for item in parsed.items} == {level}
    assert {item.parent_pcode for item in parsed.items} == parents


def test_an_area_has_its_names_by_language_its_edition_and_its_outline() -> None:
    aleppo = next(item for item in parse.areas(payload("syr_admin1")).items if item.pcode == "SY02")

    assert aleppo.names == {"en": "Aleppo", "ar": "حلب"}
    assert (aleppo.version, aleppo.valid_on, aleppo.valid_to) == ("v02", date(2020, 12, 17), None)
    assert aleppo.outline is not None
    assert aleppo.outline["type"] == "MultiPolygon"
    assert aleppo.center == (37.39516317, 36.14689671)
    assert (aleppo.country_pcode, aleppo.country_iso3) == ("SY", "")


def test_the_country_itself_gives_both_of_its_codes() -> None:
    country = parse.areas(payload("syr_admin0")).items[0]

    assert (country.pcode, country.country_iso3) == ("SY", "SYR")


def test_sub_districts_made_from_lines_and_points_read_like_the_official_layers() -> None:
    parsed = parse.areas(payload("syr_admin3_polygonized"))

    dana = next(item for item in parsed.items if item.pcode == "SY070301")
    assert (dana.level, dana.parent_pcode, dana.names["en"]) == (3, "SY0703", "Dana")


def test_the_schema_of_2015_reads_with_level_and_parent() -> None:
    governorates = parse.areas(payload("syr_admin1_2015")).items
    districts = parse.areas(payload("syr_admin2_2015")).items

    assert {(item.level, item.parent_pcode, item.country_pcode) for item in governorates} == {(1, "SY", "SY")}
    assert {(item.level, item.parent_pcode) for item in districts} == {(2, "SY07")}
    harim = next(item for item in districts if item.pcode == "SY0703")
    assert harim.names == {"en": "Harim", "ar": "حارم"}
    assert (harim.version, harim.valid_on) == ("", None)


def test_the_schema_of_upper_case_columns_by_language_reads_too() -> None:
    columns = {
        "ADM1_EN": "Idleb", "ADM1_AR": "إدلب", "ADM1_PCODE": "SY07", "ADM1_REF": "Idlib", "ADM0_EN": "Syria",
        "ADM0_PCODE": "SY", "validOn": 1_576_108_800_000, "validTo": None,
    }  # fmt: skip

    area = parse.areas(layer((columns, polygon(SQUARE)))).items[0]

    assert (area.level, area.pcode, area.parent_pcode, area.country_pcode) == (1, "SY07", "SY", "SY")
    assert (area.names, area.ref_name) == ({"en": "Idleb", "ar": "إدلب"}, "Idlib")
    assert area.valid_on == date(2019, 12, 12), "map services write days as milliseconds"


def test_the_parent_comes_from_its_column_not_from_the_codes_first_letters() -> None:
    area = parse.areas(layer((district(adm2_pcode="X9", adm1_pcode="SY07"), polygon(SQUARE)))).items[0]

    assert (area.pcode, area.parent_pcode) == ("X9", "SY07")


def test_label_points_name_areas_without_outlines() -> None:
    parsed = parse.label_points(payload("syr_adminpoints"))

    assert not parsed.rejects
    assert all(item.outline is None and item.center for item in parsed.items)
    assert {item.level for item in parsed.items} == {0, 1, 2, 3}
    dana = next(item for item in parsed.items if item.pcode == "SY070301")
    assert (dana.parent_pcode, dana.names["en"]) == ("SY0703", "Dana")


def test_capitals_go_by_the_code_of_their_area() -> None:
    parsed = parse.capitals(payload("syr_admincapitals"))

    assert not parsed.rejects
    damascus = next(item for item in parsed.items if item.key == "capital-0-SY")
    assert (damascus.kind, damascus.names, damascus.location) == (
        "settlement",
        {"en": "Damascus"},
        (36.27671, 33.517175),
    )
    saraqab = next(item for item in parsed.items if item.names["en"] == "Saraqab")
    assert (saraqab.parent_pcode, saraqab.pcode, saraqab.scheme) == ("SY070003", "", "")


def test_neighbourhoods_lie_in_a_community_and_a_sub_district() -> None:
    parsed = parse.neighbourhoods(payload("syr_neighborhoods"))

    assert not parsed.rejects
    place = next(item for item in parsed.items if item.key == "N0006")
    assert (place.kind, place.pcode, place.scheme) == ("neighbourhood", "N0006", "cod-ab-sy")
    assert place.names == {"en": "Asad Addein", "ar": "أسد الدين"}
    assert (place.parent_pcode, place.community_pcode) == ("SY010000", "C1001")
    assert place.community_names == {"en": "Damascus", "ar": "دمشق"}
    assert any(item.aliases for item in parsed.items)


def test_a_neighbourhood_stands_at_a_point_inside_its_outline() -> None:
    for item in parse.neighbourhoods(payload("syr_neighborhoods")).items:
        lon, lat = item.location
        assert 35 < lon < 42
        assert 32 < lat < 38


@pytest.mark.parametrize(
    ("columns", "geometry", "reason"),
    [
        ({"adm2_pcode": None, "adm1_pcode": None, "adm0_pcode": None}, polygon(SQUARE), '"pcode" is missing.'),
        ({"adm2_pcode": "SY 07; drop"}, polygon(SQUARE), "\"pcode\" 'SY 07; drop' is not a P-code."),
        ({"adm1_pcode": None}, polygon(SQUARE), '"adm1_pcode" is missing.'),
        ({"adm2_name": None, "adm2_name1": ""}, polygon(SQUARE), "It has no name."),
        ({}, None, "The outline is missing."),
        ({}, {"type": "Point", "coordinates": [36, 35]}, "The outline is not a polygon."),
        ({}, polygon(), "The outline is not a polygon."),
        ({}, {"type": "MultiPolygon", "coordinates": [[]]}, "The outline has a part without rings."),
        ({}, polygon(SQUARE[:3]), "The outline has a ring of fewer than four corners."),
        ({}, polygon(SQUARE[:4]), "The outline has a ring that is not closed."),
        (
            {},
            polygon([*SQUARE[:2], [37.0], *SQUARE[3:]]),
            "The outline has a corner that is not a pair of numbers.",
        ),
        ({}, polygon([[x + 180, y] for x, y in SQUARE]), "The outline has a corner out of range."),
        ({}, polygon([[35.0, 136.0], *SQUARE]), "The outline's latitudes and longitudes look swapped."),
        ({"valid_on": "9999-12-17"}, polygon(SQUARE), "Year 9999 is out of bounds (1900 to 2099)."),
        ({"center_lon": 10.0, "center_lat": 35.5}, polygon(SQUARE), "The centre lies outside the outline."),
        (
            {"center_lon": 36.0, "center_lat": 39.9},
            polygon([[x + 3.9, y] for x, y in SQUARE]),
            "The centre lies outside the outline (latitude and longitude look swapped).",
        ),
    ],
)
def test_one_bad_area_is_refused_and_the_others_stay(
    columns: dict[str, Any], geometry: dict[str, Any] | None, reason: str
) -> None:
    good = district(adm2_pcode="SY0705", adm2_name="Ariha")

    parsed = parse.areas(layer((district(**columns), geometry), (good, polygon(SQUARE))))

    assert [reject.reason for reject in parsed.rejects] == [reason]
    assert [item.pcode for item in parsed.items] == ["SY0705"]


def test_one_code_for_two_outlines_is_refused() -> None:
    other = [[x, y + 1] for x, y in SQUARE]

    parsed = parse.areas(layer((district(), polygon(SQUARE)), (district(), polygon(other))))

    assert len(parsed.items) == 1
    assert parsed.rejects[0].key == "SY0703"


def test_things_that_are_no_features_are_refused_one_by_one() -> None:
    body = json.dumps({"features": [None, "x", {"type": "Feature"}, {"properties": [1]}]}).encode()

    parsed = parse.areas(body)

    assert len(parsed.rejects) == 4
    assert not parsed.items


@pytest.mark.parametrize("members", [{"exceededTransferLimit": True}, {"properties": {"exceededTransferLimit": True}}])
def test_a_layer_that_stopped_at_the_services_limit_is_not_complete(members: dict[str, object]) -> None:
    body = layer((district(), polygon(SQUARE)), **members)

    assert not parse.areas(body).is_complete
    assert not parse.is_last(body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The answer is empty."),
        (b"<!doctype html><p>Sign in", "The answer is a web page, not JSON."),
        (b'{"type": "FeatureCollection", "features": [{"type"', "The answer is not valid JSON, or was cut off."),
        (b'{"error": {"code": 400, "message": "Invalid URL"}}', "The map service answers: Invalid URL."),
        (b'{"error": "down"}', "The map service answers: down."),
        (b'{"type": "FeatureCollection"}', "The answer is not a GeoJSON layer."),
        (b"[]", "The answer is not a GeoJSON layer."),
        (
            b'{"crs": {"properties": {"name": "EPSG:3857"}}, "features": []}',
            "The layer is not in longitudes and latitudes",
        ),
        (b'{"features": ["\xe9"]}', "The answer is not UTF-8 text."),
        (b'{"features": ["\x00"]}', "The answer contains NUL characters."),
    ],
)
def test_an_unreadable_layer_says_why(body: bytes, reason: str) -> None:
    for read in (parse.areas, parse.label_points, parse.capitals, parse.neighbourhoods):
        with pytest.raises(Malformed) as caught:
            read(body)
        assert str(caught.value).startswith(reason)


def test_the_point_of_a_horseshoe_lies_in_the_horseshoe() -> None:
    horseshoe = [
        [0.0, 0.0],
        [9.0, 0.0],
        [9.0, 9.0],
        [8.0, 9.0],
        [8.0, 1.0],
        [1.0, 1.0],
        [1.0, 9.0],
        [0.0, 9.0],
        [0.0, 0.0],
    ]
    shape = outline.polygons(polygon(horseshoe))

    lon, lat = outline.point_inside(shape)

    assert 0 < lat < 9
    assert 0 < lon < 1 or 8 < lon < 9 or lat < 1


def test_the_point_of_a_ring_does_not_fall_into_its_hole() -> None:
    hole = [[36.25, 35.25], [36.75, 35.25], [36.75, 35.75], [36.25, 35.75], [36.25, 35.25]]
    lon, lat = outline.point_inside(outline.polygons(polygon(SQUARE, hole)))

    assert not (36.25 < lon < 36.75 and 35.25 < lat < 35.75)
    assert outline.contains((36.0, 35.0, 37.0, 36.0), (lon, lat), margin=0)


def test_the_point_of_several_parts_lies_in_the_largest() -> None:
    island = [[38.0, 35.0], [38.1, 35.0], [38.1, 35.1], [38.0, 35.0]]
    shape = {"type": "MultiPolygon", "coordinates": [[island], [SQUARE]]}

    assert outline.point_inside(outline.polygons(shape)) == (36.5, 35.5)


def test_a_part_without_ground_still_has_a_point() -> None:
    line = [[36.0, 35.0], [37.0, 35.0], [36.0, 35.0], [36.0, 35.0]]

    assert outline.point_inside(outline.polygons(polygon(line))) == (36.0, 35.0)
