"""Words for columns, values and figures where changes are told: what a person reads, not what a column is called."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.levels import LocationRelease, Sensitivity
from apps.records.fields import Field
from apps.records.figures import spoken
from apps.records.vocabularies import Accuracy, TimePrecision, Verification

LABELS: dict[str, str | Promise] = {
    "title": gettext_lazy("title"),
    "location": gettext_lazy("place on the map"),
    "place_name": gettext_lazy("name of the place"),
    "location_accuracy": gettext_lazy("accuracy of the place"),
    "location_release": gettext_lazy("how precisely the place is released"),
    "is_generalised": gettext_lazy("place shown less precisely than known"),
    "start_date": gettext_lazy("first day"),
    "end_date": gettext_lazy("last day"),
    "started_at": gettext_lazy("began at"),
    "ended_at": gettext_lazy("ended at"),
    "time_precision": gettext_lazy("precision of the time"),
    "verification": gettext_lazy("review"),
    "sensitivity": gettext_lazy("who may read it"),
    "is_released": gettext_lazy("released"),
    "category_label": gettext_lazy("category"),
    "subcategory_label": gettext_lazy("subcategory"),
    "summary": gettext_lazy("summary"),
    "status": gettext_lazy("status"),
    "state": gettext_lazy("state"),
    "crisis": gettext_lazy("crisis"),
    "stale_after": gettext_lazy("to be confirmed by"),
    "merged": gettext_lazy("the same as"),
}
CHOICES: dict[str, Mapping[str, Any]] = {
    "verification": dict(Verification.choices),
    "time_precision": dict(TimePrecision.choices),
    "location_accuracy": dict(Accuracy.choices),
    "location_release": dict(LocationRelease.choices),
    "sensitivity": {str(level.label): level.label for level in Sensitivity},
}


def label_of(column: str) -> str:
    """A column's name as people say it."""
    return str(LABELS.get(column, column.replace("_", " ")))


def in_words(column: Field, value: Any) -> str | None:
    """A value as people read it; None where there is none."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if column.type == "moment":
        return str(value.isoformat(timespec="minutes"))
    return str(CHOICES.get(column.name, {}).get(str(value), value))


def figure_in_words(claim: Mapping[str, Any]) -> str:
    """A reported figure or statement with who says it: `> 300 (Observers)`, `closed (OCHA)`."""
    if claim["value"]:
        said = str(claim["value"]).replace("_", " ")
    else:
        about = _("about %(figure)s").replace("%(figure)s", "{}")
        said = spoken(claim["low"], claim["best"], claim["high"], claim["quantifier"] or "exact", about=about)
    return f"{said} ({claim['attributed_to']})"
