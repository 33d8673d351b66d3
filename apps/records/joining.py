"""An item that tells of a record which another item made: what it says joins that record's statements."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from apps.ledger.actions import open_revision
from apps.records import blanks
from apps.records.actions import JOINED, Terms, fill_claim, settle
from apps.records.drafts import ClaimDraft, RecordDraft, StatusDraft, Tally, is_said
from apps.records.kinds import Kind
from apps.records.vocabularies import ClaimStatus


def join(*, kind: Kind, record: Any, draft: RecordDraft, terms: Terms, sensitivity: int, reason: str = "") -> Tally:
    """Make the statements of this item on the record equal to its claims; those it no longer makes are retracted.

    Idempotent by the item's external id and each claim's key. No statement travels further than `sensitivity`.
    """
    wanted = {f"{JOINED}{draft.external_id}/{claim.key}": _kept_back(claim, sensitivity) for claim in draft.claims}
    of_item = kind.claim.objects.filter(
        record=record, source=terms.dataset.source, external_id__startswith=f"{JOINED}{draft.external_id}/"
    )
    known = {row.external_id: row for row in of_item}
    gone = [row for key, row in known.items() if key not in wanted and row.status != ClaimStatus.RETRACTED]
    news = {key: claim for key, claim in wanted.items() if key not in known or not is_said(known[key], claim)}
    if not news and not gone:
        return Tally(unchanged=1)
    with transaction.atomic():
        open_revision(by=terms.by, now=terms.now, reason=reason)
        for row in gone:
            row.status, row.is_adopted = ClaimStatus.RETRACTED, False
            row.save(update_fields=["status", "is_adopted"])
        for key, claim in news.items():
            row = known.get(key) or kind.claim(
                record=record, canonical_id=record.canonical_id, created_at=terms.now, stated_by=terms.by
            )
            fill_claim(row, replace(claim, key=key), draft, terms)
            row.is_adopted = False
            blanks.keep_claims_redacted(kind, [row])
            row.save()
        settle(kind=kind, canonical_ids=[record.canonical_id], now=terms.now)
    return Tally(updated=1) if known else Tally(created=1)


def _kept_back(claim: ClaimDraft | StatusDraft, sensitivity: int) -> ClaimDraft | StatusDraft:
    return replace(claim, sensitivity=max(claim.sensitivity, sensitivity))
