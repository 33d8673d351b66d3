"""Build the offline base map in static/map/ from Natural Earth (public domain).

    python script/build_basemap.py DIRECTORY

DIRECTORY holds countries-50m.json and land-10m.json (world-atlas), ne_50m_admin_0_boundary_lines_land.json and
ne_10m_admin_0_disputed_areas.json. Written:

- boundaries.json  GeoJSON lines; `class` is international | disputed | undetermined, `between` the ISO 3166 codes of
  both sides, `place` the name of a disputed place
- land.json        TopoJSON, one object `land`, without any border, for the world and regions
- land/<column>_<row>.json  the same, finer, in squares counted from 180° west and 90° south; land/index.json names them
- labels.json      country names with a point each: UN members and observers, and Western Sahara

basemap_rules.py says which lines are international boundaries, and why.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from basemap_rules import CLASSES, DRAWN, INTERNATIONAL, ISO, LABELS_LEFT_OUT, OUTLINES, RULES, UN_NAMES, UNNUMBERED
from django.contrib.gis.geos import GEOSGeometry, LineString, Polygon

OUTPUT = Path(__file__).resolve().parent.parent / "static" / "map"
NEAR = 0.03  # degrees within which a line touches a country: both come from the same 1:50m drawing
LINE_TOLERANCE = 0.008  # degrees, about 900 m: finer than the 1:50m drawing itself
WORLD_STEP, WORLD_TOLERANCE = 0.02, 0.03  # degrees: the grid of the world's land, and how far its coast may be off
SQUARE_STEP, SQUARE_TOLERANCE = 0.004, 0.004
SQUARE = 15  # degrees
OVERLAP = 0.05  # degrees by which squares overlap, so that no seam shows between them
HALF_WORLD, POLE = 180, -89  # degrees
MOVES_OF_A_RING = 3  # fewer enclose nothing
SHORTEST_OUTLINE = 0.2  # degrees: shorter remains of an outline are where two scales disagree
SMALLEST_ISLAND = 0.0004  # square degrees, about 5 km2
SMALLEST_ISLET = 0.00002


class Country(NamedTuple):
    """A polygon of the world file: its two-letter and three-letter code, empty where it has none."""

    name: str
    iso2: str
    iso3: str
    shape: GEOSGeometry


class Border(NamedTuple):
    """A classified line, not yet simplified."""

    line_class: str
    between: tuple[str, ...]
    place: str
    line: GEOSGeometry


def main(directory: Path) -> None:
    """Build and write every file."""
    topology = read(directory / "countries-50m.json")
    countries = list(read_countries(topology))
    borders = list(classified(read(directory / "ne_50m_admin_0_boundary_lines_land.json"), countries))
    borders += outlines(read(directory / "ne_10m_admin_0_disputed_areas.json"), borders)
    borders += [Border(kind, between, place, LineString(points)) for place, kind, between, points in DRAWN]
    world = land(land_polygons(topology, SMALLEST_ISLAND), WORLD_STEP, WORLD_TOLERANCE)
    write("boundaries.json", {"type": "FeatureCollection", "features": [as_feature(border) for border in borders]})
    write("land.json", world)
    write("labels.json", labels(countries))
    fine = dict(squares(land_polygons(read(directory / "land-10m.json"), SMALLEST_ISLET)))
    for name, square in fine.items():
        write(f"land/{name}.json", square)
    write("land/index.json", {"square": SQUARE, "names": sorted(fine)})


def write(name: str, content: Any) -> None:
    """Write one file and print its size in bytes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    file = OUTPUT / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")
    print(name, len(text.encode()))


def read(path: Path) -> Any:
    """The file's JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_countries(topology: Any) -> Iterator[Country]:
    """Every country of the topology, with its outline as drawn there."""
    codes = {pair[:3]: pair[3:] for pair in ISO.split()}
    arcs = decoded_arcs(topology)
    for geometry in topology["objects"]["countries"]["geometries"]:
        parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [[ring(arcs, ids) for ids in part] for part in parts]
        shape = GEOSGeometry(json.dumps({"type": "MultiPolygon", "coordinates": rings})).buffer(0)
        name = geometry["properties"]["name"]
        code = codes.get(str(geometry.get("id")), UNNUMBERED.get(name, ""))
        yield Country(name, code[:2], code[2:], unprojected(shape))


def decoded_arcs(topology: Any) -> list[list[tuple[float, float]]]:
    """Arcs of a quantised TopoJSON as longitude and latitude."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(arc)
    return arcs


def ring(arcs: list[list[tuple[float, float]]], ids: list[int]) -> list[tuple[float, float]]:
    """Join arcs; a negative id is the arc backwards."""
    points: list[tuple[float, float]] = []
    for index in ids:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def unprojected(shape: GEOSGeometry) -> GEOSGeometry:
    """Drop the reference system: everything here is in degrees, and GEOS refuses to mix."""
    shape.srid = None
    return shape


def classified(lines: Any, countries: list[Country]) -> Iterator[Border]:
    """Every Natural Earth line, cut and classed by the first rule that fits each part."""
    near = [(country, country.shape.buffer(NEAR)) for country in countries]
    prepared = [(country, area.prepared, Polygon.from_bbox(area.extent)) for country, area in near]
    for feature in lines["features"]:
        rest = unprojected(GEOSGeometry(json.dumps(feature["geometry"])))
        middle = rest.interpolate_normalized(0.5)
        sides = [country for country, area, box in prepared if box.intersects(middle) and area.intersects(middle)]
        names, codes = {side.name for side in sides}, tuple(sorted({side.iso3 for side in sides if side.iso3}))
        for rule in RULES:
            if names != set(rule.between) or rest.empty:
                continue
            inside = rest.intersection(Polygon.from_bbox(rule.box)) if rule.box else rest
            rest = rest.difference(inside) if rule.box else LineString()
            if rule.line_class and not inside.empty:
                yield Border(rule.line_class, codes, rule.place, inside)
        if not rest.empty:
            drawn_as = feature["properties"]["featurecla"].split(" (")[0]
            yield Border(CLASSES.get(drawn_as, INTERNATIONAL), codes, "", rest)


def outlines(areas: Any, drawn: list[Border]) -> list[Border]:
    """The sides of disputed places on which no line has been drawn yet."""
    shapes = {
        feature["properties"]["BRK_NAME"]: unprojected(GEOSGeometry(json.dumps(feature["geometry"])).buffer(0))
        for feature in areas["features"]
    }
    found = []
    for place, name, line_class, gap in OUTLINES:
        window = Polygon.from_bbox(shapes[name].buffer(1).extent)
        close = [border.line for border in drawn if border.line.intersects(window)]
        edge = shapes[name].boundary
        for line in close:
            edge = edge.difference(line.buffer(gap))
        found += [
            Border(line_class, (), place, part) for part in lines_of(edge.merged) if part.length > SHORTEST_OUTLINE
        ]
    return found


def lines_of(shape: GEOSGeometry) -> list[GEOSGeometry]:
    """The lines of a geometry, whatever it is made of."""
    if shape.geom_type == "LineString":
        return [shape]
    return (
        [line for part in shape for line in lines_of(part)] if shape.num_geom > 1 or "Multi" in shape.geom_type else []
    )


def as_feature(border: Border) -> dict[str, Any]:
    """GeoJSON with three decimals, about 100 m."""
    lines = [line.simplify(LINE_TOLERANCE) for line in lines_of(border.line)]
    points = [[[round(x, 3), round(y, 3)] for x, y in line.coords] for line in lines]
    properties = {"class": border.line_class, "between": list(border.between), "place": border.place}
    return {
        "type": "Feature",
        "properties": {name: value for name, value in properties.items() if value},
        "geometry": {"type": "MultiLineString", "coordinates": points},
    }


def land_polygons(topology: Any, smallest: float) -> list[Polygon]:
    """The land of the topology as polygons with holes; islands and lakes below `smallest` square degrees left out."""
    arcs = decoded_arcs(topology)
    (geometry,) = topology["objects"]["land"]["geometries"]
    polygons = []
    for part in geometry["arcs"]:
        rings = [unwrapped(ring(arcs, ids)) for ids in part]
        large = [points for points in rings if len(points) > MOVES_OF_A_RING and Polygon(points).area >= smallest]
        if large and large[0] is rings[0]:
            polygons += inside_the_world(Polygon(*large))
    return polygons


def unwrapped(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A ring that steps across 180° goes on beyond it; one around the south pole is closed along its edge."""
    shift, before, ring_on = 0, points[0][0], []
    for x, y in points:
        if abs(x - before) > HALF_WORLD and y > POLE:
            shift += 2 * HALF_WORLD if x < before else -2 * HALF_WORLD
        ring_on.append((x + shift, y))
        before = x
    if shift:
        ring_on += [(ring_on[-1][0], -90), (ring_on[0][0], -90), ring_on[0]]
    return ring_on


def inside_the_world(polygon: Polygon) -> list[Polygon]:
    """An unwrapped polygon cut at 180°, the parts beyond moved back to where they belong."""
    if polygon.extent[0] >= -HALF_WORLD and polygon.extent[2] <= HALF_WORLD:
        return [polygon]
    valid = polygon.buffer(0)
    found = []
    for shift in (-2 * HALF_WORLD, 0, 2 * HALF_WORLD):
        window = Polygon.from_bbox((shift - HALF_WORLD, -90, shift + HALF_WORLD, 90))
        found += [moved(part, -shift) for part in polygons_of(valid & window)]
    return found


def moved(polygon: Polygon, degrees: int) -> Polygon:
    """The polygon so many degrees further east."""
    return Polygon(*[[(x + degrees, y) for x, y in edge.coords] for edge in polygon])


def land(polygons: list[Polygon], step: float, tolerance: float) -> dict[str, Any]:
    """TopoJSON of one object `land`, simplified and on a grid of `step` degrees; every ring is an arc of its own."""
    arcs: list[list[list[int]]] = []
    kept = []
    for polygon in polygons:
        rings = [steps(edge.simplify(tolerance, preserve_topology=True).coords, step) for edge in polygon]
        rings = [moves for moves in rings if len(moves) > MOVES_OF_A_RING]
        if rings:
            kept.append([[len(arcs) + place] for place in range(len(rings))])
            arcs += rings
    return {
        "type": "Topology",
        "transform": {"scale": [step, step], "translate": [-180, -90]},
        "objects": {"land": {"type": "MultiPolygon", "arcs": kept}},
        "arcs": arcs,
    }


def squares(polygons: list[Polygon]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and TopoJSON of every square that holds land."""
    valid = [unprojected(polygon.buffer(0)) for polygon in polygons]
    for column in range(360 // SQUARE):
        for row in range(180 // SQUARE):
            west, south = column * SQUARE - 180, row * SQUARE - 90
            box = (west - OVERLAP, south - OVERLAP, west + SQUARE + OVERLAP, south + SQUARE + OVERLAP)
            window = Polygon.from_bbox((max(box[0], -180), max(box[1], -90), min(box[2], 180), min(box[3], 90)))
            inside = [part for shape in valid if shape.intersects(window) for part in polygons_of(shape & window)]
            if inside:
                yield f"{column}_{row}", land(inside, SQUARE_STEP, SQUARE_TOLERANCE)


def polygons_of(shape: GEOSGeometry) -> list[Polygon]:
    """The polygons of a geometry, whatever it is made of."""
    if isinstance(shape, Polygon):
        return [] if shape.empty else [shape]
    return [polygon for part in shape for polygon in polygons_of(part)] if shape.num_geom > 1 else []


def steps(points: Any, step: float) -> list[list[int]]:
    """Grid steps from point to point, the first from the lower left corner; standing still is left out."""
    moves, x, y = [], 0, 0
    for longitude, latitude in points:
        column, row = round((longitude + 180) / step), round((latitude + 90) / step)
        if not moves or (column, row) != (x, y):
            moves.append([column - x, row - y])
        x, y = column, row
    return moves


def labels(countries: list[Country]) -> list[dict[str, Any]]:
    """Names with a point inside the largest part, the largest countries first; `size` is in square degrees."""
    found = []
    for country in countries:
        if not country.iso2 or country.name in LABELS_LEFT_OUT:
            continue
        parts = list(country.shape) if country.shape.geom_type == "MultiPolygon" else [country.shape]
        largest = max(parts, key=lambda part: part.area)
        if largest.area < 0.05 and country.name != "Palestine":
            continue
        point = largest.point_on_surface
        found.append(
            {
                "code": country.iso2,
                "name": UN_NAMES.get(country.name, country.name),
                "at": [round(point.x, 2), round(point.y, 2)],
                "size": round(largest.area, 1),
            }
        )
    return sorted(found, key=lambda label: -label["size"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
