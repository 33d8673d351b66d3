"""How many records began in each day, week or month. A record is counted once, at its first day."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import TruncMonth, TruncWeek

from apps.picture.facts import FACTS
from apps.records.filters import Asked
from apps.records.resources import Resource

STEPS = ("day", "week", "month")
_STARTS = {"day": F("start_date"), "week": TruncWeek("start_date"), "month": TruncMonth("start_date")}


@dataclass(frozen=True)
class Bar:
    """One step of time: its first day, and how many records of each resource began in it."""

    start: date
    counts: dict[str, int]


def timeline(asked: Asked, step: str, resources: tuple[Resource, ...] = FACTS) -> list[Bar]:
    """Bars in order of time; steps without records are left out. Weeks begin on Monday."""
    bars: dict[date, dict[str, int]] = {}
    for resource in resources:
        for arm in resource.matching(replace(asked, kind=resource.kind)):
            rows: Any = arm.order_by().annotate(bar=_STARTS[step]).values_list("bar").annotate(n=Count("id"))
            for start, count in rows:
                counts = bars.setdefault(start, {})
                counts[resource.code] = counts.get(resource.code, 0) + count
    return [Bar(start, bars[start]) for start in sorted(bars)]
