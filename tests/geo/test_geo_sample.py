"""The bundled ground: Syria's two editions, Sudan, the countries of the world, neighbourhoods, the gazetteer.

Loaded once for this module and removed after it; it takes some seconds.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from time import perf_counter
from typing import Any

import pytest
from django.contrib.gis.db.models import Union
from django.core.management import call_command
from django.db import connection

from apps.geo import actions
from apps.geo.drafts import PlaceDraft
from apps.geo.models import AdminArea, AreaLink, BoundaryEdition, Place
from apps.geo.queries import area_at, areas_at, descendants, find_places, resolve_code
from tests.factories.geo import geometry_of, load_sample_syria, load_sample_syria_2015, sample_features

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.timeout(300)  # the first test waits for the load
# Children first. Deleting, unlike truncating, cannot reach into the tables of other apps.
TABLES = ("placename", "place", "arealink", "areapiece", "undeterminedground", "adminarea", "boundaryedition")


def neighbourhoods() -> list[PlaceDraft]:
    drafts = []
    for feature in sample_features("syr_neighborhoods"):
        cells = feature["properties"]
        inside = geometry_of(feature["geometry"]).point_on_surface
        drafts.append(
            PlaceDraft(
                "neighbourhood",
                "cod-ab",
                cells["neighborhoodpcode"],
                {"en": cells["neighborhoodname_en"], "ar": cells["neighborhoodname_ar"]},
                (inside.x, inside.y),
                pcode=cells["neighborhoodpcode"],
                scheme="cod-ab-sy",
                parent_pcode=cells["adm3_pcode"],
            )
        )
    return drafts


@pytest.fixture(scope="module", autouse=True)
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        call_command("load_countries", verbosity=0)
        load_sample_syria_2015(now=NOW)
        load_sample_syria(now=NOW)
        actions.link_editions(
            older=BoundaryEdition.objects.get(version="2015"), newer=BoundaryEdition.objects.get(version="v02")
        )
        call_command("load_gazetteer", verbosity=0)
        actions.load_places(neighbourhoods())
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"delete from geo_{table}")


@pytest.fixture(autouse=True)
def database(db: None) -> None:
    """Every test here reads the module's ground."""


def country_at(lon: float, lat: float) -> str | None:
    found = area_at((lon, lat))
    return found.country_iso3 if found else None


@pytest.mark.parametrize(
    ("lon", "lat", "pcode"),
    [
        (37.16, 36.20, "SY020000"),
        (36.63, 35.93, "SY070000"),
        (36.30, 33.51, "SY010000"),
        (38.28, 34.55, "SY040500"),
    ],
)
def test_a_town_lies_in_its_subdistrict(lon: float, lat: float, pcode: str) -> None:
    found = area_at((lon, lat))
    assert found is not None
    assert found.pcode == pcode
    assert found.path_pcodes == ["SY", pcode[:4], pcode[:6], pcode]


def test_every_label_point_lies_in_its_own_area() -> None:
    areas = list(AdminArea.objects.current().filter(country_iso3="SYR").light())
    points = [(area.label_point.x, area.label_point.y) for area in areas]
    for level in range(4):
        answers = areas_at(points, max_level=level)
        wanted = [area.pk for area in areas if area.level == level]
        assert [answer for answer, area in zip(answers, areas, strict=True) if area.level == level] == wanted


def test_ten_thousand_points_take_less_than_five_seconds() -> None:
    random = Random(2)
    points = [(random.uniform(35.7, 42.3), random.uniform(32.4, 37.3)) for _ in range(10_000)]
    start = perf_counter()
    answers = areas_at(points)
    assert perf_counter() - start < 5
    assert len(answers) == len(points)
    assert sum(answer is not None for answer in answers) > 9_500


@pytest.mark.parametrize(
    ("place", "lon", "lat", "country"),
    [
        ("Simferopol", 34.10, 44.95, "UKR"),
        ("Sevastopol", 33.52, 44.60, "UKR"),
        ("Kerch", 36.47, 45.35, "UKR"),
        ("Taman, across the strait", 36.72, 45.21, "RUS"),
        ("Donetsk", 37.80, 48.00, "UKR"),
        ("Golan, Majdal Shams", 35.77, 33.27, "SYR"),
        ("Golan, Quneitra", 35.82, 33.125, "SYR"),
        ("Laayoune", -13.20, 27.15, "ESH"),
        ("Dakhla", -15.93, 23.70, "ESH"),
        ("Northern Nicosia", 33.36, 35.20, "CYP"),
        ("Hargeisa", 44.06, 9.56, "SOM"),
        ("Ramallah", 35.20, 31.90, "PSE"),
        ("Gaza", 34.46, 31.50, "PSE"),
        ("East Jerusalem", 35.235, 31.785, "PSE"),
        ("Sukhumi", 41.00, 43.00, "GEO"),
        ("Tiraspol", 29.63, 46.84, "MDA"),
        ("Pristina", 21.16, 42.66, "XKX"),
        ("Abyei", 28.43, 9.60, None),
        ("Hala'ib", 36.65, 22.22, None),
        ("Ilemi", 35.20, 4.90, None),
        ("Srinagar", 74.80, 34.08, None),
        ("Gilgit", 74.30, 35.90, None),
        ("Aksai Chin", 79.50, 35.00, None),
        ("Itanagar", 93.62, 27.08, None),
        ("Kunashir", 145.85, 44.03, None),
    ],
)
def test_contested_ground_is_never_given_to_whoever_controls_it(
    place: str, lon: float, lat: float, country: str | None
) -> None:
    assert country_at(lon, lat) == country, place


@pytest.mark.parametrize(
    ("lon", "lat", "country"),
    [
        (36.57, 36.27, "TUR"),
        (35.49, 33.82, "LBN"),
        (43.13, 36.34, "IRQ"),
        (177.5, 64.7, "RUS"),
        (-175.0, 66.0, "RUS"),
        (178.4, -18.1, "FJI"),
        (18.0, 66.0, "SWE"),
        (0.0, -80.0, "ATA"),
        (0.0, 0.0, None),
    ],
)
def test_elsewhere_the_world_edition_names_the_country(lon: float, lat: float, country: str | None) -> None:
    assert country_at(lon, lat) == country


def test_the_golan_is_in_quneitra_as_the_national_edition_draws_it() -> None:
    found = area_at((35.77, 33.27))
    assert found is not None
    assert found.adm1_pcode == "SY14"


def test_a_neighbourhood_lies_under_its_subdistrict_whatever_its_code() -> None:
    place = Place.objects.select_related("area").get(pcode="N0006")
    assert place.area is not None
    assert place.area.pcode == "SY010000"
    assert [area.pcode for area in resolve_code("N0006")] == ["SY010000"]
    under_damascus = Place.objects.filter(area__in=descendants("SY01"), kind="neighbourhood")
    assert place in under_damascus
    assert under_damascus.exclude(pcode__startswith="SY01").count() == under_damascus.count()


def test_two_editions_of_one_country_stand_side_by_side() -> None:
    counts = {
        version: AdminArea.objects.filter(edition__version=version, country_iso3="SYR").at_level(2).count()
        for version in ("2015", "v02")
    }
    assert counts == {"2015": 61, "v02": 62}
    assert AdminArea.objects.for_code("SY1006").count() == 1
    assert AdminArea.objects.current().for_code("SYR").get().edition.version == "v02"


def test_the_district_that_was_split_off_has_a_share_of_its_origin() -> None:
    shares = AreaLink.objects.filter(from_area__pcode="SY1002").order_by("-weight")
    assert [(link.to_area.pcode, link.relation) for link in shares] == [("SY1006", "split"), ("SY1002", "split")]
    assert sum(link.weight for link in shares) == Decimal(1)
    assert AreaLink.objects.filter(relation="same").count() > 60


@pytest.mark.parametrize("level", [1, 2, 3])
def test_outlines_leave_no_gap_and_no_overlap(level: int) -> None:
    areas = AdminArea.objects.current().filter(country_iso3="SYR", level=level)
    for column in ("outline_mid", "outline_low"):
        shapes = [getattr(area, column) for area in areas.only(column)]
        whole = areas.aggregate(whole=Union(column))["whole"]
        parts = [whole] if whole.geom_type == "Polygon" else list(whole)
        assert sum(len(part) - 1 for part in parts) == 0, "a gap would be a hole"
        assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-6)
        assert all(shape.valid for shape in shapes)


@pytest.mark.parametrize("text", ["Idlib", "Idleb", "ادلب", "إدلب"])
def test_idlib_is_found_by_its_spellings(text: str) -> None:
    assert find_places(text, country="SYR")[0].place.external_id == "169389"


@pytest.mark.parametrize("text", ["Aleppo", "Halab", "Haleb", "حلب", "Ḩalab"])
def test_aleppo_is_found_by_its_spellings(text: str) -> None:
    assert find_places(text)[0].place.external_id == "170063"


def test_loading_the_same_files_again_changes_nothing() -> None:
    before = dict(BoundaryEdition.objects.values_list("pk", "loaded_at"))
    call_command("load_countries", verbosity=0)
    assert (load_sample_syria(now=datetime(2027, 1, 1, tzinfo=UTC), levels=1).unchanged) == 15
    assert dict(BoundaryEdition.objects.values_list("pk", "loaded_at")) == before
