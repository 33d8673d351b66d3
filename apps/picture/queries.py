"""Key figures of a crisis or an area: what was stated, what the records come to, what is reachable.

The rules stand in `rules`: events add up only within the one series that counts; stated totals are added to nothing; a
record counts where it lies wholly inside the period, those that straddle its ends stand apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from apps.access.fields import CONSTRAINTS, STATUSES
from apps.displacement.fields import RESOURCE as DISPLACEMENT
from apps.displacement.fields import ROLES
from apps.geo.queries import is_divided
from apps.incidents.fields import RESOURCE as INCIDENTS
from apps.incidents.models import Incident
from apps.ledger.queries import moment_of
from apps.picture import assembling, events, left_out, previous, reach, rollups, stated, stocks, suspicions, tallies
from apps.picture.assembling import Part, Question
from apps.picture.baselines import Baselines
from apps.picture.figures import FIGURES, FLOWS, STOCK, Events, KeyFigures
from apps.picture.pinning import pinned
from apps.picture.rules import InvalidSum, Rule, refuse_invalid
from apps.picture.spans import days, inside
from apps.picture.tallies import Tally
from apps.records import filters
from apps.records.filters import SHARED, Asked
from apps.records.resources import Resource

PERIOD = ("since", "until")
FEW = 1_000  # records of a kind: so many are added up one by one
REST = 5_000  # of what cells do not hold, so many are asked for by key


@dataclass(frozen=True)
class _Found:
    """The records of one kind that overlap the period, and of them those that may be counted.

    `rest` are those that no cell holds: all of them where cells do not answer.
    """

    resource: Resource
    asked: Asked
    overlapping: Sequence[Any]
    is_few: bool
    rest: Sequence[Any]
    not_counted: frozenset[UUID]
    inside: Q
    cells: rollups.Cells | None

    @property
    def within(self) -> list[Any]:
        """What may be counted and lies wholly inside."""
        return [arm.filter(self.inside) for arm in self._countable(self.overlapping)]

    @property
    def rest_within(self) -> list[Any]:
        """Of that what no cell holds."""
        return [arm.filter(self.inside) for arm in self._countable(self.rest)]

    @property
    def straddling(self) -> list[Any]:
        """What may be counted and reaches beyond the period. No cell holds any of it."""
        return [arm.exclude(self.inside) for arm in self._countable(self.rest)] if self.inside else []

    @property
    def parts(self) -> list[Any]:
        """The events that other events hold."""
        held = self.overlapping if self.not_counted and self.resource is INCIDENTS else ()
        return [arm.filter(kind=Incident.Kind.EVENT, id__among=self.not_counted) for arm in held]

    def _countable(self, arms: Sequence[Any]) -> list[Any]:
        return [events.countable(arm, self.asked, self.not_counted) for arm in arms]


def key_figures(asked: Asked, *, now: datetime | None = None, explain: bool = False) -> KeyFigures:
    """Everything the strip above the map says. `asked.values` hold the shared filters, codes looked up.

    `now` is the moment from which records are seen as to be confirmed; of an answer as of a known time it is that time.
    `explain` adds which records and figures went into each sum, and which stayed out.

    Raises:
        InvalidSum: what is asked for is a sum that a rule forbids.
    """
    refuse(asked)
    seen_from = (moment_of(asked.revision) if asked.revision is not None else now) or now or timezone.now()
    question = Question(asked, Baselines(asked), events.parts_of_events(asked), seen_from, explain)
    incidents, moved = _found(INCIDENTS, question), _found(DISPLACEMENT, question)
    told = _told(incidents)
    parts = [_part(incidents, question), replace(_part(moved, question), people=_people(question))]
    before = _before(question, parts)
    stands = _without(asked, "since")
    return KeyFigures(
        figures=[assembling.figure(code, question, parts, before) for code in FIGURES],
        reach=reach.by_status(stands, _matching(STATUSES, stands), seen_from),
        in_force=reach.in_force(stands, _matching(CONSTRAINTS, stands), days(asked.values, asked.zone)[1], seen_from),
        events=Events(
            count=told.inside,
            low=told.inside - parts[0].repeated,
            spanning=told.found - told.inside,
            previous=before.incidents,
        ),
        newest_information=_newest(asked, told, moved),
    )


def refuse(asked: Asked) -> None:
    """Refuse a question that no sum answers.

    Raises:
        InvalidSum: with the rule that forbids it.
    """
    refuse_invalid(asked.values)
    if "area" not in asked.values:
        return
    if "area_role" not in asked.values:
        raise InvalidSum(Rule.ROLE_IS_SAID, "area_role", ROLES)
    if is_divided(asked.values["area"].codes):
        raise InvalidSum(Rule.DIVIDED_GROUND, "area")


def _found(resource: Resource, question: Question) -> _Found:
    asked = replace(question.asked, kind=resource.kind)
    period = inside(asked.values.get("since"), asked.values.get("until"), asked.zone)
    overlapping, is_few = pinned(resource.matching(asked), FEW)
    cells = None if is_few else rollups.cells_of(asked)
    rest = overlapping if cells is None else pinned(cells.rest(overlapping), REST)[0]
    return _Found(resource, asked, overlapping, is_few, rest, question.parts, period, cells)


def _told(found: _Found) -> Tally:
    return rollups.tally(found.cells, found.rest, found.inside, Q(kind=Incident.Kind.EVENT))


def _part(found: _Found, question: Question) -> Part:
    """What one kind of record says of the metrics."""
    asked = found.asked
    since, until = days(asked.values, asked.zone)
    within, is_full = found.within, found.is_few or question.explain
    pairs = suspicions.among(asked, within)
    anytime = found.resource.matching(_without(asked, *PERIOD))
    return Part(
        resource=found.resource.code,
        inside=_sums(found, FLOWS, pairs),
        spanning=_straddling_sums(found, FLOWS),
        stated=stated.totals(asked, anytime, FIGURES, since, until),
        sources=rollups.sources(found.cells, asked, found.overlapping, found.rest, FIGURES, until),
        left_out=left_out.by_metric(asked, found.overlapping, FLOWS, question.parts, with_ids=question.explain)
        if is_full
        else {},
        is_full=is_full,
        ages=tallies.ages(asked, within, FLOWS, question.seen_from),
        members=left_out.members(asked, within, FLOWS) if question.explain else {},
        straddlers=left_out.members(asked, found.straddling, FLOWS) if question.explain else {},
        repeated=suspicions.weigh(pairs, {each: 1 for pair in pairs for each in pair}).less,
    )


def _sums(found: _Found, metrics: Sequence[str], pairs: suspicions.Pairs) -> dict[events.Key, events.Amount]:
    """Sums of what lies inside, with households of a declared size, low where some may be told of twice."""
    counted = rollups.amounts(found.cells, found.asked, found.rest_within, found.parts, metrics)
    sums = suspicions.widened(found.asked, found.within, metrics, counted, pairs)
    return _with_households(sums, found.asked, found.within, metrics)


def _straddling_sums(found: _Found, metrics: Sequence[str]) -> dict[events.Key, events.Amount]:
    """Sums of what reaches beyond the period."""
    arms = found.straddling
    return _with_households(events.amounts(found.asked, arms, metrics), found.asked, arms, metrics) if arms else {}


def _with_households(
    sums: dict[events.Key, events.Amount], asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str]
) -> dict[events.Key, events.Amount]:
    for key, amount in events.derived(asked, record_arms, metrics).items():
        sums[key] = sums.get(key, events.NOTHING).plus(amount)
    return sums


def _people(question: Question) -> list[stocks.Stock]:
    """Stocks of the place asked for, whichever end of movements it means, up to the last day."""
    anytime = replace(_without(question.asked, *PERIOD), kind=DISPLACEMENT.kind)
    arms = filters.matching(DISPLACEMENT.kind.record, _STOCKS, anytime)
    return stocks.latest(anytime, arms, STOCK, days(question.asked.values, question.asked.zone)[1])


# A stock lies where it was counted: its own place, not an end of a movement.
_STOCKS = (*SHARED, *(each for each in DISPLACEMENT.filters if each.name == "measure"))


def _before(question: Question, parts: Sequence[Part]) -> assembling.Before:
    """The same sums over the period before, of those measures for which one series counts in both."""
    asked = question.asked
    ends = previous.before(asked.values)
    if ends is None:
        return assembling.Before()
    then = replace(question, asked=replace(asked, values={**asked.values, "since": ends[0], "until": ends[1]}))
    chosen = {code: question.baseline(code) for code in FIGURES}
    alike = [code for code, own in chosen.items() if own is not None and own == then.baseline(code)]
    incidents = _found(INCIDENTS, then)
    sums = _sums_before(incidents, alike, parts[0])
    if any(code in alike for code, _ in parts[1].inside):
        sums |= _sums_before(_found(DISPLACEMENT, then), alike, parts[1])
    return assembling.Before(ends, sums, _people(then) if STOCK in alike else (), _told(incidents).inside)


def _sums_before(found: _Found, alike: Sequence[str], part: Part) -> dict[events.Key, events.Amount]:
    metrics = [code for code in alike if any(code == metric for metric, _ in part.inside)]
    return _sums(found, metrics, suspicions.among(found.asked, found.within)) if metrics else {}


def _matching(resource: Resource, asked: Asked) -> list[Any]:
    return resource.matching(replace(asked, kind=resource.kind))


def _without(asked: Asked, *names: str) -> Asked:
    return replace(asked, values={name: value for name, value in asked.values.items() if name not in names})


def _newest(asked: Asked, incidents: Tally, moved: _Found) -> datetime | None:
    """When the newest thing was said, of whatever kind."""
    arms = [*moved.overlapping, *_matching(CONSTRAINTS, asked), *_matching(STATUSES, asked)]
    moments = [incidents.newest, *(tallies.tally([arm], Q()).newest for arm in arms)]
    return max((moment for moment in moments if moment is not None), default=None)
