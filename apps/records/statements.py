"""Reported figures and statements as the world reads them: the long table, one row each, and those of one record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.records import past
from apps.records.fields import Field, code
from apps.records.filters import Asked
from apps.records.names import Names
from apps.records.visibility import speaker
from apps.records.vocabularies import ClaimStatus, Group, HowKnown, Quantifier, Scope, Sex, Unit

CLAIM_FIELDS = (
    Field("id", "id"),
    Field("record_kind", "text", "Kind of the record it stands on, merged ones resolved."),
    Field("record", "id"),
    Field("crisis", "text"),
    Field("metric", "text", "A code of the vocabulary metrics; null for a status."),
    Field("metric_label", "text"),
    code("group", "Whom it counts.", Group.values),
    code("sex", "", Sex.values),
    Field("age_band", "text"),
    Field("part_of", "id", "The figure it is a part of; parts are never added to their whole."),
    Field("low", "integer", "Null: not known. 0: said to be none."),
    Field("best", "integer"),
    Field("high", "integer"),
    code("quantifier", "", Quantifier.values),
    code("unit", "", Unit.values),
    Field("household_size", "decimal", "As the source declares it; without it households never become people."),
    code("scope", "What it covers. Only `event` figures of one series are ever added up.", Scope.values),
    Field("from_date", "date"),
    Field("to_date", "date"),
    Field("counts_from", "date"),
    Field("as_of_date", "date", "The day a stock or running total stands for; not when it became known."),
    Field("area", "text", "P-code, where it is about more than the record's area."),
    Field("area_name", "text"),
    Field("value", "text", "The status that is reported, of statements on infrastructure."),
    Field("cause", "text"),
    Field("observed_at", "moment"),
    Field("attributed_to", "text", "Who says it."),
    Field("source", "text"),
    Field("source_name", "text"),
    Field("dataset", "text"),
    Field("licence", "text"),
    Field("attribution", "text"),
    Field("excerpt", "text", "The words it rests on."),
    Field("is_paraphrase", "boolean"),
    Field("published_at", "moment"),
    Field("created_at", "moment", "When it became known here."),
    code("how_known", "", HowKnown.values),
    code("status", "", ClaimStatus.values),
    Field("is_adopted", "boolean", "The figure used for its question."),
    Field("is_held", "boolean", "Stricter than its record: used nowhere, shown to the cleared."),
    Field("url", "text"),
    Field("credibility", "integer", "1 confirmed by other sources to 6 cannot be judged; for coordinators."),
)

SHARED_COLUMNS = (
    "id", "canonical_id", "record_id", "source_id", "dataset_id", "document_id", "attributed_to", "excerpt",
    "is_paraphrase", "url", "published_at", "created_at", "credibility", "how_known", "status", "is_adopted", "is_held",
    "whole",
)  # fmt: skip
FIGURE_COLUMNS = (
    "metric_id", "group", "sex", "age_band", "part_of_id", "low", "best", "high", "quantifier", "unit", "scope",
    "from_date", "to_date", "counts_from", "as_of_date", "area_id",
)  # fmt: skip
STATUS_COLUMNS = ("value", "cause", "observed_at")


@dataclass(frozen=True)
class Sight:
    """What the viewer may read of a claim's record: whether everything, and whether ratings too."""

    kind: str
    crisis: str | None
    exact: bool
    ratings: bool


def columns_of(claim: Any) -> tuple[str, ...]:
    """The columns to read of a concrete claim model, from past.claim_arms."""
    has = {field.name for field in claim._meta.fields}
    more = FIGURE_COLUMNS if "metric" in has else STATUS_COLUMNS
    return (*SHARED_COLUMNS, *more, *(("household_size",) if "household_size" in has else ()))


def sight_of(asked: Asked, arms: Sequence[Any], record_ids: Collection[UUID]) -> dict[UUID, Sight]:
    """The sight of each of these records; records the viewer may not see are missing."""
    kind = asked.kind.code if asked.kind else ""
    found = {}
    for arm in arms:
        for pk, crisis_id, exact in (
            past.with_sight(arm, asked.held).filter(id__in=record_ids).values_list("id", "crisis_id", "exact")
        ):
            crisis = asked.names.crises.get(crisis_id)
            found[pk] = Sight(kind, crisis.slug if crisis else None, exact, asked.held.is_coordinator_of(crisis_id))
    return found


def flat(
    rows: Sequence[Mapping[str, Any]], sight: Mapping[UUID, Sight], names: Names, known: Collection[UUID] = ()
) -> list[dict[str, Any]]:
    """Flat rows with exactly the names of CLAIM_FIELDS, for records in sight. `known` figures may be pointed to."""
    names.learn_areas({row.get("area_id") for row in rows})
    seen = {row["id"] for row in rows} | set(known)
    return [_flat(row, sight[row["canonical_id"]], names, seen) for row in rows if row["canonical_id"] in sight]


def _flat(row: Mapping[str, Any], sight: Sight, names: Names, seen: set[UUID]) -> dict[str, Any]:
    source, dataset = names.sources[row["source_id"]], names.datasets[row["dataset_id"]]
    exact = sight.exact and row["whole"]
    area = names.area(row.get("area_id")) if exact else None
    size = row.get("household_size")
    metric = row.get("metric_id")
    whole = row.get("part_of_id")
    out = {column: row.get(column) for column in PLAIN}
    return {
        **out,
        "record_kind": sight.kind,
        "record": row["canonical_id"],
        "crisis": sight.crisis,
        "metric": metric,
        "metric_label": names.metrics.get(metric, metric) if metric else None,
        # A whole that the viewer may not see is not pointed to.
        "part_of": whole if whole in seen else None,
        "household_size": float(size) if size is not None else None,
        "area": area.pcode if area else None,
        "area_name": area.name if area else None,
        "source": source["slug"],
        "source_name": source["name"],
        "dataset": dataset["slug"],
        "licence": dataset["licence"],
        "attribution": dataset["attribution"],
        "attributed_to": speaker(row["attributed_to"], source["name"], exact=exact),
        "excerpt": (row["excerpt"] or None) if exact else None,
        "url": (row["url"] or None) if exact else None,
        "credibility": row["credibility"] if sight.ratings else None,
    }


PLAIN = (
    "id", "group", "sex", "age_band", "low", "best", "high", "quantifier", "unit", "scope", "from_date", "to_date",
    "counts_from", "as_of_date", "value", "cause", "observed_at", "is_paraphrase", "published_at", "created_at",
    "how_known", "status", "is_adopted", "is_held",
)  # fmt: skip


def of_record(asked: Asked, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every statement on one record that the viewer may see, by metric, wholes before their parts, newest first.

    `row` is the record's own, as Resource.one gives it.
    """
    if asked.kind is None or asked.kind.claim is None:
        return []
    rows: list[dict[str, Any]] = []
    for arm in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
        rows.extend(arm.filter(canonical=row["id"]).order_by().values(*columns_of(asked.kind.claim)))
    crisis = asked.names.crises.get(row["crisis_id"])
    ratings = asked.held.is_coordinator_of(row["crisis_id"])
    sight = {row["id"]: Sight(asked.kind.code, crisis.slug if crisis else None, row["exact"], ratings)}
    position = {metric: place for place, metric in enumerate(asked.names.metrics)}
    rows.sort(key=lambda each: (each["published_at"] or each["created_at"], each["id"]), reverse=True)
    rows.sort(key=lambda each: (position.get(each.get("metric_id") or "", 0), each.get("part_of_id") is not None))
    out = flat(rows, sight, asked.names)
    chosen = _chosen(asked, row["id"], ratings=ratings)
    return [{**each, "decided_by": chosen.get(each["id"])} for each in out]


def _chosen(asked: Asked, record_id: UUID, *, ratings: bool) -> dict[UUID, str]:
    """Who chose the figure used, where a person did: the name for coordinators, the organisation for others."""
    if asked.kind is None or asked.kind.decision is None:
        return {}
    decisions = asked.kind.decision.objects.filter(
        claim__canonical=record_id, claim__is_adopted=True, revoked_at=None
    ).select_related("by__organisation")
    if asked.revision is not None:
        decisions = decisions.filter(rev__lte=asked.revision)
    return {row.claim_id: _decider(row.by, by_name=ratings) for row in decisions.order_by("at")}


def _decider(user: Any, *, by_name: bool) -> str:
    if user is not None and by_name:
        return str(user)
    if user is not None and user.organisation is not None:
        return str(user.organisation)
    return "coordination"
