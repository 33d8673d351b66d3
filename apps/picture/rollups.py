"""Answers from cells where the question allows: of crises or the world, over a time, everything else as it comes.

The whole months of a period are read from cells. What no cell holds is asked from the records themselves (`rest`): the
odd days at the period's ends, what spans months, and what the viewer sees by right alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, Q
from django.db.models import Sum as SumOf
from django.db.models.functions import Coalesce, TruncMonth

from apps.crises.clearance import PUBLIC, Clearance
from apps.picture import events, tallies
from apps.picture.events import NOTHING, Amount, Key
from apps.picture.models import Sum, Voice
from apps.picture.tallies import Tally
from apps.records.filters import Asked

# What a question may hold: time and crises, and what changes no sum of the whole world.
ANSWERED = frozenset({"since", "until", "crisis", "lang", "format", "area_role", "explain"})
# Months that no record lies before or behind, so that an open period has whole months too.
FIRST, BEHIND = date(1, 1, 1), date(9999, 12, 1)

Raw = tuple[int, int, int, int, int, int]
RAW = ("n", "low", "best", "bests", "high", "highs")
NONE: Raw = (0, 0, 0, 0, 0, 0)
Heard = tuple[frozenset[int], datetime | None]


@dataclass(frozen=True)
class Months:
    """The whole months of a period: from the first day of one to the day before `behind`, the first day of another."""

    first: date
    behind: date
    has_days_before: bool = False
    has_days_behind: bool = False

    @classmethod
    def of(cls, since: date | None, until: date | None) -> "Months":
        """Of a period that may be open; none lie in a short one, then both ends are the same."""
        first = FIRST if since is None else since if since.day == 1 else _next_month(since)
        behind = BEHIND if until is None else (until + timedelta(days=1)).replace(day=1)
        return cls(
            first,
            max(first, behind),
            has_days_before=since is not None and since < first,
            has_days_behind=until is not None and behind <= until,
        )

    def holds(self) -> Q:
        """The condition on records in these cells; `first_month` and `last_month` must be on them."""
        return Q(start_date__gte=self.first, end_date__lt=self.behind, first_month=F("last_month"))


@dataclass(frozen=True)
class Cells:
    """The cells that answer a question of one kind of record."""

    kind: str
    held: Clearance
    months: Months
    seen: Q

    def sums(self, metrics: Sequence[str]) -> dict[Key, Raw]:
        """Figures used of events in the months, parts of other events among them, by metric and dataset."""
        rows = self._of(Sum).filter(metric__in=metrics).values_list("metric", "dataset")
        totals = rows.annotate(*(SumOf(name) for name in RAW))
        return {(metric, dataset): tuple(map(int, sums)) for metric, dataset, *sums in totals}  # type: ignore[misc]

    def events(self) -> int:
        """How many events lie in the months."""
        return int(self._of(Sum).filter(metric="").aggregate(total=SumOf("n"))["total"] or 0)

    def newest(self) -> datetime | None:
        """When the newest of the records was told."""
        found: datetime | None = self._of(Voice).filter(metric="").aggregate(last=Max("newest"))["last"]
        return found

    def voices(self, metrics: Sequence[str]) -> dict[str, Heard]:
        """Who stated figures of each metric, and when last."""
        rows = self._of(Voice).filter(metric__in=metrics).values_list("metric")
        heard = rows.annotate(who=ArrayAgg("source", distinct=True), when=Max("newest"))
        return {metric: (frozenset(who), when) for metric, who, when in heard}

    def _of(self, model: Any) -> Any:
        months = Q(month__gte=self.months.first, month__lt=self.months.behind)
        return model.objects.filter(months, self.seen, kind=self.kind).order_by()

    def inside(self, arms: Iterable[Any]) -> list[Any]:
        """Of these records those that the cells hold."""
        return [_dated(arm).filter(self.months.holds(), self._by_level(arm)) for arm in arms]

    def rest(self, arms: Iterable[Any]) -> list[Any]:
        """Of these records those that no cell holds, each in one arm.

        Those that last longer than a day, those of the odd days before and behind, those seen by right alone: apart,
        so that each is found by an index of its own.
        """
        first, behind = self.months.first, self.months.behind
        single = Q(end_date=F("start_date"))
        found = []
        for arm in arms:
            found.append(_dated(arm).filter(~self.months.holds(), end_date__gt=F("start_date")))
            if self.months.has_days_before:
                found.append(arm.filter(single, start_date__lt=first))
            if self.months.has_days_behind:
                found.append(arm.filter(single, start_date__gte=behind))
            if self.held.user_id is not None:
                right = Q(reported_by=self.held.user_id)
                if self.held.organisation_id is not None:
                    right |= Q(reporting_organisation=self.held.organisation_id)
                found.append(_dated(arm).filter(right, ~self._by_level(arm), self.months.holds()))
        return found

    def _by_level(self, arm: Any) -> Q:
        """Seen by clearance, whoever reported it."""
        by_clearance = replace(self.held, user_id=None, organisation_id=None)
        return Q(pk__in=arm.model.objects.visible_to(by_clearance).order_by().values("pk"))


def cells_of(asked: Asked) -> Cells | None:
    """The cells that answer the question, or None where only the records can.

    They answer of now, of whole days, and of no smaller place than a crisis: an area's records are few enough to be
    added up when they are asked for.
    """
    kind, values = asked.kind, asked.values
    if kind is None or kind.code not in {"incident", "displacement"} or asked.revision is not None:
        return None
    since, until = values.get("since"), values.get("until")
    if not set(values) <= ANSWERED or isinstance(since, datetime) or isinstance(until, datetime):
        return None
    months = Months.of(since, until)
    return Cells(kind.code, asked.held, months, _seen(asked)) if months.first < months.behind else None


def _seen(asked: Asked) -> Q:
    """The strata that the viewer's clearance opens: crises by the strictest audience read in them."""
    held, names = asked.held, asked.names
    hidden, closed = set(names.hidden_crises(held)), set(names.hidden_crises(PUBLIC))
    wanted = set(asked.covered_crises()) if "crisis" in asked.values else {0, *names.crises}
    by_level: dict[int, list[int]] = {}
    for crisis in wanted - hidden:
        level = held.elsewhere if crisis == 0 else held.by_crisis.get(crisis, -1 if crisis in closed else 0)
        by_level.setdefault(int(level), []).append(crisis)
    seen = Q(pk__in=[])
    for level, crises in sorted(by_level.items()):
        seen |= Q(audience__lte=level, crisis__in=sorted(crises))
    return seen


def tally(cells: Cells | None, rest_arms: Sequence[Any], inside: Q, which: Q) -> Tally:
    """As tallies.tally of the rest, with the events that lie in the cells."""
    rest = tallies.tally(rest_arms, inside, which)
    if cells is None:
        return rest
    held = cells.events()
    newest = [moment for moment in (rest.newest, cells.newest()) if moment is not None]
    return Tally(rest.inside + held, rest.found + held, max(newest, default=None))


def amounts(
    cells: Cells | None, asked: Asked, rest_arms: Sequence[Any], parts: Sequence[Any], metrics: Sequence[str]
) -> dict[Key, Amount]:
    """As events.amounts of the rest inside the period, with what lies in the cells.

    Cells hold `parts` of other events too: these are taken out.
    """
    sums = events.amounts(asked, rest_arms, metrics)
    if cells is None:
        return sums
    out = _raw(asked, cells.inside(parts), metrics)
    for key, raw in cells.sums(metrics).items():
        n, low, best, bests, high, highs = (each - part for each, part in zip(raw, out.get(key, NONE), strict=True))
        if n > 0:
            held = Amount(n, low, best if bests == n else None, high if highs == n else None)
            sums[key] = sums.get(key, NOTHING).plus(held)
    return sums


def sources(
    cells: Cells | None,
    asked: Asked,
    record_arms: Sequence[Any],
    rest_arms: Sequence[Any],
    metrics: Sequence[str],
    until: date | None,
) -> dict[str, Heard]:
    """As tallies.sources of the rest: cells hold who spoke of events, the records who stated totals and stocks."""
    heard = tallies.sources(asked, rest_arms, metrics, until)
    if cells is None:
        return heard
    totals = tallies.sources(asked, record_arms, metrics, until, tallies.STATED)
    for metric, (who, when) in (*totals.items(), *cells.voices(metrics).items()):
        known, last = heard.get(metric, (frozenset(), when))
        moments = [moment for moment in (last, when) if moment is not None]
        heard[metric] = (known | who, max(moments, default=None))
    return heard


def _raw(asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str]) -> dict[Key, Raw]:
    """The columns of a cell, of these records."""
    found: dict[Key, Raw] = {}
    for claims in events.used(asked, record_arms, metrics):
        totals = claims.values_list("metric_id", "canonical__dataset_id").annotate(
            of_n=Count("id"), of_low=SumOf(Coalesce("low", 0)), of_best=Coalesce(SumOf("best"), 0),
            of_bests=Count("best"), of_high=Coalesce(SumOf("high"), 0), of_highs=Count("high"),
        )  # fmt: skip
        for metric, dataset, *raw in totals:
            before = found.get((metric, dataset), NONE)
            found[metric, dataset] = tuple(map(sum, zip(before, map(int, raw), strict=True)))  # type: ignore[assignment]
    return found


def _dated(arm: Any) -> Any:
    return arm.alias(first_month=TruncMonth("start_date"), last_month=TruncMonth("end_date"))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
