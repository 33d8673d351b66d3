"""One record on a page of its own: what its reader may know of it now, and everything that was done to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.crises.clearance import clearance
from apps.dashboard.queries.entries import Entry, Reader
from apps.picture.details import ids_of, record_whole
from apps.picture.facts import FACTS, of_kind
from apps.picture.history import Entry as Change
from apps.picture.history import history_of
from apps.records.filters import Asked
from apps.records.names import Names
from apps.records.resources import Resource


@dataclass(frozen=True)
class RecordPage:
    """A record whole, as the API gives it and as pages draw it, with its changes, the newest first."""

    resource: str
    entry: Entry
    whole: dict[str, Any]
    changes: list[Change]
    reviews: bool  # whether the reader reviews the record's crisis, and may take changes back


def resource_named(code: str) -> Resource | None:
    """The kind of record of that name in addresses."""
    return next((resource for resource in FACTS if resource.code == code), None)


def read_record(*, resource: Resource, record_id: UUID, viewer: Any, now: datetime, language: str) -> RecordPage | None:
    """The record; None where the viewer may not see it."""
    held = clearance(viewer)
    asked = Asked(held=held, names=Names(language), kind=resource.kind, values=ids_of(record_id))
    found = resource.one(asked)
    whole = record_whole(resource, asked)
    rows = resource.kind.record.objects.filter(pk=record_id).select_related("crisis")
    entries = Reader(held, now).read(resource.kind.code, rows, most=1, claims=resource.kind.claim)
    if found is None or whole is None or not entries:
        return None
    whole["links"] = [{**link, "resource": of.code} for link in whole["links"] if (of := of_kind(link["kind"]))]
    reviews = found[0]["crisis_id"] in held.reviews
    return RecordPage(resource.code, entries[0], whole, history_of(resource, found[0], asked), reviews)
