"""Reads IDMC's internal displacement updates (IDU) in both layouts, and the disaster rows of GIDD. Pure.

IDU figures are flows: movements, not people; one person may be in several. Only recommended figures are read, since
IDMC keeps rival figures of one event beside them ("Triangulation").
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from html import unescape

from apps.core import coordinates, periods, text
from apps.core.payloads import Malformed, Parsed
from apps.core.rows import Row, read

RECOMMENDED = "Recommended figure"

# How IDMC qualifies a figure -> our quantifier.
QUANTIFIERS = {
    "total": "exact",
    "exact": "exact",
    "approximately": "about",
    "more than": "more_than",
    "more than or equal to": "at_least",
    "at least": "at_least",
    "less than": "less_than",
    "less than or equal to": "at_most",
    "up to": "at_most",
}

CAUSES = {"Conflict": "conflict", "Disaster": "disaster", "Other": "other"}

# How precisely GIDD knows a day -> our time precision. An empty cell stands beside days that are given in full.
PRECISIONS = {"": "day", "Day": "day", "Week": "week", "Month": "month", "Year": "year"}

GLIDE = re.compile(r"[A-Z]{2}-\d{4}-\d{6}-[A-Z]{3}")

_ISO3 = re.compile(r"[A-Z]{3}|AB9")
_TERM = re.compile(r"displacements? \(([^)]+)\)")
_HREF = re.compile(r'<a href="([^"<>]+)"')
_LEVEL = re.compile(r"\(ADM([0-3])\)")
_QUOTED = re.compile(r"'([^']*)'")
_COARSENESS = ("settlement", "adm3", "adm2", "adm1", "adm0")
# The 2023 layout wrote the midnights of an office at UTC+12 (winter) or UTC+13 (summer) as UTC: 11:00Z and 12:00Z of
# the day before. Thirteen hours later the civil day is right in both.
_OFFICE_AHEAD = timedelta(hours=13)
_BACKWARDS = "The source gives an end before the start; the start stands for both."

_GIDD_COLUMNS = ("iso3", "country_name", "year", "start_date", "start_date_accuracy", "end_date", "event_name",
                 "hazard_type", "hazard_type_name", "new_displacement", "total_displacement",
                 "event_codes")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a figure names. `accuracy` is settlement or adm0 to adm3; `role` origin, destination or both."""

    name: str
    location: tuple[float, float] | None
    accuracy: str
    role: str


@dataclass(frozen=True, slots=True)
class Update:
    """One internal displacement figure (IDU): so many movements in a country between two civil days.

    `location` (lon, lat) is the middle of all `places`, so `accuracy` is no finer than the coarsest of them.
    """

    key: str
    iso3: str
    country: str
    cause: str
    figure: int
    quantifier: str
    qualifier: str
    start_date: date
    end_date: date
    location: tuple[float, float] | None
    accuracy: str
    places: tuple[Place, ...]
    event_id: str
    event_name: str
    event_codes: tuple[str, ...]
    category: str
    subcategory: str
    hazard_type: str
    hazard_subtype: str
    term: str
    speakers: tuple[str, ...]
    source_url: str
    summary: str
    created_at: datetime | None
    caveats: tuple[str, ...]

    @property
    def glide_numbers(self) -> tuple[str, ...]:
        """The codes of the event that are GLIDE numbers."""
        return tuple(code for code in self.event_codes if GLIDE.fullmatch(code))


@dataclass(frozen=True, slots=True)
class DisasterYear:
    """One disaster in one country and year (GIDD): movements it caused, and people still displaced at the year's end.

    The first is a flow, the second a stock; they are never added. Null means that IDMC does not say.
    """

    key: str
    iso3: str
    country: str
    year: int
    event_name: str
    event_codes: tuple[str, ...]
    start_date: date
    end_date: date
    time_precision: str
    hazard_category: str
    hazard_subcategory: str
    hazard_type: str
    hazard_subtype: str
    new_displacements: int | None
    displaced_at_year_end: int | None
    caveats: tuple[str, ...]

    @property
    def glide_numbers(self) -> tuple[str, ...]:
        """The codes of the event that are GLIDE numbers."""
        return tuple(code for code in self.event_codes if GLIDE.fullmatch(code))


def updates(body: bytes) -> Parsed[Update]:
    """The recommended figures of an IDU dump, which is the whole of its window."""
    answer = text.load_json(body)
    if not isinstance(answer, list):
        raise Malformed("The answer is not a list of displacement figures.")
    if answer and not any(isinstance(item, Mapping) and "figure" in item for item in answer):
        raise Malformed("No item of the answer carries a displacement figure.")
    return read(answer, _update, is_complete=True)


def disasters(bodies: Iterable[bytes]) -> Parsed[DisasterYear]:
    """The rows of all pages of the GIDD disasters API, or of its one CSV table.

    Complete when the pages together hold as many rows as they say there are.
    """
    rows: list[object] = []
    total = 0
    columns: tuple[str, ...] = ()
    for body in bodies:
        if text.is_json(body):
            page, total = _page(body)
        else:
            columns = _GIDD_COLUMNS
            page = [cells for _line, cells in text.load_csv(body, required=columns)]
            total += len(page)
        rows.extend(page)
    # The database has no ids, and some events of one country, day and hazard share even their name: no row is a
    # repetition of another, so each is read under its own number before it gets its key.
    numbers = iter(range(len(rows)))
    parsed = read(
        rows,
        lambda row: _disaster(row, next(numbers)),
        key="event_name",
        columns=columns,
        is_complete=len(rows) == total,
    )
    return replace(parsed, items=_with_keys(parsed.items))


def is_last(body: bytes, page_size: int) -> bool:
    """Whether no page of the GIDD API follows: this one is short, refused rows included, or cannot be read at all."""
    try:
        return len(_page(body)[0]) < page_size
    except Malformed:
        return True


def _page(body: bytes) -> tuple[list[object], int]:
    """The rows of one page and how many there are in all."""
    answer = text.load_json(body)
    if not isinstance(answer, Mapping) or not isinstance(answer.get("results"), list):
        raise Malformed("The answer is not a page of disasters.")
    total = answer.get("count")
    if isinstance(total, bool) or not isinstance(total, int):
        raise Malformed("The page does not say how many disasters there are.")
    return list(answer["results"]), total


def _update(row: Row) -> Update | None:
    # The 2023 layout has no roles; it held recommended figures only.
    if row.text("role") not in ("", RECOMMENDED):
        return None
    qualifier, figure = row.text("qualifier"), row.count("figure")
    quantifier = QUANTIFIERS.get(qualifier.lower(), "about")
    if quantifier == "less_than" and not figure:
        raise ValueError("less than 0 is no figure")
    places = tuple(_places(row))
    start, end, caveats = _in_order(_first_day(row), _civil_day(row.text("displacement_end_date")))
    return Update(
        key=str(row.count("id")),
        iso3=_iso3(row),
        country=row.text("country"),
        cause=CAUSES.get(row.text("displacement_type"), "other"),
        figure=figure,
        quantifier=quantifier,
        qualifier=qualifier,
        start_date=start,
        end_date=end,
        location=_middle(row),
        accuracy=_accuracy(places),
        places=places,
        event_id=row.text("event_id"),
        event_name=row.text("event_name", limit=500),
        event_codes=_listed(row, "event_codes"),
        category=row.text("category"),
        subcategory=row.text("subcategory"),
        hazard_type=row.text("type"),
        hazard_subtype=row.text("subtype"),
        term=_term(row),
        speakers=_listed(row, "sources"),
        source_url=_source_url(row),
        summary=text.plain(_markup(row, "standard_popup_text"), 2_000),
        created_at=periods.moment(row.text("created_at")) if row.text("created_at") else None,
        caveats=caveats,
    )


def _disaster(row: Row, number: int) -> DisasterYear:
    start, end, caveats = _in_order(row.day("start_date"), row.maybe_day("end_date"))
    new, total = row.maybe_count("new_displacement"), row.maybe_count("total_displacement")
    if new is None and total is None:
        raise ValueError("the row has no figure")
    return DisasterYear(
        key=str(number),
        iso3=_iso3(row),
        country=row.text("country_name"),
        year=_year(row),
        event_name=row.required("event_name", limit=500),
        event_codes=_codes(row.cells.get("event_codes")),
        start_date=start,
        end_date=end,
        time_precision=PRECISIONS.get(row.text("start_date_accuracy"), "year"),
        hazard_category=row.text("hazard_category_name"),
        hazard_subcategory=row.text("hazard_sub_category_name"),
        hazard_type=row.required("hazard_type_name"),
        hazard_subtype=row.text("hazard_sub_type_name") or row.text("hazard_subtype_name"),
        new_displacements=new,
        displaced_at_year_end=total,
        caveats=caveats,
    )


def _with_keys(rows: list[DisasterYear]) -> list[DisasterYear]:
    """Each row under country, event name, start, hazard and year; namesakes numbered in an order of their own."""
    groups: dict[str, list[DisasterYear]] = {}
    for row in rows:
        # The name stands in the key as a digest: some run to 250 characters.
        name = hashlib.sha256(row.event_name.encode()).hexdigest()[:16]
        key = f"{row.iso3}|{name}|{row.start_date}|{row.hazard_type}|{row.year}"
        groups.setdefault(key, []).append(row)
    keyed = []
    for key, group in groups.items():
        group.sort(key=lambda row: (row.end_date, row.new_displacements or 0, row.displaced_at_year_end or 0))
        keyed += [replace(row, key=key if n == 1 else f"{key}|{n}") for n, row in enumerate(group, start=1)]
    return keyed


def _year(row: Row) -> int:
    year = row.count("year")
    if not periods.FIRST_YEAR <= year <= periods.LAST_YEAR:
        raise ValueError(f"year {year} is out of bounds")
    return year


def _iso3(row: Row) -> str:
    code = row.required("iso3").upper()
    if not _ISO3.fullmatch(code):
        raise ValueError(f'"iso3" {code[:40]!r} is not a country code')
    return code


def _first_day(row: Row) -> date:
    day = _civil_day(row.text("displacement_start_date") or row.text("displacement_date"))
    if day is None:
        raise ValueError('"displacement_start_date" is missing')
    return day


def _civil_day(written: str) -> date | None:
    """The day that is meant: see _OFFICE_AHEAD for those written with a clock time."""
    if not written:
        return None
    if "T" not in written:
        return periods.day(written)
    return (periods.moment(written) + _OFFICE_AHEAD).date()


def _in_order(start: date, end: date | None) -> tuple[date, date, tuple[str, ...]]:
    if end is None:
        return start, start, ()
    return (start, end, ()) if end >= start else (start, start, (_BACKWARDS,))


def _middle(row: Row) -> tuple[float, float] | None:
    """The point of a figure, from its columns or from centroid "[lat, lon]"; None where the source has none."""
    lon, lat = row.cells.get("longitude"), row.cells.get("latitude")
    if not coordinates.is_missing(lon) and not coordinates.is_missing(lat):
        return coordinates.point(lon, lat)
    centroid = row.text("centroid").strip("[]")
    return coordinates.pair(centroid) if centroid else None


def _places(row: Row) -> Iterator[Place]:
    """The places a figure names: parallel lists joined by "; ". A list of another length says nothing certain."""
    names = _listed(row, "locations_name")
    points = _aligned(_listed(row, "locations_coordinates"), len(names))
    levels = _aligned(_listed(row, "locations_accuracy"), len(names))
    roles = _aligned(_listed(row, "locations_type"), len(names))
    for name, point, level, role in zip(names, points, levels, roles, strict=True):
        yield Place(
            name=name,
            location=coordinates.pair(point) if point else None,
            accuracy=_level(level),
            role={"Origin": "origin", "Destination": "destination"}.get(role, "both"),
        )


def _aligned(values: tuple[str, ...], length: int) -> tuple[str, ...]:
    return values if len(values) == length else ("",) * length


def _level(written: str) -> str:
    """ "…(ADM3)" -> adm3, "Point" -> settlement; adm1 where the source does not say."""
    if found := _LEVEL.search(written):
        return f"adm{found[1]}"
    return "settlement" if written == "Point" else "adm1"


def _accuracy(places: tuple[Place, ...]) -> str:
    """How well the middle of the places stands for the figure: the middle of several lies in none of them."""
    if not places:
        return "adm1"
    coarsest = max((place.accuracy for place in places), key=_COARSENESS.index)
    return coarsest if len(places) == 1 else max(coarsest, "adm1", key=_COARSENESS.index)


def _term(row: Row) -> str:
    """What the source said had happened to the people: "sheltered", "destroyed housing", "evacuated"."""
    found = _TERM.search(text.plain(_markup(row, "standard_info_text"), 500))
    return found[1].strip().lower() if found else ""


def _source_url(row: Row) -> str:
    """Where the figure was published; the 2023 layout has it in its pop-up text only."""
    found = _HREF.search(_markup(row, "standard_popup_text"))
    return text.safe_link(row.text("source_url", limit=text.MAX_LINK) or (unescape(found[1]) if found else ""))


def _markup(row: Row, name: str) -> str:
    value = row.cells.get(name)
    return value[: text.MAX_HTML] if isinstance(value, str) else ""


def _listed(row: Row, name: str) -> tuple[str, ...]:
    """The parts of a "; "-joined cell (or of a list, should they mend it)."""
    return _codes(row.cells.get(name))


def _codes(written: object) -> tuple[str, ...]:
    """The entries of a JSON list, of "a; b", or of a list as Python prints it, which is what the CSV holds."""
    if written is None:
        return ()
    if isinstance(written, list):
        parts = [str(part) for part in written]
    elif (listed := str(written).strip()).startswith("["):
        parts = _QUOTED.findall(listed)
    else:
        parts = listed.split(";")
    return tuple(cleaned for part in parts if (cleaned := text.line(part, 300)))
