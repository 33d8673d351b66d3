"""Saying that what a record says is still so. It renews how long it may be relied on, and verifies nothing."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.levels import Audience
from apps.accounts.models import User
from apps.crises.queries import Rules
from apps.ledger.actions import open_revision
from apps.records import kinds
from apps.records.actions import settle
from apps.records.closing import rule_of
from apps.records.kinds import Kind
from apps.records.refusing import Refused
from apps.records.staleness import runs_out, said_at


class CannotConfirm(Refused):
    """Nobody relies on the record any more."""


@transaction.atomic
def confirm(*, kind: Kind, record: Any, by: User, now: datetime) -> Any:
    """Note that somebody says it is still so; what stands for the record is confirmed with it.

    Raises:
        CannotConfirm: it was removed, merged or rejected.
    """
    open_revision(by=by, now=now, reason=_("Still so"))
    record.refresh_from_db()
    if record.audience == Audience.NOBODY:
        raise CannotConfirm(_("It was removed, merged or rejected."))
    rows = [record, *(kind.along(record).filter(removed_at=None) if kind.along is not None else [])]
    for row in rows:
        held_until = row.stale_after
        row.confirmed_at, row.confirmed_by = now, by
        if held_until is not None:
            row.stale_after = max(held_until, _renewed(row))
        row.save(update_fields=["confirmed_at", "confirmed_by", "stale_after"])
    settle(kind=kind, canonical_ids=[record.canonical_id], now=now)
    record.refresh_from_db()
    return record


def _renewed(row: Any) -> datetime:
    """Counted from now for as long as the protocol says; of what its source dated, for as long as that was."""
    kind = kinds.of(row)
    holds = rule_of(kind, vars(row), Rules(row.crisis)).stale_after
    until = runs_out(kind, row, holds, row.crisis)
    if until is None:
        until = row.confirmed_at + max(row.stale_after - said_at(kind, row, row.crisis), timedelta(days=1))
    renewed: datetime = until
    return renewed
