"""What is refused, and in which words. One item that the database refuses costs nothing but itself."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import orjson
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException
from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.core.payloads import Reject

Done = TypeVar("Done")


class Keyed(Protocol):
    """Anything taken in by the id it has at its source."""

    @property
    def external_id(self) -> str:
        """The id."""


Draft = TypeVar("Draft", bound=Keyed)

# What an item can do wrong: a text with NUL or half a character, a number too large, dates in reverse order, no shape.
# Anything else (a lost connection, a deadlock) is no item's fault and ends the run.
ITS_OWN_FAULT = (
    DataError, IntegrityError, UnicodeError, OverflowError, orjson.JSONEncodeError, GEOSException, GDALException,
)  # fmt: skip
# More refusals in one chunk are a defect, ours or the source's, not so many bad items.
MOST_REFUSED = 50


# What the database's constraints say to people, by the end of their name.
SENTENCES = {
    "low_best_high_in_order": gettext_noop("The lowest figure comes first, the highest last."),
    "never_negative": gettext_noop("A figure is never negative."),
    "scope_has_its_dates": gettext_noop("A total or stock needs its dates, and a period ends after it begins."),
    "part_within_whole": gettext_noop("A part is greater than its whole."),
    "not_part_of_itself": gettext_noop("A figure is no part of itself."),
    "credibility_in_range": gettext_noop("Credibility goes from 1 to 6."),
    "answers_its_question": gettext_noop("The figure chosen answers another question."),
    "ends_after_it_begins": gettext_noop("It ends before it begins."),
    "hours_in_order": gettext_noop("It ends before it begins."),
    "metric_id": gettext_noop("There is no such metric."),
    "vehicle_in_range": gettext_noop("The size of vehicle goes from 0 to 6."),
    "once_per_traffic": gettext_noop("Another record gives the status of this infrastructure in this crisis."),
    "merge_makes_no_cycle": gettext_noop("A record cannot be merged into one that is merged into it."),
}


def sentence_of(error: Exception) -> str:
    """What was wrong, for a person: by the constraint that was broken, else the database's first line.

    The next lines would quote the row.
    """
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    for part, sentence in SENTENCES.items():
        if part in constraint:
            return _(sentence)
    return str(error).strip().split("\n", 1)[0]


class Refused(Exception):
    """A write that is refused. The text is a sentence for the person who asked."""


def store_in_halves(
    drafts: Sequence[Draft], store: Callable[[Sequence[Draft]], Done]
) -> tuple[list[Done], tuple[Reject, ...]]:
    """Store these together; where that fails each half, down to the items that cannot be stored, in their order.

    `store` is all or nothing. Raises what it raised when more than MOST_REFUSED cannot be stored.
    """
    waiting, done = [drafts], []
    rejects: list[Reject] = []
    while waiting:
        part = waiting.pop()
        try:
            done.append(store(part))
        except ITS_OWN_FAULT as error:
            if len(part) > 1:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
                continue
            if len(rejects) == MOST_REFUSED:
                raise
            rejects.append(reject(part[0], _("It cannot be stored: %(why)s") % {"why": sentence_of(error)}))
    return done, tuple(rejects)


def reject(draft: Keyed, reason: str) -> Reject:
    """An item set aside, with a sentence that says why."""
    return Reject(reason=reason, item=repr(draft)[:2_000], key=draft.external_id)
