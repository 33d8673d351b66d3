"""Infrastructure, its status and access constraints in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.access import amending
from apps.access.models import (
    AccessConstraint,
    AccessConstraintVersion,
    Asset,
    AssetStatus,
    AssetStatusVersion,
    AssetVersion,
    ConstraintArea,
    ConstraintAreaVersion,
    ConstraintAsset,
    ConstraintAssetVersion,
    ConstraintOrganisation,
    ConstraintOrganisationVersion,
    StatusClaim,
    StatusClaimVersion,
    StatusDecision,
    StatusDecisionVersion,
)
from apps.access.querysets import of_crises
from apps.access.shown import whole
from apps.core.admin import MapAdmin
from apps.records.admin import ByRole, ClaimInline, FactAdmin, FactForm, OfRecordsAdmin, held_by, person
from apps.records.visibility import sees_ratings


class AssetForm(FactForm):
    """A correction of infrastructure; its geometry is drawn on the map."""

    class Meta:
        model = Asset
        fields = (
            "type", "name", "names", "codes", "country_iso3", "geometry", "sensitivity", "location_release",
            "is_permanently_closed",
        )  # fmt: skip
        widgets = {"name": forms.TextInput({"size": 60})}


def assets_seen_in_full(request: HttpRequest) -> QuerySet[Any]:
    """Assets whose exact place this reader may see."""
    held = held_by(request)
    seen: QuerySet[Any] = Asset.objects.visible_to(held).filter(whole(held))
    return seen


@admin.register(Asset)
class AssetAdmin(ByRole, MapAdmin):
    """Roads, crossings, airports and the rest."""

    form = AssetForm
    list_display = (
        "name",
        "type",
        "country_iso3",
        "source",
        "sensitivity",
        "location_release",
        "is_permanently_closed",
    )
    list_filter = ("type", "country_iso3", "sensitivity", "source")
    list_select_related = ("source",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "external_id", "codes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """For lists the geometries stay where they are; the page of one asset fetches its own."""
        return assets_seen_in_full(request).select_related("source").defer("geometry", "released_geometry")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Infrastructure comes from sources and from the report form."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Coordinators of a crisis that it stands in."""
        coordinated = held_by(request).coordinates
        if obj is None:
            return bool(coordinated)
        return Asset.objects.filter(of_crises(coordinated), pk=obj.pk).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is destroyed."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Corrections are a revision with the person and the reason."""
        reason = form.cleaned_data["reason"]
        amending.amend_asset(asset=obj, by=person(request), now=timezone.now(), reason=reason)


class StatusClaimInline(ClaimInline):
    """What is said of the asset's status."""

    model = StatusClaim
    verbose_name = gettext_lazy("statement")
    verbose_name_plural = gettext_lazy("statements")
    fields = (
        "value", "cause", "attributed_to", "observed_at", "expected_reopening", "status", "is_adopted", "is_held",
        "excerpt",
    )  # fmt: skip


@admin.register(AssetStatus)
class AssetStatusAdmin(FactAdmin):
    """The status of infrastructure, decided from what is said of it."""

    own_fields = ("asset", "applies_to", "status", "is_disputed", "observed_at", "summary")
    own_columns = ("status", "is_disputed", "observed_at")
    own_filters = ("status", "is_disputed", "asset__type")
    readonly_fields = ("asset", "applies_to", "status", "is_disputed", "observed_at")
    inlines = (StatusClaimInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the asset, whose geometry no page here needs."""
        heavy = ("asset__geometry", "asset__released_geometry")
        found = super().get_queryset(request).filter(asset__in=assets_seen_in_full(request).values("pk"))
        return found.select_related("asset", "crisis", "source", "dataset").defer(*heavy)


class BearsOnInline(admin.TabularInline):  # type: ignore[type-arg]
    """What a constraint bears on: seen by who sees the constraint in full, changed by coordinators of its crisis."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its page decides who reads it."""
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Coordinators."""
        return obj is not None and held_by(request).is_coordinator_of(obj.crisis_id)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Coordinators."""
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Coordinators."""
        return self.has_change_permission(request, obj)


class ConstraintAssetInline(BearsOnInline):
    """Infrastructure that it bears on."""

    model = ConstraintAsset
    fields = autocomplete_fields = ("asset",)


class ConstraintAreaInline(BearsOnInline):
    """Areas that it bears on."""

    model = ConstraintArea
    fields = autocomplete_fields = ("area",)


class ConstraintOrganisationInline(BearsOnInline):
    """Organisations that it hits: for coordinators."""

    model = ConstraintOrganisation
    fields = autocomplete_fields = ("organisation",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whom it hits is told to coordinators alone."""
        return obj is not None and sees_ratings(held_by(request), obj.crisis_id)


@admin.register(AccessConstraint)
class AccessConstraintAdmin(FactAdmin):
    """Conditions that keep people from aid or aid from people."""

    own_fields = ("type", "state", "summary", "impact", "policy", "action_taken")
    own_columns = ("type", "state")
    own_filters = ("type", "state")
    autocomplete_fields = ("area", "imposed_by")
    inlines = (ConstraintAssetInline, ConstraintAreaInline, ConstraintOrganisationInline)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Who imposed it: for coordinators."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and sees_ratings(held_by(request), obj.crisis_id):
            fieldsets.insert(1, (gettext_lazy("Sensitive"), {"fields": ("imposed_by",)}))
        return fieldsets


@admin.register(StatusClaim, StatusClaimVersion)
class StatusClaimAdmin(OfRecordsAdmin):
    """Statements across statuses."""

    list_display = ("record", "value", "cause", "attributed_to", "observed_at", "status", "is_adopted")
    list_filter = ("value", "cause", "status", "is_adopted")
    search_fields = ("attributed_to", "record__title")
    exclude = ("credibility", "stated_by", "document")


@admin.register(StatusDecision, StatusDecisionVersion)
class StatusDecisionAdmin(OfRecordsAdmin):
    """People's choices among statements."""

    list_display = ("record", "claim", "by", "at", "reason", "revoked_at")
    search_fields = ("reason", "record__title")


@admin.register(
    ConstraintAsset,
    ConstraintAssetVersion,
    ConstraintArea,
    ConstraintAreaVersion,
    ConstraintOrganisation,
    ConstraintOrganisationVersion,
)
class BearsOnAdmin(OfRecordsAdmin):
    """What constraints bear on, across constraints that the reader coordinates."""

    list_display = ("__str__", "record")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """For coordinators."""
        rows = self.model._default_manager.filter(record__crisis__in=held_by(request).coordinates)
        found: QuerySet[Any] = rows.select_related("record")
        return found


@admin.register(AssetStatusVersion, AccessConstraintVersion)
class AccessVersionAdmin(OfRecordsAdmin):
    """What records said before."""

    list_display = ("title", "start_date", "rev", "rev_to", "verification", "audience")
    search_fields = ("title", "=id")
    exclude = ("reported_by", "reporting_organisation", "released_by", "confirmed_by", "imposed_by")


@admin.register(AssetVersion)
class AssetVersionAdmin(OfRecordsAdmin):
    """What infrastructure looked like before: for coordinators."""

    list_display = ("name", "type", "rev", "rev_to")
    list_filter = ("type",)
    search_fields = ("name", "=id")
    exclude = ("geometry", "released_geometry")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those that stand in a crisis which the reader coordinates."""
        rows = AssetVersion._default_manager.visible_to(held_by(request)).defer("geometry", "released_geometry")  # type: ignore[attr-defined]
        found: QuerySet[Any] = rows.select_related("source")
        return found.filter(of_crises(held_by(request).coordinates))
