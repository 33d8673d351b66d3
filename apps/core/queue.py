"""Starting background work by name once the surrounding transaction has committed."""

from functools import partial

import structlog
from celery import current_app
from celery.exceptions import CeleryError
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def enqueue(task_name: str, **kwargs: object) -> None:
    """Send a task after commit; nothing is sent on rollback, and an unknown name fails at the call.

    A lost hint costs time, never work: what must be done stands in a table and is swept up by a scheduled task.
    """
    task = current_app.tasks[task_name]
    transaction.on_commit(partial(_send, task, kwargs))


def _send(task: object, kwargs: dict[str, object]) -> None:
    try:
        task.apply_async(kwargs=kwargs)  # type: ignore[attr-defined]
    except (OperationalError, CeleryError, OSError):
        log.warning("queue.unreachable", task=getattr(task, "name", ""))
