"""Lists and details of the four kinds of record: incidents, displacement, access constraints, asset status."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.fields import CONSTRAINTS, STATUSES
from apps.api import schema
from apps.api.renderers import GeoJsonRenderer, JsonRenderer
from apps.api.v1.base import FORMAT, KNOWN_AT, LANG
from apps.api.v1.lists import DetailView, RecordListView, feature, located
from apps.displacement.fields import RESOURCE as DISPLACEMENT
from apps.incidents.fields import RESOURCE as INCIDENTS
from apps.picture.details import ids_of, record_whole
from apps.records.fields import Field
from apps.records.parameters import known_token
from apps.records.resources import Resource
from apps.records.statements import CLAIM_FIELDS

CLAIM = schema.row("Claim", (*CLAIM_FIELDS, Field("decided_by", "text", "Who chose the figure, where a person did.")))
LINK = schema.row(
    "Link",
    (
        Field("relation", "text", "part_of, caused, followed_by or corroborates."),
        Field("direction", "text", "out: this record is the subject; in: it is the object."),
        Field("kind", "text"),
        Field("id", "id"),
        Field("title", "text"),
    ),
)
PARTY = schema.row("Party", (Field("name", "text"), Field("role", "text")))
PARTICULARS = schema.row(
    "Particulars",
    (
        Field("id", "id"),
        Field("title", "text"),
        Field("url", "text"),
        Field("language", "text"),
        Field("published_at", "moment"),
    ),
)
GEOMETRY = Field("location", "object", "GeoJSON point, or null where no place may be shown.")
DETAIL = (
    Field("reported_by", "text", "For coordinators."),
    Field("reporting_organisation", "text", "For coordinators."),
)
CONSTRAINT_DETAIL = (
    *DETAIL,
    Field("affected_organisations", "texts", "For coordinators."),
    Field("impact", "text"),
    Field("policy", "text"),
    Field("action_taken", "text"),
)


class RecordDetailView(DetailView):
    """One record with its reported figures."""

    resource: ClassVar[Resource]

    def get_renderers(self) -> list[Any]:
        """GeoJSON too: one feature."""
        return [JsonRenderer(), GeoJsonRenderer()]

    def get(self, request: Request, record_id: UUID) -> Response:
        """The record, or 404."""
        values = self.read((KNOWN_AT,))
        asked = self.ask({**values, **ids_of(record_id)}, kind=self.resource.kind)
        body = record_whole(self.resource, asked)
        if body is None:
            return self.found(None)
        if asked.revision is not None:
            body["known_at"] = known_token(asked.revision)
        is_geojson = request.accepted_renderer.format == GeoJsonRenderer.format
        return self.found(feature(body) if is_geojson else located(body))


def _views(resource: Resource, name: str, noun: str, detail: tuple[Field, ...]) -> tuple[type, type]:
    """The list and the detail view of one kind, described for the schema."""
    row = schema.row(name, (*resource.fields, GEOMETRY))
    whole = schema.row(
        f"{name}Whole",
        (*resource.fields, GEOMETRY, *detail),
        claims=CLAIM(many=True),
        links=LINK(many=True),
        actors=PARTY(many=True),
        documents=PARTICULARS(many=True),
        source_reliability=serializers.ListField(
            child=serializers.DictField(child=serializers.CharField()), allow_null=True, help_text="For coordinators."
        ),
    )
    listed = type(f"{name}List", (RecordListView,), {"resource": resource, "fields": resource.fields,
                  "filters": resource.filters, "__doc__": f"A page of {noun}."})  # fmt: skip
    single = type(f"{name}Detail", (RecordDetailView,), {"resource": resource, "__doc__": f"One of the {noun}."})
    tag = resource.code
    return (
        schema.described(f"{tag}_list", f"List {noun}", schema.page(name, row), _known(listed), tag=tag)(listed),
        schema.described(f"{tag}_get", f"One of the {noun}", whole, (FORMAT, LANG, KNOWN_AT), tag=tag)(single),
    )


def _known(view: Any) -> tuple[Any, ...]:
    return (FORMAT, LANG, *view.parameters())


IncidentList, IncidentDetail = _views(INCIDENTS, "Incident", "incidents", DETAIL)
DisplacementList, DisplacementDetail = _views(DISPLACEMENT, "Displacement", "displacement", DETAIL)
ConstraintList, ConstraintDetail = _views(CONSTRAINTS, "AccessConstraint", "access constraints", CONSTRAINT_DETAIL)
StatusList, StatusDetail = _views(STATUSES, "AssetStatus", "statuses of infrastructure", DETAIL)
