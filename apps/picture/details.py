"""One record whole: its flat row, every reported figure, what it hangs together with, and from whom it comes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from apps.access.models import AccessConstraint, ConstraintOrganisation
from apps.accounts.levels import Sensitivity
from apps.incidents.queries import parties_of
from apps.picture.duplicates import suspected
from apps.picture.links import links_of
from apps.records import statements
from apps.records.documents import documents_seen
from apps.records.filters import Asked
from apps.records.past import standing_at
from apps.records.resources import Resource
from apps.sources.models import SourceReliability

TEXTS = ("impact", "policy", "action_taken")


def record_whole(resource: Resource, asked: Asked) -> dict[str, Any] | None:
    """The record asked for by `ids`, or None where the viewer may not see it."""
    found = resource.one(asked)
    if found is None:
        return None
    row, out = found
    asked = resource.settled(asked)
    claims = statements.of_record(asked, row)
    return out | {
        "claims": claims,
        "links": links_of(resource.kind.code, row["id"], asked),
        "actors": _actors(resource, row, asked),
        "documents": _documents(resource, row, asked),
        **_texts(resource, row, asked),
        **_for_coordinators(resource, row, asked),
        **_for_reviewers(resource, row, asked),
    }


def _actors(resource: Resource, row: Mapping[str, Any], asked: Asked) -> list[dict[str, str]]:
    """Parties named, as far as the viewer is cleared for them."""
    if resource.kind.code == "incident":
        return parties_of(row["id"], asked.held, asked.names.language, asked.revision)
    if resource.kind.code != "access_constraint" or asked.held.level(row["crisis_id"]) < Sensitivity.RESTRICTED:
        return []
    rows = [
        name
        for arm in standing_at(AccessConstraint, asked.revision)
        for name in arm.filter(id=row["id"], imposed_by__isnull=False).values_list("imposed_by__name", flat=True)
    ]
    return [{"name": name, "role": "imposed_by"} for name in rows]


def _documents(resource: Resource, row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """Particulars of the record's own document, for those who read the record whole."""
    if not row["exact"]:
        return []
    owner = resource.kind.record.objects.filter(pk=row["id"], document__isnull=False).values("document")
    seen = documents_seen(asked.held).filter(pk__in=owner)
    return list(seen.values("id", "title", "url", "language", "published_at"))


def _texts(resource: Resource, row: Mapping[str, Any], asked: Asked) -> dict[str, str | None]:
    """The longer texts of a constraint; withheld with its place."""
    if resource.kind.code != "access_constraint":
        return {}
    texts: dict[str, str] = {}
    for arm in standing_at(AccessConstraint, asked.revision):
        texts |= arm.filter(id=row["id"]).values(*TEXTS).first() or {}
    return {name: (texts.get(name) or None) if row["exact"] else None for name in TEXTS}


def _for_coordinators(resource: Resource, row: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """Who reported it and how the source is rated; null for everybody else."""
    out: dict[str, Any] = {"reported_by": None, "reporting_organisation": None, "source_reliability": None}
    has_organisations = resource.kind.code == "access_constraint"
    if has_organisations:
        out["affected_organisations"] = None
    if not asked.held.is_coordinator_of(row["crisis_id"]):
        return out
    record = resource.kind.record.objects.select_related("reported_by", "reporting_organisation").get(pk=row["id"])
    out["reported_by"] = str(record.reported_by) if record.reported_by else None
    out["reporting_organisation"] = str(record.reporting_organisation) if record.reporting_organisation else None
    out["source_reliability"] = _reliability(record.source_id)
    if has_organisations:
        out["affected_organisations"] = sorted(
            str(each.organisation)
            for arm in standing_at(ConstraintOrganisation, asked.revision)
            for each in arm.filter(record=row["id"]).select_related("organisation")
        )
    return out


def _for_reviewers(resource: Resource, row: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """What may tell of the same, not yet settled; nothing at all for those who do not review the crisis."""
    if row["crisis_id"] not in asked.held.reviews:
        return {}
    return {"suspected_duplicates": suspected(resource.kind, row["id"], asked.held)}


def _reliability(source_id: int) -> Sequence[Mapping[str, str]]:
    rows = SourceReliability.objects.filter(source=source_id).order_by("metric_group")
    return [{"metric_group": row.metric_group, "grade": row.get_grade_display()} for row in rows]


def ids_of(record_id: UUID) -> dict[str, Any]:
    """The question that asks for one record."""
    return {"ids": (record_id,)}
