"""Reads HDX HAPI v2 answers: bulk CSV and pages of JSON alike. Pure: bytes to frozen rows.

Keys are made of the codes and names that a row carries in both formats, so a row keeps its key whichever way it came;
HAPI's own area ids change when it is rebuilt. Dates have no zone: they are civil days.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from apps.core import text
from apps.core.payloads import Malformed, Parsed
from apps.core.rows import Keyed, Row, read

Item = TypeVar("Item", bound=Keyed)

MAX_KEY = 180

# The groups overlap: attacks on civilians are also political violence. Counts of two groups are never added.
EVENT_TYPES = frozenset({"civilian_targeting", "demonstration", "political_violence"})
# Baseline assessment, emergency tracking tool, site assessment. They overlap: BA and SA are never added.
ASSESSMENT_TYPES = frozenset({"BA", "ETT", "SA"})

_ISO3 = re.compile(r"[A-Z]{3}")

_PERIOD = ("reference_period_start", "reference_period_end")
_TAIL = (*_PERIOD, "dataset_hdx_id", "resource_hdx_id", "warning", "error")
_AREA = ("location_code", "provider_admin1_name", "provider_admin2_name", "admin1_code", "admin2_code", "admin_level")


@dataclass(frozen=True, slots=True)
class Area:
    """The ground a row stands for: P-codes where HAPI could match them, and the provider's own names as they were.

    `iso3` is the country (SYR); it is not a P-code (SY). `level` is the level that the provider reported on.
    """

    iso3: str
    level: int
    admin1_code: str
    admin1_name: str
    admin2_code: str
    admin2_name: str
    provider_admin1_name: str
    provider_admin2_name: str
    has_hrp: bool | None
    in_gho: bool | None

    @property
    def pcode(self) -> str:
        """The P-code of the lowest area that was matched; "" where the row stands for the whole country."""
        return self.admin2_code or self.admin1_code


@dataclass(frozen=True, slots=True)
class Origin:
    """Which resource on HDX a row came from, and what HAPI remarks about it."""

    dataset_hdx_id: str
    resource_hdx_id: str
    warning: str


@dataclass(frozen=True, slots=True)
class ConflictCount:
    """Events and deaths of one overlapping group in one area and month. Counts, never incidents."""

    key: str
    area: Area
    event_type: str
    events: int
    fatalities: int | None
    from_date: date
    to_date: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class IdpStock:
    """Displaced people present in an area, as one round of one operation found them."""

    key: str
    area: Area
    operation: str
    assessment_type: str
    reporting_round: int | None
    people: int
    from_date: date
    to_date: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class Returns:
    """People who went back in a period, by group, gender and age. "all" rows hold the rows beside them."""

    key: str
    origin_iso3: str
    asylum_iso3: str
    population_group: str
    gender: str
    age_range: str
    min_age: int | None
    max_age: int | None
    people: int
    from_date: date
    to_date: date
    origin: Origin

    @property
    def is_whole(self) -> bool:
        """Whether the row is the total that the rows by gender and age are parts of."""
        return self.gender == "all" and self.age_range == "all"


@dataclass(frozen=True, slots=True)
class Presence:
    """One organisation working in one sector and area during a period."""

    key: str
    area: Area
    acronym: str
    name: str
    organisation_type: str
    sector_code: str
    sector_name: str
    from_date: date
    to_date: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class PopulationCount:
    """People living in an area, by gender and age. "all" rows hold the rows beside them."""

    key: str
    area: Area
    gender: str
    age_range: str
    min_age: int | None
    max_age: int | None
    people: int
    from_date: date
    to_date: date
    origin: Origin

    @property
    def is_whole(self) -> bool:
        """Whether the row is the total that the rows by gender and age are parts of."""
        return self.gender == "all" and self.age_range == "all"


def conflict_counts(body: bytes) -> Parsed[ConflictCount]:
    """Monthly counts. Rows of no events and no deaths are left out: HAPI fills every area and month with them."""
    columns = (*_AREA, "event_type", "events", "fatalities", *_TAIL)
    return _read(body, columns, _conflict_count, key="event_type")


def idp_stocks(body: bytes) -> Parsed[IdpStock]:
    """Stocks by round. A zero stays: the round found nobody."""
    columns = (*_AREA, "operation", "assessment_type", "reporting_round", "population", *_TAIL)
    return _read(body, columns, _idp_stock, key="operation")


def returns(body: bytes) -> Parsed[Returns]:
    """Returned refugees and displaced people by pair of countries."""
    columns = ("origin_location_code", "asylum_location_code", "population_group", "gender", "age_range", "min_age",
               "max_age", "population", *_TAIL)  # fmt: skip
    return _read(body, columns, _returns, key="origin_location_code")


def presences(body: bytes) -> Parsed[Presence]:
    """Who works where, in which sector."""
    columns = (*_AREA, "org_acronym", "org_name", "org_type_description", "sector_code", "sector_name", *_TAIL)
    return _read(body, columns, _presence, key="org_name")


def populations(body: bytes) -> Parsed[PopulationCount]:
    """Baseline population."""
    columns = (*_AREA, "gender", "age_range", "min_age", "max_age", "population", *_TAIL)
    return _read(body, columns, _population, key="admin2_code")


def is_last(body: bytes, page_size: int) -> bool:
    """Whether no page follows: this one is short, refused rows included, or cannot be read at all."""
    try:
        return len(_envelope(body)) < page_size
    except Malformed:
        return True


def _read(body: bytes, columns: tuple[str, ...], build: Callable[[Row], Item | None], *, key: str) -> Parsed[Item]:
    def unless_marked(row: Row) -> Item | None:
        if complaint := row.text("error"):
            raise ValueError(f"HAPI marks the row as wrong: {complaint}")
        return build(row)

    if text.is_json(body):
        return read(_envelope(body), unless_marked, key=key)
    return read(_table(body, columns), unless_marked, key=key, columns=columns, is_complete=True)


def _envelope(body: bytes) -> list[object]:
    """The rows of {"data": […]}; an answer that carries an error instead is not an empty page."""
    answer = text.load_json(body)
    if isinstance(answer, Mapping) and isinstance(answer.get("data"), list):
        return list(answer["data"])
    complaint = answer.get("error") or answer.get("detail") if isinstance(answer, Mapping) else None
    raise Malformed(f"HAPI answers: {text.line(str(complaint), 200)}." if complaint else "The answer holds no rows.")


def _table(body: bytes, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for _line, cells in text.load_csv(body, required=columns):
        # A second header of HXL tags, as HDX puts into tables made for people.
        if not next(iter(cells.values()), "").startswith("#"):
            yield cells


def _conflict_count(row: Row) -> ConflictCount | None:
    area, (start, end) = _area(row), _period(row)
    event_type = row.one_of("event_type", EVENT_TYPES)
    events, fatalities = row.count("events"), row.maybe_count("fatalities")
    if not events and not fatalities:
        return None
    return ConflictCount(
        key=_key(*_ground(area), event_type, start),
        area=area,
        event_type=event_type,
        events=events,
        fatalities=fatalities,
        from_date=start,
        to_date=end,
        origin=_origin(row),
    )


def _idp_stock(row: Row) -> IdpStock:
    area, (start, end) = _area(row), _period(row)
    assessment_type = row.one_of("assessment_type", ASSESSMENT_TYPES)
    operation, reporting_round = row.required("operation"), row.maybe_count("reporting_round")
    return IdpStock(
        key=_key(*_ground(area), operation, assessment_type, reporting_round, start),
        area=area,
        operation=operation,
        assessment_type=assessment_type,
        reporting_round=reporting_round,
        people=row.count("population"),
        from_date=start,
        to_date=end,
        origin=_origin(row),
    )


def _returns(row: Row) -> Returns:
    start, end = _period(row)
    origin_iso3, asylum_iso3 = row.required("origin_location_code"), row.required("asylum_location_code")
    group, gender, age_range = row.required("population_group"), _gender(row), row.text("age_range") or "all"
    return Returns(
        key=_key(origin_iso3, asylum_iso3, group, gender, age_range, start),
        origin_iso3=origin_iso3,
        asylum_iso3=asylum_iso3,
        population_group=group,
        gender=gender,
        age_range=age_range,
        min_age=row.maybe_count("min_age"),
        max_age=row.maybe_count("max_age"),
        people=row.count("population"),
        from_date=start,
        to_date=end,
        origin=_origin(row),
    )


def _presence(row: Row) -> Presence:
    area, (start, end) = _area(row), _period(row)
    acronym, name = row.text("org_acronym"), row.text("org_name") or row.required("org_acronym")
    sector_code = row.required("sector_code")
    return Presence(
        key=_key(*_ground(area), acronym, name, sector_code, start),
        area=area,
        acronym=acronym,
        name=name,
        organisation_type=row.text("org_type_description"),
        sector_code=sector_code,
        sector_name=row.text("sector_name"),
        from_date=start,
        to_date=end,
        origin=_origin(row),
    )


def _population(row: Row) -> PopulationCount:
    area, (start, end) = _area(row), _period(row)
    gender, age_range = _gender(row), row.text("age_range") or "all"
    return PopulationCount(
        key=_key(*_ground(area), gender, age_range, start),
        area=area,
        gender=gender,
        age_range=age_range,
        min_age=row.maybe_count("min_age"),
        max_age=row.maybe_count("max_age"),
        people=row.count("population"),
        from_date=start,
        to_date=end,
        origin=_origin(row),
    )


def _area(row: Row) -> Area:
    iso3 = row.required("location_code").upper()
    if not _ISO3.fullmatch(iso3):
        raise ValueError(f'"location_code" {iso3[:40]!r} is not an ISO 3166 alpha-3 code')
    return Area(
        iso3=iso3,
        level=row.count("admin_level"),
        admin1_code=_pcode(row, "admin1_code"),
        admin1_name=row.text("admin1_name"),
        admin2_code=_pcode(row, "admin2_code"),
        admin2_name=row.text("admin2_name"),
        provider_admin1_name=row.text("provider_admin1_name"),
        provider_admin2_name=row.text("provider_admin2_name"),
        has_hrp=row.flag("has_hrp"),
        in_gho=row.flag("in_gho"),
    )


def _pcode(row: Row, name: str) -> str:
    """The P-code; "" where HAPI put in its own code for "not specified" (SYR-XXX, SYR-XXX-XXX)."""
    code = row.text(name, limit=24)
    return "" if code.endswith("-XXX") else code


def _gender(row: Row) -> str:
    return row.text("gender").lower() or "all"


def _period(row: Row) -> tuple[date, date]:
    start = row.day("reference_period_start")
    end = row.maybe_day("reference_period_end") or start
    if end < start:
        raise ValueError("the reference period ends before it begins")
    return start, end


def _origin(row: Row) -> Origin:
    return Origin(
        dataset_hdx_id=row.text("dataset_hdx_id", limit=80),
        resource_hdx_id=row.text("resource_hdx_id", limit=80),
        warning=row.text("warning"),
    )


def _ground(area: Area) -> Iterable[str]:
    return (area.iso3, area.admin1_code, area.admin2_code, area.provider_admin1_name, area.provider_admin2_name)


def _key(*parts: object) -> str:
    """The parts joined; what is too long for a column ends in a digest of the whole."""
    joined = "|".join("" if part is None else str(part) for part in parts)
    if len(joined) <= MAX_KEY:
        return joined
    return f"{joined[: MAX_KEY - 25]}#{hashlib.sha256(joined.encode()).hexdigest()[:24]}"
