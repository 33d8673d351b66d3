"""Which series counts for which measure: the one that the crises asked for have chosen, over the whole period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F

from apps.crises.models import Baseline, Crisis
from apps.geo.models import AdminArea
from apps.records.filters import Asked


@dataclass(frozen=True)
class Chosen:
    """A series, and of a stock the cohort of it that is the main one; empty: everybody it counts."""

    dataset: int
    cohort: str = ""


class Baselines:
    """The choices of the crises that a question is about, read once for all measures and periods of an answer.

    Without a crisis, those whose ground covers the area asked for choose. A crisis without a choice has its parent's.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._is_by_area = "crisis" not in asked.values
        self._crises = list(_covering(asked)) if self._is_by_area else list(asked.values["crisis"])
        with_parents = {at for crisis in self._crises for at in self._upwards(crisis)}
        below = asked.names.with_children(self._crises)
        rows = Baseline.objects.filter(crisis__in=with_parents | below) if self._crises else Baseline.objects.none()
        self._rows = list(rows.order_by(F("from_date").asc(nulls_first=True)))

    def of(self, measure: str, since: date | None, until: date | None) -> Chosen | None:
        """The one series that counts in every crisis asked for, over the whole period; else None."""
        by_crisis = {
            row.crisis_id: Chosen(row.dataset_id, row.cohort)
            for row in self._rows
            if row.measure == measure and _stands(row, since, until)
        }
        chosen = {self._nearest(crisis, by_crisis) for crisis in self._crises}
        chosen |= {by_crisis[pk] for pk in self.asked.names.with_children(self._crises) if pk in by_crisis}
        if self._is_by_area:
            # The ground may lie in crises that have not chosen; who has, speaks for it.
            chosen.discard(None)
        return chosen.pop() if len(chosen) == 1 else None

    def _nearest(self, crisis: int, by_crisis: dict[int, Chosen]) -> Chosen | None:
        return next((by_crisis[at] for at in self._upwards(crisis) if at in by_crisis), None)

    def _upwards(self, crisis: int) -> Iterable[int]:
        at: int | None = crisis
        while at is not None:
            yield at
            at = self.asked.names.crises[at].parent_id


def _stands(row: Baseline, since: date | None, until: date | None) -> bool:
    begun = row.from_date is None or (since is not None and row.from_date <= since)
    ended = row.to_date is None or (until is not None and row.to_date >= until)
    return begun and ended


def _covering(asked: Asked) -> Iterable[int]:
    """The crises the viewer may know of whose ground holds all the areas asked for; never an exercise."""
    areas: Any = asked.values.get("area")
    if areas is None:
        return
    columns = ("country_iso3", "adm0_pcode", "adm1_pcode", "adm2_pcode", "adm3_pcode")
    grounds = [
        ({iso3}, {code for code in codes if code})
        for iso3, *codes in AdminArea.objects.filter(pk__in=areas.ids).values_list(*columns)
    ]
    known = {crisis.id for crisis in asked.names.crises_seen_by(asked.held).values() if not crisis.is_exercise}
    crises = Crisis.objects.filter(pk__in=known).values_list("pk", "countries", ArrayAgg("areas__pcode"))
    for crisis, named, pcodes in crises:
        own = {code for code in pcodes if code}
        if all(codes & own if own else countries & set(named) for countries, codes in grounds):
            yield crisis
