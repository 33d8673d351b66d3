"""Infrastructure: roads, crossings, airports, as far as the caller may know of each."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.models import AssetType
from apps.access.shown import LEVEL_OF_RELEASE, asset_arms
from apps.accounts.levels import LocationRelease
from apps.api import schema
from apps.api.v1.base import KNOWN_AT
from apps.api.v1.lists import Followed, Placed, PlacedDetailView, TableView
from apps.api.v1.places import COUNTRY, in_box, in_crisis_countries
from apps.records import fields
from apps.records.fields import LEVELS, SENSITIVITIES, Field
from apps.records.filters import AREA, BBOX, CRISIS, IDS, SEARCH, SOURCE, Areas, Asked, column
from apps.records.parameters import known_token
from apps.records.past import AsGeoJson

FIELDS = (
    Field("id", "id"),
    Field("version", "integer"),
    fields.code("type", "", AssetType.values),
    Field("type_label", "text"),
    Field("name", "text", "Null where it would give away a place that is not shown."),
    Field("codes", "labels", "ICAO, IATA, UN/LOCODE, OpenStreetMap id."),
    Field("country_iso3", "text"),
    *(field for field in fields.WHERE if field.name.startswith("adm")),
    fields.code("location_release", "", LocationRelease.values),
    Field("is_generalised", "boolean"),
    fields.code("sensitivity", "", SENSITIVITIES.values()),
    Field("is_permanently_closed", "boolean", "As the source says; what is reported stands under asset-status."),
    Field("source", "text"),
    Field("source_name", "text"),
    Field("external_id", "text"),
    Field("created_at", "moment"),
)
COLUMNS = ("id", "version", "type", "name", "names", "codes", "country_iso3", "location_release", "whole",
           "sensitivity", "is_permanently_closed", "source_id", "external_id", "created_at", "geojson", "area__level",
           *(f"area__adm{level}_pcode" for level in LEVELS))  # fmt: skip
LABELS = dict(AssetType.choices)
# The finest level of area that may be told of an asset whose exact place is not shown.
FINEST = {LocationRelease.SETTLEMENT: 3, **LEVEL_OF_RELEASE, LocationRelease.WITHHELD: -1}


def _in_areas(queryset: Any, areas: Areas, asked: Asked) -> Any:
    """By the area as told: no finer than the release for those who do not see the exact place."""
    wanted = Q(pk__in=[])
    for level, pcodes in areas.pcodes_by_level.items():
        told = Q(whole=True) | Q(
            location_release__in=[release for release, finest in FINEST.items() if finest >= level]
        )
        if level <= 3:
            wanted |= told & Q(**{f"area__adm{level}_pcode__in": pcodes})
        else:
            wanted |= Q(whole=True, area__in=areas.ids)
    return queryset.filter(wanted)


def _search(queryset: Any, words: tuple[str, ...], asked: Asked) -> Any:
    for word in words:
        queryset = queryset.filter(whole=True, name__icontains=word)
    return queryset


def arms(asked: Asked) -> list[Any]:
    """Assets the caller may know of, with the geometry they may know: as they are, or were at a revision."""
    return [arm.annotate(geojson=AsGeoJson(F("shown_geometry"))) for arm in asset_arms(asked.held, asked.revision)]


def flat(rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """Rows as described."""
    asked.names.learn_areas((), {row[f"area__adm{level}_pcode"] for row in rows for level in LEVELS})
    return [_flat(row, asked) for row in rows]


def _flat(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    whole = row["whole"]
    source = asked.names.sources[row["source_id"]]
    out = {
        "id": row["id"],
        "version": row["version"],
        "type": row["type"],
        "type_label": str(LABELS.get(row["type"], row["type"])),
        "name": (row["names"].get(asked.names.language) or row["name"]) if whole else None,
        "codes": row["codes"] if whole else {},
        "country_iso3": row["country_iso3"] or None,
        "location_release": row["location_release"],
        "is_generalised": not whole,
        "sensitivity": SENSITIVITIES[row["sensitivity"]],
        "is_permanently_closed": row["is_permanently_closed"],
        "source": source["slug"],
        "source_name": source["name"],
        "external_id": (row["external_id"] or None) if whole else None,
        "created_at": row["created_at"],
        "geojson": row["geojson"],
    }
    finest = 3 if whole else FINEST[row["location_release"]]
    for level in LEVELS:
        pcode = row[f"area__adm{level}_pcode"] if level <= finest else None
        named = asked.names.area_of(pcode)
        out[f"adm{level}_pcode"], out[f"adm{level}_name"] = pcode, named.name if named else None
    return out


def by_id(asked: Asked, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Flat rows of these assets as they are now; those that the caller may not know of are missing."""
    return flat([row for arm in arms(asked) for row in arm.filter(id__in=ids).values(*COLUMNS)], asked)


class AssetList(Placed, Followed, TableView):
    """A page of infrastructure."""

    fields = FIELDS
    filters = (
        BBOX.by(in_box("shown_geometry")),
        AREA.by(_in_areas),
        CRISIS.by(in_crisis_countries),
        COUNTRY,
        SOURCE,
        SEARCH.by(_search),
        IDS,
        column("type", "Type of infrastructure.", AssetType.values),
    )
    columns = COLUMNS
    read_key = UUID
    has_past = True

    def arms(self, asked: Asked) -> list[Any]:
        """Those the caller may know of."""
        return arms(asked)

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        return flat(rows, asked)


class AssetDetail(PlacedDetailView):
    """One piece of infrastructure."""

    def get(self, request: Request, asset_id: UUID) -> Response:
        """By its id."""
        asked = self.ask(self.read((KNOWN_AT,)))
        found = by_id(asked, [asset_id])
        if found and asked.revision is not None:
            found[0]["known_at"] = known_token(asked.revision)
        return self.found(found[0] if found else None)


ROW = schema.row("Asset", (*FIELDS, Field("location", "object", "GeoJSON, or null where no place may be shown.")))
schema.describe_list(AssetList, "assets", "List infrastructure", ROW)
schema.describe_detail(AssetDetail, "assets", "One piece of infrastructure", ROW, (KNOWN_AT,))
