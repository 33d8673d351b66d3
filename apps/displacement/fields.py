"""Displacement as the world reads it: columns, filters, and how rows become flat."""

from typing import Any

from django.db.models import Q

from apps.displacement.actions import KIND
from apps.displacement.models import Cause, Measure
from apps.records import fields, filters, parameters, used
from apps.records.fields import Field
from apps.records.filters import SHARED, Areas, Asked, Filter, column
from apps.records.parameters import Parameter
from apps.records.past import sees_by_right
from apps.records.resources import Resource, Rows
from apps.records.vocabularies import ACCURACY_ORDER, RELEASE_ORDER, Quantifier, Scope, Unit

VOCABULARY = "displacement-categories"
ENDS = ("origin", "destination")
ROLES = (*ENDS, "any")

FIELDS = (
    *fields.HEAD,
    fields.code("measure", "A number of people on a day (stock), or movements over a period (flow).", Measure.values),
    Field("category", "text", f"A code of the vocabulary {VOCABULARY}."),
    Field("category_label", "text"),
    fields.code("cause", "", Cause.values),
    Field("cohort", "text", "Since when or why displaced, as the source counts. Cohorts overlap and are never added."),
    *fields.WHEN,
    *fields.CRISIS,
    *fields.WHERE,
    *fields.STANDING,
    Field("metric", "text", "What the figure used counts."),
    Field("figure_low", "integer", "Null: not known. 0: said to be none."),
    Field("figure_best", "integer"),
    Field("figure_high", "integer"),
    fields.code("figure_quantifier", "", Quantifier.values),
    fields.code("figure_unit", "Households are not people.", Unit.values),
    fields.code("figure_scope", "", Scope.values),
    Field("figure_as_of_date", "date", "The day a stock or running total stands for."),
    Field("figure_attributed_to", "text"),
    *fields.weighing_fields("figure"),
    *(Field(f"{end}_{part}", "text") for end in ENDS for part in ("pcode", "name")),
    Field("round", "text", "Number of the round, as the source counts. Rounds are ordered by date."),
    Field("event_name", "text"),
    *fields.SUMMARY,
)


def _in_areas(queryset: Any, areas: Areas, asked: Asked) -> Any:
    """By the record's own place, by one end of the movement, or by any of them, as shown."""
    role = asked.values.get("area_role", "any")
    wanted, right = Q(pk__in=[]), sees_by_right(asked.held)
    for end in ENDS if role == "any" else (role,):
        wanted |= right & _end_in(f"{end}_area", areas)
        wanted |= ~right & _end_in(f"released_{end}_area", areas)
    if role == "any":
        own = filters.in_areas(queryset.model.objects.all(), areas, asked)
        wanted |= Q(pk__in=own.values("pk"))
    return queryset.filter(wanted)


def _end_in(end: str, areas: Areas) -> Q:
    """The area of one end, or one above it, is among these."""
    wanted = Q(**{f"{end}__in": areas.ids})
    for level, pcodes in areas.pcodes_by_level.items():
        if level <= 3:
            wanted |= Q(**{f"{end}__adm{level}_pcode__in": pcodes})
    return wanted


AREA = filters.AREA.by(_in_areas)
AREA_ROLE = Filter(
    Parameter(
        "area_role",
        "Which end of a movement `area` means: origin, destination or any (the default of lists).",
        parameters.one_of(ROLES),
        {"type": "string", "enum": list(ROLES)},
    ),
    lambda queryset, value, asked: queryset,
)
FILTERS = (
    *(AREA if each is filters.AREA else each for each in SHARED),
    AREA_ROLE,
    column("measure", "Stock or flow.", Measure.values),
    column("category", f"A code of the vocabulary {VOCABULARY}.", vocabulary=VOCABULARY),
)
COLUMNS = (
    *fields.COLUMNS, "measure", "category", "cause", "cohort", "event_name", "summary", "round__number",
    *(f"{prefix}{end}_area_id" for prefix in ("", "released_") for end in ENDS),
    *(f"{end}_{part}" for end in ENDS for part in ("name", "accuracy")),
)  # fmt: skip


def complete(rows: Rows, asked: Asked) -> Rows:
    """Flat displacement, with the figure used and both ends of movements."""
    reported = used.reported(asked, rows)
    ends = {row[f"{prefix}{end}_area_id"] for row in rows for prefix in ("", "released_") for end in ENDS}
    asked.names.learn_areas(ends)
    metrics: dict[Any, set[str]] = {}
    for record_id, metric in reported.counts:
        metrics.setdefault(record_id, set()).add(metric)
    return [_flat(row, asked, reported, metrics.get(row["id"], set())) for row in rows]


def _flat(row: dict[str, Any], asked: Asked, reported: used.Reported, metrics: set[str]) -> dict[str, Any]:
    out = fields.flat(row, asked.names)
    said = _figure(row, reported, metrics)
    out |= {
        "measure": row["measure"],
        "category": row["category"],
        "category_label": asked.names.term(VOCABULARY, row["category"]),
        "cause": row["cause"],
        "cohort": fields.text(row, "cohort"),
        "figures": reported.total(row["id"], metrics),
        "metric": said.metric_id if said else None,
        "figure_as_of_date": said.as_of_date if said else None,
        **{f"figure_{part}": getattr(said, part) if said else None for part in FIGURE_PARTS},
        **reported.weighing(said, "figure"),
        "round": row["round__number"],
        "event_name": fields.text(row, "event_name"),
        "summary": fields.text(row, "summary"),
        "geojson": row["geojson"],
    }
    for end in ENDS:
        out[f"{end}_pcode"], out[f"{end}_name"] = _end(row, end, asked)
    return out


FIGURE_PARTS = ("low", "best", "high", "quantifier", "unit", "scope", "attributed_to")
# Where a record carries figures of several metrics: what its measure is about comes first.
METRIC_OF = {Measure.STOCK: ("idps", "returnees", "refugees"), Measure.FLOW: ("displaced", "returns", "cross_border")}


def _figure(row: dict[str, Any], reported: used.Reported, metrics: set[str]) -> used.Said | None:
    first = [metric for metric in METRIC_OF[row["measure"]] if metric in metrics]
    for metric in (*first, *sorted(metrics - set(first))):
        said = reported.used.get((row["id"], metric))
        if said is not None:
            return said
    return None


def _end(row: dict[str, Any], end: str, asked: Asked) -> tuple[str | None, str | None]:
    """P-code and name of one end as shown. A name no finer than its release is shown to everybody."""
    is_whole = row["by_right"] or (
        row["exact"]
        and row[f"{end}_accuracy"] != ""
        and RELEASE_ORDER[row["location_release"]] <= ACCURACY_ORDER.index(row[f"{end}_accuracy"])
    )
    area = asked.names.area(row[f"{end}_area_id"] if is_whole else row[f"released_{end}_area_id"])
    name = row[f"{end}_name"] if is_whole else ""
    return area.pcode if area else None, name or (area.name if area else None)


RESOURCE = Resource(KIND, FIELDS, FILTERS, COLUMNS, complete)
