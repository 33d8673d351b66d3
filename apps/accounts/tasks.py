"""Background work on accounts. Each task makes one call."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.accounts import actions


@shared_task(name="accounts.purge_audit")
def purge_audit(**kwargs: Any) -> None:
    """Forget what the audit trail has kept for long enough."""
    actions.purge_audit(now=timezone.now())


@shared_task(name="accounts.forget_sessions")
def forget_sessions(**kwargs: Any) -> None:
    """Forget sessions that have run out."""
    actions.forget_sessions(now=timezone.now())
