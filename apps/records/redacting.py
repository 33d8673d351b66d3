"""Redaction: the one act that destroys. Values are overwritten wherever they are kept, and a mark is left.

What stood in the given fields goes from the record, from its past, from its figures, from the documents behind it, and
from whatever quotes it: reasons, answers kept for replays, items set aside, the audit trail, the outbox. The mark says
when, why, by whom and which fields, never what stood there. Copies made earlier (database backups, exports others hold)
are beyond its reach: see docs/operations.md.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from apps.accounts.models import User
from apps.crises.clearance import clearance
from apps.ledger.actions import open_revision, tell_redacted
from apps.records import kinds, traces
from apps.records.blanks import (
    OF_CLAIMS,
    OF_RECORDS,
    PLACE,
    PLACEHOLDER,
    REPORTER,
    UNIQUE,
    blank_of,
    place_as_released,
    placed_columns,
    redactable,
    texts_of,
)
from apps.records.kinds import Kind
from apps.records.models import Redaction
from apps.records.past import versions_of
from apps.records.placing import released_title

log = structlog.get_logger(__name__)


class CannotRedact(ValueError):
    """There is no such field to redact on this kind of record."""


@dataclass
class Target:
    """What is redacted: rows by model, and the texts that stood there."""

    kind: Kind
    records: list[Any]
    fields: frozenset[str]
    values: set[str] = field(default_factory=set)

    @property
    def ids(self) -> list[UUID]:
        """Keys of the records."""
        return [row.pk for row in self.records]


@transaction.atomic
def redact(
    *, kind: Kind, record: Any, fields: Collection[str], by: User | None, now: datetime, reason: str
) -> Redaction:
    """Destroy what stands in these fields of a record, everywhere; return the mark. Redacting twice is harmless.

    `location` takes the exact place, and with it every text, for any of them may name it. `reported_by` takes who
    reported. `by` nobody is retention's; a person has to coordinate the record's crisis.

    Raises:
        CannotRedact: a field that cannot be, or none.
        PermissionDenied: somebody else.
    """
    known = redactable(kind)
    wanted = frozenset(fields) | (known - {REPORTER} - UNIQUE if PLACE in fields else frozenset())
    if not wanted or wanted - known:
        raise CannotRedact(f"Of this kind can be redacted: {', '.join(sorted(known))}.")
    if by is not None and not clearance(by).is_coordinator_of(record.crisis_id):
        raise PermissionDenied("Redaction is for coordinators of the crisis.")
    revision = open_revision(by=by, now=now, reason="")
    record = kind.record.objects.get(pk=record.pk)
    target = Target(kind, [record], wanted)
    _overwrite(target)
    for follower in _followers(target):
        target.values |= follower.values
    said = traces.without(target.values, reason, PLACEHOLDER)
    traces.remove(kind=kind, ids=target.ids, values=target.values, placeholder=PLACEHOLDER, reporter=REPORTER in wanted)
    mark = Redaction.objects.create(
        kind=kind.code, record_id=record.pk, fields=sorted(fields), reason=said, by=by, at=now, revision=revision
    )
    record.refresh_from_db(fields=["audience"])
    tell_redacted(revision=revision, record=record, reason=said)
    transaction.on_commit(cache.clear)
    log.info("record.redacted", kind=kind.code, record=str(record.pk), fields=sorted(fields))
    return mark


def _overwrite(target: Target) -> None:
    """The live rows first, which files what stood there with the past; then the past."""
    kind, fields = target.kind, target.fields
    for row in target.records:
        _blank(target, kind.record.objects.filter(pk=row.pk), OF_RECORDS)
        row.refresh_from_db()
        if PLACE in fields:
            place_as_released(row)
        if REPORTER in fields:
            row.reported_by = row.reporting_organisation = None
        row.released_title = released_title(row)
        row.save()
        past = versions_of(kind.record).objects.filter(id=row.pk)
        _blank(target, past, OF_RECORDS)
        past.update(released_title=row.released_title)
        if PLACE in fields:
            past.update(**{name: getattr(row, name) for name in placed_columns(kind.record)})
        if REPORTER in fields:
            past.update(reported_by=None, reporting_organisation=None)
        if kind.claim is not None:
            _overwrite_claims(target, row)


def _overwrite_claims(target: Target, row: Any) -> None:
    claim = target.kind.claim
    said = claim.objects.filter(record=row)
    ids = list(said.values_list("pk", flat=True))
    past = versions_of(claim).objects.filter(id__in=ids)
    for rows in (said, past):
        _blank(target, rows, OF_CLAIMS)
        if REPORTER in target.fields:
            rows.filter(stated_by__isnull=False).update(stated_by=None)
        if PLACE in target.fields and "area" in {each.name for each in claim._meta.concrete_fields}:
            rows.filter(area__isnull=False).update(area=None)


def _blank(target: Target, rows: Any, names: Iterable[str]) -> None:
    """Remember what stood in the wanted fields of these rows, and overwrite it."""
    wanted = sorted(texts_of(rows.model, names) & target.fields)
    if not wanted:
        return
    for values in rows.values_list(*wanted):
        target.values |= {value for value in values if value and not value.startswith(PLACEHOLDER)}
    blanks: dict[str, Any] = {name: blank_of(name, "") for name in wanted if name not in UNIQUE}
    if blanks:
        rows.exclude(**blanks).update(**blanks)
    for name in set(wanted) & UNIQUE:
        for key in rows.exclude(**{name: ""}).values_list("pk", flat=True):
            rows.filter(pk=key).update(**{name: blank_of(name, key)})


def _followers(target: Target) -> list[Target]:
    """Records that stand for a redacted one say what it said, and are redacted with it."""
    found = []
    for kind in kinds.every():
        points = [each for each in kind.record._meta.fields if _points_at(each, target.kind.record, kind.record)]
        for each in points:
            rows = list(kind.record.objects.filter(**{f"{each.name}__in": target.ids}))
            if not rows:
                continue
            fields = target.fields & redactable(kind) | ({"summary"} if "summary" in redactable(kind) else set())
            follower = Target(kind, rows, frozenset(fields), set(target.values))
            _overwrite(follower)
            traces.remove(
                kind=kind, ids=follower.ids, values=follower.values, placeholder=PLACEHOLDER,
                reporter=REPORTER in fields,
            )  # fmt: skip
            found.append(follower)
    return found


def _points_at(each: Any, model: Any, own: Any) -> bool:
    return isinstance(each, models.ForeignKey) and each.remote_field.model is model and own is not model
