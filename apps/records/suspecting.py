"""Suspected duplicates: noted once, settled by people, taken back by people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.ledger.actions import open_revision
from apps.records import kinds
from apps.records.kinds import Kind
from apps.records.merging import MergeRefused, merge, unmerge
from apps.records.models import SuspectedDuplicate

State = SuspectedDuplicate.State


class SuspicionRefused(Exception):
    """This suspicion cannot be settled, or not taken back; the message says why, to a person."""


@dataclass(frozen=True)
class Pair:
    """Two records that look alike: from 0 to 1, and by what. In either order."""

    one: UUID
    other: UUID
    score: float
    reasons: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ends(self) -> tuple[UUID, UUID]:
        """The smaller id first, as the database keeps them."""
        return (self.one, self.other) if self.one < self.other else (self.other, self.one)


def note(*, kind: Kind, pairs: Sequence[Pair], now: datetime, by: User | None = None) -> int:
    """Keep pairs that are new; return how many. A pair that is known, settled or not, is left as it is."""
    fresh = _unknown(kind, {pair.ends: pair for pair in pairs})
    if not fresh:
        return 0
    with transaction.atomic():
        open_revision(by=by, now=now, reason="Suspected duplicates")
        # Under the ledger's lock: somebody may have noted or settled them meanwhile.
        rows = [
            SuspectedDuplicate(
                kind=kind.code, first_id=first, second_id=second, score=pair.score, reasons=dict(pair.reasons),
                found_at=now,
            )
            for (first, second), pair in _unknown(kind, fresh).items()
        ]  # fmt: skip
        SuspectedDuplicate.objects.bulk_create(rows)
    return len(rows)


def _unknown(kind: Kind, pairs: Mapping[tuple[UUID, UUID], Pair]) -> dict[tuple[UUID, UUID], Pair]:
    known = SuspectedDuplicate.objects.filter(
        kind=kind.code, first_id__in=[first for first, _second in pairs], second_id__in=[last for _first, last in pairs]
    )
    there = set(known.values_list("first_id", "second_id"))
    return {ends: pair for ends, pair in pairs.items() if ends not in there}


@transaction.atomic
def settle_suspicion(
    *, suspicion: SuspectedDuplicate, same: bool, by: User, now: datetime, reason: str, into: UUID | None = None
) -> SuspectedDuplicate:
    """Say whether two records tell of one thing. If so the other one is merged into `into`, one of the two.

    Raises:
        SuspicionRefused: somebody settled it meanwhile; no reason; or `into` is not one of the two.
        MergeRefused: see merging.merge.
    """
    open_revision(by=by, now=now, reason=reason)
    row = SuspectedDuplicate.objects.get(pk=suspicion.pk)
    if row.state != State.OPEN:
        raise SuspicionRefused(_("This was settled meanwhile."))
    if not reason.strip():
        raise SuspicionRefused(_("Say why they are the same, or why not."))
    if same:
        kind = kinds.get(row.kind)
        ends = kind.record.objects.in_bulk([row.first_id, row.second_id])
        if into not in ends or len(ends) < 2:
            raise SuspicionRefused(_("Say which of the two records stays."))
        (other,) = (each for pk, each in ends.items() if pk != into)
        merge(kind=kind, record=other, into=ends[into], by=by, now=now, reason=reason)
    row.state = State.SAME if same else State.DISTINCT
    row.settled_at, row.settled_by, row.reason = now, by, reason
    row.save(update_fields=["state", "settled_at", "settled_by", "reason"])
    return row


@transaction.atomic
def reopen(*, suspicion: SuspectedDuplicate, by: User, now: datetime, reason: str) -> SuspectedDuplicate:
    """Take back what was said of two records; of the same, the merge is taken back.

    Raises:
        SuspicionRefused: it is open.
        MergeRefused: neither is merged into the other any more, or see merging.unmerge.
    """
    open_revision(by=by, now=now, reason=reason)
    row = SuspectedDuplicate.objects.get(pk=suspicion.pk)
    if row.state == State.OPEN:
        raise SuspicionRefused(_("This is not settled."))
    if row.state == State.SAME:
        kind = kinds.get(row.kind)
        ends = {row.first_id, row.second_id}
        merged = kind.record.objects.filter(pk__in=ends, merged_into__in=ends).first()
        if merged is None:
            raise MergeRefused(_("They were merged by way of other records: take those merges back."))
        unmerge(kind=kind, record=merged, by=by, now=now, reason=reason)
    row.state, row.settled_at, row.settled_by, row.reason = State.OPEN, None, None, ""
    row.save(update_fields=["state", "settled_at", "settled_by", "reason"])
    return row
