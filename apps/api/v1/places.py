"""Ground: administrative areas with their outlines, and places with a name."""

from collections.abc import Callable
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import Polygon
from django.db.models import Case, F, Func, Q, TextField, Value, When
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import schema
from apps.api.v1.lists import Placed, PlacedDetailView, TableView, renamed
from apps.crises.models import Crisis
from apps.geo.models import SRID, AdminArea, Place, name_in
from apps.geo.queries import find_places, resolve_code
from apps.records import fields, pages, parameters
from apps.records.fields import Field
from apps.records.filters import AREA, BBOX, CRISIS, SEARCH, Areas, Asked, Filter, column
from apps.records.pages import Cursor, Order, Page
from apps.records.parameters import Parameter
from apps.records.past import AsGeoJson
from apps.records.querysets import Box

AREA_LEVELS = tuple(str(level) for level in range(5))
AREA_FIELDS = (
    Field("id", "integer"),
    Field("pcode", "text"),
    Field("level", "integer", "0 country to 4."),
    Field("name", "text"),
    Field("names", "labels", "By language."),
    Field("parent_pcode", "text"),
    *(Field(f"adm{level}_pcode", "text") for level in fields.LEVELS),
    Field("country_iso3", "text"),
    Field("edition", "text", "The edition of boundaries it belongs to."),
    Field("label_point", "point", "Longitude and latitude inside its boundary, where its name and totals stand."),
    Field("area_sqkm", "decimal"),
    Field("licence", "text"),
    Field("attribution", "text"),
)
AREA_COLUMNS = ("id", "pcode", "level", "names", "parent__pcode", "adm0_pcode", "adm1_pcode", "adm2_pcode",
                "adm3_pcode", "country_iso3", "edition__version", "edition__licence", "edition__attribution",
                "label_point", "area_sqkm", "geojson")  # fmt: skip
PLACE_FIELDS = (
    Field("id", "integer"),
    fields.code("kind", "", Place.Kind.values),
    Field("pcode", "text", "Its code, where it has one."),
    Field("scheme", "text", "Whose code."),
    Field("name", "text"),
    Field("names", "labels", "By language."),
    Field("area", "text", "P-code of the area it lies in."),
    Field("area_name", "text"),
    Field("country_iso3", "text"),
    Field("population", "integer", "As the gazetteer says."),
    Field("spelling", "text", "The spelling that matched a search."),
)
PLACE_COLUMNS = ("id", "kind", "pcode", "scheme", "names", "area_id", "country_iso3", "population", "geojson")
MOST_MATCHES = 50


def in_box(path: str) -> Callable[[Any, Box, Asked], Any]:
    """A filter of a geometry by a box; one across the antimeridian is two."""

    def narrow(queryset: Any, box: Box, asked: Asked) -> Any:
        west, south, east, north = box
        parts = [box] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]
        wanted = Q()
        for part in parts:
            outline = Polygon.from_bbox(part)
            outline.srid = SRID
            wanted |= Q(**{f"{path}__intersects": outline})
        return queryset.filter(wanted)

    return narrow


def in_crisis_countries(queryset: Any, crises: Any, asked: Asked) -> Any:
    """Ground of the countries of the crises asked for, their children's included."""
    chosen = Crisis.objects.filter(pk__in=asked.covered_crises())
    named = {code for countries in chosen.values_list("countries", flat=True) for code in countries}
    named |= set(chosen.filter(areas__isnull=False).values_list("areas__country_iso3", flat=True))
    return queryset.filter(country_iso3__in=named)


def _iso3(text: str) -> tuple[str, ...]:
    return tuple(word.upper()[:3] for word in parameters.words(text))


COUNTRY = Filter(
    Parameter("country", "ISO 3166 alpha-3 code.", _iso3, {"type": "string", "example": "SYR"}),
    lambda queryset, value, asked: queryset.filter(country_iso3__in=value),
)
OUTLINE = Filter(
    Parameter(
        "outline",
        "How finely outlines are drawn: low (about 1.5 km), mid (about 250 m) or none. By itself low for countries and "
        "level 1, mid below.",
        parameters.one_of(["low", "mid", "none"]),
        {"type": "string", "enum": ["low", "mid", "none"]},
    ),
    lambda queryset, value, asked: queryset,
)


def _under(queryset: Any, areas: Areas, asked: Asked) -> Any:
    wanted = Q(pk__in=areas.ids)
    for level, pcodes in areas.pcodes_by_level.items():
        if level <= 3:
            wanted |= Q(**{f"adm{level}_pcode__in": pcodes})
    return queryset.filter(wanted)


def _of_level(queryset: Any, levels: tuple[str, ...], asked: Asked) -> Any:
    return queryset.filter(level__in=[int(level) for level in levels])


def _named(queryset: Any, words: tuple[str, ...], asked: Asked) -> Any:
    for word in words:
        queryset = queryset.filter(names__icontains=word)
    return queryset


def _outline(choice: str | None) -> Any:
    """The geometry of a feature, as GeoJSON text to 11 m."""
    if choice == "none":
        return Value(None, TextField(null=True))
    by_level = Case(
        When(level__lte=1, then=F("outline_low")), default=F("outline_mid"), output_field=GeometryField(srid=SRID)
    )
    chosen = F(f"outline_{choice}") if choice else by_level
    return Func(chosen, Value(4), function="ST_AsGeoJSON", output_field=TextField())


class AreaList(Placed, TableView):
    """A page of areas: their outlines in GeoJSON, their label points in JSON."""

    fields = AREA_FIELDS
    filters = (
        BBOX.by(in_box("boundary")), AREA.by(_under), CRISIS.by(in_crisis_countries), COUNTRY, SEARCH.by(_named),
        Filter(Parameter("level", "0 (country) to 4.", parameters.some_of(AREA_LEVELS)), _of_level), OUTLINE,
    )  # fmt: skip
    columns = AREA_COLUMNS

    def rows(self, asked: Asked) -> Any:
        """Areas of the editions in force."""
        current = AdminArea.objects.current()
        if self.is_geojson:
            return current.annotate(geojson=_outline(asked.values.get("outline")))
        return current.annotate(geojson=AsGeoJson(F("label_point")))

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        return [_area(row, asked) for row in rows]


def _area(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    out = renamed(
        row,
        parent__pcode="parent_pcode",
        edition__version="edition",
        edition__licence="licence",
        edition__attribution="attribution",
    )
    point = row["label_point"]
    return out | {
        "name": name_in(row["names"], asked.names.language),
        "label_point": [round(point.x, 6), round(point.y, 6)],
    }


class AreaDetail(PlacedDetailView):
    """One area, by a P-code of any edition or the ISO 3166 alpha-3 code of a country."""

    def get(self, request: Request, code: str) -> Response:
        """The area, or the first of those it became."""
        asked = self.ask(self.read((OUTLINE.parameter,)))
        found = resolve_code(code)
        if not found:
            return self.found(None)
        geometry = _outline(asked.values.get("outline")) if self.is_geojson else AsGeoJson(F("label_point"))
        row = AdminArea.objects.filter(pk=found[0].pk).annotate(geojson=geometry).values(*AREA_COLUMNS).get()
        body = _area(row, asked) | {"became": [area.pcode for area in found] if found[0].pcode != code.upper() else []}
        return self.found(body)


def _lying_in(queryset: Any, areas: Areas, asked: Asked) -> Any:
    wanted = Q(area__in=areas.ids)
    for level, pcodes in areas.pcodes_by_level.items():
        if level <= 3:
            wanted |= Q(**{f"area__adm{level}_pcode__in": pcodes})
    return queryset.filter(wanted)


class PlaceList(Placed, TableView):
    """A page of places. With `q`, the best matches in any spelling and script, at most 50, without further pages."""

    fields = PLACE_FIELDS
    filters = (
        BBOX.by(in_box("location")), AREA.by(_lying_in), CRISIS.by(in_crisis_countries), COUNTRY,
        SEARCH.by(lambda queryset, value, asked: queryset), column("kind", "", Place.Kind.values),
    )  # fmt: skip
    columns = PLACE_COLUMNS

    def rows(self, asked: Asked) -> Any:
        """All of the gazetteer."""
        return Place.objects.annotate(geojson=AsGeoJson(F("location")))

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        asked.names.learn_areas({row["area_id"] for row in rows})
        return [_place(row, asked) for row in rows]

    def page(self, asked: Asked, *, order: Order, limit: int, cursor: Cursor | None, with_count: bool) -> Page:
        """By key, or with `q` by likeness."""
        words = asked.values.get("q")
        if words is None:
            return super().page(asked, order=order, limit=limit, cursor=cursor, with_count=with_count)
        spellings = {match.place.pk: match.spelling for match in find_places(" ".join(words), limit=MOST_MATCHES)}
        arm = self.rows(asked).filter(pk__in=spellings)
        for each in self.filters:
            if each.name in asked.values:
                arm = each.narrow(arm, asked.values[each.name], asked)
        found = {row["id"]: row for row in arm.values(*PLACE_COLUMNS)}
        best = [found[pk] | {"spelling": text} for pk, text in spellings.items() if pk in found][:limit]
        return Page(self.flat(best, asked), None, len(found) if with_count else None)


def _place(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    area = asked.names.area(row["area_id"])
    return renamed(row, area_id="area") | {
        "name": name_in(row["names"], asked.names.language),
        "area": area.pcode if area else None,
        "area_name": area.name if area else None,
        "spelling": row.get("spelling"),
    }


class PlaceDetail(PlacedDetailView):
    """One place."""

    def get(self, request: Request, place_id: int) -> Response:
        """By its id."""
        asked = self.ask(self.read(()))
        if place_id > pages.LARGEST_KEY:
            return self.found(None)
        places = Place.objects.annotate(geojson=AsGeoJson(F("location")))
        row = places.filter(pk=place_id).values(*PLACE_COLUMNS).first()
        if row is None:
            return self.found(None)
        asked.names.learn_areas([row["area_id"]])
        body = _place(row, asked)
        return self.found(body)


LOCATION = Field("location", "object", "GeoJSON point.")
AREA_ROW = schema.row("Area", (*AREA_FIELDS, LOCATION))
AREA_WHOLE = schema.row(
    "AreaWhole", (*AREA_FIELDS, LOCATION, Field("became", "texts", "What an older code means now."))
)
PLACE_ROW = schema.row("Place", (*PLACE_FIELDS, LOCATION))
schema.describe_list(AreaList, "areas", "List administrative areas", AREA_ROW)
schema.describe_detail(AreaDetail, "areas", "One administrative area", AREA_WHOLE, (OUTLINE.parameter,))
schema.describe_list(PlaceList, "places", "List places, or find them by name", PLACE_ROW)
schema.describe_detail(PlaceDetail, "places", "One place", PLACE_ROW)
