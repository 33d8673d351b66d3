"""Questions about crises."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from apps.accounts.levels import CLEARANCE_BY_ROLE, Role
from apps.crises.keys import crises_of_key

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
        only = crises_of_key(user)
        covered = Q() if only is None else Q(pk__in=only) | Q(parent__in=only) | Q(parent__parent__in=only)
        for level in sorted(set(CLEARANCE_BY_ROLE.values())):
            roles = [role for role, cleared in CLEARANCE_BY_ROLE.items() if cleared >= level]
            seen |= Q(Exists(memberships.filter(role__in=roles)), strictest__lte=int(level)) & covered
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


class MembershipQuerySet(models.QuerySet[Any]):
    """Chainable questions about roles in crises."""

    def in_force(self, now: datetime) -> "MembershipQuerySet":
        """Those that have not ended."""
        return self.filter(Q(until=None) | Q(until__gt=now))

    def of(self, user: Any) -> "MembershipQuerySet":
        """The user's own, and those of the user's organisation."""
        return self.filter(Q(user=user) | Q(organisation__isnull=False, organisation=user.organisation_id))

    def in_crises(self, crises: list[int]) -> "MembershipQuerySet":
        """In any of these crises."""
        return self.filter(crisis__in=crises)

    def coordinating(self) -> "MembershipQuerySet":
        """Coordinators who can sign in: active people, or organisations with any."""
        alive = Q(user__is_active=True) | Q(organisation__people__is_active=True)
        return self.filter(alive, role=Role.COORDINATOR).distinct()

    def listed(self) -> "MembershipQuerySet":
        """With names, those in force first, people before organisations."""
        return self.select_related("user__organisation", "organisation").order_by(
            F("until").desc(nulls_first=True), "organisation__acronym", "user__username"
        )


class InvitationQuerySet(models.QuerySet[Any]):
    """Chainable questions about invitations."""

    def waiting(self) -> "InvitationQuerySet":
        """Neither accepted nor taken back; some of these have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def listed(self) -> "InvitationQuerySet":
        """With who invited and into which organisation."""
        return self.select_related("by", "organisation")
