"""The days a page is about: read from an address, said in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core import periods
from apps.core.periods import in_words
from apps.crises.models import Crisis

# Without dates of its own a crisis shows the week that ends today.
USUAL_DAYS = 7


@dataclass(frozen=True)
class Days:
    """Civil days in a crisis's time zone, both included."""

    since: date
    until: date

    def __str__(self) -> str:
        return in_words(self.since, self.until)


class BadAddress(ValueError):
    """What an address asks for cannot be read; the text says what is allowed."""


def zone_of(crisis: Crisis | None) -> ZoneInfo:
    """The crisis's time zone; UTC where there is no crisis or its zone is not known here."""
    try:
        return ZoneInfo(crisis.time_zone if crisis else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def today_in(crisis: Crisis, now: datetime) -> date:
    """The civil day in the crisis's time zone."""
    return now.astimezone(zone_of(crisis)).date()


def read_days(asked: Mapping[str, str], crisis: Crisis, now: datetime) -> Days:
    """`since` and `until` of an address; what is left out comes from the crisis's default view.

    Raises:
        BadAddress: not dates, or in the wrong order.
    """
    until = _day("until", asked.get("until", "")) or _default(crisis, "until") or crisis.ended_on
    until = until or today_in(crisis, now)
    since = _day("since", asked.get("since", "")) or _default(crisis, "since")
    if since is None or ("since" not in asked and since > until):
        since = until - timedelta(days=USUAL_DAYS - 1)
    if since > until:
        raise BadAddress(
            _("The first day, %(since)s, is after the last, %(until)s.")
            % {"since": date_format(since, "DATE_FORMAT"), "until": date_format(until, "DATE_FORMAT")}
        )
    return Days(since, until)


def _day(name: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        message = _("“%(text)s” is not a day. Write %(name)s as year-month-day, for example 2024-11-27.")
        raise BadAddress(message % {"text": text[:40], "name": name}) from error
    if not periods.FIRST_YEAR <= found.year <= periods.LAST_YEAR:
        raise BadAddress(
            _("The year of %(name)s must lie between %(first)s and %(last)s.")
            % {"name": name, "first": periods.FIRST_YEAR, "last": periods.LAST_YEAR}
        )
    return found


def _default(crisis: Crisis, name: str) -> date | None:
    """A day of the crisis's default view; a malformed one counts as none."""
    try:
        return date.fromisoformat(str(crisis.default_view.get(name) or "")[:10])
    except ValueError:
        return None
