"""Template tags of the report form."""

from typing import Any

from django import forms, template
from django.forms import BoundField

from apps.dashboard.forms.fields import PlaceField, ReportedField

register = template.Library()


@register.filter
def layout(field: BoundField) -> str:
    """How a field is laid out: `place`, `figure`, `choices` (one below the other), `tick`, or `line`."""
    if isinstance(field.field, PlaceField):
        return "place"
    if isinstance(field.field, ReportedField):
        return "figure"
    if isinstance(field.field.widget, forms.RadioSelect):
        return "choices"
    if isinstance(field.field.widget, forms.CheckboxInput):
        return "tick"
    return "line"


@register.filter
def written(field: BoundField) -> str:
    """What was typed into a place field."""
    value: Any = field.value() or [""]
    return value[0] or ""
