"""Reading what a caller asks, from the text of an address. Pure: a value that cannot be meant is refused by name."""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from apps.core import periods

MOST_IDS = 500
MOST_WORDS = 100
LONGEST_TEXT = 200

Box = tuple[float, float, float, float]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ZONED = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$", re.ASCII)
# The plus sign of a time zone reads as a blank where a caller forgot to encode it.
_LOST_PLUS = re.compile(r" (?=\d{2}:?\d{2}$)", re.ASCII)
_TOKEN = re.compile(r"revision:(\d{1,18})", re.ASCII)


class BadValue(ValueError):
    """A value that cannot be meant. `allowed` names what can, where that is a list."""

    def __init__(self, detail: str, allowed: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.allowed = tuple(allowed)


@dataclass(frozen=True)
class BadParameter:
    """One refused parameter: its name, why, and what it may be."""

    parameter: str
    detail: str
    allowed: tuple[str, ...] = ()


class BadParameters(Exception):
    """Every refused parameter of one request."""

    def __init__(self, *refused: BadParameter) -> None:
        super().__init__("; ".join(f"{each.parameter}: {each.detail}" for each in refused))
        self.refused = refused


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address: its name, its meaning, how it is read, and its shape for the schema."""

    name: str
    help: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


def read_all(parameters: Iterable[Parameter], texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of the parameters given.

    Raises:
        BadParameters: with every unknown name and every value that cannot be meant.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    refused: list[BadParameter] = []
    for name, text in texts.items():
        if name not in known:
            refused.append(BadParameter(name[:60], "There is no such parameter here.", tuple(sorted(known))))
            continue
        try:
            values[name] = known[name].read(text)
        except BadValue as error:
            refused.append(BadParameter(name, error.detail, error.allowed))
    if refused:
        raise BadParameters(*refused)
    return values


def box(text: str) -> Box:
    """west,south,east,north in degrees; west beyond east crosses the antimeridian."""
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError as error:
        raise BadValue("Give four numbers: west,south,east,north.") from error
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise BadValue("Give four finite numbers: west,south,east,north.")
    west, south, east, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        raise BadValue("Longitudes go from -180 to 180; west may lie beyond east, across the antimeridian.")
    if not -90 <= south <= north <= 90:
        raise BadValue("Latitudes go from -90 to 90, south first.")
    return west, south, east, north


def words(text: str) -> tuple[str, ...]:
    """The parts of a comma list, without blanks and repetitions."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not found:
        raise BadValue("Give at least one value.")
    if len(found) > MOST_WORDS:
        raise BadValue(f"Give at most {MOST_WORDS} values.")
    return found


def one_of(allowed: Iterable[str]) -> Callable[[str], str]:
    """Reads one of these words."""
    choices = tuple(allowed)

    def read(text: str) -> str:
        if text not in choices:
            raise BadValue(f"{text[:60]!r} is not known here.", choices)
        return text

    return read


def some_of(allowed: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """Reads a comma list of these words."""
    choices = tuple(allowed)

    def read(text: str) -> tuple[str, ...]:
        found = words(text)
        unknown = [word for word in found if word not in choices]
        if unknown:
            raise BadValue(f"{unknown[0][:60]!r} is not known here.", choices)
        return found

    return read


def identifiers(text: str) -> tuple[UUID, ...]:
    """A comma list of UUIDs."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not 1 <= len(parts) <= MOST_IDS:
        raise BadValue(f"Give 1 to {MOST_IDS} ids.")
    try:
        return tuple(UUID(part) for part in parts)
    except ValueError as error:
        raise BadValue("Ids are UUIDs, with commas between them.") from error


def number(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise BadValue(f"Give a whole number from {least} to {most}.")
        return int(text)

    return read


def day_or_moment(text: str) -> date | datetime:
    """A civil day, or a moment with its time zone."""
    try:
        if _DAY.fullmatch(text):
            return periods.day(text)
        return moment(text)
    except ValueError as error:
        raise BadValue("Give a day (2024-11-30) or a moment with its zone (2024-11-30T12:00:00Z).") from error


def moment(text: str) -> datetime:
    """A moment with its time zone, or the first one of a day in UTC."""
    restored = _LOST_PLUS.sub("+", text.strip())
    try:
        if _DAY.fullmatch(restored):
            return datetime.combine(periods.day(restored), datetime.min.time(), UTC)
        if not _ZONED.search(restored):
            raise BadValue("Give the moment's time zone too: 2024-11-30T12:00:00Z.")
        return periods.moment(restored)
    except ValueError as error:
        if isinstance(error, BadValue):
            raise
        raise BadValue("Give a moment with its zone: 2024-11-30T12:00:00Z.") from error


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search, each to be found."""
    found = tuple(text.split())
    if not found or len(text) > LONGEST_TEXT:
        raise BadValue(f"Give 1 to {LONGEST_TEXT} characters.")
    return found


def language(text: str) -> str:
    """A language code of ISO 639."""
    if not re.fullmatch(r"[a-z]{2,3}", text, re.ASCII):
        raise BadValue("Give a language code of ISO 639, such as en or ar.")
    return text


def known_time(text: str) -> int | datetime:
    """A revision from its token, or the moment whose knowledge is meant."""
    try:
        decoded = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        decoded = ""
    found = _TOKEN.fullmatch(decoded)
    return int(found[1]) if found else moment(text)


def known_token(revision: int) -> str:
    """The token that asks for a revision again."""
    return base64.urlsafe_b64encode(f"revision:{revision}".encode()).decode().rstrip("=")
