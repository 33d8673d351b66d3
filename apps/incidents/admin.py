"""Incidents in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin import ReadOnlyInline
from apps.incidents.models import (
    CasualtyClaim,
    CasualtyClaimVersion,
    CasualtyDecision,
    CasualtyDecisionVersion,
    Incident,
    IncidentActor,
    IncidentActorVersion,
    IncidentVersion,
)
from apps.records.admin import ClaimInline, FactAdmin, OfRecordsAdmin, held_by
from apps.records.visibility import sees_ratings


class CasualtyClaimInline(ClaimInline):
    """Reported figures of the incident."""

    model = CasualtyClaim


class PartyInline(ReadOnlyInline):
    """Who is said to have taken part: for coordinators."""

    model = IncidentActor
    fields = ("actor", "role", "sensitivity")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who did it is more dangerous than how many."""
        return obj is not None and sees_ratings(held_by(request), obj.crisis_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the actors' names."""
        found: QuerySet[Any] = super().get_queryset(request).select_related("actor")
        return found


@admin.register(Incident)
class IncidentAdmin(FactAdmin):
    """What happened."""

    own_fields = ("kind", "category", "subcategory", "summary", "severity_scale", "severity_value", "glide_numbers")
    own_columns = ("category", "subcategory")
    own_filters = ("kind", "category")
    inlines = (CasualtyClaimInline, PartyInline)


@admin.register(IncidentActor, IncidentActorVersion)
class IncidentActorAdmin(OfRecordsAdmin):
    """Parties' parts in incidents of crises that the reader coordinates."""

    list_display = ("record", "actor", "role", "sensitivity")
    list_filter = ("role", "sensitivity")
    search_fields = ("actor__name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """For coordinators."""
        rows = self.model._default_manager.filter(record__crisis__in=held_by(request).coordinates)
        found: QuerySet[Any] = rows.select_related("record", "actor")
        return found


@admin.register(CasualtyClaim, CasualtyClaimVersion)
class CasualtyClaimAdmin(OfRecordsAdmin):
    """Reported figures across incidents."""

    list_display = ("record", "metric", "low", "best", "high", "quantifier", "attributed_to", "scope", "status")
    list_filter = ("metric", "scope", "status", "is_adopted")
    search_fields = ("attributed_to", "record__title")
    exclude = ("credibility", "stated_by", "document")


@admin.register(CasualtyDecision, CasualtyDecisionVersion)
class CasualtyDecisionAdmin(OfRecordsAdmin):
    """People's choices among figures."""

    list_display = ("record", "claim", "by", "at", "reason", "revoked_at")
    search_fields = ("reason", "record__title")


@admin.register(IncidentVersion)
class IncidentVersionAdmin(OfRecordsAdmin):
    """What incidents said before."""

    list_display = ("title", "start_date", "rev", "rev_to", "verification", "audience")
    search_fields = ("title", "=id")
    exclude = ("reported_by", "reporting_organisation", "released_by", "confirmed_by")
