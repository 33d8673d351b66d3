"""A record's place within its area, drawn small: no map server, no script."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from apps.geo.models import AdminArea

WIDTH = 240.0
TALLEST = 160.0
MARGIN = 8.0


@dataclass(frozen=True)
class Sketch:
    """An outline and a point in a box `0 0 width height`; `point` is None where only the area is known."""

    width: float
    height: float
    outline: str
    point: tuple[str, str] | None

    @property
    def box(self) -> str:
        """The view box."""
        return f"0 0 {self.width:.0f} {self.height:.0f}"


def draw(flat: Mapping[str, Any]) -> Sketch | None:
    """The first-level area that the record is shown in, with its point; None where either is not known."""
    pcode = flat["adm1_pcode"]
    if not pcode:
        return None
    area = AdminArea.objects.current().at_level(1).for_code(pcode).only("outline_low").first()
    if area is None or area.outline_low is None:
        return None
    west, south, east, north = area.outline_low.extent
    shrink = cos(radians((south + north) / 2))
    if east <= west or north <= south or shrink <= 0:
        return None
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * shrink), (TALLEST - 2 * MARGIN) / (north - south))
    height = (north - south) * scale + 2 * MARGIN
    aside = (WIDTH - (east - west) * shrink * scale) / 2

    def at(lon: float, lat: float) -> tuple[str, str]:
        return f"{aside + (lon - west) * shrink * scale:.1f}", f"{MARGIN + (north - lat) * scale:.1f}"

    path = "".join(
        "M" + "L".join(f"{x} {y}" for x, y in (at(*corner[:2]) for corner in ring)) + "Z"
        for ring in _rings(area.outline_low)
    )
    return Sketch(WIDTH, height, path, _point(flat, at))


def _rings(shape: Any) -> Iterator[Any]:
    for polygon in shape if shape.geom_type == "MultiPolygon" else [shape]:
        yield polygon.exterior_ring.coords


def _point(flat: Mapping[str, Any], at: Any) -> tuple[str, str] | None:
    """A point only where the place is known to its settlement: a district's centre would say too much."""
    if flat["location_accuracy"] not in {"point", "settlement"} or not flat["geojson"]:
        return None
    shape = json.loads(flat["geojson"])
    if shape["type"] != "Point":
        return None
    found: tuple[str, str] = at(*shape["coordinates"][:2])
    return found
