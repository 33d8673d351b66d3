"""People, organisations, API keys and the audit trail in the admin."""

from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import actions
from apps.accounts.models import ApiKey, AuditEntry, Organisation, User
from apps.core.admin import ReadOnlyAdmin

# Secrets and sessions are nobody's to browse: the pages that their packages register are taken away.
for module in ("allauth.mfa.admin", "allauth.usersessions.admin"):
    import_module(module)
admin.site.unregister([Authenticator, UserSession])


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """People who sign in. What they may see follows from their roles in crises, on the page of the crisis."""

    list_display = ("username", "email", "organisation", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    list_select_related = ("organisation",)
    search_fields = ("username", "first_name", "last_name", "email", "organisation__acronym")
    autocomplete_fields = ("organisation",)
    actions = ("remove_second_factors",)
    fieldsets = (
        *(DjangoUserAdmin.fieldsets or ()),
        (gettext_lazy("OpenSitrep"), {"fields": ("organisation", "language")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are deactivated: their reports and decisions keep their name."""
        return False

    @admin.action(description=gettext_lazy("Take away second factors (phone and codes lost)"), permissions=["change"])
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let people who have lost phone and codes set up anew; their sessions end."""
        assert isinstance(request.user, User)  # noqa: S101  the admin asks for a sign-in
        for user in queryset:
            actions.remove_second_factors(user=user, by=request.user, now=timezone.now())
        messages.success(request, _("Taken away: %(people)s") % {"people": ", ".join(map(str, queryset))})


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The one registry of organisations."""

    list_display = ("acronym", "name", "type_name")
    list_filter = ("type_name",)
    search_fields = ("acronym", "name")
    list_per_page = 50
    show_full_result_count = False


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an administrator says of a new key; the key itself is drawn."""

    scope = forms.ChoiceField(choices=ApiKey.Scope.choices, label=gettext_lazy("May"))
    days = forms.IntegerField(min_value=1, max_value=730, initial=365, label=gettext_lazy("Valid for days"))

    class Meta:
        model = ApiKey
        fields = ("user", "name")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Keys of partners: made here, shown once, revoked here."""

    list_display = ("prefix", "name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("created_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("prefix", "name", "user__username")
    autocomplete_fields = ("user",)
    actions = ("revoke",)
    form = ApiKeyForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A key that exists shows everything but the hash."""
        if obj is None:
            return ("user", "name", "scope", "days")
        return (
            "user", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A key that exists is not edited."""
        return () if obj is None else self.get_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keys are revoked, not changed."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revoked keys stay on record."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Draw the key and show it this once."""
        assert isinstance(request.user, User)  # noqa: S101  the admin asks for a sign-in
        row, key = actions.issue_key(
            user=form.cleaned_data["user"],
            name=form.cleaned_data["name"],
            scope=form.cleaned_data["scope"],
            days=form.cleaned_data["days"],
            now=timezone.now(),
            by=request.user,
        )
        obj.pk = row.pk
        message = _("This is the key. It is shown only now, copy it: %(key)s") % {"key": key}
        messages.warning(request, message)

    @admin.action(description=gettext_lazy("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """End keys at once."""
        assert isinstance(request.user, User)  # noqa: S101  the admin asks for a sign-in
        for key in queryset:
            actions.revoke_key(key=key, by=request.user, now=timezone.now())
        messages.success(request, _("Revoked: %(keys)s") % {"keys": ", ".join(key.prefix for key in queryset)})


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what to which thing."""

    list_display = ("at", "actor", "verb", "subject_kind", "subject_id")
    list_filter = ("verb", "subject_kind")
    list_select_related = ("actor",)
    search_fields = ("verb", "subject_id", "actor__username")
    date_hierarchy = "at"
