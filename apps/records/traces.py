"""Whatever quotes a record outside it: found and cleared when the record is redacted.

Apps above add theirs with `register` when they are ready.
"""

import html
import json
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from apps.accounts.models import AuditEntry
from apps.ledger.actions import forget_reporter
from apps.ledger.models import Change, IdempotencyKey, Job, Revision
from apps.records import kinds
from apps.records.kinds import Kind
from apps.records.models import SuspectedDuplicate, SuspectedDuplicateVersion
from apps.records.past import versions_of
from apps.sources.models import Document, QuarantinedItem, RefreshRun

# Shorter texts stand in too many places to mean the record.
SHORTEST = 4
# Formats that are archives: what stands in them cannot be found without opening them.
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"%PDF")


@dataclass(frozen=True)
class Trace:
    """A table that may quote records, and which of its rows may quote these: by kind, record ids and document ids."""

    model: Any
    columns: tuple[str, ...]
    rows: Callable[[Kind, Collection[UUID], Collection[UUID]], Q]


# What was said elsewhere: looked through for the texts themselves.
QUOTING: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (AuditEntry, ("detail",)),
    (IdempotencyKey, ("answer",)),
    (Job, ("payload", "last_error")),
    (QuarantinedItem, ("key", "reason", "item")),
    (RefreshRun, ("detail",)),
)
_more: list[Trace] = []


def register(trace: Trace) -> None:
    """Add a table of an app above."""
    _more.append(trace)


def without(values: Iterable[str], text: str, placeholder: str) -> str:
    """A text without any of these, however they are written: plain, within JSON, within HTML."""
    for value in _spellings(values):
        text = text.replace(value, placeholder)
    return text


def remove(*, kind: Kind, ids: Collection[UUID], values: Collection[str], placeholder: str, reporter: bool) -> None:
    """Clear whatever quotes these records. Needs an open revision."""
    documents = _documents_of(kind, ids)
    clear = _Clearing(tuple(_spellings(values)), placeholder)
    clear.documents(documents, kind, ids)
    clear.what_belongs(kind, ids)
    clear.what_quotes()
    for trace in _more:
        clear.rows(trace.model._base_manager.filter(trace.rows(kind, ids, documents)), trace.columns)
    if reporter:
        forget_reporter(kind=kind.code, ids=ids)


def _spellings(values: Iterable[str]) -> list[str]:
    """Each value as plain text, JSON and HTML write it; the longest first, for one may hold another."""
    found = set()
    for value in values:
        if len(value) < SHORTEST:
            continue
        found |= {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], html.escape(value)}
    return sorted(found, key=len, reverse=True)


def _documents_of(kind: Kind, ids: Collection[UUID]) -> set[UUID]:
    """Documents behind these records and their figures, now and in the past."""
    found: set[UUID] = set()
    for rows in _citing(kind):
        found |= set(rows.filter(_of(rows.model, ids), document__isnull=False).values_list("document_id", flat=True))
    return found


def _citing(kind: Kind) -> list[Any]:
    """Every table of a kind that points at documents."""
    models = [kind.record, kind.claim] if kind.claim is not None else [kind.record]
    return [table._base_manager.all() for model in models for table in (model, versions_of(model))]


def _of(model: Any, ids: Collection[UUID]) -> Q:
    """Rows that are these records, or belong to them."""
    names = {each.name for each in model._meta.concrete_fields}
    return Q(record__in=ids) if "record" in names else Q(id__in=ids)


@dataclass(frozen=True)
class _Clearing:
    """One pass over everything. `spellings` are what must go."""

    spellings: Sequence[str]
    placeholder: str

    def documents(self, documents: Collection[UUID], kind: Kind, ids: Collection[UUID]) -> None:
        """A document behind these records alone is emptied; of one that others stand on, the matching text goes."""
        shared = set()
        for each in kinds.every():
            for rows in _citing(each):
                others = rows.exclude(_of(rows.model, ids)) if each is kind else rows
                shared |= set(others.filter(document__in=documents).values_list("document_id", flat=True))
        for row in Document.objects.filter(pk__in=documents):
            if row.pk in shared:
                row.raw = self.without_bytes(row.raw)
                row.title, row.summary, row.url = map(self.clean, (row.title, row.summary, row.url))
            else:
                row.raw, row.title, row.summary, row.url = None, self.placeholder, "", ""
            if self.clean(row.external_id) != row.external_id:
                row.external_id = f"{self.placeholder} {row.pk}"
            row.save(update_fields=["raw", "title", "summary", "url", "external_id"])
        self.rows(QuarantinedItem.objects.filter(document__in=documents), ("key", "reason", "item"))

    def what_belongs(self, kind: Kind, ids: Collection[UUID]) -> None:
        """Rows that belong to the records: other texts of theirs, figures, decisions, revisions, suspicions."""
        tables = [kind.record, kind.claim, kind.decision]
        for model in (table for table in tables if table is not None):
            live = model._base_manager.filter(_of(model, ids))
            keys = list(live.values_list("pk", flat=True))
            self.rows(live, _texts_of(model))
            # What was cleared above was filed with the past as it stood: cleared after it.
            self.rows(versions_of(model)._base_manager.filter(id__in=keys), _texts_of(model))
        changes = Change.objects.filter(kind=kind.code, record_id__in=ids)
        self.rows(changes, ("reason",))
        self.rows(Revision.objects.filter(pk__in=changes.values("revision")), ("reason",))
        pair = Q(kind=kind.code) & (Q(first_id__in=ids) | Q(second_id__in=ids))
        for suspicion in (SuspectedDuplicate, SuspectedDuplicateVersion):
            self.rows(suspicion._base_manager.filter(pair), ("reason", "reasons"))
        self.rows(LogEntry.objects.filter(object_id__in=[str(pk) for pk in ids]), ("object_repr", "change_message"))

    def what_quotes(self) -> None:
        """Tables that point at no record."""
        for model, columns in QUOTING:
            for column in columns:
                rows = model._base_manager.annotate(as_text=Cast(column, TextField()))
                quoting = Q(pk__in=[])
                for spelling in self.spellings:
                    quoting |= Q(as_text__contains=spelling)
                self.rows(model._base_manager.filter(pk__in=rows.filter(quoting).values("pk")), (column,))

    def rows(self, rows: Any, columns: Sequence[str]) -> None:
        """Clear these columns of these rows."""
        for row in rows.values("pk", *columns):
            cleared = {column: self.clean(row[column]) for column in columns}
            changed = {
                column: self.fitting(rows.model, column, value, row["pk"])
                for column, value in cleared.items()
                if value != row[column]
            }
            if changed:
                rows.model._base_manager.filter(pk=row["pk"]).update(**changed)

    def fitting(self, model: Any, column: str, value: Any, key: Any) -> Any:
        """A cleared value that its column can hold; ids at sources stay apart from each other."""
        told = f"{self.placeholder} {key}" if column == "external_id" else value
        longest = getattr(model._meta.get_field(column), "max_length", None)
        return told[:longest] if longest and isinstance(told, str) else told

    def clean(self, value: Any) -> Any:
        """A text, or JSON with its keys, without them."""
        if isinstance(value, str):
            for spelling in self.spellings:
                value = value.replace(spelling, self.placeholder)
            return value
        if isinstance(value, dict):
            return {self.clean(key): self.clean(each) for key, each in value.items()}
        return [self.clean(each) for each in value] if isinstance(value, list) else value

    def without_bytes(self, raw: Any) -> bytes | None:
        """A payload without them; one that cannot be looked into is given up whole."""
        if raw is None:
            return None
        try:
            text = zlib.decompress(raw)
        except zlib.error:
            text = bytes(raw)
        if text.startswith(ARCHIVES):
            return None
        for spelling in self.spellings:
            text = text.replace(spelling.encode(), self.placeholder.encode())
        return zlib.compress(text)


def _texts_of(model: Any) -> tuple[str, ...]:
    """The free texts of a model: what is neither a code nor a key."""
    return tuple(
        each.name
        for each in model._meta.concrete_fields
        if each.get_internal_type() in {"CharField", "TextField", "URLField"} and not each.choices
        and each.name not in {"content_hash", "question"} and not each.name.endswith("_pcode")
    )  # fmt: skip
