"""What key figures are made of. Every number stands with the series it was counted in, its day, its age, its rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from apps.picture.events import NOTHING, Amount
from apps.picture.left_out import Members
from apps.picture.rules import LeftOut

STOCK = "idps"
FLOWS = ("killed", "injured", "displaced", "returns")
FIGURES = ("killed", "injured", "displaced", STOCK, "returns")


@dataclass(frozen=True)
class Age:
    """When the first of the records used is to be confirmed, and how many of them are past that time."""

    stale_after: datetime | None = None
    stale_records: int = 0

    @classmethod
    def of(cls, expires: Sequence[datetime], moment: datetime) -> "Age":
        """The age of records that are to be confirmed by these times, seen from a moment."""
        return cls(min(expires, default=None), sum(each < moment for each in expires))

    def joined(self, other: "Age") -> "Age":
        """Of both together."""
        told = [each for each in (self.stale_after, other.stale_after) if each is not None]
        return Age(min(told, default=None), self.stale_records + other.stale_records)


FRESH = Age()


@dataclass(frozen=True)
class Change:
    """The same sum over the days before, as many as were asked for; of a stock, as it stood on their last day.

    `less` and `more` bound the difference, `best` is that of the best figures; None where they cannot be compared.
    """

    since: date | datetime
    until: date | datetime
    amount: Amount = NOTHING
    as_of_date: date | None = None
    less: int | None = None
    best: int | None = None
    more: int | None = None
    is_comparable: bool = False


@dataclass(frozen=True)
class Counted:
    """What one series comes to. `amount` counts records wholly inside the period, `spanning` those across its ends."""

    key: int
    resource: str  # where its records are found, as in addresses
    dataset: str
    dataset_name: str
    attribution: str
    amount: Amount
    spanning: Amount = NOTHING
    cohort: str | None = None
    as_of_date: date | None = None
    round: str | None = None
    age: Age = FRESH
    members: Members = field(default_factory=Members)


@dataclass(frozen=True)
class Figure:
    """One key figure. `events_sum` is the baseline's; `stock` the baseline's latest; others stand in `by_dataset`."""

    code: str
    label: str
    stated: Sequence[Mapping[str, Any]] = ()
    events_sum: Counted | None = None
    stock: Counted | None = None
    by_dataset: Sequence[Counted] = ()
    excluded: Sequence[LeftOut] = ()
    is_excluded_full: bool = True  # or single figures stay out that were not looked for
    previous: Change | None = None
    sources: int = 0
    newest: date | None = None

    @property
    def headline(self) -> Counted | None:
        """The one series that counts; None where none was chosen or it has nothing."""
        return self.events_sum or self.stock


@dataclass(frozen=True)
class Reach:
    """Infrastructure of one type: how many are how, what it rests on."""

    type: str
    label: str
    counts: Mapping[str, int]
    sources: int
    newest: datetime | None
    age: Age
    records: Sequence[Any]


@dataclass(frozen=True)
class InForce:
    """Access constraints of one of the nine types."""

    type: str
    label: str
    count: int
    newest: datetime | None
    age: Age
    records: Sequence[Any]


@dataclass(frozen=True)
class Events:
    """How many incidents; at least so many, where some are suspected to tell of the same; how many before."""

    count: int = 0
    low: int = 0
    spanning: int = 0
    previous: int | None = None


@dataclass(frozen=True)
class KeyFigures:
    """The picture in numbers."""

    figures: Sequence[Figure] = ()
    reach: Sequence[Reach] = ()
    in_force: Sequence[InForce] = ()
    events: Events = field(default_factory=Events)
    newest_information: datetime | None = None

    @property
    def access(self) -> Mapping[str, Mapping[str, int]]:
        """By type of infrastructure: how many are how."""
        return {each.type: each.counts for each in self.reach}
