"""Where and in whose days a source's records are wanted."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from apps.core import coordinates
from apps.crises.models import Crisis
from apps.sources.models import Source
from apps.sources.registry import NotConfigured


def box_of(source: Source) -> coordinates.Box | None:
    """The option `box` of the source, [west, south, east, north]; None where it is not given.

    A west greater than the east crosses the antimeridian. Raises NotConfigured: it is no box.
    """
    given = source.options.get("box")
    if given is None:
        return None
    try:
        west, south, east, north = (float(edge) for edge in given)
    except (TypeError, ValueError) as error:
        raise NotConfigured('The option "box" is four numbers: west, south, east, north.') from error
    if not (abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90):
        raise NotConfigured('The option "box" does not lie on the globe: west, south, east, north in degrees.')
    return west, south, east, north


def civil_day(moment: datetime, crisis: Crisis | None) -> date:
    """The day of a moment where the crisis is; in UTC without one."""
    zone: tzinfo = ZoneInfo(crisis.time_zone) if crisis is not None else UTC
    return moment.astimezone(zone).date()
