"""Pages of a list by key: the next page begins after the last row seen, so rows that arrive meanwhile shift nothing."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import F, Q

from apps.records.parameters import BadValue

Reader = Callable[[str], Any]
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Order:
    """One column, then the id, both in one direction. Rows without a value come last."""

    column: str
    is_descending: bool
    read: Reader
    is_nullable: bool = False
    key: str = "id"
    read_key: Reader = UUID

    def columns(self) -> list[Any]:
        """What the database orders by; nulls are placed only where there are any, since no index has them last."""
        column: Any = F(self.column)
        nulls = {"nulls_last": True} if self.is_nullable else {}
        key = [] if self.column == self.key else [F(self.key)]
        return [each.desc(**more) if self.is_descending else each.asc(**more)
                for each, more in [(column, nulls), *[(each, {}) for each in key]]]  # fmt: skip

    def after(self, cursor: "Cursor") -> Q:
        """The rows behind a cursor. The first condition alone is what an index can serve."""
        beyond = "lt" if self.is_descending else "gt"
        if self.column == self.key:
            return Q(**{f"{self.key}__{beyond}": cursor.key})
        later = Q(**{f"{self.key}__{beyond}": cursor.key})
        if cursor.value is None:
            return Q(**{self.column: None}) & later
        behind = Q(**{f"{self.column}__{beyond}e": cursor.value}) & (
            Q(**{f"{self.column}__{beyond}": cursor.value}) | later
        )
        return behind | Q(**{self.column: None}) if self.is_nullable else behind

    def rank(self, row: Mapping[str, Any]) -> tuple[bool, Any, Any]:
        """The place of a row in the order, for merging two sorted lists."""
        value = row[self.column]
        missing = (value is None) is not self.is_descending
        return (missing, 0 if value is None else value, row[self.key])


@dataclass(frozen=True)
class Cursor:
    """The last row of the page before."""

    value: Any
    key: Any

    def text(self) -> str:
        """The opaque form that stands in addresses."""
        return base64.urlsafe_b64encode(orjson.dumps([self.value, str(self.key)])).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, order: Order) -> "Cursor":
        """From its opaque form.

        Raises:
            BadValue: it was not made by this list in this order.
        """
        try:
            value, key = orjson.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
            if value is None and not order.is_nullable:
                raise ValueError("no value")
            return cls(None if value is None else order.read(str(value)), order.read_key(key))
        except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError) as error:
            raise BadValue("Follow `next` as it was given, with the same order.") from error


@dataclass(frozen=True)
class Page:
    """Rows in order, the cursor of the next page if there is one, and how many there are in all if that was asked."""

    rows: list[dict[str, Any]]
    cursor: str | None = None
    count: int | None = None


def take(
    arms: Sequence[Any],
    *,
    order: Order,
    limit: int,
    columns: Sequence[str],
    cursor: Cursor | None = None,
    with_count: bool = False,
) -> Page:
    """One page out of querysets that hold no row twice: ordered and limited inside each, then merged."""
    found = [row for arm in arms for row in head(arm, order=order, limit=limit, columns=columns, cursor=cursor)]
    page = cut(found, order=order, limit=limit, is_merged=len(arms) > 1)
    return replace(page, count=sum(arm.order_by().count() for arm in arms)) if with_count else page


def head(
    arm: Any, *, order: Order, limit: int, columns: Sequence[str], cursor: Cursor | None = None
) -> Sequence[dict[str, Any]]:
    """The first rows of one queryset behind a cursor: one more than the page holds, to know whether there are more."""
    wanted = list(dict.fromkeys([*columns, order.column, order.key]))
    rest = arm.filter(order.after(cursor)) if cursor is not None else arm
    return rest.order_by(*order.columns()).values(*wanted)[: limit + 1]  # type: ignore[no-any-return]


def cut(found: list[dict[str, Any]], *, order: Order, limit: int, is_merged: bool) -> Page:
    """A page out of the heads of one or several querysets."""
    if is_merged:
        found = sorted(found, key=order.rank, reverse=order.is_descending)
    rows = found[:limit]
    more = Cursor(rows[-1][order.column], rows[-1][order.key]).text() if len(found) > limit else None
    return Page(rows, more)


def plain_number(text: str) -> int:
    """A key of a table that counts its rows.

    Raises:
        ValueError: it is none, or beyond what the database holds.
    """
    value = int(text)
    if not 0 <= value <= LARGEST_KEY:
        raise ValueError("out of range")
    return value


def moment_of(text: str) -> datetime:
    """A moment as a cursor holds it."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError("no time zone")
    return value


RECORD_ORDERS = {
    "start_date": (date.fromisoformat, False),
    "reported_at": (moment_of, True),
    "created_at": (moment_of, False),
}


def record_order(text: str) -> Order:
    """The order of a list of records: start_date, reported_at or created_at, `-` for the newest first."""
    column = text.removeprefix("-")
    if column not in RECORD_ORDERS:
        allowed = [sign + name for name in RECORD_ORDERS for sign in ("", "-")]
        raise BadValue(f"{text[:60]!r} is not an order of this list.", allowed)
    read, is_nullable = RECORD_ORDERS[column]
    return Order(column, text.startswith("-"), read, is_nullable)
