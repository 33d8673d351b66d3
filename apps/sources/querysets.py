"""Questions about sources, runs and documents."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q


class SourceQuerySet(models.QuerySet[Any]):
    """Chainable questions about sources."""

    def fetchable(self) -> "SourceQuerySet":
        """Enabled, with a connector."""
        return self.filter(is_enabled=True).exclude(connector="")

    def awake_at(self, now: datetime) -> "SourceQuerySet":
        """Not resting after repeated failures."""
        return self.filter(Q(paused_until=None) | Q(paused_until__lte=now))


class RefreshRunQuerySet(models.QuerySet[Any]):
    """Chainable questions about refresh runs."""

    def lapsed_at(self, now: datetime) -> "RefreshRunQuerySet":
        """Still marked running although their worker's lease is over."""
        return self.filter(outcome="running", lease_until__lt=now)

    def held(self, run: Any) -> "RefreshRunQuerySet":
        """The run, as long as it is still this worker's: taking it over counts its attempts up."""
        return self.filter(pk=run.pk, outcome="running", attempts=run.attempts)
