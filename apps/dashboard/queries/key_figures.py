"""The key figures of the situation page: each with who said it; stated totals beside what the events come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.models import AssetType, Status
from apps.crises.clearance import Clearance
from apps.crises.models import Crisis
from apps.dashboard.days import Days
from apps.picture import queries as picture
from apps.picture.events import Amount
from apps.picture.queries import Counted, Figure
from apps.records.filters import Asked
from apps.records.names import Names
from apps.records.vocabularies import Group, Unit

HARM = {"killed", "injured"}
ROUND = 10
# A number of displaced people from a year before says little of these days, and a 0 among them misleads.
TOO_OLD = timedelta(days=366)


@dataclass(frozen=True)
class KeyLine:
    """One number with who says it and what it covers."""

    low: int | None
    best: int | None
    high: int | None
    who: str
    what: str  # whom or what it counts and how it came about, in a few words
    quantifier: str = "exact"
    scope: str = ""
    from_date: date | None = None
    to_date: date | None = None
    counts_from: date | None = None
    as_of_date: date | None = None


@dataclass(frozen=True)
class KeyFigure:
    """One measure. The first line is the largest on the page; without lines nobody has given a figure."""

    code: str
    label: str
    lines: tuple[KeyLine, ...]
    sources: int
    newest: date | None
    left_out: int = 0  # counts too old to stand for these days

    @property
    def is_harm(self) -> bool:
        """Shown in the colour of harm."""
        return self.code in HARM


@dataclass(frozen=True)
class KeyStrip:
    """Everything the strip says."""

    figures: tuple[KeyFigure, ...] = ()
    access: tuple[tuple[str, str], ...] = ()  # type of infrastructure, how many are how
    constraints: tuple[tuple[str, int], ...] = ()
    newest: datetime | None = None
    credits: tuple[tuple[str, str, str], ...] = field(default=())  # name, attribution, licence of the series added up


def read_key_figures(*, crisis: Crisis, days: Days, held: Clearance, language: str) -> KeyStrip:
    """What the records of these days say, as far as this reader may see them."""
    values = {"crisis": (crisis.pk,), "since": days.since, "until": days.until}
    asked = Asked(held=held, names=Names(language), values=values)
    found = picture.key_figures(asked)
    counted = {each.dataset for figure in found.figures for each in figure.by_dataset}
    return KeyStrip(
        figures=tuple(_figure(figure, days) for figure in found.figures),
        access=tuple(_access(found.access)),
        constraints=tuple((str(row["label"]), int(row["count"])) for row in found.constraints),
        newest=found.newest_information,
        credits=tuple(
            (row["name"], row["attribution"], row["licence"])
            for row in asked.names.datasets.values()
            if row["slug"] in counted
        ),
    )


def _figure(figure: Figure, days: Days) -> KeyFigure:
    own = figure.events_sum or figure.stock
    counted = [own] if own else figure.by_dataset
    fresh = [each for each in counted if each.as_of_date is None or each.as_of_date >= days.since - TOO_OLD]
    lines = [*(_stated(row) for row in figure.stated), *(_counted(each) for each in fresh)]
    return KeyFigure(
        figure.code, figure.label, tuple(lines), figure.sources, figure.newest, left_out=len(counted) - len(fresh)
    )


def _stated(row: Mapping[str, Any]) -> KeyLine:
    groups = [str(Group(row["group"]).label)] if row["group"] != "all" else []
    units = [str(Unit(row["unit"]).label)] if row["unit"] != "people" else []
    said = ("low", "best", "high", "quantifier", "scope", "from_date", "to_date", "counts_from", "as_of_date")
    what = ", ".join([*units, *groups, _("as stated")])
    return KeyLine(**{name: row[name] for name in said}, who=row["attributed_to"], what=what)


def _counted(counted: Counted) -> KeyLine:
    amount = counted.amount
    if counted.as_of_date:
        what, scope = counted.cohort or _("displaced people on a day"), "stock"
    else:
        what, scope = _sum_of(amount.records), "event"
        if counted.spanning.records:
            what += ", " + _("%(count)s more reach beyond these days") % {"count": counted.spanning.records}
    return KeyLine(
        amount.low,
        amount.best,
        amount.high,
        counted.dataset_name,
        what,
        quantifier=_bound(amount),
        scope=scope,
        as_of_date=counted.as_of_date,
    )


def _sum_of(records: int) -> str:
    return ngettext("%(count)s recorded event", "sum of %(count)s recorded events", records) % {"count": records}


def _bound(amount: Amount) -> str:
    """A sum without an upper end is a lower bound. "At least 14,001" is "more than 14,000", as somebody said it."""
    if amount.low is None or amount.high is not None:
        return "exact"
    return "more_than" if amount.low > 1 and (amount.low - 1) % ROUND == 0 else "at_least"


def _access(by_type: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str]]:
    """ "airport", "1 closed, 2 open"; disputed first, then the worst."""
    words = {"disputed": _("disputed"), **{code: str(label) for code, label in Status.choices}}
    for code, label in AssetType.choices:
        counts = by_type.get(code, {})
        parts: Sequence[str] = [f"{counts[status]} {words[status]}" for status in words if counts.get(status)]
        if parts:
            yield str(label), ", ".join(reversed(parts))
