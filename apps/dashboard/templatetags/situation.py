"""Template tags of the situation page and the report form: figures, days and moments in words."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.core.periods import in_words
from apps.records.figures import spoken

register = template.Library()


@register.filter
def in_figures(claim: Any) -> str:
    """Anything with low, best, high and quantifier: "> 300", "about 4,000", "?"."""
    about = _("about %(figure)s").replace("%(figure)s", "{}")
    quantifier = getattr(claim, "quantifier", "exact")
    return spoken(claim.low, claim.best, claim.high, quantifier, about=about)


@register.filter
def spread_in_figures(line: Any) -> str:
    """How far a sum may lie to either side: "(3–9)"."""
    low, high = line.spread
    return f"({low:,}–{high:,})"


@register.filter
def covers(claim: Any) -> str:
    """What a total covers: "since 27 November 2024, as of 30 November 2024"; nothing for the event itself."""
    as_of = _("as of %(day)s") % {"day": date_format(claim.as_of_date, "j F Y")} if claim.as_of_date else ""
    match claim.scope:
        case "running_total":
            since = _("since %(day)s") % {"day": date_format(claim.counts_from, "j F Y")} if claim.counts_from else ""
            return ", ".join(filter(None, [since, as_of]))
        case "period_total":
            return in_words(claim.from_date, claim.to_date)
        case "stock":
            return as_of
    return ""


@register.simple_tag
def days_in_words(since: date, until: date) -> str:
    """ "27 November – 2 December 2024"."""
    return in_words(since, until)


@register.filter
def local_moment(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in the crisis's zone: "30 November 2024 18:10"."""
    return date_format(moment.astimezone(zone), "j F Y H:i")


@register.filter
def when(entry: Any, zone: ZoneInfo) -> str:
    """What a record's day does not say yet: the hour where it is known, the last day where there are several."""
    if entry.end != entry.start:
        return in_words(entry.start, entry.end)
    if entry.started_at and entry.time_precision == "hour":
        return date_format(entry.started_at.astimezone(zone), "H:i")
    return ""


# Outlines around 0, 0 in a box of 24: the same shapes as on the live map (static/js/map/symbols.js).
OUTLINES = {
    "conflict": "M0-9.5 9.5 0 0 9.5-9.5 0Z",
    "hazard": "M0-9 9.5 8h-19Z",
    "health": "M-3.5-9h7v5.500h5.500v7h-5.500v5.500h-7v-5.500h-5.500v-7h5.500Z",
    "event": "M-5-8.500h10L9.500 0 5 8.500h-10L-9.500 0Z",
    "flow": "M-8.500-8 9 0-8.500 8-4 0Z",
    "stock": "M0-9a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z",
    "access": "M-8-8h16v16h-16Z",
}
BARS = {
    "closed": "M-5 0h10", "destroyed": "M-5 0h10", "abandoned": "M-5 0h10", "restricted": "M-5 0h5",
    "unknown": "M0-4v5M0 3.500v.500",
}  # fmt: skip


@register.simple_tag
def symbol(shape: str, filling: str, status: str = "") -> SafeString:
    """The paths of a symbol; the style sheet gives them their colours. `status` is of infrastructure only."""
    outline = OUTLINES[shape]
    tone = {"flow": "displacement", "stock": "displacement", "access": "access"}.get(shape, "incident")
    drawn = format_html('<path class="body body--{}" d="{}"/>', tone, outline)
    if filling == "split":
        drawn += format_html('<path class="half body--{}" d="{}" clip-path="url(#left-half)"/>', tone, outline)
    if shape == "access" and status in BARS:
        drawn += format_html('<path class="bar" d="{}"/>', BARS[status])
    return mark_safe(drawn)  # noqa: S308  put together from our own constants by format_html


@register.filter
def shape_words(shape: str) -> str:
    """What a symbol stands for."""
    words = {
        "conflict": _("conflict"),
        "hazard": _("natural hazard"),
        "health": _("health"),
        "event": _("other incident"),
        "flow": _("people who moved"),
        "stock": _("displaced people in a place"),
        "access": _("access; a bar means closed, half a bar restricted"),
    }
    return words[shape]


@register.filter
def units(length: float) -> str:
    """A length of the drawing, with a point whatever the language."""
    return f"{length:.1f}"


@register.filter
def audience_words(audience: int) -> str:
    """For whom a record is, in a word or two."""
    return {1: _("partners only"), 2: _("restricted"), 3: _("confidential")}.get(int(audience), "")


@register.filter
def whom_and_what(reported: Any) -> str:
    """Whom a figure counts and in which unit, with a comma to go on: "of them civilians, ", "households, ", ""."""
    claim = reported.claim
    groups = [
        claim.get_group_display() if claim.group != "all" else "",
        claim.get_sex_display() if claim.sex != "all" else "",
        claim.age_band if claim.age_band != "all" else "",
    ]
    people = ", ".join(part for part in groups if part)
    if reported.depth:
        people = _("of them %(group)s") % {"group": people or _("counted apart")}
    size = getattr(claim, "household_size", None)
    unit = ""
    if claim.unit == "households":
        unit = _("households of %(size)s people") % {"size": f"{size.normalize():f}"} if size else _("households")
    return "".join(f"{part}, " for part in (unit, people) if part)


@register.filter
def status_in_words(statement: Any, zone: ZoneInfo) -> str:
    """What somebody says of infrastructure: "closed, insecurity or hostilities, seen 30 November 2024 18:10"."""
    parts = [statement.get_value_display()]
    if statement.cause != "unknown":
        parts.append(statement.get_cause_display())
    if statement.observed_at:
        parts.append(_("seen %(moment)s") % {"moment": local_moment(statement.observed_at, zone)})
    elif statement.published_at:
        parts.append(local_moment(statement.published_at, zone))
    if statement.expected_reopening:
        parts.append(_("expected to open %(day)s") % {"day": date_format(statement.expected_reopening, "j F Y")})
    if statement.detour:
        parts.append(_("detour: %(detour)s") % {"detour": statement.detour})
    return ", ".join(parts)
