"""What is kept for how long: a crisis's protocol says when a record's texts, exact place and reporter are redacted."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from apps.crises.models import Protocol
from apps.crises.queries import Rules
from apps.records import kinds
from apps.records.blanks import UNIQUE, redactable
from apps.records.closing import CATEGORIES, rule_of
from apps.records.kinds import Kind
from apps.records.models import Redaction
from apps.records.redacting import redact

REASON = "The time for which the sharing protocol keeps it is over."
# Records a run: each takes the ledger's lock for itself, and the next run does the rest.
MOST = 500


def redact_expired(*, now: datetime) -> int:
    """Redact records past their retention, counted from the day they end; how many. Each in its own revision."""
    done = 0
    for kind in kinds.every():
        for record in _expired(kind, now):
            if done == MOST:
                return done
            redact(kind=kind, record=record, fields=redactable(kind) - UNIQUE, by=None, now=now, reason=REASON)
            done += 1
    return done


def _expired(kind: Kind, now: datetime) -> Iterator[Any]:
    """Records that some row of a protocol may reach, and their own does."""
    shortest = Protocol.objects.filter(kind=kind.code, retention__isnull=False).order_by("retention").first()
    if shortest is None or shortest.retention is None:
        return
    marks = Redaction.objects.filter(kind=kind.code, record_id=OuterRef("pk"), by=None)
    reached = kind.record.objects.filter(~Exists(marks), end_date__lt=(now - shortest.retention).date())
    rules: dict[int | None, Rules] = {}
    for record in reached.select_related("crisis").order_by("end_date", "pk").iterator(chunk_size=MOST):
        if record.crisis_id not in rules:
            rules[record.crisis_id] = Rules(record.crisis)
        fields = {name: getattr(record, name, "") for name in CATEGORIES}
        kept = rule_of(kind, fields, rules[record.crisis_id]).retention
        if kept is not None and record.end_date < (now - kept).date():
            yield record
