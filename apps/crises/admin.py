"""Crises in the admin: scope, members, protocol, which series counts, and the parties' neutral names."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.crises import actions
from apps.crises.models import Actor, ActorName, Baseline, Crisis, Membership, Protocol
from apps.geo.models import AdminArea


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who works in the crisis, and as what."""

    model = Membership
    extra = 0
    can_delete = False
    autocomplete_fields = ("user", "organisation")
    fields = ("user", "organisation", "role", "until", "protocol_accepted_at")


class ProtocolInline(admin.TabularInline):  # type: ignore[type-arg]
    """Where the crisis's sharing protocol differs from the default."""

    model = Protocol
    extra = 0
    fields = ("kind", "category", "field", "sensitivity", "location_release", "delay", "retention")


class BaselineInline(admin.TabularInline):  # type: ignore[type-arg]
    """Which series counts for which measure."""

    model = Baseline
    extra = 0
    autocomplete_fields = ("dataset", "by")
    fields = ("measure", "dataset", "from_date", "to_date", "reason", "by")


@admin.register(Crisis)
class CrisisAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Emergencies. Administering one gives no sight of its records: that takes a role in it."""

    list_display = ("slug", "name_in_english", "status", "started_on", "ended_on", "lead_organisation", "time_zone")
    list_filter = ("status",)
    list_select_related = ("lead_organisation",)
    search_fields = ("slug", "names", "countries", "glide_numbers")
    autocomplete_fields = ("areas", "parent", "lead_organisation")
    inlines = (MembershipInline, ProtocolInline, BaselineInline)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Areas without their polygons."""
        if db_field.name == "areas":
            kwargs["queryset"] = AdminArea.objects.light()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Roles that changed stand in the crisis's audit trail."""
        super().save_formset(request, form, formset, change)
        if formset.model is Membership:
            for membership in (*formset.new_objects, *(each for each, _fields in formset.changed_objects)):
                _note_administered(request, membership)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Crises are closed, not deleted: facts stand on them."""
        return False

    @admin.display(description=gettext_lazy("name"))
    def name_in_english(self, crisis: Crisis) -> str:
        """The name in English."""
        return crisis.name()


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Every role, across crises."""

    list_display = ("crisis", "user", "organisation", "role", "until", "protocol_accepted_at")
    list_filter = ("role", "crisis")
    list_select_related = ("crisis", "user", "organisation")
    search_fields = ("user__username", "organisation__acronym", "crisis__slug")
    autocomplete_fields = ("crisis", "user", "organisation")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Roles end, and stay on record."""
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """A role set here stands in the crisis's audit trail."""
        super().save_model(request, obj, form, change)
        _note_administered(request, obj)


def _note_administered(request: HttpRequest, membership: Membership) -> None:
    assert isinstance(request.user, User)  # noqa: S101  the admin asks for a sign-in
    actions.note_administered(membership=membership, by=request.user, now=timezone.now())


@admin.register(Protocol)
class ProtocolAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Sharing rules; those without a crisis are the default that ships."""

    list_display = ("kind", "category", "field", "crisis", "sensitivity", "location_release", "delay", "retention")
    list_filter = ("kind", "sensitivity", "crisis")
    list_select_related = ("crisis",)
    search_fields = ("kind", "category", "field")
    autocomplete_fields = ("crisis",)


@admin.register(Baseline)
class BaselineAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Which series counts, across crises."""

    list_display = ("crisis", "measure", "dataset", "cohort", "from_date", "to_date", "by")
    list_filter = ("measure", "crisis")
    list_select_related = ("crisis", "dataset", "by")
    search_fields = ("measure", "dataset__name", "reason")
    autocomplete_fields = ("crisis", "dataset", "by")


class ActorNameInline(admin.TabularInline):  # type: ignore[type-arg]
    """What sources call the actor."""

    model = ActorName
    extra = 0
    autocomplete_fields = ("source",)


@admin.register(Actor)
class ActorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Parties under neutral names."""

    list_display = ("name", "kind", "from_date", "to_date")
    list_filter = ("kind",)
    search_fields = ("name", "names", "source_names__name")
    inlines = (ActorNameInline,)
    list_per_page = 50
    show_full_result_count = False


@admin.register(ActorName)
class ActorNameAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Names by source."""

    list_display = ("name", "source", "actor")
    list_filter = ("source",)
    list_select_related = ("source", "actor")
    search_fields = ("name", "actor__name")
    autocomplete_fields = ("actor", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ActorName]:
        """With both ends."""
        return super().get_queryset(request).select_related("source", "actor")
