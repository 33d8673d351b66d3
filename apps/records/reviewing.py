"""A person's review of records: whether it took place, who may read it, and taking it out of sight.

Every move has an actor and a reason, says what changed meanwhile instead of overwriting it, and takes along what is
reviewed together with the record: the constraint that stands for a closed road. None says anything of figures.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.levels import Sensitivity
from apps.accounts.models import User
from apps.crises.queries import Rules
from apps.ledger.actions import open_revision
from apps.records.actions import settle
from apps.records.amending import amend
from apps.records.closing import rule_of
from apps.records.kinds import Kind
from apps.records.meanwhile import ChangedMeanwhile as ChangedMeanwhile
from apps.records.meanwhile import refuse_if_changed
from apps.records.refusing import Refused, sentence_of
from apps.records.vocabularies import Verification

# Records a transaction: each is a handful of statements under the ledger's lock.
BATCH = 100


class CannotReview(Refused):
    """A move that the record does not allow."""


class NoBasis(CannotReview):
    """A record is verified on a basis or not at all."""


@transaction.atomic
def verify(
    *,
    kind: Kind,
    record: Any,
    verification: str,
    basis: str = "",
    by: User,
    now: datetime,
    reason: str,
    expected_version: int | None = None,
) -> Any:
    """Say whether the event took place as described; any state may follow any other.

    Releases it where its crisis releases what is verified. Saying what is said already changes nothing.

    Raises:
        NoBasis: `verified` without a basis.
        CannotReview, ChangedMeanwhile
    """
    if verification not in Verification.values:
        raise CannotReview(_("There is no such state."))
    if verification == Verification.VERIFIED and not basis:
        raise NoBasis(_("Say what the verification rests on."))
    basis = basis if verification == Verification.VERIFIED else ""
    _take_up(kind, record, by, now, reason, expected_version)
    if (record.verification, record.basis) == (verification, basis):
        return record
    _write([record, *_along(kind, record)], verification=verification, basis=basis)
    _settle_tree(kind, record, now)
    if verification == Verification.VERIFIED and _releases_verified(kind, record, now):
        release(kind=kind, record=record, by=by, now=now, reason=reason)
    return record


@transaction.atomic
def release(
    *, kind: Kind, record: Any, by: User, now: datetime, reason: str, expected_version: int | None = None
) -> Any:
    """Let the public read the record, as far as its sensitivity allows.

    Raises:
        CannotReview: it was rejected.
        ChangedMeanwhile
    """
    _take_up(kind, record, by, now, reason, expected_version)
    if record.verification == Verification.REJECTED:
        raise CannotReview(_("It was rejected: nobody is to read it."))
    unread = [row for row in (record, *_along(kind, record)) if row.released_at is None]
    _write(unread, released_at=now, released_by=by)
    _settle_tree(kind, record, now)
    return record


@transaction.atomic
def unrelease(
    *, kind: Kind, record: Any, by: User, now: datetime, reason: str, expected_version: int | None = None
) -> Any:
    """Take the record back from the public. Partners go on reading it as far as its sensitivity allows.

    Raises:
        CannotReview, ChangedMeanwhile
    """
    _take_up(kind, record, by, now, reason, expected_version)
    read = [row for row in (record, *_along(kind, record)) if row.released_at is not None]
    _write(read, released_at=None, released_by=None)
    _settle_tree(kind, record, now)
    return record


@transaction.atomic
def restrict(
    *,
    kind: Kind,
    record: Any,
    sensitivity: int | None = None,
    location_release: str | None = None,
    by: User,
    now: datetime,
    reason: str,
    expected_version: int | None = None,
) -> Any:
    """Say who may read the record and how precisely its place is shown, stricter or less so; None leaves it as it is.

    Claims that become stricter than the record are held, those that no longer are stand again.

    Raises:
        CannotReview: its licence keeps it inside.
        ChangedMeanwhile
    """
    _take_up(kind, record, by, now, reason, expected_version)
    if sensitivity is not None:
        if record.dataset.stays_inside and sensitivity < Sensitivity.RESTRICTED:
            raise CannotReview(_("The licence of its dataset keeps it inside."))
        record.sensitivity = sensitivity
    if location_release is not None:
        record.location_release = location_release
    return amend(kind=kind, record=record, by=by, now=now, reason=reason)


@transaction.atomic
def remove(
    *, kind: Kind, record: Any, by: User, now: datetime, reason: str, expected_version: int | None = None
) -> Any:
    """Leave a tombstone. Nothing is destroyed, and its source does not bring it back.

    Raises:
        CannotReview, ChangedMeanwhile
    """
    _take_up(kind, record, by, now, reason, expected_version)
    if not reason.strip():
        raise CannotReview(_("Say why."))
    rows = [record, *_along(kind, record)]
    _write(rows, removed_at=now, removed_reason=reason.strip()[:300], stays_removed=True)
    _settle_tree(kind, record, now)
    return record


@transaction.atomic
def restore(*, kind: Kind, record: Any, by: User, now: datetime, reason: str) -> Any:
    """Bring a removed record back, with what was removed together with it.

    Raises:
        CannotReview: it was not removed, or another record has taken its place.
    """
    open_revision(by=by, now=now, reason=reason)
    record.refresh_from_db()
    if record.removed_at is None:
        raise CannotReview(_("It was not removed."))
    rows = [record, *(kind.along(record).filter(removed_at=record.removed_at) if kind.along else [])]
    try:
        with transaction.atomic():
            _write(rows, removed_at=None, removed_reason="", stays_removed=False)
    except IntegrityError as error:
        record.refresh_from_db()
        raise CannotReview(sentence_of(error)) from error
    settle(kind=kind, canonical_ids=[record.canonical_id], now=now)
    record.refresh_from_db()
    return record


@dataclass(frozen=True)
class Outcome:
    """What came of one record of many: done, or refused with a sentence."""

    record_id: UUID
    done: bool
    said: str = ""


def review_many(
    *,
    kind: Kind,
    records: Sequence[Any],
    move: Callable[..., Any],
    by: User,
    now: datetime,
    reason: str,
    expected_versions: Mapping[UUID, int] | None = None,
    **terms: Any,
) -> list[Outcome]:
    """Make one move (`verify`, `release`, …) on each of these, with its `terms`; one that is refused stops no other.

    Commits in batches, each a revision of its own.
    """
    done = []
    for start in range(0, len(records), BATCH):
        with transaction.atomic():
            open_revision(by=by, now=now, reason=reason)
            for record in records[start : start + BATCH]:
                seen = (expected_versions or {}).get(record.pk)
                one = {"expected_version": seen} if seen is not None else {}
                try:
                    with transaction.atomic():
                        move(kind=kind, record=record, by=by, now=now, reason=reason, **one, **terms)
                    done.append(Outcome(record.pk, True))
                except Refused as refusal:
                    done.append(Outcome(record.pk, False, str(refusal)))
    return done


def _take_up(kind: Kind, record: Any, by: User, now: datetime, reason: str, expected_version: int | None) -> None:
    """Open the revision and read the record as it stands under the lock; refuse what is out of sight."""
    open_revision(by=by, now=now, reason=reason)
    record.refresh_from_db()
    refuse_if_changed(record, expected_version)
    if record.removed_at is not None:
        raise CannotReview(_("It was removed: restore it first."))
    if record.merged_into_id is not None:
        raise CannotReview(_("It was merged into “%(other)s”: review that one.") % {"other": record.merged_into.title})


def _along(kind: Kind, record: Any) -> list[Any]:
    """What stands for the record and was not removed by itself."""
    return list(kind.along(record).filter(removed_at=None)) if kind.along is not None else []


def _write(rows: Sequence[Any], **values: Any) -> None:
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        row.refresh_from_db(fields=["version", "rev", "audience"])


def _settle_tree(kind: Kind, record: Any, now: datetime) -> None:
    """Whether figures of records merged into this one are held, and what follows from statements, hangs on its state.

    Of most records nothing does, and a batch of many need not settle them.
    """
    if kind.conclude is not None or kind.record.objects.filter(merged_into=record.pk).exists():
        settle(kind=kind, canonical_ids=[record.canonical_id], now=now)
        record.refresh_from_db()


def _releases_verified(kind: Kind, record: Any, now: datetime) -> bool:
    """Whether the crisis releases it once it is verified, and its protocol does not hold it back for now."""
    if record.crisis is None or not record.crisis.releases_verified or record.released_at is not None:
        return False
    delay = rule_of(kind, vars(record), Rules(record.crisis)).delay
    return delay is None or record.created_at + delay <= now
