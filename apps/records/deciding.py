"""Choosing the figure used: a person's choice among what was reported, a range of one's own, and taking back.

Everything here happens under the ledger's lock, so of two people who decide at once one is second, and is told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.levels import Sensitivity
from apps.accounts.models import User
from apps.core.ids import uuid7
from apps.ledger.actions import open_revision
from apps.ledger.models import Revision
from apps.records import figures
from apps.records.actions import settle
from apps.records.kinds import Kind
from apps.records.refusing import Refused
from apps.records.settling import ASKED, question_text
from apps.records.vocabularies import ClaimStatus, HowKnown
from apps.sources.actions import own_reports


class Unsaid:
    """Stands for an argument that was not given, where None says something."""


UNSAID = Unsaid()


class CannotDecide(Refused):
    """A decision that would be none: on a held, superseded or other question's claim, or without a reason."""


class DecidedMeanwhile(Refused):
    """Another figure is used than the one the person saw. `used` may be None: no figure is used any more.

    `by` is the person whose choice it is, or who brought the figure in; None for a source's run. `at` is None when
    nothing is used.
    """

    def __init__(self, used: Any, by: User | None, at: datetime | None) -> None:
        self.used, self.by, self.at = used, by, at
        super().__init__(_("The figure used has changed since you saw it."))


@transaction.atomic
def choose(
    *,
    kind: Kind,
    claim: Any,
    by: User,
    now: datetime,
    reason: str,
    expected: UUID | Unsaid | None = UNSAID,
    expected_decision: UUID | Unsaid | None = UNSAID,
) -> Any:
    """Say which reported figure, or which statement, is used for its question; returns the decision.

    `expected` is the id of the claim that the person saw used, or None where none was; `expected_decision` the id of
    the choice that the person saw standing, or None where it was used by rule. Choosing the claim that the rule uses
    confirms it.

    Raises:
        CannotDecide, DecidedMeanwhile
    """
    open_revision(by=by, now=now, reason=reason)
    claim.refresh_from_db()
    _refuse_if_unusable(claim)
    reason = _given(reason)
    _refuse_if_decided_meanwhile(kind, claim, expected, expected_decision)
    decision = _decide(kind, claim, by, now, reason)
    settle(kind=kind, canonical_ids=[claim.canonical_id], now=now)
    claim.refresh_from_db()
    return decision


@transaction.atomic
def choose_range(
    *,
    kind: Kind,
    record: Any,
    claims: Sequence[Any],
    low: int | None,
    best: int | None,
    high: int | None,
    quantifier: str,
    by: User,
    now: datetime,
    reason: str,
    expected: UUID | Unsaid | None = UNSAID,
    expected_decision: UUID | Unsaid | None = UNSAID,
) -> Any:
    """Use a range that weighs these claims, which all answer one question; returns the decision.

    The range is itself a claim: of the deciding person's organisation, in the series of our own reports, resting on
    the claims weighed.

    Raises:
        CannotDecide, DecidedMeanwhile
    """
    open_revision(by=by, now=now, reason=reason)
    weighed = list(kind.claim.objects.filter(pk__in=[claim.pk for claim in claims]).select_related("record"))
    record.refresh_from_db()
    _refuse_if_not_one_question(record, weighed)
    flaw = figures.flaw_in(low, best, high, quantifier)
    if flaw or quantifier == "not_given":
        raise CannotDecide(flaw or _("A range needs a number."))
    reason = _given(reason)
    _refuse_if_decided_meanwhile(kind, weighed[0], expected, expected_decision)
    row = _range_claim(kind, record, weighed, by, now)
    row.low, row.best, row.high, row.quantifier, row.excerpt = low, best, high, quantifier, reason
    row.save(force_insert=True)
    row.basis.set(weighed)
    decision = _decide(kind, row, by, now, reason)
    settle(kind=kind, canonical_ids=[row.canonical_id], now=now)
    row.refresh_from_db()
    return decision


@transaction.atomic
def revoke(*, kind: Kind, decision: Any, by: User, now: datetime, reason: str) -> Any:
    """Take a choice back: the newest other one counts again, else the rule. A range stays among what was reported.

    Raises:
        CannotDecide: it was taken back before.
    """
    open_revision(by=by, now=now, reason=reason)
    decision.refresh_from_db()
    _given(reason)
    if decision.revoked_at is not None:
        raise CannotDecide(_("This choice was taken back already."))
    decision.revoked_at, decision.revoked_by = now, by
    decision.save(update_fields=["revoked_at", "revoked_by"])
    settle(kind=kind, canonical_ids=[decision.record.canonical_id], now=now)
    return decision


@transaction.atomic
def retract(*, kind: Kind, claim: Any, by: User, now: datetime, reason: str) -> Any:
    """Take a claim back: it is used nowhere, and what it took the place of stands again.

    Raises:
        CannotDecide: it was taken back before.
    """
    open_revision(by=by, now=now, reason=reason)
    claim.refresh_from_db()
    _given(reason)
    if claim.status == ClaimStatus.RETRACTED:
        raise CannotDecide(_("This was taken back already."))
    claim.status, claim.superseded_by, claim.is_adopted = ClaimStatus.RETRACTED, None, False
    claim.save(update_fields=["status", "superseded_by", "is_adopted"])
    settle(kind=kind, canonical_ids=[claim.canonical_id], now=now)
    return claim


@transaction.atomic
def restrict_claim(*, kind: Kind, claim: Any, sensitivity: int, by: User, now: datetime, reason: str) -> Any:
    """Say how far a claim travels. Stricter than its record it is held: used nowhere, shown to the cleared.

    Raises:
        CannotDecide: its licence keeps it inside.
    """
    open_revision(by=by, now=now, reason=reason)
    claim.refresh_from_db()
    _given(reason)
    if claim.dataset.stays_inside and sensitivity < Sensitivity.RESTRICTED:
        raise CannotDecide(_("The licence of its dataset keeps it inside."))
    claim.sensitivity = sensitivity
    claim.save(update_fields=["sensitivity"])
    settle(kind=kind, canonical_ids=[claim.canonical_id], now=now)
    claim.refresh_from_db()
    return claim


def decisions_on(kind: Kind, claim: Any) -> Any:
    """Choices that stand on the question a claim answers, newest first. One that answers another says nothing."""
    return kind.decision.objects.filter(
        revoked_at=None, record__canonical=claim.canonical_id, question=question_text(claim)
    ).order_by("-at", "-id")


def used_for(kind: Kind, claim: Any) -> Any:
    """The claim used for the question that this claim answers, or None."""
    asked = {name: getattr(claim, name) for name in ASKED} if question_text(claim) else {}
    return kind.claim.objects.filter(canonical=claim.canonical_id, is_adopted=True, **asked).first()


def _decide(kind: Kind, claim: Any, by: User, now: datetime, reason: str) -> Any:
    last = decisions_on(kind, claim).first()
    # Clocks differ between machines; the later choice is the one that came later under the lock.
    at = now if last is None else max(now, last.at + timedelta(microseconds=1))
    return kind.decision.objects.create(
        record_id=claim.canonical_id, claim=claim, question=question_text(claim), by=by, at=at, reason=reason
    )


def _refuse_if_decided_meanwhile(
    kind: Kind, claim: Any, expected: UUID | Unsaid | None, expected_decision: UUID | Unsaid | None
) -> None:
    used = used_for(kind, claim)
    chosen = decisions_on(kind, claim).filter(claim=used).select_related("by").first() if used else None
    if _is_as_seen(used, expected) and _is_as_seen(chosen, expected_decision):
        return
    if used is None:
        raise DecidedMeanwhile(None, None, None)
    if chosen is not None:
        raise DecidedMeanwhile(used, chosen.by, chosen.at)
    revision = Revision.objects.select_related("by").get(pk=used.rev)
    raise DecidedMeanwhile(used, revision.by, revision.at)


def _is_as_seen(row: Any, expected: UUID | Unsaid | None) -> bool:
    return isinstance(expected, Unsaid) or (row.pk if row is not None else None) == expected


def _refuse_if_unusable(claim: Any) -> None:
    if claim.is_held and claim.basis.exclude(canonical=claim.canonical_id).exists():
        raise CannotDecide(_("It weighs figures of a record that is told of apart by now. Choose a new range."))
    if claim.is_held:
        raise CannotDecide(_("It is stricter than its record. Make the record stricter, or the figure less so, first."))
    if claim.status != ClaimStatus.CURRENT:
        raise CannotDecide(_("It no longer stands: it was superseded or taken back."))


def _refuse_if_not_one_question(record: Any, weighed: Sequence[Any]) -> None:
    if not weighed:
        raise CannotDecide(_("A range weighs what was reported: choose the figures it rests on."))
    if not question_text(weighed[0]):
        raise CannotDecide(_("A status has no range: choose a statement."))
    for claim in weighed:
        _refuse_if_unusable(claim)
    if {claim.canonical_id for claim in weighed} != {record.canonical_id}:
        raise CannotDecide(_("These figures belong to different records."))
    if len({question_text(claim) for claim in weighed}) > 1:
        raise CannotDecide(_("These figures answer different questions."))


def _range_claim(kind: Kind, record: Any, weighed: Sequence[Any], by: User, now: datetime) -> Any:
    """An unsaved claim that answers the same question. It travels no further than the strictest it rests on."""
    dataset, first = own_reports(), weighed[0]
    shared = [*ASKED, "part_of_id", "area_id", "household_size"]
    values = {name: getattr(first, name) for name in shared if hasattr(first, name)}
    for name in ("part_of_id", "area_id", "household_size"):
        if len({getattr(claim, name, None) for claim in weighed}) > 1:
            values.pop(name, None)
    return kind.claim(
        record_id=record.canonical_id,
        canonical_id=record.canonical_id,
        source=dataset.source,
        dataset=dataset,
        external_id=f"range-{uuid7()}",
        attributed_to=str(by.organisation) if by.organisation else str(_("Coordination")),
        attributed_organisation=by.organisation,
        stated_by=by,
        created_at=now,
        published_at=now,
        how_known=HowKnown.COMPILED,
        sensitivity=max(_strictness(claim) for claim in weighed),
        **values,
    )


def _strictness(claim: Any) -> int:
    """How far a claim travels of itself. The record it answers for may be opened, one merged into it stays as it is."""
    of_record = 0 if claim.record_id == claim.canonical_id else claim.record.sensitivity
    return max(int(claim.sensitivity), int(of_record))


def _given(reason: str) -> str:
    if not reason.strip():
        raise CannotDecide(_("Say why."))
    return reason.strip()
