"""Where information comes from: sources, their datasets, the documents that came in (particulars, never contents)."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import schema
from apps.api.v1.lists import DetailView, TableView, renamed
from apps.records import fields
from apps.records.documents import documents_seen
from apps.records.fields import Field
from apps.records.filters import IDS, SOURCE, Asked, column
from apps.sources.models import Dataset, Redistribution, Source

SOURCE_FIELDS = (
    Field("id", "integer"),
    Field("slug", "text", "What `source=` takes."),
    Field("name", "text"),
    fields.code("kind", "", Source.Kind.values),
    Field("organisation", "text"),
    Field("homepage", "text"),
    Field("is_enabled", "boolean"),
    Field("releases_on_arrival", "boolean", "Its records are released at once, as published by it."),
    Field("interval_minutes", "integer"),
    Field("last_succeeded_at", "moment"),
    Field("last_changed_at", "moment"),
)
DATASET_FIELDS = (
    Field("id", "integer"),
    Field("slug", "text", "What `dataset=` takes."),
    Field("name", "text"),
    Field("source", "text"),
    fields.code("counts", "What it counts.", Dataset.Counts.values),
    Field("counts_since", "date"),
    Field("method", "text"),
    Field("licence", "text"),
    Field("attribution", "text"),
    fields.code("redistribution", "What its licence lets leave.", Redistribution.values),
    Field("is_active", "boolean"),
)
DOCUMENT_FIELDS = (
    Field("id", "id"),
    Field("source", "text"),
    Field("dataset", "text"),
    Field("title", "text"),
    Field("url", "text"),
    Field("language", "text"),
    Field("published_at", "moment"),
    Field("fetched_at", "moment"),
    Field("licence", "text"),
    Field("attribution", "text"),
)


class SourceList(TableView):
    """A page of sources."""

    fields = SOURCE_FIELDS
    filters = (column("kind", "How it is listened to.", Source.Kind.values),)
    columns = ("id", "slug", "name", "kind", "organisation__acronym", "homepage", "is_enabled", "releases_on_arrival",
               "interval_minutes", "last_succeeded_at", "last_changed_at")  # fmt: skip

    def rows(self, asked: Asked) -> Any:
        """All of them; how they are rated is told with records, to coordinators."""
        return Source.objects.all()

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        return [renamed(row, organisation__acronym="organisation") for row in rows]


class SourceDetail(DetailView):
    """One source."""

    def get(self, request: Request, slug: str) -> Response:
        """By its slug."""
        self.read(())
        row = Source.objects.filter(slug=slug).values(*SourceList.columns).first()
        return self.found(renamed(row, organisation__acronym="organisation") if row else None)


class DatasetList(TableView):
    """A page of datasets."""

    fields = DATASET_FIELDS
    filters = (SOURCE, column("counts", "What it counts.", Dataset.Counts.values))
    columns = ("id", "slug", "name", "source__slug", "counts", "counts_since", "method", "licence", "attribution",
               "redistribution", "is_active")  # fmt: skip

    def rows(self, asked: Asked) -> Any:
        """All of them."""
        return Dataset.objects.all()

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        return [renamed(row, source__slug="source") for row in rows]


class DatasetDetail(DetailView):
    """One dataset."""

    def get(self, request: Request, slug: str) -> Response:
        """By its slug."""
        self.read(())
        row = Dataset.objects.filter(slug=slug).values(*DatasetList.columns).first()
        return self.found(renamed(row, source__slug="source") if row else None)


class DocumentList(TableView):
    """A page of documents."""

    fields = DOCUMENT_FIELDS
    filters = (SOURCE, IDS)
    columns = ("id", "source_id", "dataset_id", "title", "url", "language", "published_at", "fetched_at")
    orders = ("-id", "id")
    read_key = UUID

    def rows(self, asked: Asked) -> Any:
        """Those the caller may know of."""
        return documents_seen(asked.held)

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        return [document(row, asked) for row in rows]


class DocumentDetail(DetailView):
    """One document's particulars."""

    def get(self, request: Request, document_id: UUID) -> Response:
        """By its id."""
        asked = self.ask(self.read(()))
        row = documents_seen(asked.held).filter(pk=document_id).values(*DocumentList.columns).first()
        return self.found(document(row, asked) if row else None)


def document(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """A document's particulars."""
    dataset = asked.names.datasets.get(row["dataset_id"], {})
    return renamed(row, source_id="source", dataset_id="dataset") | {
        "source": asked.names.sources[row["source_id"]]["slug"],
        "dataset": dataset.get("slug"),
        "licence": dataset.get("licence"),
        "attribution": dataset.get("attribution"),
    }


SOURCE_ROW, DATASET_ROW = schema.row("Source", SOURCE_FIELDS), schema.row("Dataset", DATASET_FIELDS)
DOCUMENT_ROW = schema.row("Document", DOCUMENT_FIELDS)
schema.describe_list(SourceList, "sources", "List sources", SOURCE_ROW)
schema.describe_detail(SourceDetail, "sources", "One source", SOURCE_ROW)
schema.describe_list(DatasetList, "datasets", "List datasets", DATASET_ROW)
schema.describe_detail(DatasetDetail, "datasets", "One dataset", DATASET_ROW)
schema.describe_list(DocumentList, "documents", "List documents", DOCUMENT_ROW)
schema.describe_detail(DocumentDetail, "documents", "One document's particulars", DOCUMENT_ROW)
