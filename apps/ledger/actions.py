"""Opening a revision, the first thing an action that writes facts does; and following what others wrote."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.accounts.models import User
from apps.ledger.models import Change, Follower, IdempotencyKey, Revision
from apps.ledger.versioned import kind_of


def open_revision(*, by: User | None, now: datetime, reason: str = "") -> int:
    """Open this transaction's revision, or return the one already open. Call it before any row lock.

    Takes the ledger's one advisory lock until the transaction ends, so the transaction should last under a second.

    Raises:
        RuntimeError: outside a transaction, where the number would not cover the write.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("open_revision needs a surrounding transaction.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open_revision(%s, %s, %s)", [now, by.pk if by else None, reason])
        return int(cursor.fetchone()[0])


def name_undone(*, revision: int, undone: Revision) -> None:
    """Say of the open revision which one it takes back."""
    Revision.objects.filter(pk=revision).update(undoes=undone)


def tell_redacted(*, revision: int, record: Any, reason: str) -> None:
    """Tell those who see a record that something of it was destroyed in this revision."""
    Change.objects.create(
        revision_id=revision,
        kind=kind_of(record),
        record_id=record.pk,
        crisis_id=record.crisis_id,
        action=Change.Action.REDACTED,
        reason=reason,
        audience_before=record.audience,
        audience_after=record.audience,
    )


def forget_reporter(*, kind: str, ids: Collection[UUID]) -> None:
    """The first revision of a report and the answer kept for its replay name who sent it: they do so no longer."""
    created = Change.objects.filter(kind=kind, record_id__in=ids, action=Change.Action.CREATED).values("revision")
    of_others = Change.objects.exclude(record_id__in=ids).filter(revision__in=created).values("revision")
    Revision.objects.filter(pk__in=created).exclude(pk__in=of_others).update(by=None)
    IdempotencyKey.objects.filter(answer__id__in=[str(pk) for pk in ids]).delete()


@contextmanager
def following(name: str, *, kinds: Collection[str], limit: int) -> Iterator[list[Change]]:
    """The next changes of these kinds that a follower has not worked on, oldest first, within one transaction.

    They count as worked on when the block ends without an error. Empty while another worker is at it.
    """
    Follower.objects.get_or_create(name=name)
    with transaction.atomic():
        follower = Follower.objects.select_for_update(skip_locked=True).filter(name=name).first()
        if follower is None:
            yield []
            return
        after = Change.objects.filter(pk__gt=follower.last_change, kind__in=list(kinds))
        found = list(after.order_by("pk")[:limit])
        yield found
        if found:
            follower.last_change = found[-1].pk
            follower.save(update_fields=["last_change"])
