"""Looking for duplicates of what is new or changed: pulled from the ledger, since those who write lie below."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from apps.ledger.actions import following
from apps.ledger.models import Change
from apps.picture.duplicates import KINDS, candidates
from apps.records import kinds
from apps.records.suspecting import Pair, note

FOLLOWER = "picture.suspect_duplicates"
# Below it people would mostly be shown what they then call distinct; and at most so many pairs a record.
WORTH_A_LOOK = 0.6
MOST = 3
# Records a transaction: each takes some milliseconds, and none of them under the ledger's lock.
AT_ONCE = 200


def examine_changes(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Note suspected duplicates of records that changed since the last time; return how many changes were read."""
    with following(FOLLOWER, kinds=KINDS, limit=limit) as changes:
        for kind in map(kinds.get, KINDS):
            touched = {
                each.record_id for each in changes
                if each.kind == kind.code and each.action in {Change.Action.CREATED, Change.Action.UPDATED}
            }  # fmt: skip
            records = kind.record.objects.standing().select_related("source").filter(pk__in=touched)
            note(kind=kind, pairs=[pair for record in records for pair in _pairs(kind, record)], now=now)
    return len(changes)


def _pairs(kind: kinds.Kind, record: Any) -> Iterator[Pair]:
    for each in candidates(kind, record, MOST):
        if each.score >= WORTH_A_LOOK:
            yield Pair(record.pk, each.id, each.score, each.reasons.as_json())
