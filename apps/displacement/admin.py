"""Displacement in the admin."""

from django.contrib import admin

from apps.displacement.models import (
    Displacement,
    DisplacementClaim,
    DisplacementClaimVersion,
    DisplacementDecision,
    DisplacementDecisionVersion,
    DisplacementVersion,
)
from apps.records.admin import ClaimInline, FactAdmin, OfRecordsAdmin


class DisplacementClaimInline(ClaimInline):
    """Reported figures of the movement or stock."""

    model = DisplacementClaim


@admin.register(Displacement)
class DisplacementAdmin(FactAdmin):
    """Who moved, and where they are."""

    own_fields = (
        "measure", "category", "cause", "cohort", "term", "event_name", "summary", "origin_area", "origin_name",
        "origin_location", "origin_accuracy", "destination_area", "destination_name", "destination_location",
        "destination_accuracy",
    )  # fmt: skip
    own_columns = ("measure", "category", "cause")
    own_filters = ("measure", "category", "cause")
    autocomplete_fields = ("area", "origin_area", "destination_area")
    inlines = (DisplacementClaimInline,)


@admin.register(DisplacementClaim, DisplacementClaimVersion)
class DisplacementClaimAdmin(OfRecordsAdmin):
    """Reported figures across movements and stocks."""

    list_display = ("record", "metric", "low", "best", "high", "quantifier", "unit", "attributed_to", "scope", "status")
    list_filter = ("metric", "scope", "status", "is_adopted")
    search_fields = ("attributed_to", "record__title")
    exclude = ("credibility", "stated_by", "document")


@admin.register(DisplacementDecision, DisplacementDecisionVersion)
class DisplacementDecisionAdmin(OfRecordsAdmin):
    """People's choices among figures."""

    list_display = ("record", "claim", "by", "at", "reason", "revoked_at")
    search_fields = ("reason", "record__title")


@admin.register(DisplacementVersion)
class DisplacementVersionAdmin(OfRecordsAdmin):
    """What movements and stocks said before."""

    list_display = ("title", "start_date", "rev", "rev_to", "verification", "audience")
    search_fields = ("title", "=id")
    exclude = ("reported_by", "reporting_organisation", "released_by", "confirmed_by")
