"""Questions about keys and the audit trail."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q


class ApiKeyQuerySet(models.QuerySet[Any]):
    """Chainable questions about API keys."""

    def of(self, user: Any) -> "ApiKeyQuerySet":
        """Those of one person."""
        return self.filter(user=user)

    def in_force(self, now: datetime) -> "ApiKeyQuerySet":
        """Neither revoked nor expired, of people who may sign in."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, user__is_active=True)


class AuditQuerySet(models.QuerySet[Any]):
    """Chainable questions about the audit trail."""

    def about_crises(self, crises: list[int]) -> "AuditQuerySet":
        """What concerns these crises, with the people who did it."""
        return self.filter(crisis_id__in=crises).select_related("actor")

    def with_verb(self, verb: str) -> "AuditQuerySet":
        """One kind of deed."""
        return self.filter(verb=verb)

    def by(self, user: Any) -> "AuditQuerySet":
        """What one person did."""
        return self.filter(actor=user)

    def since(self, day: date) -> "AuditQuerySet":
        """From the beginning of that day on, UTC."""
        return self.filter(at__date__gte=day)

    def until(self, day: date) -> "AuditQuerySet":
        """To the end of that day, UTC."""
        return self.filter(at__date__lte=day)

    def older_than(self, moment: datetime) -> "AuditQuerySet":
        """What stands from before that moment."""
        return self.filter(at__lt=moment)
