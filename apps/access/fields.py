"""The status of infrastructure and access constraints as the world reads them: columns, filters, flat rows."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.access.actions import CONSTRAINT_KIND, STATUS_KIND
from apps.access.models import (
    AccessConstraint,
    Asset,
    AssetType,
    ClosureCause,
    ConstraintAsset,
    ConstraintType,
    Status,
    Traffic,
)
from apps.access.shown import AssetShown, shown_assets
from apps.records import fields, parameters, past, used
from apps.records.fields import Field
from apps.records.filters import SHARED, Asked, Filter, column
from apps.records.parameters import Parameter
from apps.records.resources import Resource, Rows
from apps.records.visibility import speaker
from apps.records.vocabularies import ClaimStatus

VOCABULARY = "access-constraint-types"
DISPUTED = "disputed"

ASSET = (
    Field("asset", "id", "The infrastructure it is about."),
    Field("asset_name", "text"),
    fields.code("asset_type", "", AssetType.values),
)
STATUS_FIELDS = (
    *fields.HEAD,
    *ASSET,
    fields.code("applies_to", "The kind of traffic.", Traffic.values),
    fields.code("status", "The status used, decided from what is reported.", Status.values),
    Field("is_disputed", "boolean", "Current reports differ."),
    Field("status_attributed_to", "text", "Who reports the status used."),
    Field("status_is_chosen", "boolean", "A person chose it; false: used by rule, not yet reviewed."),
    Field("status_reports", "texts", "Where reports differ: each, with who says so, as `closed: Who`."),
    Field("observed_at", "moment"),
    fields.code("cause", "", ClosureCause.values),
    *fields.WHEN,
    *fields.CRISIS,
    *fields.WHERE,
    *fields.STANDING,
    *fields.SUMMARY,
)
CONSTRAINT_FIELDS = (
    *fields.HEAD,
    fields.code("type", "One of the nine types of access constraint.", ConstraintType.values),
    Field("type_label", "text"),
    fields.code("state", "", AccessConstraint.State.values),
    *ASSET,
    *fields.WHEN,
    *fields.CRISIS,
    *fields.WHERE,
    *fields.STANDING,
    *fields.SUMMARY,
)


def _of_asset_types(path: str) -> Filter:
    """By the type of infrastructure, as far as the viewer may know of it."""

    def narrow(queryset: Any, types: tuple[str, ...], asked: Asked) -> Any:
        known = Asset.objects.visible_to(asked.held).of_types(list(types))
        return queryset.filter(**{f"{path}__in": known.values("pk")})

    text = f"Type of infrastructure. One or more of: {', '.join(AssetType.values)}."
    return Filter(Parameter("type", text, parameters.some_of(AssetType.values)), narrow)


def _by_status(queryset: Any, statuses: tuple[str, ...], asked: Asked) -> Any:
    wanted = Q(status__in=statuses)
    return queryset.filter(wanted | Q(is_disputed=True) if DISPUTED in statuses else wanted)


STATUS_WORDS = (*Status.values, DISPUTED)
STATUS_FILTERS = (
    *SHARED,
    Filter(
        Parameter(
            "status",
            f"The status used, or `disputed`. One or more of: {', '.join(STATUS_WORDS)}.",
            parameters.some_of(STATUS_WORDS),
        ),
        _by_status,
    ),
    _of_asset_types("asset"),
)
CONSTRAINT_FILTERS = (
    *SHARED,
    column("status", "Whether the constraint is in force.", AccessConstraint.State.values, lookup="state"),
    column("type", "The type of constraint.", ConstraintType.values),
)
STATUS_COLUMNS = (
    *fields.COLUMNS, "asset_id", "applies_to", "status", "is_disputed", "observed_at", "summary",
)  # fmt: skip
CONSTRAINT_COLUMNS = (*fields.COLUMNS, "type", "state", "stands_for_id", "summary")


def complete_status(rows: Rows, asked: Asked) -> Rows:
    """Flat statuses with who reports the status used and why it is not open."""
    ids = [row["id"] for row in rows]
    assets = shown_assets({row["asset_id"] for row in rows}, asked.held, asked.names.language, asked.revision)
    counts = used.counts_of(asked, ids)
    said: dict[UUID, list[dict[str, Any]]] = {}
    for arm in past.claim_arms(STATUS_KIND.claim, asked.held, asked.revision):
        standing = arm.filter(canonical__in=ids, status=ClaimStatus.CURRENT, is_held=False)
        columns = ("canonical_id", "value", "attributed_to", "cause", "is_adopted", "id", "source_id", "whole")
        for each in standing.order_by("-observed_at", "id").values(*columns):
            said.setdefault(each["canonical_id"], []).append(each)
    adopted = [each["id"] for rows_said in said.values() for each in rows_said if each["is_adopted"]]
    chosen = used.chosen_among(asked, adopted)
    return [_flat_status(row, asked, assets, said.get(row["id"], []), counts.get(row["id"], 0), chosen) for row in rows]


def _flat_status(
    row: dict[str, Any],
    asked: Asked,
    assets: dict[UUID, AssetShown],
    said: list[dict[str, Any]],
    count: int,
    chosen: set[UUID],
) -> dict[str, Any]:
    adopted: dict[str, Any] = next((each for each in said if each["is_adopted"]), {})
    differ = len({each["value"] for each in said}) > 1
    return {
        **fields.flat(row, asked.names),
        **_asset(assets.get(row["asset_id"]), row),
        "applies_to": row["applies_to"],
        "status": row["status"],
        "is_disputed": row["is_disputed"],
        "status_attributed_to": _speaker(adopted, row, asked),
        "status_is_chosen": adopted["id"] in chosen if adopted else None,
        "status_reports": [f"{each['value']}: {_speaker(each, row, asked) or ''}" for each in said] if differ else [],
        "observed_at": row["observed_at"],
        "cause": adopted.get("cause"),
        "figures": count,
        "summary": fields.text(row, "summary"),
        "geojson": row["geojson"],
    }


def _speaker(said: dict[str, Any], row: dict[str, Any], asked: Asked) -> str | None:
    if not said:
        return None
    source = asked.names.sources[said["source_id"]]["name"]
    return speaker(said["attributed_to"], source, exact=row["exact"] and said["whole"])


def complete_constraints(rows: Rows, asked: Asked) -> Rows:
    """Flat constraints with the first infrastructure each bears on that the viewer may see."""
    ids = [row["id"] for row in rows]
    named = [
        pair
        for arm in past.standing_at(ConstraintAsset, asked.revision)
        for pair in arm.filter(record__in=ids).values_list("asset__name", "record_id", "asset_id")
    ]
    pairs = [(record_id, asset_id) for _, record_id, asset_id in sorted(named)]
    assets = shown_assets({asset for _, asset in pairs}, asked.held, asked.names.language, asked.revision)
    first: dict[UUID, AssetShown] = {}
    for constraint_id, asset_id in pairs:
        if asset_id in assets:
            first.setdefault(constraint_id, assets[asset_id])
    return [_flat_constraint(row, asked, first.get(row["id"])) for row in rows]


def _flat_constraint(row: dict[str, Any], asked: Asked, asset: AssetShown | None) -> dict[str, Any]:
    return {
        **fields.flat(row, asked.names),
        **_asset(asset, row),
        "type": row["type"],
        "type_label": asked.names.term(VOCABULARY, row["type"]),
        "state": row["state"],
        "figures": 0,
        "summary": fields.text(row, "summary"),
        "geojson": row["geojson"],
    }


def _asset(asset: AssetShown | None, row: dict[str, Any]) -> dict[str, Any]:
    """The infrastructure; where the record's place is withheld, only its type is told."""
    if asset is None:
        return {"asset": None, "asset_name": None, "asset_type": None}
    if not row["exact"]:
        return {"asset": None, "asset_name": None, "asset_type": asset.type}
    return {"asset": asset.id, "asset_name": asset.name, "asset_type": asset.type}


STATUSES = Resource(STATUS_KIND, STATUS_FIELDS, STATUS_FILTERS, STATUS_COLUMNS, complete_status)
CONSTRAINTS = Resource(CONSTRAINT_KIND, CONSTRAINT_FIELDS, CONSTRAINT_FILTERS, CONSTRAINT_COLUMNS, complete_constraints)
