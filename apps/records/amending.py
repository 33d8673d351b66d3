"""A person's corrections to a record: whatever follows from the changed columns is worked out anew."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.geo.queries import areas_at
from apps.ledger.actions import open_revision
from apps.records import placing
from apps.records.actions import settle
from apps.records.drafts import RecordDraft
from apps.records.kinds import Kind
from apps.records.meanwhile import refuse_if_changed


@transaction.atomic
def amend(*, kind: Kind, record: Any, by: User, now: datetime, reason: str, expected_version: int | None = None) -> Any:
    """Store a record that was changed in memory: placed and released anew, its figures settled anew.

    A new point without a new area takes the area it lies in. `expected_version` is the one the person saw, by default
    the one in memory.

    Raises:
        ChangedMeanwhile
    """
    open_revision(by=by, now=now, reason=reason)
    stored = type(record).objects.get(pk=record.pk)
    refuse_if_changed(stored, record.version if expected_version is None else expected_version)
    if record.location is not None and record.location != stored.location and record.area_id == stored.area_id:
        (record.area_id,) = areas_at([(record.location.x, record.location.y)])
    place_anew(record)
    if kind.finish is not None:
        kind.finish(record)
    record.released_title = placing.released_title(record)
    record.save()
    if kind.carry is not None:
        kind.carry(stored, record)
    settle(kind=kind, canonical_ids=[record.canonical_id], now=now)
    record.refresh_from_db()
    return record


def place_anew(record: Any) -> None:
    """Work out what follows from a record's place and from how precisely it is released; nothing is stored."""
    for name, value in placing.place(_as_draft(record), _ground(record), record.location_release).items():
        setattr(record, name, value)


def _ground(record: Any) -> placing.Ground | None:
    return placing.find_grounds([_as_draft(record)])[0] if record.area_id is None else placing.ground_of(record.area)


def _as_draft(record: Any) -> RecordDraft:
    """The record's place as an intake would give it."""
    return RecordDraft(
        external_id=record.external_id,
        title=record.title,
        start_date=record.start_date,
        end_date=record.end_date,
        location=(record.location.x, record.location.y) if record.location is not None else None,
        location_accuracy=record.location_accuracy,
        place_name=record.place_name,
        provider_area_name=record.provider_area_name,
        provider_area_code=record.provider_area_code,
    )
