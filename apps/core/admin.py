"""What the admin pages of all apps share."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import Script
from django.http import HttpRequest
from leaflet.admin import LeafletGeoAdmin

# Addresses written without a scheme mean https, as Django 6 has it.
HTTPS: dict[Any, dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


class MapAdmin(LeafletGeoAdmin):  # type: ignore[misc]
    """Geometry on a map that needs no online tiles: outlines and names of areas lie beneath."""

    # A point is shown with its surroundings; one pixel is still about fifteen metres.
    settings_overrides: ClassVar[dict[str, Any]] = {"MAX_ZOOM": 13}

    class Media:
        js = (Script("js/map/admin-ground.js", type="module"),)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that the system writes: staff look, search and filter, and change nothing."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = HTTPS

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The system adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was written stands."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing lost."""
        return False


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows shown under their owner, as they are."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The system adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was written stands."""
        return False
