"""The ledger in the admin: read only. Reasons and answers may quote records, so they are not shown here."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.ledger.models import Change, IdempotencyKey, Job, Revision


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """Transactions that changed facts, in commit order."""

    list_display = ("id", "at", "by")
    list_select_related = ("by",)
    search_fields = ("=id", "by__username")
    ordering = ("-id",)
    date_hierarchy = "at"
    fields = ("id", "at", "by")


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """Transitions of records."""

    list_display = ("revision_id", "kind", "record_id", "action", "audience_before", "audience_after")
    list_filter = ("kind", "action")
    search_fields = ("=record_id", "=revision__id")
    ordering = ("-revision", "-id")
    fields = ("revision_id", *list_display[1:])
    readonly_fields = ("revision_id",)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """The outbox: what waits, runs, or was given up."""

    list_display = ("kind", "key", "state", "attempts", "run_after", "lease_until", "last_error")
    list_filter = ("state", "kind")
    search_fields = ("key", "last_error")
    fields = list_display


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Writes that would be answered again if they came again."""

    list_display = ("key", "actor", "status", "created_at")
    list_filter = ("status",)
    list_select_related = ("actor",)
    search_fields = ("key", "actor__username")
    fields = list_display
