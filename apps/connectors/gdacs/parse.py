"""Reads GDACS events from its RSS feed, its event list and single event answers. Pure.

An event has episodes, each a new assessment of the same event; the newest stands for it. A list holds what is current:
an event that leaves it has ended, it has not been withdrawn, so no payload counts as complete.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from apps.core import coordinates, periods, text
from apps.core.editions import read_newest
from apps.core.payloads import Malformed, Parsed
from apps.core.rows import Row

# GDACS's types, which are GLIDE codes too -> what we call the hazard.
HAZARDS = {
    "DR": "Drought",
    "EQ": "Earthquake",
    "FL": "Flood",
    "TC": "Tropical cyclone",
    "TS": "Tsunami",
    "VO": "Volcanic activity",
    "WF": "Wildfire",
}
# GDACS's alert levels -> their order, which is the value on the severity scale "gdacs".
ALERTS = {"Green": 1, "Orange": 2, "Red": 3}

_GLIDE = re.compile(r"[A-Z]{2}-\d{4}-\d{6}-[A-Z]{3}", re.ASCII)
_ISO3 = re.compile(r"\b[A-Z]{3}\b", re.ASCII)
_POINT = "Point_Centroid"


@dataclass(frozen=True, slots=True)
class Event:
    """One event as its newest episode assesses it. `location` and `box` (west, south, east, north) are in degrees.

    A box whose west is greater than its east crosses the antimeridian. `last_observed_at` is not the end: GDACS says
    that an event is over by `is_current`.
    """

    key: str
    version: str
    event_type: str
    episode: int
    name: str
    alert: str
    is_current: bool
    location: tuple[float, float]
    box: coordinates.Box | None
    countries: tuple[str, ...]
    country_names: str
    glide_numbers: tuple[str, ...]
    began_at: datetime
    last_observed_at: datetime
    modified_at: datetime
    severity: float | None
    severity_unit: str
    summary: str
    url: str

    @property
    def title(self) -> str:
        """ "Tropical cyclone POLO-26", "Flood in China", "Earthquake"."""
        hazard = HAZARDS[self.event_type]
        if self.name:
            return f"{hazard} {self.name}"
        return f"{hazard} in {self.country_names}" if self.country_names else hazard


def feed(body: bytes) -> Parsed[Event]:
    """The events of an RSS feed (rss.xml, rss_24h.xml, rss_7d.xml)."""
    channel = text.load_xml(body).find("channel")
    if channel is None:
        raise Malformed("The answer is not an RSS feed.")
    return read_newest(map(_cells, channel.iter("item")), _of_item, key="guid")


def event_list(body: bytes) -> Parsed[Event]:
    """The events of an event list (geteventlist), without the tracks and outlines that it holds beside their points."""
    answer = text.load_json(body)
    if not isinstance(answer, Mapping) or not isinstance(answer.get("features"), list):
        raise Malformed("The answer is not a list of events.")
    return read_newest(map(_flattened, answer["features"]), _of_feature, key="eventid")


def event(body: bytes) -> Parsed[Event]:
    """The one event of an event answer (geteventdata, getepisodedata)."""
    answer = text.load_json(body)
    if not isinstance(answer, Mapping) or answer.get("type") != "Feature":
        raise Malformed("The answer is not an event.")
    return read_newest([_flattened(answer)], _of_feature, key="eventid")


def _cells(item: Element) -> dict[str, object]:
    """An item's elements by their local names; attributes as "severity@value"."""
    cells: dict[str, object] = {}
    for element in item:
        name = element.tag.rpartition("}")[2]
        cells.setdefault(name, (element.text or "").strip())
        for attribute, value in element.attrib.items():
            cells.setdefault(f"{name}@{attribute}", value)
    return cells


def _flattened(feature: object) -> object:
    """A feature's properties with its severity, geometry and report link among them."""
    if not isinstance(feature, Mapping):
        return feature
    properties, geometry = feature.get("properties"), feature.get("geometry")
    if not isinstance(properties, Mapping):
        return feature
    severity, links = properties.get("severitydata"), properties.get("url")
    return {
        **properties,
        **(severity if isinstance(severity, Mapping) else {}),
        "report": links.get("report") if isinstance(links, Mapping) else None,
        "coordinates": geometry.get("coordinates") if isinstance(geometry, Mapping) else None,
        "bbox": feature.get("bbox"),
    }


def _of_item(row: Row) -> Event | None:
    # GDACS takes temporary events back when nobody confirms them.
    if row.flag("temporary"):
        return None
    numbers = row.text("bbox").split()
    return _event(
        row,
        location=coordinates.pair(row.required("point")),
        # West, east, south, north here; west, south, east, north in the lists.
        box=_box([numbers[0], numbers[2], numbers[1], numbers[3]]) if len(numbers) == 4 else None,
        countries=tuple(_ISO3.findall(row.text("iso3"))),
        severity=_number(row.text("severity@value")),
        severity_unit=row.text("severity@unit"),
        said=[row.text("severity"), row.text("population")],
        link=row.text("link", text.MAX_LINK),
    )


def _of_feature(row: Row) -> Event | None:
    if row.text("Class") not in ("", _POINT) or row.flag("istemporary"):
        return None
    spot = row.cells.get("coordinates")
    if not isinstance(spot, list) or len(spot) < 2:
        raise ValueError("the event has no point")
    edges = row.cells.get("bbox")
    return _event(
        row,
        location=coordinates.point(spot[0], spot[1]),
        box=_box(edges) if isinstance(edges, list) and len(edges) == 4 else None,
        countries=tuple(_affected(row)),
        severity=_number(row.cells.get("severity")),
        severity_unit=row.text("severityunit"),
        said=[row.text("severitytext")],
        link=row.text("report", text.MAX_LINK),
    )


def _event(
    row: Row,
    *,
    location: tuple[float, float],
    box: coordinates.Box | None,
    countries: tuple[str, ...],
    severity: float | None,
    severity_unit: str,
    said: list[str],
    link: str,
) -> Event:
    event_type = row.one_of("eventtype", HAZARDS)
    episode = row.count("episodeid")
    began, observed = periods.moment(row.required("fromdate")), periods.moment(row.required("todate"))
    if observed < began:
        raise ValueError("the event was last observed before it began")
    # Feeds of 2019 do not say when an event was modified.
    modified = periods.moment(row.text("datemodified")) if row.text("datemodified") else observed
    return Event(
        key=f"{event_type}{row.count('eventid')}",
        version=f"{modified:%Y-%m-%dT%H:%M:%SZ} episode {episode:010}",
        event_type=event_type,
        episode=episode,
        name=row.text("eventname"),
        alert=row.one_of("alertlevel", ALERTS),
        is_current=row.flag("iscurrent") is not False,
        location=location,
        box=box,
        countries=countries,
        country_names=row.text("country"),
        glide_numbers=tuple(_GLIDE.findall(row.text("glide"))),
        began_at=began,
        last_observed_at=observed,
        modified_at=modified,
        # A flood of "Magnitude 0" was not measured.
        severity=severity or None,
        severity_unit=severity_unit if severity else "",
        summary=" ".join(_sentences(said if severity else said[1:])),
        url=text.safe_link(link),
    )


def _affected(row: Row) -> Iterator[str]:
    """ISO3 codes: `iso3` is one country or empty, `affectedcountries` are all of them."""
    listed = row.cells.get("affectedcountries")
    entries = listed if isinstance(listed, list) else []
    codes = [str(entry.get("iso3")) for entry in entries if isinstance(entry, Mapping)]
    yield from dict.fromkeys(code for code in [*codes, row.text("iso3")] if _ISO3.fullmatch(code))


def _box(edges: list[object]) -> coordinates.Box | None:
    """The box, its longitudes brought into -180..180; None where an edge is no number or off the globe."""
    west, south, east, north = (_number(edge) for edge in edges)
    if west is None or south is None or east is None or north is None:
        return None
    if not (-360 <= west <= east <= 360 and -90 <= south <= north <= 90):
        return None
    if east - west >= 360:
        return -180.0, south, 180.0, north
    return coordinates.wrapped(west), south, coordinates.wrapped(east), north


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e12 else None


def _sentences(said: list[str]) -> Iterator[str]:
    for part in said:
        if part:
            yield part if part.endswith(".") else f"{part}."
