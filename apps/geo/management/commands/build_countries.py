"""Make the country file of the world edition from Natural Earth, with contested ground as apps.geo.status says.

Run once for a new release of Natural Earth; `load_countries` loads what this writes.
"""

import csv
import gzip
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from apps.geo.status import WITHOUT_NUMBER, ZONES
from apps.geo.topojson import features

DIRECTORY = Path(settings.SAMPLE_DIR) / "geo"


class Command(BaseCommand):
    """Write countries.geojson.gz and undetermined.geojson.gz."""

    help = "Build the country file of the world edition from Natural Earth"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the inputs and the outputs lie."""
        parser.add_argument("topology", type=Path, help="countries-50m.json of the npm package world-atlas")
        parser.add_argument("disputed", type=Path, help="Natural Earth 10m admin-0 disputed areas, GeoJSON")
        parser.add_argument("--sudan", type=Path, default=DIRECTORY / "sdn_admin0.geojson.gz", help="COD level 0")
        parser.add_argument("--directory", type=Path, default=DIRECTORY)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Stage, cut, write."""
        names = {row["iso2"]: row for row in _rows(options["directory"] / "country_codes.csv")}
        _stage_countries(json.loads(options["topology"].read_bytes()), names)
        sudan = json.loads(gzip.decompress(options["sudan"].read_bytes()))
        _stage_zones(json.loads(options["disputed"].read_bytes()), sudan)
        _cut_zones_out()
        countries = [
            {"iso2": iso2, **{key: names[iso2][key] for key in ("iso3", "name_en", "name_ar")}, "geometry": shape}
            for iso2, shape in _read("select iso2, st_asgeojson(shape, 4) from country order by iso2")
        ]
        zone_of = {zone.code: zone for zone in ZONES}
        undetermined = [
            {
                "code": code,
                "name_en": zone_of[code].name_en,
                "name_ar": zone_of[code].name_ar,
                "basis": zone_of[code].basis,
                "geometry": shape,
            }
            for code, shape in _read(
                "select code, st_asgeojson(shape, 4) from zone where belongs_to is null order by code"
            )
        ]
        _write(options["directory"] / "countries.geojson.gz", countries)
        _write(options["directory"] / "undetermined.geojson.gz", undetermined)
        self.stdout.write(f"{len(countries)} countries, {len(undetermined)} zones of undetermined status")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read(sql: str) -> list[tuple[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [(key, json.loads(shape)) for key, shape in cursor.fetchall()]


def _stage_countries(topology: dict[str, Any], names: dict[str, dict[str, str]]) -> None:
    """Table country(iso2, shape): one row a code."""
    by_number = {row["numeric"]: iso2 for iso2, row in names.items() if row["numeric"]}
    parts = []
    for feature in features(topology, "countries"):
        iso2 = by_number.get(feature["id"] or "") or WITHOUT_NUMBER.get(feature["properties"]["name"])
        if iso2:
            parts.append((iso2, json.dumps(feature["geometry"])))
    with connection.cursor() as cursor:
        cursor.execute("create temp table part (iso2 text, shape geometry) on commit drop")
        cursor.executemany(
            "insert into part values (%s, st_wrapx(st_wrapx("
            "st_makevalid(st_setsrid(st_geomfromgeojson(%s), 4326), 'method=structure'), 180, -360), -180, 360))",
            parts,
        )
        cursor.execute(
            "create temp table country on commit drop as select iso2, st_union(shape) as shape from part group by iso2"
        )


def _stage_zones(disputed: dict[str, Any], sudan: dict[str, Any]) -> None:
    """Table zone(code, belongs_to, shape)."""
    shapes = {feature["properties"]["BRK_A3"]: feature["geometry"] for feature in disputed["features"]}
    with connection.cursor() as cursor:
        cursor.execute("create temp table zone (code text, belongs_to text, shape geometry) on commit drop")
        for zone in ZONES:
            for key in zone.natural_earth:
                cursor.execute(
                    "insert into zone values (%s, %s, "
                    "st_makevalid(st_setsrid(st_geomfromgeojson(%s), 4326), 'method=structure'))",
                    [zone.code, zone.belongs_to, json.dumps(shapes[key])],
                )
        # Natural Earth's file leaves Hala'ib out: it is the Sudan's own line north of the 22nd parallel by the coast.
        cursor.execute(
            "insert into zone select 'halaib', null, st_collectionextract(st_intersection("
            "st_setsrid(st_geomfromgeojson(%s), 4326), st_makeenvelope(33, 22, 38, 24, 4326)), 3)",
            [json.dumps(sudan["features"][0]["geometry"])],
        )
        cursor.execute(
            "create temp table merged on commit drop as "
            "select code, belongs_to, st_union(shape) as shape from zone group by code, belongs_to"
        )
        cursor.execute("truncate zone")
        cursor.execute("insert into zone select * from merged")


def _cut_zones_out() -> None:
    """Take the zones out of all countries and give them to those they belong to.

    The zones are drawn finer than the countries. A country part that lies mostly in a zone goes with it whole, and so
    do the small fragments that cutting leaves beside a zone; otherwise a fringe of the de facto country would stay.
    """
    statements = (
        # Every polygon of a country that a zone touches, with the zone it mostly lies in, if any.
        """create temp table touched on commit drop as
        select iso2, part.geom as shape, (
            select zone.code from zone where st_intersects(zone.shape, part.geom)
                and st_area(st_intersection(zone.shape, part.geom)) > 0.5 * st_area(part.geom) limit 1) as code
        from country, st_dump(country.shape) as part
        where exists (select from zone where st_intersects(zone.shape, part.geom))""",
        """create temp table remainder on commit drop as
        select iso2, (st_dump(st_difference(shape, (select st_union(zone.shape) from zone)))).geom as shape
        from touched where code is null""",
        """create temp table fragment on commit drop as
        select shape, (select code from zone order by zone.shape <-> remainder.shape limit 1) as code
        from remainder where st_area(shape) < 0.05""",
        """update country set shape = kept.shape from (
            select country.iso2, (select st_union(shape) from (
                select part.geom as shape from st_dump(country.shape) as part
                where not exists (select from zone where st_intersects(zone.shape, part.geom))
                union all
                select shape from remainder where remainder.iso2 = country.iso2 and st_area(shape) >= 0.05) as piece
            ) as shape from country
        ) kept where kept.iso2 = country.iso2""",
        """update zone set shape = st_union(zone.shape, more.shape) from (
            select code, st_union(shape) as shape from (
                select code, shape from fragment union all select code, shape from touched where code is not null
            ) as piece group by code
        ) more where more.code = zone.code""",
        """update country set shape = coalesce(st_union(country.shape, owned.shape), owned.shape) from (
            select belongs_to, st_union(shape) as shape from zone where belongs_to is not null group by belongs_to
        ) owned where owned.belongs_to = country.iso2""",
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    """A gzipped FeatureCollection, the same bytes for the same rows."""
    collection = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": row.pop("geometry"), "properties": row} for row in rows],
    }
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
