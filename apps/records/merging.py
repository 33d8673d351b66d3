"""Merging records that tell of one thing, and taking a merge back.

`merged_into` is a tree that is never flattened: a record that was merged into one stays merged into that one wherever
that goes. No claim ever moves; what follows the tree is the `canonical` of records and claims, worked out anew.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.crises.models import Crisis
from apps.ledger.actions import open_revision
from apps.records import roots
from apps.records.actions import settle
from apps.records.kinds import Kind
from apps.records.models import SuspectedDuplicate
from apps.records.vocabularies import Verification

State = SuspectedDuplicate.State


class MergeRefused(Exception):
    """These records cannot be merged, or not taken apart; the message says why, to a person."""


@transaction.atomic
def merge(
    *, kind: Kind, record: Any, into: Any, by: User, now: datetime, reason: str, expected_version: int | None = None
) -> Any:
    """Say that `record` tells of what `into` tells of; return `record` as it stands then.

    `into` may itself be merged. What is claimed of the record counts for the root of the tree from now on; claims
    that fewer people may read than the root are held. Suspicions between the two trees are settled.

    Raises:
        MergeRefused: see `_refuse`; or the record is no longer the version `expected_version`.
    """
    open_revision(by=by, now=now, reason=reason)
    row, target = _fresh(kind, record), _fresh(kind, into)
    if expected_version is not None and row.version != expected_version:
        raise MergeRefused(_("The record was changed meanwhile. Look at it again before you merge it."))
    tree = _tree(kind, row.canonical_id)
    _refuse(kind, row, target, tree, reason)
    graft(kind=kind, record=row, into=target, now=now)
    pairs = _between(kind, tree, _tree(kind, target.canonical_id))
    pairs.filter(state=State.OPEN).update(state=State.SAME, settled_at=now, settled_by=by, reason=reason)
    return _fresh(kind, row)


@transaction.atomic
def unmerge(*, kind: Kind, record: Any, by: User, now: datetime, reason: str) -> Any:
    """Take a record out of the one it was merged into, with all that was merged into it; return it as it stands then.

    Suspicions that the merge settled are open again.

    Raises:
        MergeRefused: it is not merged, it follows another record, or another one took its place meanwhile.
    """
    open_revision(by=by, now=now, reason=reason)
    row = _fresh(kind, record)
    if row.merged_into_id is None:
        raise MergeRefused(_("This record is not merged into another."))
    if kind.keeps_joined is not None and (sentence := kind.keeps_joined(row)):
        raise MergeRefused(sentence)
    root = row.canonical_id
    ungraft(kind=kind, record=row, now=now)
    pairs = _between(kind, _tree(kind, row.pk), _tree(kind, root))
    pairs.filter(state=State.SAME).update(state=State.OPEN, settled_at=None, settled_by=None, reason="")
    return _fresh(kind, row)


def graft(*, kind: Kind, record: Any, into: Any, now: datetime) -> None:
    """Put a record and all below it under another, and settle both. Asks nothing; needs an open revision."""
    kind.record.objects.filter(pk=record.pk).update(merged_into=into.pk, canonical=into.canonical_id)
    found = roots.find_anew(kind=kind, ids=[record.pk])
    settle(kind=kind, canonical_ids=found | {record.pk}, now=now)


def ungraft(*, kind: Kind, record: Any, now: datetime) -> None:
    """Let a record stand for itself again, with all below it, and settle both. Needs an open revision."""
    kind.record.objects.filter(pk=record.pk).update(merged_into=None, canonical=record.pk)
    roots.find_anew(kind=kind, ids=[record.pk])
    settle(kind=kind, canonical_ids={record.pk, record.canonical_id}, now=now)


def _fresh(kind: Kind, record: Any) -> Any:
    """The row as it stands under the ledger's lock: what the caller read may have changed since."""
    if not isinstance(record, kind.record):
        raise MergeRefused(_("Records of different kinds cannot be merged."))
    return kind.record.objects.get(pk=record.pk)


def _tree(kind: Kind, root: UUID) -> list[UUID]:
    return list(kind.record.objects.filter(canonical=root).values_list("pk", flat=True))


def _refuse(kind: Kind, row: Any, target: Any, tree: Collection[UUID], reason: str) -> None:
    """Raise a sentence for what is not merged: a record with itself or its own tree, one that is merged already,
    removed or rejected ones, those of crises that not everybody may know of, and what the kind itself keeps apart.
    """
    if not reason.strip():
        raise MergeRefused(_("Say why they are the same."))
    if row.pk == target.pk:
        raise MergeRefused(_("A record cannot be merged into itself."))
    if row.merged_into_id is not None:
        raise MergeRefused(_("This record is already merged into another. Take that back first."))
    if target.pk in tree:
        raise MergeRefused(_("The other record is itself merged into this one."))
    root = target if target.canonical_id == target.pk else kind.record.objects.get(pk=target.canonical_id)
    if any(each.removed_at or each.verification == Verification.REJECTED for each in (row, target, root)):
        raise MergeRefused(_("Removed and rejected records are not merged."))
    crises = set(kind.record.objects.filter(pk__in=tree).values_list("crisis", flat=True)) | {root.crisis_id}
    if len(crises) > 1 and not _are_open(crises - {None}):
        raise MergeRefused(_("They belong to different crises, of which not everybody may know."))
    if kind.keeps_apart is not None and (sentence := kind.keeps_apart(row, root)):
        raise MergeRefused(sentence)


def _are_open(crises: Collection[int]) -> bool:
    return Crisis.objects.open_to_all().filter(pk__in=crises).count() == len(crises)


def _between(kind: Kind, some: Collection[UUID], others: Collection[UUID]) -> Any:
    """Suspicions with one end in each of two trees."""
    rest = set(others) - set(some)
    return SuspectedDuplicate.objects.filter(
        Q(first_id__in=some, second_id__in=rest) | Q(first_id__in=rest, second_id__in=some), kind=kind.code
    )
