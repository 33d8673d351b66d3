"""What lies inside a period. A list shows what overlaps it; a total counts only what lies wholly inside."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q


def first_whole_day(since: date | datetime, zone: ZoneInfo) -> date:
    """The first civil day that lies wholly after `since`."""
    if not isinstance(since, datetime):
        return since
    local = since.astimezone(zone)
    is_midnight = local.time() == local.min.time()
    return local.date() if is_midnight else local.date() + timedelta(days=1)


def last_whole_day(until: date | datetime, zone: ZoneInfo) -> date:
    """The last civil day that lies wholly before `until`; a day is included, a moment is not."""
    return until if not isinstance(until, datetime) else until.astimezone(zone).date() - timedelta(days=1)


def inside(since: date | datetime | None, until: date | datetime | None, zone: ZoneInfo) -> Q:
    """The condition for records that lie wholly inside."""
    wanted = Q()
    if since is not None:
        by_day = Q(start_date__gte=first_whole_day(since, zone))
        wanted &= by_day | Q(started_at__gte=since) if isinstance(since, datetime) else by_day
    if until is not None:
        by_day = Q(end_date__lte=last_whole_day(until, zone))
        wanted &= by_day | Q(ended_at__lte=until) if isinstance(until, datetime) else by_day
    return wanted


def days(values: Any, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """The whole days of the period asked for."""
    since, until = values.get("since"), values.get("until")
    return (
        first_whole_day(since, zone) if since is not None else None,
        last_whole_day(until, zone) if until is not None else None,
    )
