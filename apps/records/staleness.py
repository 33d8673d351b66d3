"""Until when what a record says may be relied on, unless somebody says it again or confirms it.

A record's source may say it. Else it is the protocol's time for such a thing, from the moment it was said.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.crises.models import Crisis
from apps.records.kinds import Kind


def runs_out(kind: Kind, row: Any, holds: timedelta | None, crisis: Crisis | None) -> datetime | None:
    """When a record that holds for so long runs out; None if it holds for good."""
    if holds is None:
        return None
    said = said_at(kind, row, crisis)
    return max(said, row.confirmed_at or said) + holds


def said_at(kind: Kind, row: Any, crisis: Crisis | None) -> datetime:
    """When it was said, else the end of its last day. A count of January published in June was true in January."""
    if row.reported_at is not None and not kind.is_of_a_day:
        said: datetime = row.reported_at
        return said
    return end_of(row.end_date, crisis)


def end_of(day: date, crisis: Crisis | None) -> datetime:
    """The end of a civil day in the crisis's time zone."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(crisis.time_zone if crisis else "UTC"))
