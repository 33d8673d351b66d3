"""Reads UCDP GED events, from CSV (plain or gzip) and from pages of the API. Pure.

Articles and headlines belong to their publishers: only the office and the day of each report are read.
"""

import gzip
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from apps.connectors.ucdp.countries import ISO3
from apps.core import coordinates, periods, text
from apps.core.payloads import Malformed, Parsed
from apps.core.rows import Row, read

# A country of heavy fighting takes some 10 MB unpacked; the table of the whole world is asked for by country.
MAX_BYTES = 100_000_000

VIOLENCE = {1: "State-based conflict", 2: "Non-state conflict", 3: "One-sided violence"}

# where_prec -> our accuracy, never finer than UCDP is sure of. 1 is a named place, not the spot of the event in it;
# 2 lies within about 25 km of the point; 3 is known by district, 4 by province; 5 is a line or a region wider than a
# district; 6 is known by country only, 7 is international water or air beside it.
ACCURACIES = {1: "settlement", 2: "adm3", 3: "adm2", 4: "adm1", 5: "adm1", 6: "adm0", 7: "adm0"}

# date_prec -> our time precision: a day; two to six days; a week; a month; a longer span within a year.
PRECISIONS = {1: "day", 2: "few_days", 3: "week", 4: "month", 5: "year"}

_WIDENED = "UCDP's best estimate lay outside its low to high range; the range was widened to hold it."
_GZIP = b"\x1f\x8b"
_COLUMNS = ("id", "type_of_violence", "side_a", "side_b", "where_prec", "latitude", "longitude", "country_id",
            "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "low",
            "best", "high")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """A party to an event, under the name and number that UCDP gives it."""

    name: str
    ucdp_id: int | None


@dataclass(frozen=True, slots=True)
class Deaths:
    """Deaths of one event. The four parts add up to `best`; `low` and `high` hold it between them."""

    side_a: int
    side_b: int
    civilians: int
    unknown: int
    low: int
    best: int
    high: int


@dataclass(frozen=True, slots=True)
class Event:
    """One event of organised violence, at a point (lon, lat) and between two civil days."""

    key: str
    country: str
    iso3: str
    violence: int
    conflict_name: str
    dyad_name: str
    side_a: Side
    side_b: Side
    place_name: str
    adm1_name: str
    adm2_name: str
    location: tuple[float, float]
    accuracy: str
    where_precision: int
    start_date: date
    end_date: date
    time_precision: str
    date_precision: int
    deaths: Deaths
    is_clear: bool | None
    report_count: int | None
    report_offices: tuple[str, ...]
    last_reported_on: date | None
    caveats: tuple[str, ...]

    @property
    def violence_label(self) -> str:
        """UCDP's own words for the type of violence."""
        return VIOLENCE[self.violence]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the API, and how many events there are in all."""

    parsed: Parsed[Event]
    total: int


def table(body: bytes) -> Parsed[Event]:
    """The events of a CSV table, which is the whole of what was asked for."""
    rows = (cells for _line, cells in text.load_csv(_inflated(body), required=_COLUMNS))
    return read(rows, _event, columns=_COLUMNS, is_complete=True)


def page(body: bytes) -> Page:
    """The events of one page of the API."""
    answer = text.load_json(body)
    if not isinstance(answer, Mapping) or not isinstance(answer.get("Result"), list):
        raise Malformed("The answer is not a page of events.")
    total = answer.get("TotalCount")
    if isinstance(total, bool) or not isinstance(total, int):
        raise Malformed("The page does not say how many events there are.")
    return Page(
        parsed=read(answer["Result"], _event),
        total=total,
    )


def next_url(body: bytes) -> str:
    """The address of the page after this one; "" on the last, and on one that cannot be read."""
    try:
        answer = text.load_json(body)
    except Malformed:
        return ""
    following = answer.get("NextPageUrl") if isinstance(answer, Mapping) else ""
    return following if isinstance(following, str) else ""


def _inflated(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.open(io.BytesIO(body)) as packed:
            unpacked = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Malformed("The compressed table is damaged or was cut off.") from error
    if len(unpacked) > MAX_BYTES:
        raise Malformed(f"The compressed table unpacks to more than {MAX_BYTES // 1_000_000} MB.")
    return unpacked


def _event(row: Row) -> Event:
    violence, where, when = _code(row, "type_of_violence", VIOLENCE), _where(row), _code(row, "date_prec", PRECISIONS)
    start, end = row.day("date_start"), row.day("date_end")
    if end < start:
        raise ValueError("the event ends before it begins")
    deaths, caveats = _deaths(row)
    return Event(
        key=str(row.count("id")),
        country=row.text("country"),
        iso3=ISO3.get(row.maybe_count("country_id") or 0, ""),
        violence=violence,
        conflict_name=row.text("conflict_name"),
        dyad_name=row.text("dyad_name"),
        side_a=Side(row.required("side_a"), row.maybe_count("side_a_new_id")),
        side_b=Side(row.required("side_b"), row.maybe_count("side_b_new_id")),
        place_name=row.text("where_coordinates"),
        adm1_name=row.text("adm_1"),
        adm2_name=row.text("adm_2"),
        location=coordinates.point(row.cells.get("longitude"), row.cells.get("latitude")),
        accuracy=ACCURACIES[where],
        where_precision=where,
        start_date=start,
        end_date=end,
        time_precision=PRECISIONS[when],
        date_precision=when,
        deaths=deaths,
        is_clear={1: True, 2: False}.get(row.maybe_count("event_clarity") or 0),
        report_count=row.maybe_count("number_of_sources"),
        report_offices=_distinct(row.text("source_office", limit=2_000)),
        last_reported_on=_last_day(row.text("source_date", limit=2_000)),
        caveats=caveats,
    )


def _where(row: Row) -> int:
    return _code(row, "where_prec", ACCURACIES)


def _code(row: Row, name: str, known: Mapping[int, str]) -> int:
    code = row.count(name)
    if code not in known:
        raise ValueError(f'"{name}" {code} is not known')
    return code


def _deaths(row: Row) -> tuple[Deaths, tuple[str, ...]]:
    low, best, high = row.count("low"), row.count("best"), row.count("high")
    deaths = Deaths(
        side_a=row.count("deaths_a"),
        side_b=row.count("deaths_b"),
        civilians=row.count("deaths_civilians"),
        unknown=row.count("deaths_unknown"),
        low=min(low, best),
        best=best,
        high=max(high, best),
    )
    # One row in 160 of the Syrian table has best below low or above high.
    return deaths, () if low <= best <= high else (_WIDENED,)


def _distinct(written: str) -> tuple[str, ...]:
    """The offices of "SOHR;Airwars;SOHR", each once, in their order."""
    return tuple(dict.fromkeys(part.strip() for part in written.split(";") if part.strip()))


def _last_day(written: str) -> date | None:
    """The newest day of "2016-01-23;2016-01-30". Entries that are not days are passed over."""
    days = []
    for part in written.split(";"):
        try:
            days.append(periods.day(part))
        except ValueError:
            continue
    return max(days, default=None)
