"""The long table: one row for each reported figure or statement, whatever record it stands on."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import schema
from apps.api.v1.base import KNOWN_AT
from apps.api.v1.lists import DetailView, ListView
from apps.displacement.fields import AREA_ROLE
from apps.picture.facts import FACTS
from apps.records import filters, pages, parameters, past, statements
from apps.records.filters import (
    AREA,
    BBOX,
    CRISIS,
    DATASET,
    IDS,
    SINCE,
    SOURCE,
    UNTIL,
    UPDATED_SINCE,
    VERIFICATION,
    Asked,
    Filter,
    column,
)
from apps.records.pages import Cursor, Order, Page, moment_of
from apps.records.parameters import Parameter
from apps.records.resources import Resource
from apps.records.statements import CLAIM_FIELDS
from apps.records.vocabularies import ClaimStatus, Group, Scope

KINDS = tuple(each for each in FACTS if each.kind.claim is not None)
CODES = tuple(each.kind.code for each in KINDS)

# These narrow the records that figures stand on, the others the figures themselves.
OF_RECORDS = (BBOX, AREA, AREA_ROLE, CRISIS, SINCE, UNTIL, VERIFICATION)
FIGURES_ONLY = ("metric", "group", "scope")
OF_CLAIMS = (
    SOURCE,
    DATASET,
    IDS,
    UPDATED_SINCE.by(lambda queryset, revision, asked: queryset.filter(rev__gt=revision)),
    column("status", "Whether the one who said it still says it.", ClaimStatus.values),
    column("metric", "A code of the vocabulary metrics."),
    column("group", "Whom it counts.", Group.values),
    column("scope", "What it covers.", Scope.values),
    Filter(
        Parameter("record", "Ids of the records they stand on.", parameters.identifiers),
        lambda queryset, value, asked: queryset.filter(canonical__in=value),
    ),
    Filter(
        Parameter(
            "is_adopted",
            "true: only figures used. false: only the others.",
            parameters.one_of(["true", "false"]),
            {"type": "string", "enum": ["true", "false"]},
        ),
        lambda queryset, value, asked: queryset.filter(is_adopted=value == "true"),
    ),
)
KIND = Filter(
    Parameter("kind", f"Kind of record. One or more of: {', '.join(CODES)}.", parameters.some_of(CODES)),
    lambda queryset, value, asked: queryset,
)


def arms(resource: Resource, asked: Asked) -> tuple[list[Any], list[Any]]:
    """Claims of one kind that are asked for, and the records they may stand on."""
    asked = replace(asked, kind=resource.kind)
    own = {each.name for each in OF_RECORDS}
    about = replace(asked, values={name: value for name, value in asked.values.items() if name in own})
    records = resource.matching(about)
    standing = Q()
    for arm in records:
        standing |= Q(canonical__in=arm.order_by().values("id"))
    claims = [
        filters.narrow(arm.filter(standing), OF_CLAIMS, asked)
        for arm in past.claim_arms(resource.kind.claim, asked.held, asked.revision)
    ]
    return claims, records


class ClaimList(ListView):
    """A page of reported figures and statements."""

    fields = CLAIM_FIELDS
    filters = (*OF_RECORDS, *OF_CLAIMS, KIND)
    orders = ("-created_at", "created_at")
    has_past = True

    def order(self, text: str) -> Order:
        """By when they became known here."""
        return Order("created_at", text.startswith("-"), moment_of)

    def page(self, asked: Asked, *, order: Order, limit: int, cursor: Cursor | None, with_count: bool) -> Page:
        """The heads of each kind, merged."""
        found: list[dict[str, Any]] = []
        standing: dict[str, list[Any]] = {}
        count = 0
        for resource in self.wanted(asked):
            claims, standing[resource.kind.code] = arms(resource, asked)
            columns = statements.columns_of(resource.kind.claim)
            for arm in claims:
                rows = pages.head(arm, order=order, limit=limit, columns=columns, cursor=cursor)
                found.extend({**row, "kind": resource.kind.code} for row in rows)
                count += arm.order_by().count() if with_count else 0
        page = pages.cut(found, order=order, limit=limit, is_merged=True)
        return Page(self.flat(page.rows, standing, asked), page.cursor, count if with_count else None)

    def wanted(self, asked: Asked) -> list[Resource]:
        """The kinds asked for; statements on infrastructure have no metric, group or scope."""
        codes = asked.values.get("kind", CODES)
        has_figures = bool(set(FIGURES_ONLY) & asked.values.keys())
        return [
            each for each in KINDS if each.kind.code in codes and not (has_figures and each.kind.code == "asset_status")
        ]

    def flat(self, rows: list[dict[str, Any]], standing: dict[str, list[Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows as described, in their order."""
        sight: dict[UUID, statements.Sight] = {}
        for resource in KINDS:
            ids = [row["canonical_id"] for row in rows if row["kind"] == resource.kind.code]
            if ids:
                about = replace(asked, kind=resource.kind)
                sight |= statements.sight_of(about, standing[resource.kind.code], ids)
        wholes = {row["part_of_id"] for row in rows if row.get("part_of_id")}
        return statements.flat(rows, sight, asked.names, known=self.seen(wholes, asked))

    def seen(self, ids: set[UUID], asked: Asked) -> set[UUID]:
        """Those of these figures that the caller may see."""
        if not ids:
            return set()
        found: set[UUID] = set()
        for resource in KINDS:
            claims, _ = arms(resource, replace(asked, values={"ids": tuple(ids)}))
            for arm in claims:
                found |= set(arm.values_list("id", flat=True))
        return found


class ClaimDetail(DetailView):
    """One reported figure or statement."""

    def get(self, request: Request, claim_id: UUID) -> Response:
        """By its id."""
        listed = ClaimList()
        asked = self.ask({**self.read((KNOWN_AT,)), "ids": (claim_id,)})
        order = listed.order(ClaimList.orders[0])
        rows = listed.page(asked, order=order, limit=1, cursor=None, with_count=False).rows
        return self.found(rows[0] if rows else None)


ROW = schema.row("Claim", CLAIM_FIELDS)
schema.describe_list(ClaimList, "claims", "List reported figures and statements", ROW)
schema.describe_detail(ClaimDetail, "claims", "One reported figure or statement", ROW, (KNOWN_AT,))
