"""Background work on the picture. Each task makes one call."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.picture import actions, examining


@shared_task(name="picture.suspect_duplicates")
def suspect_duplicates(**kwargs: Any) -> None:
    """Look for duplicates of what is new or changed."""
    examining.examine_changes(now=timezone.now())


@shared_task(name="picture.check_rollups")
def check_rollups(**kwargs: Any) -> None:
    """Compare the cells with the facts and repair what differs."""
    actions.check_cells()
