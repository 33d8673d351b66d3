"""Opening a revision: the first thing an action that writes facts does."""

from datetime import datetime

from django.db import connection

from apps.accounts.models import User
from apps.ledger.models import Revision


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
