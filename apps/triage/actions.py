"""Settling what waits: who may do what, one revision an act, and the number to take it back by.

What an act does is said by the actions of records and sources. Here it is decided whether this person may, on this
record; and of two who act at once on one record the second is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.accounts.models import User
from apps.core.queue import enqueue
from apps.crises.clearance import Clearance
from apps.ledger.actions import open_revision
from apps.ledger.idempotency import SaidOtherwise, answer_once
from apps.ledger.models import IdempotencyKey
from apps.records import confirming, deciding, merging, permissions, reviewing, suspecting
from apps.records.kinds import Kind
from apps.records.models import SuspectedDuplicate
from apps.records.refusing import Refused
from apps.records.undoing import CannotUndo, may_undo, undo
from apps.sources import actions as sources
from apps.sources.models import QuarantinedItem

# What an act of review makes of a record's verification.
MOVES = {
    "verify": "verified",
    "under_review": "under_review",
    "dispute": "disputed",
    "unverifiable": "unverifiable",
    "reject": "rejected",
}
RELEASES = ("release", "unrelease", "restrict")
FIGURES = ("choose", "range", "revoke", "retract")
PAIRS = ("merge", "unmerge", "distinct")
ACTS = (*MOVES, *RELEASES, "confirm", "remove", *FIGURES, *PAIRS)
IN_BULK = ("verify", "under_review", "release", "confirm", "reject")
KEY = "queue "


@dataclass(frozen=True)
class Deed:
    """One act on one record: what, with which terms, why, and which version of the record the person looked at.

    `terms` hold rows already read: `claim`, `claims`, `decision`, `other`; and plain values: `basis`, `sensitivity`,
    `location_release`, `low`, `best`, `high`, `quantifier`, `expected`, `expected_decision`.
    """

    act: str
    kind: Kind
    record: Any
    reason: str
    expected_version: int | None = None
    terms: Mapping[str, Any] | None = None

    def term(self, name: str) -> Any:
        """One of the terms; None where it was not given."""
        return (self.terms or {}).get(name)


class SentOtherwise(Refused):
    """The form was sent before, with other contents."""


def settle(*, deed: Deed, held: Clearance, token: str, body_sha256: str, by: User, now: datetime) -> int:
    """Do it once however often the form is sent, and return the revision it was done in.

    Raises:
        PermissionDenied: it is not this person's to do.
        Refused: and its kin, with a sentence; among them ChangedMeanwhile and DecidedMeanwhile.
        SentOtherwise
    """
    refuse_if_not_theirs(held, deed)
    try:
        answer, _is_new = answer_once(
            actor=by,
            key=KEY + token,
            body_sha256=body_sha256,
            now=now,
            write=lambda: {"revision": _do(deed, by, now)},
        )
    except SaidOtherwise as error:
        raise SentOtherwise("") from error
    return int(answer["revision"])


def answer_to(*, by: User, token: str) -> int | None:
    """The revision in which a form with this token was done before, if it was."""
    row = IdempotencyKey.objects.filter(actor=by, key=KEY + token).first()
    return int(row.answer["revision"]) if row is not None else None


@dataclass(frozen=True)
class Outcome:
    """What came of one record of several."""

    kind: str
    id: UUID
    title: str
    revision: int | None
    said: str = ""


def settle_many(*, deeds: Sequence[Deed], held: Clearance, by: User, now: datetime) -> list[Outcome]:
    """Do each in a revision of its own, so that each can be taken back alone; one that is refused stops no other.

    Raises:
        PermissionDenied: one of them is not this person's to do; nothing is done then.
    """
    for deed in deeds:
        refuse_if_not_theirs(held, deed)
    done = []
    for deed in deeds:
        title = str(deed.record.title)
        try:
            revision = _do(deed, by, now)
            done.append(Outcome(deed.kind.code, deed.record.pk, title, revision))
        except Refused as refusal:
            done.append(Outcome(deed.kind.code, deed.record.pk, title, None, str(refusal)))
    return done


def refuse_if_not_theirs(held: Clearance, deed: Deed) -> None:
    """Raise PermissionDenied where this person may not do this with this record, nor with the other of a pair."""
    rule = permissions.may_review
    if deed.act in RELEASES:
        rule = permissions.may_release
    elif deed.act in FIGURES:
        rule = permissions.may_decide
    rows = [deed.record, *([deed.term("other")] if deed.act in PAIRS else [])]
    if not all(row is not None and rule(held, row) for row in rows):
        raise PermissionDenied


@transaction.atomic
def _do(deed: Deed, by: User, now: datetime) -> int:
    revision = open_revision(by=by, now=now, reason=deed.reason)
    words = {"by": by, "now": now, "reason": deed.reason}
    if deed.act in MOVES or deed.act in RELEASES or deed.act == "remove":
        _review(deed, words)
    elif deed.act == "confirm":
        confirming.confirm(kind=deed.kind, record=deed.record, by=by, now=now)
    elif deed.act in FIGURES:
        _decide(deed, words)
    else:
        _pair(deed, words)
    return revision


def _review(deed: Deed, words: Mapping[str, Any]) -> None:
    more: dict[str, Any] = {}
    move: Callable[..., Any] = reviewing.verify
    if deed.act in MOVES:
        more = {"verification": MOVES[deed.act], "basis": deed.term("basis") or ""}
    elif deed.act == "restrict":
        more = {"sensitivity": deed.term("sensitivity"), "location_release": deed.term("location_release") or None}
        move = reviewing.restrict
    else:
        move = {"release": reviewing.release, "unrelease": reviewing.unrelease, "remove": reviewing.remove}[deed.act]
    move(kind=deed.kind, record=deed.record, expected_version=deed.expected_version, **more, **words)


def _decide(deed: Deed, words: Mapping[str, Any]) -> None:
    seen = {name: deed.term(name) for name in ("expected", "expected_decision")}
    match deed.act:
        case "choose":
            deciding.choose(kind=deed.kind, claim=deed.term("claim"), **seen, **words)
        case "range":
            numbers = {name: deed.term(name) for name in ("low", "best", "high", "quantifier")}
            deciding.choose_range(
                kind=deed.kind, record=deed.record, claims=deed.term("claims"), **numbers, **seen, **words
            )
        case "revoke":
            deciding.revoke(kind=deed.kind, decision=deed.term("decision"), **words)
        case "retract":
            deciding.retract(kind=deed.kind, claim=deed.term("claim"), **words)


def _pair(deed: Deed, words: Mapping[str, Any]) -> None:
    other = deed.term("other")
    try:
        if deed.act == "merge":
            merging.merge(
                kind=deed.kind, record=deed.record, into=other, expected_version=deed.expected_version, **words
            )
        elif deed.act == "unmerge":
            merging.unmerge(kind=deed.kind, record=other, **words)
        else:
            suspecting.settle_suspicion(suspicion=_suspicion(deed, words), same=False, **words)
    except (merging.MergeRefused, suspecting.SuspicionRefused) as refusal:
        raise Refused(str(refusal)) from refusal


def _suspicion(deed: Deed, words: Mapping[str, Any]) -> SuspectedDuplicate:
    """The suspicion of a pair. Somebody may say that two are distinct before anybody suspected them."""
    first, second = sorted((deed.record.pk, deed.term("other").pk))
    pair = SuspectedDuplicate.objects.filter(kind=deed.kind.code, first_id=first, second_id=second)
    if not pair.exists():
        alike = suspecting.Pair(first, second, score=0.0)
        suspecting.note(kind=deed.kind, pairs=[alike], now=words["now"], by=words["by"])
    return pair.get()


def take_back(*, revisions: Sequence[int], held: Clearance, by: User, now: datetime, reason: str) -> list[Outcome]:
    """Undo these revisions, the newest first; one that cannot be undone stops no other.

    Raises:
        PermissionDenied: one of them is not this person's to take back; nothing is done then.
    """
    if not all(may_undo(held, revision) for revision in revisions):
        raise PermissionDenied
    done = []
    for revision in sorted(revisions, reverse=True):
        try:
            number = undo(revision_id=revision, by=by, now=now, reason=reason)
            done.append(Outcome("", UUID(int=0), "", number))
        except CannotUndo as refusal:
            done.append(Outcome("", UUID(int=0), "", None, str(refusal)))
    return done


def dismiss(*, item: QuarantinedItem, by: User, now: datetime) -> None:
    """Say that nobody needs an item that was set aside."""
    sources.settle_quarantined(item=item, state=QuarantinedItem.State.DISMISSED, by=by, now=now)


def retry(*, item: QuarantinedItem, by: User, now: datetime) -> bool:
    """Ask the item's source again; False where it is not fetched at all."""
    source = item.source
    if not source.connector or not source.is_enabled:
        return False
    slot = sources.wake(source=source, by=by, now=now)
    enqueue("sources.refresh", source_slug=source.slug, slot=slot)
    return True
