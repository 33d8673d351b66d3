"""Writes on provenance: refreshing a source, keeping what came, setting aside what could not be read."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.actions import audit
from apps.accounts.models import User
from apps.core.http import HttpClient, Refused, TooLarge, Unreachable
from apps.core.payloads import Malformed, Payload, Reject
from apps.sources.models import (
    Dataset,
    Document,
    QuarantinedItem,
    Redistribution,
    RefreshRun,
    Source,
    SourceReliability,
)
from apps.sources.registry import Arrival, Connector, NotConfigured, Stored, connector_for

log = structlog.get_logger(__name__)
Outcome = RefreshRun.Outcome

# After this many failures in a row a source rests, longer each time, up to an hour.
FAILURES_BEFORE_REST = 5
LONGEST_REST = timedelta(hours=1)
# A payload of which more than this share was refused did not look as the source usually does.
SUSPICIOUS_SHARE = 0.5


@dataclass
class Progress:
    """What a run has done so far."""

    stored: Stored = field(default_factory=Stored)
    payloads: int = 0
    quarantined: int = 0
    malformed: list[str] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    validators: dict[str, dict[str, str]] = field(default_factory=dict)


def register_source(*, slug: str, **fields: Any) -> Source:
    """Get or make a source; one that is there keeps what people have set since."""
    return Source.objects.get_or_create(slug=slug, defaults=fields)[0]


def register_dataset(*, slug: str, source: Source, **fields: Any) -> Dataset:
    """Get or make a series of a source; one that is there keeps what people have set since."""
    return Dataset.objects.get_or_create(slug=slug, defaults={"source": source, **fields})[0]


def grade_source(*, source: Source, metric_group: str, grade: str) -> SourceReliability:
    """Give a source its first grade for a group of metrics; "" stands for every other group."""
    return SourceReliability.objects.get_or_create(source=source, metric_group=metric_group, defaults={"grade": grade})[
        0
    ]


def let_go_of_run(*, source: Source, slot: str, now: datetime) -> None:
    """End the lease of a run whose worker is known to be gone, so that it can be taken over without waiting."""
    RefreshRun.objects.filter(source=source, slot=slot, outcome=Outcome.RUNNING).update(
        lease_until=now - timedelta(seconds=1)
    )


def claim_slot(*, source: Source, slot: str, now: datetime) -> RefreshRun | None:
    """Begin the run of a slot, or None when another worker has it or has done it.

    The claim is a row with a lease, so two schedulers or a message delivered twice do no harm. A run whose worker
    went away is taken over once its lease is over.
    """
    lease_until = now + settings.REFRESH_LEASE
    lapsed = RefreshRun.objects.lapsed_at(now).filter(source=source)
    run: RefreshRun
    for run in lapsed:
        taken = lapsed.filter(pk=run.pk, attempts=run.attempts)
        if run.slot == slot:
            if taken.update(lease_until=lease_until, attempts=F("attempts") + 1):
                run.refresh_from_db()
                return run
            return None
        taken.update(
            outcome=Outcome.ABANDONED, finished_at=now, detail="Its worker went away; a later run did the work."
        )
    try:
        with transaction.atomic():
            run = RefreshRun.objects.create(source=source, slot=slot, started_at=now, lease_until=lease_until)
    except IntegrityError:
        return None
    return run


def refresh(
    *, source: Source, slot: str, now: datetime, http: HttpClient | None = None, connector: Connector | None = None
) -> RefreshRun | None:
    """Bring a source up to date. Every ending is an outcome on the run's row; nothing else suffers.

    Safe to repeat and to cut off: what was stored is found unchanged by the next run.
    """
    run = claim_slot(source=source, slot=slot, now=now)
    if run is None:
        return None
    progress = Progress()
    try:
        found = connector or connector_for(source)
        for payload in found.fetch(source, http or HttpClient()):
            _take(found, source, run, payload, progress, now)
        if not progress.malformed:
            _note(found.finish(progress.arrivals), source, run, progress, now)
        outcome, detail = _verdict(progress)
    except TakenOver:
        log.warning("refresh.taken_over", source=source.slug, slot=slot)
        return None
    except NotConfigured as error:
        outcome, detail = Outcome.NOT_CONFIGURED, str(error)
    except Refused as error:
        outcome, detail = Outcome.NOT_CONFIGURED, f"The source refused us: {error}"
    except Unreachable as error:
        outcome, detail = Outcome.UNREACHABLE, str(error)
    except (TooLarge, Malformed) as error:
        # Malformed from fetching or finishing: paging without end, an answer that lost most of its rows.
        outcome, detail = Outcome.SUSPICIOUS, str(error)
    except Exception as error:  # a defect of ours ends as a failed run, for this source alone
        log.exception("refresh.failed", source=source.slug)
        # The first line alone: the next ones of a database error quote the row.
        outcome, detail = Outcome.FAILED, f"{type(error).__name__}: {error}".split("\n", 1)[0]
    return _end(source, run, progress, outcome, detail)


class TakenOver(Exception):
    """The lease was over and another worker has the run now: it finishes the work and writes the ending."""


def _take(
    connector: Connector, source: Source, run: RefreshRun, payload: Payload, progress: Progress, now: datetime
) -> None:
    """Keep one payload, read it, store its items, quarantine the rest; renew the lease."""
    progress.payloads += 1
    document = keep_document(source=source, run=run, payload=payload, now=now)
    try:
        parsed = connector.parse(payload)
    except Malformed as error:
        progress.malformed.append(f"{payload.name}: {error}")
        return
    arrival = Arrival(source, run, document, payload, parsed, now)
    if parsed.rejects:
        progress.quarantined += quarantine(source=source, run=run, document=document, rejects=parsed.rejects, now=now)
    if len(parsed.rejects) > SUSPICIOUS_SHARE * (len(parsed.items) + len(parsed.rejects)):
        progress.malformed.append(f"{payload.name}: {len(parsed.rejects)} of its items could not be read")
    _note(connector.store(arrival), source, run, progress, now, document)
    progress.arrivals.append(arrival)
    if payload.etag or payload.last_modified:
        progress.validators[payload.name] = {"etag": payload.etag, "last_modified": payload.last_modified}
    if not RefreshRun.objects.held(run).update(lease_until=timezone.now() + settings.REFRESH_LEASE):
        raise TakenOver


def _note(
    stored: Stored,
    source: Source,
    run: RefreshRun,
    progress: Progress,
    now: datetime,
    document: Document | None = None,
) -> None:
    """Count what was stored; set aside what could be read and not stored."""
    progress.stored += replace(stored, rejects=())
    if stored.rejects:
        progress.quarantined += quarantine(source=source, run=run, document=document, rejects=stored.rejects, now=now)


def _verdict(progress: Progress) -> tuple[str, str]:
    """The outcome of a run that reached its end."""
    if progress.malformed:
        return (Outcome.PARTIAL if progress.arrivals else Outcome.MALFORMED), "; ".join(progress.malformed)[:2_000]
    if progress.quarantined:
        return Outcome.PARTIAL, f"{progress.quarantined} items were set aside; see the quarantine."
    stored = progress.stored
    if stored.created or stored.updated or stored.withdrawn:
        return Outcome.CHANGED, ""
    return Outcome.UNCHANGED, ""


def _end(source: Source, run: RefreshRun, progress: Progress, outcome: str, detail: str) -> RefreshRun | None:
    """Write the run's ending and the source's health; None where another worker has taken the run over."""
    ended = timezone.now()
    stored = progress.stored
    is_ours = RefreshRun.objects.held(run).update(
        outcome=outcome,
        detail=_storable(detail)[:2_000],
        finished_at=max(ended, run.started_at),
        payloads=progress.payloads,
        created=stored.created,
        updated=stored.updated,
        unchanged=stored.unchanged,
        withdrawn=stored.withdrawn,
        quarantined=progress.quarantined,
    )
    if not is_ours:
        return None
    if outcome in RefreshRun.FAILURES:
        failures = source.failures_in_a_row + 1
        rest = min(timedelta(minutes=5) * 2 ** max(0, failures - FAILURES_BEFORE_REST), LONGEST_REST)
        paused_until = ended + rest if failures >= FAILURES_BEFORE_REST else None
        Source.objects.filter(pk=source.pk).update(failures_in_a_row=failures, paused_until=paused_until)
    else:
        changes: dict[str, Any] = {"failures_in_a_row": 0, "paused_until": None, "last_succeeded_at": ended}
        if outcome != Outcome.UNCHANGED:
            changes["last_changed_at"] = ended
        # Validators only when everything was read: after a bad answer the whole must be asked for again.
        if not progress.malformed:
            changes["conditional"] = {**source.conditional, **progress.validators}
        Source.objects.filter(pk=source.pk).update(**changes)
    run.refresh_from_db()
    source.refresh_from_db()
    log.info("refresh.ended", source=source.slug, outcome=outcome, created=stored.created, updated=stored.updated)
    return run


def keep_document(*, source: Source, run: RefreshRun | None, payload: Payload, now: datetime) -> Document:
    """Keep a payload as it came, once per content."""
    return Document.objects.get_or_create(
        source=source,
        external_id=payload.name,
        sha256=hashlib.sha256(payload.body).hexdigest(),
        defaults={
            "run": run,
            "url": payload.url[:1000],
            "title": f"{source.name}: {payload.name}"[:500],
            "fetched_at": now,
            "content_type": payload.content_type[:100],
            "raw": zlib.compress(payload.body, 6),
            # The bytes hold more than their records show: nobody reads them over the API.
            "sensitivity": 3,
        },
    )[0]


def quarantine(
    *, source: Source, run: RefreshRun | None, document: Document | None, rejects: Sequence[Reject], now: datetime
) -> int:
    """Set refused items aside with the reason, once per content; seen again, they only count up."""
    for reject in rejects:
        item = _storable(reject.item)[:2_000]
        row, is_new = QuarantinedItem.objects.get_or_create(
            source=source,
            sha256=hashlib.sha256(f"{reject.key}\n{reject.item}".encode("utf-8", "replace")).hexdigest(),
            defaults={
                "run": run,
                "document": document,
                "key": _storable(reject.key)[:200],
                "reason": _storable(reject.reason)[:500],
                "item": item,
                "first_seen_at": now,
                "last_seen_at": now,
            },
        )
        if not is_new:
            QuarantinedItem.objects.filter(pk=row.pk).update(last_seen_at=now, times_seen=F("times_seen") + 1)
    return len(rejects)


def _storable(text: str) -> str:
    """A text without what PostgreSQL refuses: NUL, and halves of characters."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")


def settle_quarantined(*, item: QuarantinedItem, state: str, by: Any, now: datetime) -> None:
    """Say what became of a quarantined item."""
    QuarantinedItem.objects.filter(pk=item.pk).update(state=state, settled_by=by, settled_at=now)


def keep_article(
    *, source: Source, run: RefreshRun | None, external_id: str, version: str, title: str, summary: str, url: str,
    language: str, published_at: datetime | None, now: datetime,
) -> tuple[Document, str]:  # fmt: skip
    """Keep the particulars of a published item (never its full text). Says `created`, `updated` or `unchanged`."""
    content = hashlib.sha256("\n".join([title, summary, url, str(published_at)]).encode()).hexdigest()
    values = {
        "run": run, "external_version": version[:120], "title": title[:500], "summary": summary, "url": url[:1000],
        "language": language[:12], "published_at": published_at, "sha256": content,
    }  # fmt: skip
    row = Document.objects.filter(source=source, external_id=external_id[:500]).first()
    if row is None:
        return Document.objects.create(
            source=source, external_id=external_id[:500], fetched_at=now, **values
        ), "created"
    if row.sha256 == content:
        return row, "unchanged"
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row, "updated"


OWN_REPORTS = "own-reports"


def own_reports() -> Dataset:
    """The series that reports written in this system belong to; made when the first one arrives."""
    source, _ = Source.objects.get_or_create(
        slug=OWN_REPORTS, defaults={"name": "Our own reports", "kind": Source.Kind.OWN, "releases_on_arrival": False}
    )
    return Dataset.objects.get_or_create(
        slug=OWN_REPORTS,
        defaults={
            "source": source,
            "name": "Our own reports",
            "counts": Dataset.Counts.EVENTS,
            "licence": "As agreed in the crisis's sharing protocol",
            "attribution": "Field reports",
            "redistribution": Redistribution.ATTRIBUTION,
        },
    )[0]


@transaction.atomic
def wake(*, source: Source, by: User, now: datetime) -> str:
    """End a source's rest because somebody wants it refreshed now; returns the slot of that extra run."""
    Source.objects.filter(pk=source.pk).update(paused_until=None)
    audit(verb="source.refresh_requested", subject_kind="source", subject_id=source.pk, by=by, now=now)
    return f"asked {now:%Y-%m-%dT%H:%M:%SZ}"
