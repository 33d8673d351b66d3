"""Sources in the admin: how each is doing, refreshing it now, settling what was quarantined."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.admin import HTTPS, ReadOnlyAdmin, ReadOnlyInline
from apps.core.queue import enqueue
from apps.sources import actions as source_actions
from apps.sources.models import (
    Dataset,
    QuarantinedItem,
    RefreshRun,
    Round,
    Source,
    SourceReliability,
    UpstreamAlias,
)

RUNS_SHOWN = 10


class ReliabilityInline(admin.TabularInline):  # type: ignore[type-arg]
    """How far the source is trusted, per group of metrics."""

    model = SourceReliability
    extra = 0


class DatasetInline(admin.TabularInline):  # type: ignore[type-arg]
    """The series a source publishes."""

    model = Dataset
    extra = 0
    fields = ("slug", "name", "counts", "licence", "attribution", "redistribution", "is_active")
    show_change_link = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts stand on series."""
        return False


class RunInline(ReadOnlyInline):
    """The last refreshes of a source."""

    model = RefreshRun
    verbose_name_plural = gettext_lazy("last refreshes")
    fields = (
        "started_at", "outcome", "detail", "created", "updated", "unchanged", "withdrawn", "quarantined",
        "finished_at",
    )  # fmt: skip
    readonly_fields = fields
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefreshRun]:
        """Only the newest, found once: a slice could not be filtered by the formset."""
        match = request.resolver_match
        source_id = match.kwargs.get("object_id") if match else None
        runs = RefreshRun.objects.filter(source_id=source_id) if source_id else RefreshRun.objects.none()
        newest = runs.order_by("-started_at").values("pk")[:RUNS_SHOWN]
        found: QuerySet[RefreshRun] = super().get_queryset(request).filter(pk__in=newest)
        return found


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who publishes, how we listen, and how it goes."""

    list_display = ("name", "kind", "health", "last_succeeded_at", "last_changed_at", "interval_minutes", "is_enabled")
    list_filter = ("kind", "is_enabled", "releases_on_arrival")
    search_fields = ("name", "slug", "organisation__acronym")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("organisation",)
    formfield_overrides = HTTPS
    readonly_fields = ("health", "last_succeeded_at", "last_changed_at", "failures_in_a_row")
    inlines = (DatasetInline, ReliabilityInline, RunInline)
    actions = ("refresh_now",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """With the outcome of the newest run, in the same query."""
        newest = RefreshRun.objects.filter(source=OuterRef("pk")).order_by("-started_at").values("outcome")
        found: QuerySet[Source] = super().get_queryset(request).annotate(last_outcome=Subquery(newest[:1]))
        return found

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts stand on sources: disable one instead."""
        return False

    @admin.display(description=gettext_lazy("how it is doing"))
    def health(self, source: Source) -> str:
        """The newest outcome in words, and whether the source rests."""
        if not source.pk or not source.connector:
            return _("not fetched")
        outcome = getattr(source, "last_outcome", None)
        words = str(RefreshRun.Outcome(outcome).label) if outcome else _("never refreshed")
        if outcome in RefreshRun.FAILURES:
            words = format_html("<b>{}</b>", words)
        if source.paused_until and source.paused_until > timezone.now():
            words = format_html("{}; {} {:%H:%M} UTC", words, _("rests until"), source.paused_until)
        return words

    @admin.action(description=gettext_lazy("Refresh now"), permissions=["change"])
    def refresh_now(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Start a refresh of each beside its schedule."""
        assert isinstance(request.user, User)  # noqa: S101  the admin asks for a sign-in
        started = []
        for source in queryset:
            if not source.connector or not source.is_enabled:
                continue
            slot = source_actions.wake(source=source, by=request.user, now=timezone.now())
            enqueue("sources.refresh", source_slug=source.slug, slot=slot)
            started.append(source.name)
        if started:
            messages.success(
                request, _("Refreshing: %(names)s. Look again in a minute.") % {"names": ", ".join(started)}
            )
        if len(started) < len(queryset):
            messages.warning(request, _("Sources that are disabled or have no connector were left out."))


@admin.register(Dataset)
class DatasetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Series, with the licence that decides what may leave."""

    list_display = ("name", "source", "counts", "licence", "redistribution", "is_active")
    list_filter = ("redistribution", "counts", "is_active")
    list_select_related = ("source",)
    search_fields = ("name", "slug", "source__name")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("source",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts stand on series."""
        return False


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rounds of series, by date."""

    list_display = ("dataset", "number", "from_date", "to_date", "coverage")
    list_filter = ("coverage", "dataset")
    list_select_related = ("dataset",)
    search_fields = ("number", "dataset__name")
    autocomplete_fields = ("dataset",)


@admin.register(RefreshRun)
class RefreshRunAdmin(ReadOnlyAdmin):
    """Every attempt to bring a source up to date."""

    list_display = (
        "started_at", "source", "outcome", "detail", "created", "updated", "unchanged", "withdrawn", "quarantined",
    )  # fmt: skip
    list_filter = ("outcome", "source")
    list_select_related = ("source",)
    search_fields = ("source__name", "slot", "detail")
    date_hierarchy = "started_at"


@admin.register(UpstreamAlias)
class UpstreamAliasAdmin(ReadOnlyAdmin):
    """Other ids under which sources know the same item."""

    list_display = ("alias", "external_id", "source")
    list_filter = ("source",)
    list_select_related = ("source",)
    search_fields = ("alias", "external_id")


@admin.register(QuarantinedItem)
class QuarantinedItemAdmin(ReadOnlyAdmin):
    """Items that could not be taken in, until somebody settles them. Their contents are not shown: they are records."""

    list_display = ("reason", "source", "key", "state", "times_seen", "first_seen_at", "last_seen_at", "settled_by")
    list_filter = ("state", "source")
    list_select_related = ("source", "settled_by")
    search_fields = ("reason", "key")
    exclude = ("item",)
    date_hierarchy = "last_seen_at"
    actions = ("accept", "dismiss")

    @admin.action(description=gettext_lazy("Mark as taken in since"), permissions=["settle"])
    def accept(self, request: HttpRequest, queryset: QuerySet[QuarantinedItem]) -> None:
        """The item has come in another way."""
        self._settle(request, queryset, QuarantinedItem.State.ACCEPTED)

    @admin.action(description=gettext_lazy("Dismiss"), permissions=["settle"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[QuarantinedItem]) -> None:
        """Nobody needs the item."""
        self._settle(request, queryset, QuarantinedItem.State.DISMISSED)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Settling changes an item's state, though no field of it can be edited."""
        return bool(request.user.has_perm("sources.change_quarantineditem"))

    def _settle(self, request: HttpRequest, items: Any, state: str) -> None:
        for item in items:
            source_actions.settle_quarantined(item=item, state=state, by=request.user, now=timezone.now())
        messages.success(request, _("Settled: %(count)s") % {"count": len(items)})
