"""The registry of record kinds, filled by each fact app when it is ready."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Kind:
    """One kind of record: its code in links, changes and addresses, its model and the model of its claims."""

    code: str  # singular, as in Change.kind: "incident"
    resource: str  # plural, as in the API: "incidents"
    record: Any
    claim: Any = None  # None: its records carry no claims
    decision: Any = None
    finish: Callable[[Any], None] | None = None  # fills derived columns of a row before it is saved
    conclude: Callable[[Collection[UUID], datetime], None] | None = None  # what follows from settled claims
    follows: Callable[[Any], Collection[str]] | None = None  # the columns of a row that `conclude` works out
    keeps_apart: Callable[[Any, Any], str] | None = None  # why a record is not merged into another; "" if it may be
    keeps_joined: Callable[[Any], str] | None = None  # why a merge is not taken back; "" if it may be
    along: Callable[[Any], Any] | None = None  # queryset of the records that are reviewed together with one
    carry: Callable[[Any, Any], None] | None = None  # takes them along when one is corrected: before, after
    is_over: Callable[[Any], bool] | None = None  # whether a record is past, and does not grow old
    is_of_a_day: bool = False  # what it says was so on its day, whenever it was said
    words: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = None  # what else the protocol knows it by


_kinds: dict[str, Kind] = {}
_finishes: dict[Any, Callable[[Any], None]] = {}


def register(kind: Kind) -> None:
    """Add a kind; its code must be new."""
    if kind.code in _kinds:
        raise ValueError(f"The kind {kind.code!r} is registered twice.")
    _kinds[kind.code] = kind


def get(code: str) -> Kind:
    """The kind of that code.

    Raises:
        KeyError: there is none.
    """
    return _kinds[code]


def every() -> list[Kind]:
    """All kinds, in the order they were registered."""
    return list(_kinds.values())


def register_finish(model: Any, finish: Callable[[Any], None]) -> None:
    """Say how the derived columns of a versioned row that is no record are filled before it is saved."""
    _finishes[model] = finish


def finish_of(model: Any) -> Callable[[Any], None] | None:
    """As registered; None where a model has no such columns."""
    return _finishes.get(model)


def of(record: Any) -> Kind:
    """The kind of a record.

    Raises:
        KeyError: its model is no registered kind's.
    """
    found = next((kind for kind in _kinds.values() if kind.record is type(record)), None)
    if found is None:
        raise KeyError(type(record).__name__)
    return found
