"""Storing what can be stored: one item that the database refuses costs nothing but itself."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import orjson
from django.db import DataError, IntegrityError

from apps.core.payloads import Reject
from apps.records.drafts import RecordDraft

Done = TypeVar("Done")
Draft = TypeVar("Draft", bound=RecordDraft)

# What an item can do wrong: a text with NUL or half a character, a number too large, dates in reverse order.
# Anything else (a lost connection, a deadlock) is no item's fault and ends the run.
ITS_OWN_FAULT = (DataError, IntegrityError, UnicodeError, OverflowError, orjson.JSONEncodeError)
# More refusals in one chunk are a defect, ours or the source's, not so many bad items.
MOST_REFUSED = 50


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
            rejects.append(_reject(part[0], error))
    return done, tuple(rejects)


def _reject(draft: RecordDraft, error: Exception) -> Reject:
    """The first line says what is wrong; the next ones would quote the row."""
    said = str(error).strip().split("\n", 1)[0]
    return Reject(reason=f"It cannot be stored: {said}", item=repr(draft)[:2_000], key=draft.external_id)
