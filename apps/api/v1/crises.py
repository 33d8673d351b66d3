"""Crises: the emergencies that records belong to."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import schema
from apps.api.v1.lists import DetailView, TableView, renamed
from apps.crises.models import Crisis
from apps.geo.models import name_in
from apps.records import fields
from apps.records.fields import Field
from apps.records.filters import Asked, column

FIELDS = (
    Field("id", "integer"),
    Field("slug", "text", "What `crisis=` takes."),
    Field("name", "text"),
    Field("names", "labels", "By language."),
    Field("parent", "text", "Slug of the crisis it is a part of."),
    fields.code("status", "", Crisis.Status.values),
    Field("countries", "texts", "ISO 3166 alpha-3."),
    Field("glide_numbers", "texts"),
    Field("time_zone", "text", "The zone its days are days in."),
    Field("started_on", "date"),
    Field("ended_on", "date"),
    Field("lead_organisation", "text"),
    Field("default_view", "object", "bbox, since and until that its map starts with."),
    Field("map_notes", "text", "Notes on boundaries and names that every map carries."),
)
COLUMNS = ("id", "slug", "names", "parent_id", "status", "countries", "glide_numbers", "time_zone", "started_on",
           "ended_on", "lead_organisation__acronym", "default_view", "map_notes")  # fmt: skip
ROW = schema.row("Crisis", FIELDS)


def seen(asked: Asked) -> Any:
    """Crises the caller may know of."""
    ids = [crisis.id for crisis in asked.names.crises_seen_by(asked.held).values()]
    return Crisis.objects.filter(pk__in=ids)


def flat(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """One crisis; a parent the caller may not know of is not named."""
    known = {crisis.id: slug for slug, crisis in asked.names.crises_seen_by(asked.held).items()}
    out = renamed(row, lead_organisation__acronym="lead_organisation", parent_id="parent")
    return out | {"parent": known.get(row["parent_id"]), "name": name_in(row["names"], asked.names.language)}


class CrisisList(TableView):
    """A page of crises."""

    fields = FIELDS
    filters = (column("status", "Whether it goes on.", Crisis.Status.values),)
    columns = COLUMNS

    def rows(self, asked: Asked) -> Any:
        """Those the caller may know of."""
        return seen(asked)

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        return [flat(row, asked) for row in rows]


class CrisisDetail(DetailView):
    """One crisis."""

    def get(self, request: Request, slug: str) -> Response:
        """By its slug."""
        asked = self.ask(self.read(()))
        row = seen(asked).filter(slug=slug).values(*COLUMNS).first()
        return self.found(flat(row, asked) if row else None)


schema.describe_list(CrisisList, "crises", "List crises", ROW)
schema.describe_detail(CrisisDetail, "crises", "One crisis", ROW)
