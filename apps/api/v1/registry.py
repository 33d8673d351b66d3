"""Code lists, organisations and actors: what the codes and names in records mean."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.models import AccessConstraint, AssetType, ClosureCause, Status, Traffic
from apps.accounts.levels import LocationRelease, Sensitivity
from apps.accounts.models import Organisation
from apps.api import schema
from apps.api.v1.lists import DetailView, TableView
from apps.crises.models import Actor
from apps.displacement.models import Cause, Measure
from apps.geo.models import Place, name_in
from apps.incidents.models import Incident
from apps.incidents.queries import actors_named_to
from apps.records import vocabularies
from apps.records.fields import Field
from apps.records.filters import IDS, SEARCH, Asked
from apps.records.models import Metric, Term
from apps.sources.models import Dataset, Redistribution

# Fixed lists by the name they have in the API. Growing ones are rows: terms by their vocabulary, and metrics.
FIXED: dict[str, Iterable[tuple[Any, Any]]] = {
    "accuracies": vocabularies.Accuracy.choices,
    "asset-types": AssetType.choices,
    "causes-of-closure": ClosureCause.choices,
    "causes-of-displacement": Cause.choices,
    "constraint-states": AccessConstraint.State.choices,
    "credibilities": vocabularies.Credibility.choices,
    "dataset-counts": Dataset.Counts.choices,
    "figure-statuses": vocabularies.ClaimStatus.choices,
    "groups": vocabularies.Group.choices,
    "how-known": vocabularies.HowKnown.choices,
    "incident-kinds": Incident.Kind.choices,
    "infrastructure-statuses": Status.choices,
    "location-releases": LocationRelease.choices,
    "measures": Measure.choices,
    "place-kinds": Place.Kind.choices,
    "quantifiers": vocabularies.Quantifier.choices,
    "redistributions": Redistribution.choices,
    "relations": vocabularies.Relation.choices,
    "scopes": vocabularies.Scope.choices,
    "sensitivities": [(str(level.label), level.label) for level in Sensitivity],
    "sexes": vocabularies.Sex.choices,
    "time-precisions": vocabularies.TimePrecision.choices,
    "traffic": Traffic.choices,
    "units": vocabularies.Unit.choices,
    "verifications": vocabularies.Verification.choices,
}
METRICS = "metrics"
CODE_FIELDS = (
    Field("code", "text"),
    Field("scheme", "text", "Whose code list."),
    Field("parent", "text"),
    Field("label", "text"),
    Field("labels", "labels", "By language."),
    Field("symbol", "text"),
)
ORGANISATION_FIELDS = (
    Field("id", "id"),
    Field("acronym", "text"),
    Field("name", "text"),
    Field("names", "labels"),
    Field("type_code", "text", "Of the HAPI list of organisation types."),
    Field("type_name", "text"),
)
ACTOR_FIELDS = (
    Field("id", "id"),
    Field("name", "text", "The neutral name."),
    Field("names", "labels"),
    Field("kind", "text"),
    Field("from_date", "date"),
    Field("to_date", "date"),
)


class VocabularyList(DetailView):
    """The names of all code lists."""

    def get(self, request: Request) -> Response:
        """Names, and which may grow without a new version."""
        self.read(())
        growing = {METRICS, *Term.objects.order_by().values_list("vocabulary", flat=True).distinct()}
        rows = [{"name": name, "may_grow": name in growing} for name in sorted({*FIXED, *growing})]
        return Response({"results": rows, "next": None})


class VocabularyDetail(DetailView):
    """One code list."""

    def get(self, request: Request, name: str) -> Response:
        """Its codes in the order they are shown."""
        language = self.ask(self.read(())).names.language
        rows = _fixed(name) if name in FIXED else _metrics() if name == METRICS else _terms(name)
        if not rows:
            return self.found(None)
        for row in rows:
            row["label"] = name_in(row["labels"], language)
        return self.found({"name": name, "may_grow": name not in FIXED, "results": rows, "next": None})


def _fixed(name: str) -> list[dict[str, Any]]:
    return [
        {"code": str(code), "scheme": "ours", "parent": None, "labels": {"en": str(label)}, "symbol": None}
        for code, label in FIXED[name]
    ]


def _metrics() -> list[dict[str, Any]]:
    return [
        {"code": row.code, "scheme": "ours", "parent": row.group, "labels": row.labels, "symbol": None}
        for row in Metric.objects.all()
    ]


def _terms(name: str) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "scheme": row.scheme,
            "parent": row.parent_code or None,
            "labels": row.labels,
            "symbol": row.symbol or None,
        }
        for row in Term.objects.filter(vocabulary=name)
    ]


def _named(queryset: Any, words: tuple[str, ...], asked: Asked) -> Any:
    for word in words:
        queryset = queryset.filter(name__icontains=word)
    return queryset


class OrganisationList(TableView):
    """A page of organisations."""

    fields = ORGANISATION_FIELDS
    filters = (SEARCH.by(_named), IDS)
    columns = tuple(field.name for field in ORGANISATION_FIELDS)
    read_key = UUID

    def rows(self, asked: Asked) -> Any:
        """The registry; which records bear on which organisation is not told here."""
        return Organisation.objects.all()

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        return rows


class OrganisationDetail(DetailView):
    """One organisation."""

    def get(self, request: Request, organisation_id: UUID) -> Response:
        """By its id."""
        self.read(())
        return self.found(Organisation.objects.filter(pk=organisation_id).values(*OrganisationList.columns).first())


class ActorList(TableView):
    """A page of the parties named in incidents, as far as the caller may know of their part."""

    fields = ACTOR_FIELDS
    filters = (SEARCH.by(_named), IDS)
    columns = tuple(field.name for field in ACTOR_FIELDS)
    read_key = UUID

    def rows(self, asked: Asked) -> Any:
        """Those named in a part that the caller may know of."""
        return Actor.objects.filter(pk__in=actors_named_to(asked.held))

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described."""
        return rows


class ActorDetail(DetailView):
    """One party."""

    def get(self, request: Request, actor_id: UUID) -> Response:
        """By its id."""
        asked = self.ask(self.read(()))
        named = Actor.objects.filter(pk__in=actors_named_to(asked.held), id=actor_id)
        return self.found(named.values(*ActorList.columns).first())


CODE = schema.row("Code", CODE_FIELDS)
NAMES = type(
    "VocabularyNamesSerializer",
    (serializers.Serializer,),
    {
        "results": schema.row(
            "VocabularyName", (Field("name", "text"), Field("may_grow", "boolean", "v1 may add codes to it."))
        )(many=True),
        "next": serializers.URLField(allow_null=True),
    },
)
VOCABULARY = schema.row(
    "Vocabulary",
    (Field("name", "text"), Field("may_grow", "boolean")),
    results=CODE(many=True),
    next=serializers.URLField(allow_null=True),
)
ORGANISATION_ROW, ACTOR_ROW = schema.row("Organisation", ORGANISATION_FIELDS), schema.row("Actor", ACTOR_FIELDS)
schema.describe_detail(VocabularyList, "vocabularies-names", "List code lists", NAMES)
schema.describe_detail(VocabularyDetail, "vocabularies", "One code list", VOCABULARY)
schema.describe_list(OrganisationList, "organisations", "List organisations", ORGANISATION_ROW)
schema.describe_detail(OrganisationDetail, "organisations", "One organisation", ORGANISATION_ROW)
schema.describe_list(ActorList, "actors", "List parties to incidents", ACTOR_ROW)
schema.describe_detail(ActorDetail, "actors", "One party", ACTOR_ROW)
