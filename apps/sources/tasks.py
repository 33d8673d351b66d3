"""Background work on sources. Each task makes one call."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.sources import actions, payloads, queries


@shared_task(name="sources.refresh")
def refresh(*, source_slug: str, slot: str, **kwargs: Any) -> None:
    """Bring one source up to date for one slot."""
    source = queries.source_by_slug(source_slug)
    if source is not None:
        actions.refresh(source=source, slot=slot, now=timezone.now())


@shared_task(name="sources.empty_payloads")
def empty_payloads(**kwargs: Any) -> None:
    """Empty payloads that have been kept long enough."""
    payloads.empty_old(now=timezone.now())


@shared_task(name="sources.refresh_due")
def refresh_due(**kwargs: Any) -> None:
    """Start every source whose interval has passed, and every run whose worker went away."""
    for source_slug, slot in queries.due(now=timezone.now()):
        refresh.apply_async(kwargs={"source_slug": source_slug, "slot": slot}, expires=3_600)
