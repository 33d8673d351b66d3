"""Incidents as the world reads them: columns, filters, and how rows become flat."""

from typing import Any

from apps.incidents.actions import KIND
from apps.incidents.models import Incident
from apps.records import fields, used
from apps.records.fields import Field
from apps.records.filters import SHARED, Asked, column
from apps.records.resources import Resource, Rows

VOCABULARY = "incident-categories"
METRICS = ("killed", "injured")

FIELDS = (
    *fields.HEAD,
    fields.code(
        "kind", "A situation (an offensive, a flood season) holds events and carries totals.", Incident.Kind.values
    ),
    Field("category", "text", f"A code of the vocabulary {VOCABULARY}."),
    Field("category_label", "text"),
    Field("subcategory", "text"),
    Field("subcategory_label", "text"),
    Field("category_scheme", "text", "Whose code list."),
    *fields.WHEN,
    *fields.CRISIS,
    *fields.WHERE,
    *fields.STANDING,
    *(field for metric in METRICS for field in fields.figure_fields(metric)),
    Field("severity_scale", "text", "A severity is never read without its scale."),
    Field("severity_value", "decimal"),
    Field("glide_numbers", "texts"),
    *fields.SUMMARY,
)
FILTERS = (
    *SHARED,
    column("kind", "Events, or the situations that hold them.", Incident.Kind.values),
    column("category", f"A code of the vocabulary {VOCABULARY}.", vocabulary=VOCABULARY),
    column("subcategory", f"A code of the vocabulary {VOCABULARY}.", vocabulary=VOCABULARY),
)
COLUMNS = (
    *fields.COLUMNS, "kind", "category", "subcategory", "category_scheme", "severity_scale", "severity_value",
    "glide_numbers", "summary",
)  # fmt: skip


def complete(rows: Rows, asked: Asked) -> Rows:
    """Flat incidents, with the figures used of people killed and injured."""
    reported = used.reported(asked, rows)
    metrics = {metric for _, metric in reported.counts}
    return [_flat(row, asked, reported, metrics) for row in rows]


def _flat(row: dict[str, Any], asked: Asked, reported: used.Reported, metrics: set[str]) -> dict[str, Any]:
    names = asked.names
    out = fields.flat(row, names)
    value = row["severity_value"]
    out |= {
        "kind": row["kind"],
        "category": row["category"],
        "category_label": names.term(VOCABULARY, row["category"]),
        "subcategory": row["subcategory"] or None,
        "subcategory_label": names.term(VOCABULARY, row["subcategory"]),
        "category_scheme": row["category_scheme"],
        "figures": reported.total(row["id"], metrics),
        "severity_scale": row["severity_scale"] or None,
        "severity_value": float(value) if value is not None else None,
        "glide_numbers": row["glide_numbers"],
        "summary": fields.text(row, "summary"),
        "geojson": row["geojson"],
    }
    for metric in METRICS:
        out |= reported.metric_columns(row["id"], metric, metric)
    return out


RESOURCE = Resource(KIND, FIELDS, FILTERS, COLUMNS, complete)
