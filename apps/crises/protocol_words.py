"""A crisis's sharing protocol in words that a person can agree to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.levels import LocationRelease, Sensitivity
from apps.crises.models import Crisis
from apps.crises.queries import rules_in_force

KINDS: dict[str, str | Promise] = {
    "incident": gettext_lazy("Incidents"),
    "displacement": gettext_lazy("Displacement"),
    "asset": gettext_lazy("Infrastructure"),
    "asset_status": gettext_lazy("What is open or closed"),
    "access_constraint": gettext_lazy("Access constraints"),
}
CATEGORIES: dict[str, str | Promise] = {
    "natural_hazard": gettext_lazy("natural hazards"),
    "EP": gettext_lazy("epidemics"),
    "access": gettext_lazy("access incidents"),
    "security": gettext_lazy("security incidents"),
    "arrests": gettext_lazy("detention"),
    "abduction": gettext_lazy("abduction"),
    "sexual_violence": gettext_lazy("sexual violence"),
    "physical": gettext_lazy("physical environment"),
    "checkpoint": gettext_lazy("checkpoints"),
    "warehouse": gettext_lazy("warehouses"),
    "idp_site": gettext_lazy("sites of displaced people"),
    "health_facility": gettext_lazy("health facilities"),
    "stock": gettext_lazy("numbers of displaced people"),
}
READERS: dict[int, str | Promise] = {
    Sensitivity.PUBLIC: gettext_lazy("everybody, once it is released"),
    Sensitivity.PARTNERS: gettext_lazy("members of the crisis"),
    Sensitivity.RESTRICTED: gettext_lazy(
        "information officers and coordinators, and the organisation that reported it"
    ),
    Sensitivity.CONFIDENTIAL: gettext_lazy("coordinators, and whoever reported it"),
}
PLACES: dict[str, str | Promise] = {
    LocationRelease.EXACT: gettext_lazy("the exact place"),
    LocationRelease.SETTLEMENT: gettext_lazy("the town or village"),
    LocationRelease.ADM3: gettext_lazy("the sub-district"),
    LocationRelease.ADM2: gettext_lazy("the district"),
    LocationRelease.ADM1: gettext_lazy("the governorate or state"),
    LocationRelease.WITHHELD: gettext_lazy("no place at all"),
}


@dataclass(frozen=True)
class Line:
    """One rule: what it is about, who reads it, what others see of the place, what is held back and kept."""

    subject: str
    readers: str | Promise
    place: str | Promise
    held_back: str
    kept: str


def in_words(crisis: Crisis) -> Iterator[Line]:
    """The rules in force for the crisis, kind by kind, the general one first."""
    order = list(KINDS)
    rows = rules_in_force(crisis)
    rows.sort(key=lambda row: (order.index(row.kind) if row.kind in order else len(order), row.category, row.field))
    for row in rows:
        subject = str(KINDS.get(row.kind, row.kind))
        for part in (row.category, row.field):
            if part:
                subject = f"{subject}: {CATEGORIES.get(part, part.replace('_', ' '))}"
        yield Line(
            subject=subject,
            readers=READERS[row.sensitivity],
            place=PLACES[row.location_release],
            held_back=_for(row.delay),
            kept=_for(row.retention),
        )


def _for(time: timedelta | None) -> str:
    """A length of time in days or hours; nothing where there is none."""
    if not time:
        return ""
    if time < timedelta(days=2):
        hours = round(time / timedelta(hours=1))
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return _("%(count)d days") % {"count": time.days}
