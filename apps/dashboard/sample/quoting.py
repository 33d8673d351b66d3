"""Quoting somebody: a figure with who said it and our short paraphrase, and the coordinator's review of a fact."""

from datetime import datetime, timedelta
from typing import Any

from apps.dashboard.sample.people import person
from apps.dashboard.sample.publishers import WIRE, series
from apps.incidents.models import Incident
from apps.records import actions as records
from apps.records import kinds, reviewing
from apps.records.drafts import ClaimDraft
from apps.records.figures import bounds
from apps.records.vocabularies import Basis, Verification
from apps.sources.actions import keep_article
from apps.sources.models import Document

# From hearing of a fact to having it checked and released.
REVIEW = timedelta(minutes=20)


def figure(
    *, key: str, metric: str, speaker: str, paraphrase: str, said_at: datetime, number: int | None = None,
    quantifier: str = "exact", **fields: Any,
) -> ClaimDraft:  # fmt: skip
    """One reported figure, in our words; without a number no figure was given."""
    said = bounds(quantifier if number is not None else "not_given", number)
    return ClaimDraft(
        key=key,
        metric=metric,
        attributed_to=speaker,
        quantifier=quantifier if number is not None else "not_given",
        low=said.low,
        best=said.best,
        high=said.high,
        excerpt=paraphrase,
        is_paraphrase=True,
        published_at=said_at,
        how_known="compiled",
        **fields,
    )


def wire_report(now: datetime) -> Document:
    """The particulars of the wire report. Its sentences are not ours to keep."""
    return keep_article(
        source=series(f"{WIRE}-statements").source,
        run=None,
        external_id="wire-report-2024-11-30",
        version="1",
        title="Wire report of 30 November 2024",
        summary="Kept by its particulars alone; what is taken from it stands in short paraphrases of ours.",
        url="",
        language="en",
        published_at=now,
        now=now,
    )[0]


def publish(record: Any, *, basis: Basis, reason: str, now: datetime) -> None:
    """The coordinator checks that it happened as described, on a basis, and releases it. Done once."""
    coordinator = person("coordinator")
    checked_at = now + REVIEW
    reviewed = {"kind": kinds.of(record), "record": record, "by": coordinator, "now": checked_at, "reason": reason}
    if record.verification != Verification.VERIFIED:
        reviewing.verify(verification=Verification.VERIFIED, basis=basis, **reviewed)
    if record.released_at is None:
        reviewing.release(**reviewed)


def join(part: Any, situation: Incident, *, now: datetime, relation: str = "part_of") -> None:
    """Say that a fact is part of the situation, or that the situation caused it."""
    start, end = (situation, part) if relation == "caused" else (part, situation)
    records.link(start=start, relation=relation, end=end, by=person("manager"), now=now)
