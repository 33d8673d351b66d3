"""Writes that every kind of fact shares: taking in drafts, adding claims, withdrawing, linking.

Each fact app wraps these with its own verbs; nobody else writes records.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.accounts.levels import Sensitivity
from apps.accounts.models import User
from apps.core.payloads import Reject
from apps.crises.models import Crisis
from apps.crises.queries import Rules
from apps.ledger.actions import open_revision
from apps.ledger.versioned import kind_of
from apps.records import blanks, bulk, closing, placing, settling, staleness
from apps.records.drafts import ClaimDraft, RecordDraft, StatusDraft, Tally, digest, is_said
from apps.records.kinds import Kind
from apps.records.models import Link
from apps.records.pacing import Pace
from apps.records.refusing import Refused, reject, store_in_halves
from apps.sources.models import Dataset, Document
from apps.sources.queries import usual_interval

# Begins the external id of a statement that another item of a source makes on a record: see records.joining.
JOINED = "+"


@dataclass(frozen=True)
class Intake:
    """What taking in drafts did: how many, and the record of each external id that was created or updated."""

    tally: Tally = field(default_factory=Tally)
    touched: Mapping[str, UUID] = field(default_factory=dict)

    def __add__(self, other: "Intake") -> "Intake":
        return Intake(self.tally + other.tally, {**self.touched, **other.touched})


@dataclass(frozen=True)
class Terms:
    """Under which terms drafts are taken in: whose they are, and what the crisis's protocol says of them."""

    dataset: Dataset
    crisis: Crisis | None
    by: User | None
    now: datetime
    rules: Rules

    @classmethod
    def of(cls, *, dataset: Dataset, crisis: Crisis | None, by: User | None, now: datetime) -> "Terms":
        """Read the protocol once for the whole intake."""
        return cls(dataset, crisis, by, now, Rules(crisis))

    def until(self, kind: Kind, row: Any) -> datetime | None:
        """Until when a record holds: the next round is due if it is counted in rounds, else as the protocol says."""
        if kind.is_over is not None and kind.is_over(row):
            return None
        holds = closing.rule_of(kind, vars(row), self.rules).stale_after
        if holds is not None and getattr(row, "round_id", None) is not None:
            holds = self.between_rounds or holds
        return staleness.runs_out(kind, row, holds, self.crisis)

    @cached_property
    def between_rounds(self) -> timedelta | None:
        """The usual time between two rounds of the dataset."""
        return usual_interval(self.dataset)


def take_in(
    *,
    kind: Kind,
    drafts: Sequence[RecordDraft],
    terms: Terms,
    reason: str = "",
    beside: Callable[[Intake], None] | None = None,
) -> Intake:
    """Create or update one record per draft by (source, external id); equal content changes nothing.

    Of drafts with one id the last wins.

    Idempotent. Commits in chunks, each its own revision, so that a run cut off half-way keeps what it finished and
    finds it unchanged when it is repeated. What a kind keeps beside its records is written by `beside`, in the same
    transaction as the chunk it belongs to. Area look-ups happen before the lock.

    Of a source, items that cannot be stored come back as rejects of the tally, and so do items whose id stands for an
    item of another series of the source: one id names one item. A person is told at once: raises.
    """

    def store(chunk: Sequence[RecordDraft]) -> Intake:
        news, rejects = _changed(kind, chunk, terms)
        unchanged = Intake(Tally(unchanged=len(chunk) - len(news) - len(rejects), rejects=rejects))
        if not news:
            return unchanged
        grounds = placing.find_grounds(news)
        with transaction.atomic():
            open_revision(by=terms.by, now=terms.now, reason=reason)
            began = perf_counter()
            taken = _take_in_chunk(kind, news, grounds, terms)
            if beside is not None:
                beside(taken)
        pace.took(len(news), perf_counter() - began)
        return unchanged + taken

    done, pace = Intake(), Pace()
    for chunk in pace.chunks(list({draft.external_id: draft for draft in drafts}.values())):
        if terms.by is not None:
            done += store(chunk)
            continue
        parts, rejects = store_in_halves(chunk, store)
        done += sum(parts, Intake(Tally(rejects=rejects)))
    return done


def _changed(kind: Kind, drafts: Sequence[RecordDraft], terms: Terms) -> tuple[list[RecordDraft], tuple[Reject, ...]]:
    """The drafts that say something new, and those of another series.

    What stands unchanged opens no revision and waits for no lock.
    """
    ids = [draft.external_id for draft in drafts]
    rows = kind.record.objects.filter(source=terms.dataset.source, external_id__in=ids).values_list(
        "external_id", "content_hash", "dataset__name", "dataset_id", "removed_at", "stays_removed"
    )
    standing, elsewhere = {}, {}
    for external_id, content, name, dataset_id, removed_at, stays_removed in rows:
        if dataset_id != terms.dataset.pk:
            elsewhere[external_id] = _("Its id stands for an item of the series “%(name)s”.") % {"name": name}
        elif removed_at is None or stays_removed:
            standing[external_id] = content
    if elsewhere and terms.by is not None:
        raise Refused(next(iter(elsewhere.values())))
    news = [draft for draft in drafts if draft.external_id not in elsewhere]
    return (
        [draft for draft in news if standing.get(draft.external_id) != digest(draft)],
        tuple(reject(draft, elsewhere[draft.external_id]) for draft in drafts if draft.external_id in elsewhere),
    )


def _take_in_chunk(
    kind: Kind, drafts: Sequence[RecordDraft], grounds: Sequence[placing.Ground | None], terms: Terms
) -> Intake:
    """One chunk, under the ledger's lock."""
    source = terms.dataset.source
    known = {
        row.external_id: row
        for row in kind.record.objects.filter(source=source, external_id__in=[draft.external_id for draft in drafts])
    }
    fresh, changed, claims, unchanged = [], [], {}, 0
    for draft, ground in zip(drafts, grounds, strict=True):
        row = known.get(draft.external_id)
        content = digest(draft)
        if row is not None and row.content_hash == content and (row.removed_at is None or row.stays_removed):
            unchanged += 1
            continue
        if row is None:
            row = new_record(kind, draft, ground, terms, content)
            fresh.append(row)
        else:
            rewrite(kind, row, draft, ground, terms, content)
            changed.append(row)
        claims[row.pk] = draft
    bulk.insert(fresh)
    if changed:
        blanks.keep_redacted(kind, changed)
        columns = [f.name for f in kind.record._meta.concrete_fields if f.name not in UNTOUCHED and not f.generated]
        kind.record.objects.bulk_update(changed, columns, batch_size=500)
    if kind.claim is not None:
        state_claims(kind=kind, drafts=claims, terms=terms, are_new=not changed)
    touched = {row.external_id: row.pk for row in (*fresh, *changed)}
    return Intake(Tally(len(fresh), len(changed), unchanged), touched)


# A correction upstream never touches what people decided here, nor the keys. It may close a record, never open it.
UNTOUCHED = {
    "id", "rev", "version", "created_at", "verification", "basis", "released_at", "released_by", "merged_into",
    "canonical", "reported_by", "reporting_organisation", "confirmed_at", "confirmed_by", "stays_removed",
}  # fmt: skip


def new_record(
    kind: Kind, draft: RecordDraft, ground: placing.Ground | None, terms: Terms, content: str
) -> models.Model:
    """An unsaved record under the crisis's protocol; a source trusted to publish releases it on arrival."""
    rule = closing.rule_of(kind, draft.fields, terms.rules)
    sensitivity = rule.sensitivity if draft.sensitivity is None else draft.sensitivity
    if terms.dataset.stays_inside:
        sensitivity = max(sensitivity, Sensitivity.RESTRICTED)
    is_exercise = terms.crisis is not None and terms.crisis.status == Crisis.Status.EXERCISE
    releases = terms.dataset.source.releases_on_arrival and sensitivity == Sensitivity.PUBLIC and not is_exercise
    row = kind.record(
        source=terms.dataset.source,
        crisis=terms.crisis,
        reported_by=terms.by,
        reporting_organisation=terms.by.organisation if terms.by else None,
        sensitivity=sensitivity,
        created_at=terms.now,
        released_at=terms.now if releases and not rule.delay else None,
    )
    row.canonical_id = row.pk
    _fill(kind, row, draft, ground, draft.location_release or rule.location_release, terms, content)
    return row  # type: ignore[no-any-return]


def rewrite(
    kind: Kind, row: Any, draft: RecordDraft, ground: placing.Ground | None, terms: Terms, content: str
) -> None:
    """Put what the source now says on its record; one that it had withdrawn comes back."""
    row.sensitivity, release = closing.closed(kind, row, draft, terms.rules, stays_inside=terms.dataset.stays_inside)
    _fill(kind, row, draft, ground, release, terms, content)
    if not row.stays_removed:
        row.removed_at, row.removed_reason = None, ""


def _fill(
    kind: Kind, row: Any, draft: RecordDraft, ground: placing.Ground | None, release: str, terms: Terms, content: str
) -> None:
    row.dataset = terms.dataset
    row.document = draft.document
    row.external_id = draft.external_id
    row.content_hash = content
    for name in (
        "external_version", "title", "start_date", "end_date", "started_at", "ended_at", "time_precision",
        "reported_at", "stale_after", "url", "how_known",
    ):  # fmt: skip
        setattr(row, name, getattr(draft, name))
    for name, value in {**placing.place(draft, ground, release), **draft.fields}.items():
        setattr(row, name, value)
    if row.stale_after is None:
        row.stale_after = terms.until(kind, row)
    if kind.finish is not None:
        kind.finish(row)
    row.released_title = placing.released_title(row)


def state_claims(*, kind: Kind, drafts: Mapping[UUID, RecordDraft], terms: Terms, are_new: bool = False) -> None:
    """Make the source's claims of these records equal to their drafts', by key, and settle which figures are used.

    A claim the source no longer makes is retracted, not deleted. What others say of the records stays.
    """
    roots = dict(kind.record.objects.filter(pk__in=list(drafts)).values_list("pk", "canonical_id"))
    known = {} if are_new else _stated(kind, drafts, terms)
    taken_back = settling.taken_back(known.values())
    fresh, changed, parts = [], [], []
    for record_id, draft in drafts.items():
        for claim in draft.claims:
            row = known.pop((record_id, claim.key), None)
            if row is None:
                row = kind.claim(
                    record_id=record_id, canonical_id=roots[record_id], created_at=terms.now, stated_by=terms.by
                )
                fresh.append(row)
                fill_claim(row, claim, draft, terms)
            elif row.pk in taken_back and is_said(row, claim):
                continue
            else:
                changed.append(row)
                asked = settling.question_of(row)
                fill_claim(row, claim, draft, terms)
                # On its way from one question to another it is the answer to none: one is used per question.
                row.is_adopted = row.is_adopted and settling.question_of(row) == asked
            if isinstance(claim, ClaimDraft) and claim.part_of_key:
                parts.append((row, (record_id, claim.part_of_key)))
    by_key = {(row.record_id, row.external_id): row for row in (*fresh, *changed)}
    for row, whole in parts:
        row.part_of = by_key.get(whole)
    gone = [row for row in known.values() if row.status != "retracted"]
    for row in gone:
        row.status, row.is_adopted = "retracted", False
    if are_new:
        settling.use_undisputed(fresh)
    blanks.keep_claims_redacted(kind, [*fresh, *changed])
    # Wholes before their parts, for the foreign key; the key is set by us, so one statement does.
    bulk.insert(fresh)
    if changed or gone:
        columns = [f.name for f in kind.claim._meta.concrete_fields if f.name not in CLAIM_UNTOUCHED]
        kind.claim.objects.bulk_update([*changed, *gone], columns, batch_size=500)
    settle(kind=kind, canonical_ids=set(roots.values()), now=terms.now)


def _stated(kind: Kind, drafts: Mapping[UUID, RecordDraft], terms: Terms) -> dict[tuple[UUID, str], Any]:
    """What these records' own items said before, by record and key."""
    stated = kind.claim.objects.filter(record__in=list(drafts), source=terms.dataset.source)
    return {(row.record_id, row.external_id): row for row in stated.exclude(external_id__startswith=JOINED)}


@transaction.atomic
def add_claims(
    *,
    kind: Kind,
    record: Any,
    claims: Sequence[ClaimDraft],
    terms: Terms,
    document: Document | None = None,
    reason: str = "",
) -> int:
    """Add figures of one more speaker to a record that stands, and settle anew; return how many were new.

    Idempotent by key: a claim that is there is left as it is. The record itself does not change.
    """
    open_revision(by=terms.by, now=terms.now, reason=reason)
    stated = kind.claim.objects.filter(record=record, source=terms.dataset.source)
    rows = {row.external_id: row for row in stated}
    fresh = [claim for claim in claims if claim.key not in rows]
    said_of = RecordDraft(
        external_id=record.external_id,
        title=record.title,
        start_date=record.start_date,
        end_date=record.end_date,
        document=document,
    )
    for claim in fresh:
        row = kind.claim(record=record, canonical_id=record.canonical_id, created_at=terms.now, stated_by=terms.by)
        fill_claim(row, claim, said_of, terms)
        rows[claim.key] = row
    for claim in fresh:
        if claim.part_of_key:
            rows[claim.key].part_of = rows.get(claim.part_of_key)
    kind.claim.objects.bulk_create([rows[claim.key] for claim in fresh])
    if fresh:
        settle(kind=kind, canonical_ids=[record.canonical_id], now=terms.now)
    return len(fresh)


def settle(*, kind: Kind, canonical_ids: Collection[UUID], now: datetime) -> None:
    """Work out anew which claims are superseded, held and used, and what follows. Needs an open revision."""
    if kind.claim is not None:
        settling.settle(record=kind.record, claim=kind.claim, decision=kind.decision, canonical_ids=canonical_ids)
    if kind.conclude is not None:
        kind.conclude(canonical_ids, now)


CLAIM_UNTOUCHED = {"id", "rev", "version", "record", "canonical", "created_at", "stated_by", "is_held"}


def fill_claim(row: Any, claim: ClaimDraft | StatusDraft, draft: RecordDraft, terms: Terms) -> None:
    """Put what was said on a claim row."""
    row.source, row.dataset, row.document = terms.dataset.source, terms.dataset, draft.document
    row.external_id = claim.key
    before = row.sensitivity
    # Settling supersedes it again where a later word of the same speaker stands.
    row.status, row.superseded_by = "current", None
    names = {f.name for f in row._meta.concrete_fields}
    for name, value in vars(claim).items():
        if name in {"key", "part_of_key", "metric"}:
            continue
        if name in names:
            setattr(row, name, value)
    # A correction opens no statement that people closed; a licence keeps its rows inside on whatever record they stand.
    inside = Sensitivity.RESTRICTED if terms.dataset.stays_inside else Sensitivity.PUBLIC
    row.sensitivity = max(before, row.sensitivity, inside)
    if isinstance(claim, ClaimDraft):
        row.metric_id = claim.metric


def withdraw(*, kind: Kind, records: models.QuerySet[Any], by: User | None, now: datetime, reason: str) -> int:
    """Leave a tombstone on records. Nothing is destroyed.

    What its source deleted (`by` nobody) is revived when the source brings it again; what a person removed is not.
    """
    standing = records.filter(removed_at=None) if by is None else records.filter(stays_removed=False)
    if not standing.exists():
        return 0
    with transaction.atomic():
        open_revision(by=by, now=now, reason=reason)
        return standing.update(removed_at=now, removed_reason=reason[:300], stays_removed=by is not None)


@transaction.atomic
def link(*, start: Any, relation: str, end: Any, by: User | None, now: datetime, reason: str = "") -> Link:
    """Say how two facts hang together. Saying it twice changes nothing."""
    open_revision(by=by, now=now, reason=reason)
    return Link.objects.get_or_create(
        from_kind=kind_of(start),
        from_id=start.pk,
        relation=relation,
        to_kind=kind_of(end),
        to_id=end.pk,
        defaults={"created_at": now},
    )[0]
