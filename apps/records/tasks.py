"""Background work on records. Each task makes one call."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.records import retention


@shared_task(name="records.redact_expired")
def redact_expired(**kwargs: Any) -> None:
    """Redact what the protocols keep no longer."""
    retention.redact_expired(now=timezone.now())
