"""Lists and details of the four kinds of record: incidents, displacement, access constraints, asset status."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.fields import CONSTRAINTS, STATUSES
from apps.api import schema
from apps.api.v1.base import KNOWN_AT
from apps.api.v1.lists import PlacedDetailView, RecordListView
from apps.displacement.fields import RESOURCE as DISPLACEMENT
from apps.incidents.fields import RESOURCE as INCIDENTS
from apps.picture.details import ids_of, record_whole
from apps.records import reading
from apps.records.fields import Field
from apps.records.parameters import known_token
from apps.records.resources import Resource
from apps.records.statements import CLAIM_FIELDS

CLAIM = schema.row(
    "ClaimOfRecord", (*CLAIM_FIELDS, Field("decided_by", "text", "Who chose the figure, where a person did."))
)
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


class RecordDetailView(PlacedDetailView):
    """One record with its reported figures."""

    resource: ClassVar[Resource]

    def get(self, request: Request, record_id: UUID) -> Response:
        """The record, or 404."""
        values = self.read((KNOWN_AT,))
        asked = self.ask({**values, **ids_of(record_id)}, kind=self.resource.kind)
        body = record_whole(self.resource, asked)
        if body is None:
            return self.found(None)
        body["history_url"] = request.build_absolute_uri(f"{request.path}/history")
        if asked.revision is not None:
            body["known_at"] = known_token(asked.revision)
        kind = self.resource.kind.code
        reading.note_row(kind=kind, row=body, names=asked.names, by=request.user, now=timezone.now())
        return self.found(body)


class IncidentList(RecordListView):
    """A page of incidents."""

    resource = INCIDENTS


class IncidentDetail(RecordDetailView):
    """One incident."""

    resource = INCIDENTS


class DisplacementList(RecordListView):
    """A page of displacement."""

    resource = DISPLACEMENT


class DisplacementDetail(RecordDetailView):
    """One movement or stock."""

    resource = DISPLACEMENT


class ConstraintList(RecordListView):
    """A page of access constraints."""

    resource = CONSTRAINTS


class ConstraintDetail(RecordDetailView):
    """One access constraint."""

    resource = CONSTRAINTS


class StatusList(RecordListView):
    """A page of statuses of infrastructure."""

    resource = STATUSES


class StatusDetail(RecordDetailView):
    """The status of one piece of infrastructure."""

    resource = STATUSES


def _describe(listed: Any, single: Any, name: str, noun: str, detail: tuple[Field, ...]) -> None:
    """Describe the list and the detail of one kind for the schema."""
    resource: Resource = listed.resource
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
        history_url=serializers.URLField(help_text="Who changed it, when and why."),
        known_at=serializers.CharField(required=False, help_text="Only with known_at: asks for the same again."),
    )
    schema.describe_list(listed, resource.code, f"List {noun}", row)
    schema.describe_detail(single, resource.code, f"One of the {noun}", whole, (KNOWN_AT,))


_describe(IncidentList, IncidentDetail, "Incident", "incidents", DETAIL)
_describe(DisplacementList, DisplacementDetail, "Displacement", "displacement", DETAIL)
_describe(ConstraintList, ConstraintDetail, "AccessConstraint", "access constraints", CONSTRAINT_DETAIL)
_describe(StatusList, StatusDetail, "AssetStatus", "statuses of infrastructure", DETAIL)
