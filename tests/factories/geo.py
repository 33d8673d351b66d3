"""Ground for tests: a small invented country made of squares, single rows, and the bundled sample's files."""

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import factory
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon

from apps.geo import actions
from apps.geo.drafts import AreaDraft, EditionDraft, LoadOutcome
from apps.geo.models import AdminArea, BoundaryEdition, Place

SAMPLE = Path(__file__).resolve().parents[2] / "apps" / "dashboard" / "sample" / "geo"


def square(west: float, south: float, width: float = 1.0, height: float | None = None) -> dict[str, Any]:
    """A GeoJSON polygon, counter-clockwise from the south-west corner."""
    east, north = west + width, south + (width if height is None else height)
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def edition_draft(**changes: Any) -> EditionDraft:
    """The current edition of Squareland (ZZZ), a country of 4 × 2 degrees with its corner at 0, 0."""
    fields: dict[str, Any] = {
        "country_iso3": "ZZZ",
        "country_pcode": "ZZ",
        "version": "v2",
        "title": "Squareland v2",
        "licence": "CC BY-IGO",
        "attribution": "Surveyors of Squareland",
        "valid_on": date(2020, 1, 1),
    }
    return EditionDraft(**{**fields, **changes})


def area_draft(level: int, pcode: str, parent: str | None, geometry: Mapping[str, Any], **names: str) -> AreaDraft:
    """One area; its English name is the code unless told otherwise."""
    return AreaDraft(
        level=level, pcode=pcode, names={"en": f"Area {pcode}", **names}, geometry=geometry, parent_pcode=parent
    )


def squareland() -> list[AreaDraft]:
    """The country, two provinces, four districts. District codes do not start with their province's code."""
    return [
        area_draft(0, "ZZ", None, square(0, 0, 4, 2), ar="بلاد المربعات"),
        area_draft(1, "ZZ01", "ZZ", square(0, 0, 2)),
        area_draft(1, "ZZ02", "ZZ", square(2, 0, 2)),
        area_draft(2, "D-A", "ZZ01", square(0, 0, 2, 1)),
        area_draft(2, "D-B", "ZZ01", square(0, 1, 2, 1)),
        area_draft(2, "ZZ0101", "ZZ02", square(2, 0, 2, 1)),
        area_draft(2, "D-D", "ZZ02", square(2, 1, 2, 1)),
    ]


def load_squareland(*, now: datetime, **changes: Any) -> BoundaryEdition:
    """Squareland with pieces and outlines, as a load makes it."""
    draft = edition_draft(**changes)
    actions.load_edition(edition=draft, areas=squareland(), now=now)
    return BoundaryEdition.objects.get(country_iso3=draft.country_iso3, version=draft.version)


class BoundaryEditionFactory(factory.django.DjangoModelFactory[BoundaryEdition]):
    """An edition without areas."""

    class Meta:
        model = BoundaryEdition

    country_iso3 = "ZZZ"
    country_pcode = "ZZ"
    version = factory.Sequence(lambda n: f"v{n}")
    title = factory.LazyAttribute(lambda edition: f"Squareland {edition.version}")
    licence = "CC BY-IGO"
    attribution = "Surveyors of Squareland"
    is_current = False


class AdminAreaFactory(factory.django.DjangoModelFactory[AdminArea]):
    """One area of one square degree. Look-ups by point do not see it: use `load_squareland` for those."""

    class Meta:
        model = AdminArea

    edition = factory.SubFactory(BoundaryEditionFactory)
    level = 1
    pcode = factory.Sequence(lambda n: f"ZZ{n:04}")
    names = factory.LazyAttribute(lambda area: {"en": f"Area {area.pcode}"})
    country_iso3 = factory.SelfAttribute("edition.country_iso3")
    adm0_pcode = factory.SelfAttribute("edition.country_pcode")
    adm1_pcode = factory.SelfAttribute("pcode")
    boundary = factory.LazyFunction(lambda: MultiPolygon(Polygon.from_bbox((0, 0, 1, 1)), srid=4326))
    outline_mid = factory.SelfAttribute("boundary")
    outline_low = factory.SelfAttribute("boundary")
    label_point = factory.LazyFunction(lambda: Point(0.5, 0.5, srid=4326))
    area_sqkm = 12_309.0
    fingerprint = factory.Sequence(str)


class PlaceFactory(factory.django.DjangoModelFactory[Place]):
    """A settlement without spellings. Search does not find it: use `actions.load_places` for that."""

    class Meta:
        model = Place

    kind = Place.Kind.SETTLEMENT
    names = factory.Sequence(lambda n: {"en": f"Place {n}"})
    location = factory.LazyFunction(lambda: Point(0.5, 0.5, srid=4326))
    source = "test"
    external_id = factory.Sequence(str)


def sample_features(name: str) -> list[dict[str, Any]]:
    """Features of one file of the bundled sample."""
    features: list[dict[str, Any]] = json.loads(gzip.decompress((SAMPLE / f"{name}.geojson.gz").read_bytes()))[
        "features"
    ]
    return features


def sample_areas(name: str, level: int) -> Iterator[AreaDraft]:
    """Areas of a COD layer of the sample, current schema."""
    for feature in sample_features(name):
        cells = feature["properties"]
        names = {"en": cells[f"adm{level}_name"], "ar": cells.get(f"adm{level}_name1", "")}
        yield AreaDraft(
            level=level,
            pcode=cells[f"adm{level}_pcode"],
            names={language: text for language, text in names.items() if text},
            geometry=feature["geometry"],
            parent_pcode=cells[f"adm{level - 1}_pcode"] if level else None,
        )


def sample_areas_2015(name: str, level: int) -> Iterator[AreaDraft]:
    """Areas of Syria's layers of 2015, whose columns have other names and which have no level 0."""
    for feature in sample_features(name):
        cells = feature["properties"]
        names = {"en": cells["NAME_EN"], "ar": cells["NAME_ARA"]}
        yield AreaDraft(
            level=level,
            pcode=cells["PCODE"],
            names=names,
            geometry=feature["geometry"],
            parent_pcode=cells["HRPARENT"],
        )


def load_sample_syria(*, now: datetime, levels: int = 3) -> LoadOutcome:
    """Syria v02, levels 0 to `levels`."""
    files = ["syr_admin0", "syr_admin1", "syr_admin2", "syr_admin3_polygonized"]
    drafts = [draft for level in range(levels + 1) for draft in sample_areas(files[level], level)]
    edition = edition_draft(country_iso3="SYR", country_pcode="SY", version="v02", title="Syria v02")
    return actions.load_edition(edition=edition, areas=drafts, now=now)


def load_sample_syria_2015(*, now: datetime) -> LoadOutcome:
    """Syria 2015, levels 1 and 2: 14 governorates and 61 districts."""
    drafts = [*sample_areas_2015("syr_admin1_2015", 1), *sample_areas_2015("syr_admin2_2015", 2)]
    edition = edition_draft(
        country_iso3="SYR", country_pcode="SY", version="2015", title="Syria 2015", is_current=False
    )
    return actions.load_edition(edition=edition, areas=drafts, now=now)


def geometry_of(geojson: Mapping[str, Any]) -> GEOSGeometry:
    """A GEOS geometry from GeoJSON."""
    return GEOSGeometry(json.dumps(geojson), srid=4326)
