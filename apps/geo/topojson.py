"""Reads the arcs of a quantised TopoJSON file back into GeoJSON geometries. Pure.

Rings that cross the antimeridian come out unwrapped: they go on beyond ±180°, for the caller to cut there. Read as
they are, they would cross the whole map instead.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

Line = list[list[float]]
HALF_TURN, FULL_TURN = 180.0, 360.0
POLE = 89.99


def features(topology: Mapping[str, Any], layer: str) -> Iterator[dict[str, Any]]:
    """GeoJSON features of one object of the topology: polygons and multipolygons, longitude before latitude."""
    arcs = [_positions(arc, topology["transform"]) for arc in topology["arcs"]]
    for shape in topology["objects"][layer]["geometries"]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        yield {
            "type": "Feature",
            "id": shape.get("id"),
            "properties": shape.get("properties", {}),
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [_rings(polygon, arcs) for polygon in polygons],
            },
        }


def _rings(polygon: list[list[int]], arcs: list[Line]) -> list[Line]:
    """The rings of a polygon; one that only runs along a pole is an artefact of the flat map and has no ground."""
    rings = (_ring(indexes, arcs) for indexes in polygon)
    return [_unwrapped(ring) for ring in rings if any(abs(y) < POLE for _, y in ring)]


def _positions(arc: list[list[int]], transform: Mapping[str, list[float]]) -> Line:
    """Undo delta encoding and quantisation."""
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    x = y = 0
    line = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        line.append([round(x * scale_x + shift_x, 6), round(y * scale_y + shift_y, 6)])
    return line


def _ring(indexes: list[int], arcs: list[Line]) -> Line:
    """Arcs joined end to end; a negative index (~i) means the arc backwards; shared end points come once."""
    ring: Line = []
    for index in indexes:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += line[1:] if ring else line
    return ring


def _unwrapped(ring: Line) -> Line:
    """The ring without jumps of a whole turn; one that goes round a pole is closed along the pole."""
    turn = 0.0
    smooth: Line = [ring[0]]
    for (before, _), (x, y) in pairwise(ring):
        if abs(x - before) > HALF_TURN:
            turn += FULL_TURN if x < before else -FULL_TURN
        smooth.append([x + turn, y])
    if turn:
        pole = 90.0 if smooth[0][1] > 0 else -90.0
        smooth += [[smooth[-1][0], pole], [smooth[0][0], pole], smooth[0]]
    return smooth
