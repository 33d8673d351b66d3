"""Checks a GeoJSON geometry before the database sees it. Pure: no Django, no I/O."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

MINIMUM_RING = 4  # a triangle, closed


class BadShape(ValueError):
    """The geometry cannot be stored; the message says why."""


def check_polygons(geometry: Mapping[str, Any]) -> None:
    """Raise BadShape unless `geometry` is a Polygon or MultiPolygon of closed rings within the globe."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadShape(f"the geometry is a {kind}, not a polygon")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise BadShape("the geometry is empty")
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise BadShape("a polygon has no ring")
        for ring in polygon:
            _check_ring(ring)


def check_position(position: Any) -> None:
    """Raise BadShape unless `position` is a longitude and a latitude in degrees."""
    try:
        longitude, latitude = float(position[0]), float(position[1])
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise BadShape(f"not a position: {position!r}"[:200]) from error
    if not (isfinite(longitude) and isfinite(latitude)):
        raise BadShape("a coordinate is not a number")
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadShape(f"outside the globe: {longitude}, {latitude}")


def _check_ring(ring: Any) -> None:
    if not isinstance(ring, list) or len(ring) < MINIMUM_RING:
        raise BadShape("a ring has fewer than four positions")
    for position in ring:
        check_position(position)
    if ring[0][:2] != ring[-1][:2]:
        raise BadShape("a ring is not closed")
