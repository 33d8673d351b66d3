"""Reads of confidential records leave a line in the audit trail: who, when, which; of lists how many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from apps.accounts.actions import audit
from apps.accounts.levels import Sensitivity
from apps.accounts.models import AuditEntry
from apps.records.names import Names

# Somebody who reads a record on and off for an hour reads it once.
ONCE_IN = timedelta(hours=1)
READ, LISTED = "record.read", "records.listed"
CONFIDENTIAL = str(Sensitivity.CONFIDENTIAL.label)


def note_read(*, kind: str, record_id: object, sensitivity: int, crisis_id: int | None, by: Any, now: datetime) -> None:
    """Note that somebody opened a record, if it is confidential. `by` may be nobody, who reads none."""
    if sensitivity < Sensitivity.CONFIDENTIAL or not getattr(by, "is_authenticated", False):
        return
    lately = AuditEntry.objects.filter(
        actor=by, verb=READ, subject_kind=kind, subject_id=str(record_id), at__gt=now - ONCE_IN
    )
    if not lately.exists():
        audit(verb=READ, subject_kind=kind, subject_id=record_id, by=by, now=now, crisis_id=crisis_id)


def note_record(*, kind: str, record: Any, by: Any, now: datetime) -> None:
    """note_read of a row of the database."""
    level, crisis_id = record.sensitivity, record.crisis_id
    note_read(kind=kind, record_id=record.pk, sensitivity=level, crisis_id=crisis_id, by=by, now=now)


def note_listed(*, kind: str, crises: Iterable[int | None], by: Any, now: datetime) -> None:
    """Note a list with confidential records, by the crisis of each: one line a request and crisis."""
    if not getattr(by, "is_authenticated", False):
        return
    for crisis_id, count in Counter(crises).items():
        audit(verb=LISTED, subject_kind=kind, subject_id="", by=by, now=now, crisis_id=crisis_id, count=count)


def note_rows(*, kind: str, rows: Iterable[Mapping[str, Any]], names: Names, by: Any, now: datetime) -> None:
    """The same from flat rows, as the API writes them."""
    slugs = [row["crisis"] for row in rows if row["sensitivity"] == CONFIDENTIAL]
    if slugs:
        note_listed(kind=kind, crises=[crisis_of(slug, names) for slug in slugs], by=by, now=now)


def note_row(*, kind: str, row: Mapping[str, Any], names: Names, by: Any, now: datetime) -> None:
    """note_read from a flat row."""
    if row["sensitivity"] == CONFIDENTIAL:
        crisis_id, level = crisis_of(row["crisis"], names), Sensitivity.CONFIDENTIAL
        note_read(kind=kind, record_id=row["id"], sensitivity=level, crisis_id=crisis_id, by=by, now=now)


def crisis_of(slug: str | None, names: Names) -> int | None:
    """The id of a crisis by its slug."""
    return next((crisis.id for crisis in names.crises.values() if crisis.slug == slug), None)
