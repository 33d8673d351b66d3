"""The key figures of the situation page: each with who said it; stated totals beside what the events come to.

Every number opens what is behind it: a stated total its record, a sum the list of the records that went into it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.models import Status
from apps.core.periods import in_words
from apps.crises.clearance import Clearance
from apps.crises.models import Crisis
from apps.dashboard.days import Days
from apps.picture import queries as picture
from apps.picture.events import Amount
from apps.picture.figures import Age, Change, Counted, Figure, InForce, Reach
from apps.picture.rules import LeftOut
from apps.records.filters import Asked
from apps.records.names import Names
from apps.records.vocabularies import Group, Unit

HARM = {"killed", "injured"}
ROUND = 10


@dataclass(frozen=True)
class KeyLine:
    """One number with who says it and what it covers."""

    low: int | None
    best: int | None
    high: int | None
    who: str
    what: str  # whom or what it counts and how it came about, in a few words
    behind: str  # the address of what is behind it
    quantifier: str = "exact"
    scope: str = ""
    from_date: date | None = None
    to_date: date | None = None
    counts_from: date | None = None
    as_of_date: date | None = None
    spread: tuple[int, int] | None = None  # lowest and highest, where a sum has a best figure and both
    age: Age = field(default_factory=Age)


@dataclass(frozen=True)
class KeyFigure:
    """One measure. The first line is the largest on the page; without lines nobody has given a figure."""

    code: str
    label: str
    lines: tuple[KeyLine, ...]
    sources: int
    newest: date | None
    before: str = ""  # what the same sum was over the days before
    excluded: Sequence[LeftOut] = ()
    is_excluded_full: bool = True

    @property
    def is_harm(self) -> bool:
        """Shown in the colour of harm."""
        return self.code in HARM


@dataclass(frozen=True)
class AccessLine:
    """What is how, of one type of infrastructure or constraint, with what is behind it."""

    label: str
    counts: str
    behind: str
    age: Age
    newest: datetime | None


@dataclass(frozen=True)
class KeyStrip:
    """Everything the strip says."""

    figures: tuple[KeyFigure, ...] = ()
    access: tuple[AccessLine, ...] = ()
    constraints: tuple[AccessLine, ...] = ()
    newest: datetime | None = None
    credits: tuple[tuple[str, str, str], ...] = field(default=())  # name, attribution, licence of the series added up


def read_key_figures(*, crisis: Crisis, days: Days, held: Clearance, language: str, now: datetime) -> KeyStrip:
    """What the records of these days say, as far as this reader may see them."""
    values = {"crisis": (crisis.pk,), "since": days.since, "until": days.until}
    asked = Asked(held=held, names=Names(language), values=values)
    found = picture.key_figures(asked, now=now)
    counted = {each.dataset for figure in found.figures for each in figure.by_dataset}
    list_of = _Lists(crisis.slug, days)
    return KeyStrip(
        figures=tuple(_figure(figure, list_of) for figure in found.figures),
        access=tuple(_access(found.reach, list_of)),
        constraints=tuple(_constraint(each, list_of) for each in found.in_force),
        newest=found.newest_information,
        credits=tuple(
            (row["name"], row["attribution"], row["licence"])
            for row in asked.names.datasets.values()
            if row["slug"] in counted
        ),
    )


@dataclass(frozen=True)
class _Lists:
    """Addresses on the map, of these days, with one record open or the list narrowed to what is behind a figure."""

    crisis: str
    days: Days

    def _at(self, name: str, value: str) -> str:
        query = {"crisis": self.crisis, "since": self.days.since, "until": self.days.until, name: value}
        return f"{reverse('dashboard:map')}?{urlencode(query, safe=':/')}"

    def record(self, resource: str, pk: Any) -> str:
        return self._at("record", f"{resource}/{pk}")

    def behind(self, figure: str, series: str) -> str:
        return self._at("behind", f"{figure}:{series}")


def _figure(figure: Figure, list_of: _Lists) -> KeyFigure:
    counted = [figure.headline] if figure.headline else figure.by_dataset
    lines = [
        *(_stated(row, list_of) for row in figure.stated),
        *(_counted(each, figure.code, list_of) for each in counted),
    ]
    return KeyFigure(
        figure.code,
        figure.label,
        tuple(lines),
        figure.sources,
        figure.newest,
        before=_before(figure.previous) if figure.previous else "",
        excluded=figure.excluded,
        is_excluded_full=figure.is_excluded_full,
    )


def _stated(row: Mapping[str, Any], list_of: _Lists) -> KeyLine:
    groups = [str(Group(row["group"]).label)] if row["group"] != "all" else []
    units = [str(Unit(row["unit"]).label)] if row["unit"] != "people" else []
    said = ("low", "best", "high", "quantifier", "scope", "from_date", "to_date", "counts_from", "as_of_date")
    what = ", ".join([*units, *groups, _("as stated")])
    behind = list_of.record(row["resource"], row["record"])
    return KeyLine(**{name: row[name] for name in said}, who=row["attributed_to"], what=what, behind=behind)


def _counted(counted: Counted, code: str, list_of: _Lists) -> KeyLine:
    amount = counted.amount
    if counted.as_of_date:
        what, scope = counted.cohort or _("displaced people on a day"), "stock"
    else:
        what, scope = _sum_of(amount.records), "event"
        if counted.spanning.records:
            what += ", " + _("%(count)s more reach beyond these days") % {"count": counted.spanning.records}
    if amount.derived:
        what += ", " + _("households counted as people by their declared size")
    return KeyLine(
        amount.low,
        amount.best,
        amount.high,
        counted.dataset_name,
        what,
        list_of.behind(code, counted.dataset),
        quantifier=_bound(amount),
        scope=scope,
        as_of_date=counted.as_of_date,
        spread=_spread(amount),
        age=counted.age,
    )


def _sum_of(records: int) -> str:
    return ngettext("%(count)s recorded event", "sum of %(count)s recorded events", records) % {"count": records}


def _spread(amount: Amount) -> tuple[int, int] | None:
    if amount.low is None or amount.best is None or amount.high is None or amount.low == amount.high:
        return None
    return amount.low, amount.high


def _bound(amount: Amount) -> str:
    """A sum without an upper end is a lower bound. "At least 14,001" is "more than 14,000", as somebody said it."""
    if amount.low is None or amount.high is not None:
        return "exact"
    return "more_than" if amount.low > 1 and (amount.low - 1) % ROUND == 0 else "at_least"


def _before(change: Change) -> str:
    """ "12 in 21–26 November 2024, 4 fewer than then": what the same sum was, and the difference where they compare."""
    amount = change.amount
    shown = amount.best if amount.best is not None else amount.low
    if shown is None or isinstance(change.since, datetime) or isinstance(change.until, datetime):
        return ""
    values = {"number": f"{shown:,}", "days": in_words(change.since, change.until)}
    if change.as_of_date:
        values["days"] = in_words(change.as_of_date, change.as_of_date)
    if change.best is None:
        return _("%(number)s before (%(days)s)") % values
    values["difference"] = f"{change.best:+,}".replace("-", "−")
    return _("%(number)s before (%(days)s): %(difference)s") % values


def _access(reach: Sequence[Reach], list_of: _Lists) -> Iterator[AccessLine]:
    """ "airport", "1 closed, 2 open"; disputed first, then the worst."""
    words = {"disputed": _("disputed"), **{code: str(label) for code, label in Status.choices}}
    for each in reach:
        parts = [f"{each.counts[status]} {words[status]}" for status in words if each.counts.get(status)]
        if parts:
            behind = list_of.behind("access", each.type)
            yield AccessLine(each.label, ", ".join(reversed(parts)), behind, each.age, each.newest)


def _constraint(each: InForce, list_of: _Lists) -> AccessLine:
    return AccessLine(each.label, str(each.count), list_of.behind("constraints", each.type), each.age, each.newest)
