"""Questions about crises."""

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from apps.accounts.levels import CLEARANCE_BY_ROLE

# A crisis and those above it: three levels, as deep as crises go.
ABOVE = ("", "parent__", "parent__parent__")


class CrisisQuerySet(models.QuerySet[Any]):
    """Chainable questions about crises."""

    def visible_to(self, user: Any) -> "CrisisQuerySet":
        """Every crisis but exercises and sensitive ones, and those below them, which only their members see."""
        open_ones = self.open_to_all()
        if not getattr(user, "is_authenticated", False):
            return open_ones
        memberships = self.model._meta.get_field("memberships").related_model.objects.filter(
            Q(crisis=OuterRef("pk")) | Q(crisis=OuterRef("parent")) | Q(crisis=OuterRef("parent__parent")),
            Q(until=None) | Q(until__gt=timezone.now()),
            Q(user=user) | Q(organisation__isnull=False, organisation=user.organisation_id),
        )
        strictest = Greatest("sensitivity", *(Coalesce(F(f"{above}sensitivity"), 0) for above in ABOVE[1:]))
        seen = Q(pk__in=open_ones.values("pk"))
        for level in sorted(set(CLEARANCE_BY_ROLE.values())):
            roles = [role for role, cleared in CLEARANCE_BY_ROLE.items() if cleared >= level]
            seen |= Q(Exists(memberships.filter(role__in=roles)), strictest__lte=int(level))
        found: CrisisQuerySet = self.alias(strictest=strictest).filter(seen)
        return found

    def open_to_all(self) -> "CrisisQuerySet":
        """Neither an exercise nor sensitive, nor below one."""
        found = self
        for above in ABOVE:
            is_open = Q(**{f"{above}sensitivity": 0}) & ~Q(**{f"{above}status": "exercise"})
            found = found.filter(is_open | Q(**{f"{above}id": None}) if above else is_open)
        return found

    def with_children(self, slug: str) -> "CrisisQuerySet":
        """The crisis and those that name it as parent."""
        return self.filter(Q(slug=slug) | Q(parent__slug=slug) | Q(parent__parent__slug=slug))
