"""Template tags of the review queue: codes in words, days, shares."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from apps.accounts.levels import Sensitivity
from apps.core.periods import in_words
from apps.triage import words
from apps.triage.queries.compare import why_alike as _why_alike

register = template.Library()


@register.filter
def kind_words(kind: str) -> str:
    """What a kind of record is called."""
    return str(words.KINDS.get(kind, kind))


@register.filter
def verification_words(code: str) -> str:
    """How a record stands."""
    return str(words.VERIFICATION.get(code, code))


@register.filter
def sensitivity_words(code: str) -> str:
    """Who may read a record."""
    return str(words.SENSITIVITY.get(code, code))


@register.filter
def days(row: Any) -> str:
    """The days of a record."""
    return in_words(row.start, row.end)


@register.filter
def percent(share: float | None) -> str:
    """0.87 as "87 %"."""
    return "–" if share is None else f"{round(share * 100)} %"


@register.filter
def thousands(count: int) -> str:
    """6006 as "6,006"."""
    return f"{count:,}"


@register.filter
def why_alike(reasons: dict[str, Any]) -> tuple[str, ...]:
    """What makes two records look alike."""
    return _why_alike(reasons)


@register.filter
def of_act(offered: dict[str, list[str]], act: str) -> list[str]:
    """The reasons offered for an act."""
    return offered.get(act, [])


@register.filter
def status_words(code: str) -> str:
    """The status of infrastructure."""
    return str(words.STATUS.get(code, code))


@register.filter
def whom(said: Any) -> str:
    """Whom a figure counts and in which unit: "of them civilians", "households", "all people"."""
    claim = said.claim
    parts = [str(claim.get_group_display())]
    if claim.sex != "all":
        parts.append(str(claim.get_sex_display()))
    if claim.age_band != "all":
        parts.append(claim.age_band)
    if claim.unit != "people":
        parts.append(str(claim.get_unit_display()))
    counted = ", ".join(_(part) for part in parts)
    return _("of them %(group)s") % {"group": counted} if claim.part_of_id else counted


@register.filter
def why_held(claim: Any, record: Any) -> str:
    """Why a reported figure is held back."""
    if claim.basis.exclude(canonical=claim.canonical_id).exists():
        return _("It weighs figures of a record that was taken out of this one: used nowhere, shown to the cleared.")
    level = max(claim.sensitivity, claim.record.sensitivity)
    said = words.SENSITIVITY[str(Sensitivity(level).label)]
    return _("It is %(level)s, stricter than the record (%(record)s): used nowhere, shown to the cleared.") % {
        "level": said,
        "record": words.SENSITIVITY[str(Sensitivity(record.sensitivity).label)],
    }
