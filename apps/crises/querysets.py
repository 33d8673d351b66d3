"""Questions about crises."""

from typing import Any

from django.db import models


class CrisisQuerySet(models.QuerySet[Any]):
    """Chainable questions about crises."""

    def visible_to(self, user: Any) -> "CrisisQuerySet":
        """Every crisis but exercises, which only their members see."""
        open_ones = models.Q(status__in=["active", "closed"])
        if not getattr(user, "is_authenticated", False):
            return self.filter(open_ones)
        return self.filter(
            open_ones
            | models.Q(memberships__user=user)
            | models.Q(memberships__organisation__isnull=False, memberships__organisation=user.organisation_id)
        ).distinct()

    def with_children(self, slug: str) -> "CrisisQuerySet":
        """The crisis and those that name it as parent."""
        return self.filter(models.Q(slug=slug) | models.Q(parent__slug=slug) | models.Q(parent__parent__slug=slug))
