"""The context of areas in the admin: rows of published series, read only."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.context.models import MonthlyAggregate, Population, Presence
from apps.core.admin import ReadOnlyAdmin


class AreaRowAdmin(ReadOnlyAdmin):
    """Rows whose licence lets this reader see them."""

    list_select_related: ClassVar[tuple[str, ...]] = ("dataset",)
    search_fields: ClassVar[tuple[str, ...]] = ("area_code", "provider_area_name")
    exclude = ("area",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """As everywhere: what the licence lets out."""
        return self.model._default_manager.visible_to(request.user).select_related("dataset")  # type: ignore[no-any-return]


@admin.register(Population)
class PopulationAdmin(AreaRowAdmin):
    """How many people live where."""

    list_display = ("location_code", "area_code", "provider_area_name", "sex", "age_band", "people", "from_date")
    list_filter = ("location_code", "sex", "age_band", "dataset")


@admin.register(Presence)
class PresenceAdmin(AreaRowAdmin):
    """Who does what where."""

    list_display = ("location_code", "area_code", "provider_area_name", "organisation", "cluster", "state", "from_date")
    list_filter = ("location_code", "cluster", "state", "dataset")
    list_select_related = ("dataset", "organisation")
    search_fields: ClassVar[tuple[str, ...]] = (
        *AreaRowAdmin.search_fields,
        "organisation__acronym",
        "organisation__name",
    )


@admin.register(MonthlyAggregate)
class MonthlyAggregateAdmin(AreaRowAdmin):
    """Monthly counts as published; never incidents."""

    list_display = (
        "location_code",
        "area_code",
        "provider_area_name",
        "event_type",
        "from_date",
        "events",
        "fatalities",
    )
    list_filter = ("location_code", "event_type", "dataset")
    date_hierarchy = "from_date"
