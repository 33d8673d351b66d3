"""The ground in the admin: read, search, and correct places. Boundaries come from editions only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdmin

from apps.core.admin import HTTPS, MapAdmin
from apps.geo.folding import fold
from apps.geo.models import AdminArea, AreaLink, BoundaryEdition, Place, PlaceName, UndeterminedGround


class LoadedOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that loads write: people look, and do not add or delete."""

    formfield_overrides = HTTPS

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Loads add."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts stand on these rows."""
        return False


@admin.register(BoundaryEdition)
class BoundaryEditionAdmin(LoadedOnly):
    """Editions of boundaries."""

    list_display = ("title", "country_iso3", "version", "valid_on", "valid_to", "is_current", "licence", "loaded_at")
    list_filter = ("is_current", "country_iso3")
    search_fields = ("title", "country_iso3", "version")
    readonly_fields = ("country_iso3", "version", "is_current", "loaded_at")


@admin.register(AdminArea)
class AdminAreaAdmin(LeafletGeoAdmin, LoadedOnly):  # type: ignore[misc]
    """Areas of all editions. The map shows the light outline; the boundary itself may weigh a megabyte."""

    modifiable = False
    list_display = ("name", "pcode", "level", "edition", "country_iso3", "area_sqkm")
    list_filter = ("level", "edition", "country_iso3")
    list_select_related = ("edition",)
    search_fields = ("pcode", "names", "ref_name")
    search_help_text = _("Name in any language, or P-code")
    exclude = ("boundary", "outline_low", "label_point")
    readonly_fields = (
        "edition",
        "level",
        "pcode",
        "names",
        "ref_name",
        "parent",
        "country_iso3",
        "adm0_pcode",
        "adm1_pcode",
        "adm2_pcode",
        "adm3_pcode",
        "area_sqkm",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AdminArea]:
        """Without boundaries."""
        return AdminArea.objects.defer("boundary", "outline_low").select_related("edition")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The outline is shown on the map and never taken back from the browser."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.base_fields["outline_mid"].disabled = True
        return form


@admin.register(AreaLink)
class AreaLinkAdmin(LoadedOnly):
    """What became of areas between editions."""

    list_display = ("from_area", "to_area", "relation", "weight", "source")
    list_filter = ("relation", "from_area__country_iso3")
    search_fields = ("from_area__pcode", "to_area__pcode")
    readonly_fields = ("from_area", "to_area")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AreaLink]:
        """Without boundaries."""
        heavy = [f"{end}__{field}" for end in ("from_area", "to_area") for field in AdminArea.HEAVY_FIELDS]
        return AreaLink.objects.select_related("from_area", "to_area").defer(*heavy)


@admin.register(UndeterminedGround)
class UndeterminedGroundAdmin(LoadedOnly):
    """Where no country is named."""

    list_display = ("code", "names", "edition")
    readonly_fields = ("edition", "code", "names")
    exclude = ("boundary",)


class PlaceNameInline(admin.TabularInline):  # type: ignore[type-arg]
    """Spellings beside their place."""

    model = PlaceName
    fields = ("text", "language", "is_primary")
    extra = 1


@admin.register(Place)
class PlaceAdmin(MapAdmin):
    """Places with their spellings; one added here has the source `manual` unless told otherwise."""

    list_display = ("name", "kind", "pcode", "country_iso3", "area", "population", "source")
    list_filter = ("kind", "source", "country_iso3")
    list_select_related = ("area",)
    search_fields = ("spellings__text", "spellings__folded", "pcode")
    search_help_text = _("Any spelling, or code")
    autocomplete_fields = ("area",)
    inlines = (PlaceNameInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        """Without the polygons of the areas."""
        heavy = [f"area__{field}" for field in AdminArea.HEAVY_FIELDS]
        return Place.objects.select_related("area").defer(*heavy)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Place], search_term: str
    ) -> tuple[QuerySet[Place], bool]:
        """Search the folded spellings, so that accents and Arabic letter forms do not count."""
        found: tuple[QuerySet[Place], bool] = super().get_search_results(
            request, queryset, fold(search_term) or search_term
        )
        return found

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: Any, change: bool) -> None:  # type: ignore[type-arg]
        """A new spelling is searchable at once."""
        for spelling in formset.save(commit=False):
            spelling.folded = fold(spelling.text)
            spelling.save()
        for gone in formset.deleted_objects:
            gone.delete()
