"""Which sources are due, and how often a series is counted."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from apps.sources.models import Dataset, RefreshRun, Round, Source

# How often a series is counted changes over the years.
ROUNDS_LOOKED_AT = 7


def source_by_slug(slug: str) -> Source | None:
    """The enabled source of that slug, if there is one."""
    return Source.objects.fetchable().filter(slug=slug).first()


def slot_at(source: Source, now: datetime) -> str:
    """The name of the scheduled moment that `now` falls in: the same for every scheduler that asks."""
    interval = source.interval_minutes * 60
    begun = int(now.timestamp()) // interval * interval
    return datetime.fromtimestamp(begun, UTC).strftime("%Y-%m-%dT%H:%MZ")


def due(*, now: datetime) -> list[tuple[str, str]]:
    """Slug and slot of every source without a run in its current slot, and of every run left behind."""
    left_behind = RefreshRun.objects.lapsed_at(now).select_related("source")
    found = {run.source.slug: run.slot for run in left_behind}
    for source in Source.objects.fetchable().awake_at(now):
        slot = slot_at(source, now)
        if source.slug not in found and not source.runs.filter(slot=slot).exists():
            found[source.slug] = slot
    return sorted(found.items())


def usual_interval(dataset: Dataset) -> timedelta | None:
    """The usual time from one round of a series to the next: the median over its last rounds; None with fewer than two.

    Rounds are ordered by date, never by number.
    """
    newest = Round.objects.filter(dataset=dataset).order_by("-to_date").values_list("to_date", flat=True).distinct()
    days = list(newest[:ROUNDS_LOOKED_AT])
    if len(days) < 2:
        return None
    return timedelta(days=median((later - earlier).days for later, earlier in pairwise(days)))
