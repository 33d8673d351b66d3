"""Reads the arcs of a quantised TopoJSON file back into GeoJSON geometries. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

Line = list[list[float]]


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
                "coordinates": [[_ring(ring, arcs) for ring in polygon] for polygon in polygons],
            },
        }


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
