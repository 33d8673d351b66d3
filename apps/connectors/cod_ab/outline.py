"""Checks GeoJSON outlines and finds points in them. Pure; coordinates are [lon, lat] in degrees."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def polygons(geometry: object) -> dict[str, Any]:
    """The geometry as a GeoJSON MultiPolygon of closed rings in two dimensions.

    Raises ValueError with a plain reason: not a polygon, a ring that is too short or open, a coordinate out of range.
    """
    if not isinstance(geometry, Mapping):
        raise ValueError("the outline is missing")
    shape, coordinates = geometry.get("type"), geometry.get("coordinates")
    if shape not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list) or not coordinates:
        raise ValueError("the outline is not a polygon")
    parts = [coordinates] if shape == "Polygon" else coordinates
    return {"type": "MultiPolygon", "coordinates": [_polygon(part) for part in parts]}


def box(outline: Mapping[str, Any]) -> Box:
    """West, south, east and north of a MultiPolygon."""
    corners = [corner for part in outline["coordinates"] for corner in part[0]]
    lons, lats = [lon for lon, _ in corners], [lat for _, lat in corners]
    return min(lons), min(lats), max(lons), max(lats)


def contains(around: Box, point: Point, margin: float = 0.1) -> bool:
    """Whether the point lies in the box, or within `margin` degrees of it."""
    west, south, east, north = around
    lon, lat = point
    return west - margin <= lon <= east + margin and south - margin <= lat <= north + margin


def point_inside(outline: Mapping[str, Any]) -> Point:
    """A point in the largest part of a MultiPolygon: its centroid if that lies inside, else the middle of a chord."""
    part = max(outline["coordinates"], key=lambda rings: abs(_twice_area(rings[0])))
    middle = _centroid(part[0])
    return middle if _covers(part, middle) else _middle_of_chord(part, middle)


def _polygon(part: object) -> list[list[list[float]]]:
    if not isinstance(part, list) or not part:
        raise ValueError("the outline has a part without rings")
    return [_ring(ring) for ring in part]


def _ring(ring: object) -> list[list[float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise ValueError("the outline has a ring of fewer than four corners")
    corners = [_corner(corner) for corner in ring]
    if corners[0] != corners[-1]:
        raise ValueError("the outline has a ring that is not closed")
    return corners


def _corner(corner: object) -> list[float]:
    match corner:
        case [(int() | float()) as lon, (int() | float()) as lat, *_] if math.isfinite(lon) and math.isfinite(lat):
            if abs(lat) > 90 and abs(lon) <= 90:
                raise ValueError("the outline's latitudes and longitudes look swapped")
            if abs(lon) > 180 or abs(lat) > 90:
                raise ValueError("the outline has a corner out of range")
            return [float(lon), float(lat)]
    raise ValueError("the outline has a corner that is not a pair of numbers")


def _twice_area(ring: list[list[float]]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))


def _centroid(ring: list[list[float]]) -> Point:
    doubled = _twice_area(ring)
    if not doubled:
        return ring[0][0], ring[0][1]
    # Measured from the first corner: the differences keep the digits that large coordinates would lose.
    left, low = ring[0]
    lon = lat = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = (x0 - left) * (y1 - low) - (x1 - left) * (y0 - low)
        lon += (x0 + x1 - 2 * left) * cross
        lat += (y0 + y1 - 2 * low) * cross
    return left + lon / (3 * doubled), low + lat / (3 * doubled)


def _crossings(part: list[list[list[float]]], lat: float) -> list[float]:
    """Longitudes at which the rings cross a parallel, west to east."""
    return sorted(
        x0 + (lat - y0) * (x1 - x0) / (y1 - y0)
        for ring in part
        for (x0, y0), (x1, y1) in pairwise(ring)
        if (y0 > lat) != (y1 > lat)
    )


def _covers(part: list[list[list[float]]], point: Point) -> bool:
    lon, lat = point
    return sum(crossing > lon for crossing in _crossings(part, lat)) % 2 == 1


def _middle_of_chord(part: list[list[list[float]]], near: Point) -> Point:
    """The middle of the widest stretch inside, on the parallel of `near` (or of the ring's middle, if it misses)."""
    lats = [lat for _, lat in part[0]]
    for lat in (near[1], (min(lats) + max(lats)) / 2):
        crossings = _crossings(part, lat)
        stretches = list(zip(crossings[::2], crossings[1::2], strict=False))
        if stretches:
            west, east = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
            return (west + east) / 2, lat
    return part[0][0][0], part[0][0][1]
