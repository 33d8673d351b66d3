"""The period before, of equal length, and how a sum changed since. Only like is compared with like."""

from datetime import date, datetime, timedelta
from typing import Any

from apps.picture.events import Amount
from apps.picture.figures import Change

Ends = tuple[Any, Any]  # since and until: both days, or both moments
ONE_DAY = timedelta(days=1)


def before(values: Any) -> Ends | None:
    """As many days, or as long a time, that end where the period begins; None where the period is open."""
    since, until = values.get("since"), values.get("until")
    if since is None or until is None or isinstance(since, datetime) != isinstance(until, datetime):
        return None
    try:
        if isinstance(since, datetime):
            return (since - (until - since), since) if until > since else None
        return (since - (until - since) - ONE_DAY, since - ONE_DAY) if until >= since else None
    except OverflowError:
        return None


def change(now: Amount, then: Amount, ends: Ends, *, is_alike: bool, as_of_date: date | None = None) -> Change:
    """What became of a sum. The bounds of the difference take the worst of both: nothing is said too surely."""
    alike = is_alike and bool(now.records and then.records)
    return Change(
        *ends,
        amount=then,
        as_of_date=as_of_date,
        less=_minus(now.low, then.high) if alike else None,
        best=_minus(now.best, then.best) if alike else None,
        more=_minus(now.high, then.low) if alike else None,
        is_comparable=alike,
    )


def _minus(one: int | None, other: int | None) -> int | None:
    return one - other if one is not None and other is not None else None
