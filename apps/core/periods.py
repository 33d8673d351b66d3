"""Days and moments as sources write them, bounded to years a record can mean. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_tz

from django.utils.formats import date_format

FIRST_YEAR = 1900
LAST_YEAR = 2099

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII)
# Fractions of any length: Python 3.11 reads exactly three or six digits.
_FRACTION = re.compile(r"(:\d{2})[.,](\d+)", re.ASCII)
_ZONE_NAME = re.compile(r"\s([A-Za-z]{1,5})\s*$", re.ASCII)
# Names that RFC 822 does not know but feeds use, where they mean one thing only. Minutes east of UTC.
_ZONES = {
    "WAT": 60, "CET": 60, "MET": 60, "WEST": 60, "BST": 60, "CAT": 120, "EET": 120, "CEST": 120, "MEST": 120,
    "SAST": 120, "EAT": 180, "EEST": 180, "MSK": 180, "TRT": 180, "IRST": 210, "AFT": 270, "PKT": 300, "NPT": 345,
    "MMT": 390, "WIB": 420, "PHT": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
    "WET": 0,
}  # fmt: skip
_RFC_822_ZONES = frozenset(
    ["UT", "UTC", "GMT", "Z", "AST", "ADT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"],
)


def day(text: str) -> date:
    """The civil day of "2025-05-08" or "2025-05-08T…", whatever the clock time. Raises ValueError with a reason."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise ValueError(f"not a date: {text[:40]!r}")
    try:
        value = date.fromisoformat(found[1])
    except ValueError as error:
        raise ValueError(f"not a date: {text[:40]!r}") from error
    _check_year(value.year)
    return value


def moment(text: str) -> datetime:
    """The moment, aware and in UTC, of an ISO 8601 or RFC 822 text. Naive texts are UTC.

    Raises ValueError with a reason: unreadable, a zone name that means several things (IST), or a year out of bounds.
    """
    stripped = text.strip()
    value = _iso(stripped) or _rfc_822(stripped)
    if value is None:
        raise ValueError(f"not a date and time: {text[:40]!r}")
    _check_year(value.year)
    try:
        value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(f"not a date and time: {text[:40]!r}") from error
    _check_year(value.year)
    return value


def from_milliseconds(value: object) -> datetime:
    """The moment of milliseconds since 1970 (USGS, Esri). Raises ValueError with a reason."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("not a time in milliseconds")
    try:
        result = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)
    except (OverflowError, ValueError) as error:
        raise ValueError("not a time in milliseconds") from error
    _check_year(result.year)
    return result


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year} is out of bounds ({FIRST_YEAR} to {LAST_YEAR})")


def _iso(text: str) -> datetime | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(_FRACTION.sub(lambda m: f"{m[1]}.{m[2][:6]:0<6}", text))
    except ValueError:
        return None


def _rfc_822(text: str) -> datetime | None:
    named = _ZONE_NAME.search(text)
    zone = named[1].upper() if named else ""
    if zone and zone not in _RFC_822_ZONES and zone not in _ZONES and not zone.isdigit():
        raise ValueError(f"time zone {zone!r} is not known")
    try:
        fields = parsedate_tz(text)
        if fields is None:
            return None
        offset = _ZONES[zone] * 60 if zone in _ZONES else fields[9] or 0
        return datetime(*fields[:6], tzinfo=UTC) - timedelta(seconds=offset)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def in_words(since: date, until: date) -> str:
    """One or two days as people write them: "27 November – 2 December 2024", "3–5 May 2024", "3 May 2024"."""
    last = date_format(until, "j F Y")
    if since == until:
        return last
    if since.year != until.year:
        return f"{date_format(since, 'j F Y')} – {last}"
    if since.month != until.month:
        return f"{date_format(since, 'j F')} – {last}"
    return f"{date_format(since, 'j')}–{last}"
