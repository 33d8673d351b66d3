"""Coordinates as sources write them, made into points (lon, lat; SRID 4326) or refused with a reason. Pure."""

import math

# West, south, east, north, in degrees.
Box = tuple[float, float, float, float]

MISSING = frozenset({"", "-", "n/a", "na", "none", "null", "not available"})


def point(lon: object, lat: object) -> tuple[float, float]:
    """The point (lon, lat) in degrees, from numbers or their text.

    Raises ValueError with a reason fit for the review queue: missing, not a number, out of range (with a hint when
    the two look swapped), or 0/0, which sources write for "not known".
    """
    x, y = _degrees("longitude", lon), _degrees("latitude", lat)
    if abs(y) > 90:
        hint = "; latitude and longitude look swapped" if abs(y) <= 180 and abs(x) <= 90 else ""
        raise ValueError(f"latitude {y:g} is out of range{hint}")
    if abs(x) > 180:
        raise ValueError(f"longitude {x:g} is out of range")
    if x == 0 and y == 0:
        raise ValueError("coordinates are 0/0")
    return x, y


def pair(text: str) -> tuple[float, float]:
    """The point of "lat lon" or "lat, lon" (GeoRSS, CAP and most prose), as (lon, lat). Raises ValueError."""
    parts = text.replace(",", " ").split()
    if len(parts) != 2:
        raise ValueError("not a pair of coordinates")
    return point(lon=parts[1], lat=parts[0])


def wrapped(lon: float) -> float:
    """A longitude brought into -180..180: boxes that cross the antimeridian are written as -181.2 or 183."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share ground. A box whose west is greater than its east crosses the antimeridian."""
    if one[3] < other[1] or other[3] < one[1]:
        return False
    return any(a[0] <= b[1] and b[0] <= a[1] for a in _spans(one) for b in _spans(other))


def _spans(box: Box) -> list[tuple[float, float]]:
    west, _, east, _ = box
    return [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]


def is_missing(value: object) -> bool:
    """Whether a source means "not known" by this value."""
    return value is None or (isinstance(value, str) and value.strip().lower() in MISSING)


def _degrees(name: str, value: object) -> float:
    if is_missing(value):
        raise ValueError(f"{name} is missing")
    # A boolean is an int to Python; as a coordinate it is a mistake of the source's.
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{name} is not a number")
    try:
        degrees = float(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name} is not a number") from error
    if not math.isfinite(degrees):
        raise ValueError(f"{name} is not a finite number")
    return degrees
