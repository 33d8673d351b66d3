"""Reads OurAirports' table of airports by the names of its columns, which grow in number. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from apps.core import coordinates, text
from apps.core.payloads import Parsed
from apps.core.rows import Row, read

# OurAirports' types -> ours. Seaplanes land at a base as other planes do; balloons carry no aid.
TYPES = {
    "large_airport": "airport",
    "medium_airport": "airport",
    "small_airport": "airport",
    "seaplane_base": "airport",
    "heliport": "helipad",
}
CLOSED = "closed"
LEFT_OUT = "balloonport"

_COLUMNS = ("id", "ident", "type", "name", "latitude_deg", "longitude_deg", "iso_country", "iso_region",
            "municipality", "scheduled_service", "iata_code", "local_code", "keywords")  # fmt: skip
# The table writes ICAO codes under gps_code, and since 2025 under a column of their own.
_ICAO_COLUMNS = ("icao_code", "gps_code")


@dataclass(frozen=True, slots=True)
class Airport:
    """One airport or helipad at a point (lon, lat). `type` is ours, `upstream_type` OurAirports'."""

    key: str
    type: str
    upstream_type: str
    name: str
    municipality: str
    country: str
    region: str
    location: tuple[float, float]
    elevation_ft: int | None
    is_closed: bool
    has_scheduled_service: bool
    icao: str
    iata: str
    local_code: str


def airports(body: bytes, countries: Collection[str] = ()) -> Parsed[Airport]:
    """The airports of some countries (ISO 3166 alpha-2, as the table has them: Namibia is NA), or of all.

    The table is the whole of its world.
    """
    wanted = frozenset(countries)
    rows = (
        cells
        for _line, cells in text.load_csv(body, required=_COLUMNS)
        # A row cut short within its first columns is read, and refused, whosever it is.
        if not wanted or cells.get("iso_country", "") in wanted or "iso_country" not in cells
    )
    return read(rows, _airport, columns=_COLUMNS, is_complete=True)


def _airport(row: Row) -> Airport | None:
    upstream = row.required("type")
    if upstream == LEFT_OUT:
        return None
    name = row.required("name")
    icao = next((code for column in _ICAO_COLUMNS if len(code := row.text(column).upper()) == 4 and code.isalpha()), "")
    return Airport(
        key=str(row.count("id")),
        type=_type(upstream, name),
        upstream_type=upstream,
        name=name,
        municipality=row.text("municipality"),
        country=row.required("iso_country").upper(),
        region=row.text("iso_region"),
        location=coordinates.point(row.cells.get("longitude_deg"), row.cells.get("latitude_deg")),
        elevation_ft=_elevation(row),
        is_closed=upstream == CLOSED,
        has_scheduled_service=row.text("scheduled_service") == "yes",
        icao=icao,
        iata=row.text("iata_code", 8).upper(),
        local_code=row.text("local_code", 20),
    )


def _type(upstream: str, name: str) -> str:
    if upstream == CLOSED:
        # The table does not say what it was; its name often does.
        return "helipad" if any(word in name.lower() for word in ("heliport", "helipad")) else "airport"
    if upstream not in TYPES:
        raise ValueError(f'"type" {upstream[:40]!r} is not known')
    return TYPES[upstream]


def _elevation(row: Row) -> int | None:
    """Feet above the sea; some lie below it."""
    written = row.text("elevation_ft", 12)
    sign, digits = (-1, written[1:]) if written.startswith("-") else (1, written)
    return sign * int(digits) if digits.isdecimal() and len(digits) < 6 else None
