"""Rows of a payload read one by one: good ones become items, bad ones are refused with a reason. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from apps.core import coordinates, periods, text
from apps.core.payloads import Parsed, Reject

# The largest figure the database keeps, and far above any true one.
LARGEST = 2_147_483_647

# Spreadsheets write counts as "1234.0".
_WHOLE = re.compile(r"(-?\d{1,18})(?:\.0*)?", re.ASCII)


class Keyed(Protocol):
    """An item with the id that the source knows it by."""

    @property
    def key(self) -> str: ...


Item = TypeVar("Item", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, from JSON or CSV, whose cells are read by name. Every reader raises ValueError with a plain reason."""

    cells: Mapping[str, object]

    def text(self, name: str, limit: int = 300) -> str:
        """The cell as one clean line; "" where it is absent or null."""
        value = self.cells.get(name)
        if value is None:
            return ""
        if isinstance(value, (dict, list)):
            raise ValueError(f'"{name}" is not a text')
        written = str(value)
        # Nearly every cell is clean already; the full cleaning costs ten times as much.
        if written.isprintable() and len(written) <= limit and "  " not in written:
            return written.strip()
        return text.line(written, limit)

    def required(self, name: str, limit: int = 300) -> str:
        """The cell as one clean line, which must not be empty."""
        value = self.text(name, limit)
        if not value:
            raise ValueError(f'"{name}" is missing')
        return value

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        """The cell, which must be one of the codes that are allowed."""
        value = self.required(name)
        if value not in allowed:
            raise ValueError(f'"{name}" {value[:40]!r} is not known')
        return value

    def count(self, name: str) -> int:
        """A whole number, zero or more, which must be there."""
        value = self.maybe_count(name)
        if value is None:
            raise ValueError(f'"{name}" is missing')
        return value

    def maybe_count(self, name: str) -> int | None:
        """A whole number, zero or more; None where the source says nothing. Zero was said, None was not."""
        value = self.cells.get(name)
        if coordinates.is_missing(value):
            return None
        number = _whole(value)
        if number is None:
            raise ValueError(f'"{name}" is not a whole number')
        if number < 0:
            raise ValueError(f'"{name}" is below zero')
        if number > LARGEST:
            raise ValueError(f'"{name}" is too large to be true')
        return number

    def day(self, name: str) -> date:
        """The civil day that the cell names, which must be there."""
        return periods.day(self.required(name))

    def maybe_day(self, name: str) -> date | None:
        """The civil day that the cell names; None where it is empty."""
        return periods.day(self.text(name)) if self.text(name) else None

    def flag(self, name: str) -> bool | None:
        """Y/N, true/false, 1/0 as sources write them; None where the source says nothing."""
        value = self.text(name).lower()
        return {"y": True, "true": True, "1": True, "n": False, "false": False, "0": False}.get(value)


def read(
    rows: Iterable[object],
    build: Callable[[Row], Item | None],
    *,
    key: str = "id",
    columns: Sequence[str] = (),
    is_complete: bool = False,
) -> Parsed[Item]:
    """Build one item from each row.

    `build` returns None for rows that are left out by rule, and raises ValueError for bad ones. `key` names the cell
    that identifies a refused row; `columns` are cells that no whole row lacks. Of rows with one key the first stays;
    a repetition of it is passed over, a contradiction is refused. A payload with a row cut short is not complete.
    """
    items: dict[str, Item] = {}
    rejects: list[Reject] = []
    is_whole = True
    for cells in rows:
        if not isinstance(cells, Mapping):
            rejects.append(Reject(reason="The item is not an object.", item=text.excerpt(cells)))
            continue
        row = Row(cells)
        try:
            if any(column not in cells for column in columns):
                is_whole = False
                raise ValueError("the row is cut short")
            item = build(row)
            if item is None:
                continue
            if items.setdefault(item.key, item) != item:
                raise ValueError("another row has the same key and says otherwise; the first stays")
        except ValueError as error:
            rejects.append(Reject(reason=_sentence(error), item=text.excerpt(dict(cells)), key=_identity(row, key)))
    return Parsed(items=list(items.values()), rejects=rejects, is_complete=is_complete and is_whole)


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    found = _WHOLE.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found[1]) if found else None


def _sentence(error: ValueError) -> str:
    reason = str(error)[:400]
    return f"{reason[:1].upper()}{reason[1:]}."


def _identity(row: Row, key: str) -> str:
    try:
        return row.text(key, limit=200)
    except ValueError:
        return ""
