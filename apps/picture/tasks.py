"""Background work on the picture. Each task makes one call."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.picture import examining


@shared_task(name="picture.suspect_duplicates")
def suspect_duplicates(**kwargs: Any) -> None:
    """Look for duplicates of what is new or changed."""
    examining.examine_changes(now=timezone.now())
