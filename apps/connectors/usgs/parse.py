"""Reads USGS earthquakes from GeoJSON: summary feeds and answers of the event query. Pure.

The preferred id of a quake can change when another network's solution is preferred; `ids` holds all it ever had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from apps.core import coordinates, periods, text
from apps.core.editions import read_newest
from apps.core.payloads import Malformed, Parsed
from apps.core.rows import Row

# Blasts, collapses and ice quakes are listed beside them.
EARTHQUAKE = "earthquake"


@dataclass(frozen=True, slots=True)
class Deletion:
    """An earthquake that USGS deleted: it was none, or another network reports it."""

    key: str
    version: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Earthquake:
    """One earthquake. `location` is the epicentre (lon, lat); null magnitudes and depths are not known.

    `aliases` are its other ids. `alert` is PAGER's estimate of losses: green, yellow, orange, red or "".
    """

    key: str
    version: str
    aliases: tuple[str, ...]
    is_reviewed: bool
    occurred_at: datetime
    updated_at: datetime
    location: tuple[float, float]
    depth_km: float | None
    magnitude: float | None
    magnitude_type: str
    place: str
    alert: str
    has_tsunami_message: bool
    url: str

    @property
    def title(self) -> str:
        """ "M 5.2 earthquake, 190 km WSW of Port McNeill, Canada"."""
        size = "Earthquake" if self.magnitude is None else f"M {self.magnitude:.1f} earthquake"
        return f"{size}, {self.place}" if self.place else size


def earthquakes(body: bytes) -> Parsed[Earthquake | Deletion]:
    """The earthquakes of a feature collection, and the deleted ones where they were asked for.

    An empty body (204) means that none matched. Absence says nothing: deletions are said.
    """
    if not body:
        return Parsed(items=[])
    answer = text.load_json(body)
    if not isinstance(answer, Mapping) or not isinstance(answer.get("features"), list):
        raise Malformed("The answer is not a collection of earthquakes.")
    return read_newest(map(_flattened, answer["features"]), _item)


def _flattened(feature: object) -> object:
    if not isinstance(feature, Mapping) or not isinstance(feature.get("properties"), Mapping):
        return feature
    geometry = feature.get("geometry")
    return {
        **feature["properties"],
        "id": feature.get("id"),
        "coordinates": geometry.get("coordinates") if isinstance(geometry, Mapping) else None,
    }


def _item(row: Row) -> Earthquake | Deletion | None:
    key = row.required("id", limit=100)
    updated = periods.from_milliseconds(row.cells.get("updated"))
    version = updated.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    aliases = tuple(alias for alias in row.text("ids", 1_000).split(",") if alias and alias != key)
    status = row.text("status").lower()
    if status == "deleted":
        return Deletion(key, version, aliases)
    if row.required("type").lower() != EARTHQUAKE:
        return None
    location, depth = _hypocentre(row.cells.get("coordinates"))
    return Earthquake(
        key=key,
        version=version,
        aliases=aliases,
        is_reviewed=status == "reviewed",
        occurred_at=periods.from_milliseconds(row.cells.get("time")),
        updated_at=updated,
        location=location,
        depth_km=depth,
        magnitude=_magnitude(row.cells.get("mag")),
        magnitude_type=row.text("magType", 20),
        place=row.text("place"),
        alert=row.text("alert", 20).lower(),
        has_tsunami_message=row.text("tsunami") == "1",
        url=text.safe_link(row.text("url", text.MAX_LINK)),
    )


def _hypocentre(spot: object) -> tuple[tuple[float, float], float | None]:
    """Epicentre, and depth in km (negative above sea level), of [lon, lat, depth]."""
    if not isinstance(spot, list) or len(spot) < 2:
        raise ValueError("the earthquake has no point")
    depth = spot[2] if len(spot) > 2 else None
    if isinstance(depth, bool) or not isinstance(depth, (int, float)) or not -10 <= depth <= 1_000:
        return coordinates.point(spot[0], spot[1]), None
    return coordinates.point(spot[0], spot[1]), float(depth)


def _magnitude(value: object) -> float | None:
    """Null is not known; the smallest quakes measured are below zero."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -5 <= value <= 10:
        raise ValueError(f"magnitude {str(value)[:20]!r} cannot be")
    return float(value)
