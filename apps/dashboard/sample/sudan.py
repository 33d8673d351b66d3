"""Sudan's floods of 2024 as events, each with the displacement that IDMC says it caused.

IDMC's table gives a country for every row; the state stands in the name of the event and is read from there.
"""

import re
from datetime import date, datetime

from django.db import transaction

from apps.dashboard.sample.crises import crisis
from apps.dashboard.sample.publishers import series
from apps.displacement.models import Displacement
from apps.geo.models import AdminArea
from apps.incidents import actions as incidents
from apps.incidents.actions import IncidentDraft
from apps.incidents.models import Incident
from apps.records import actions as records

DATASET = "idmc-gidd"
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
# IDMC's spelling, where it is not that of the boundaries.
SPELLINGS = {"Al Jazirah": "Aj Jazirah", "Al Gazira": "Aj Jazirah", "El Gezira": "Aj Jazirah", "Gedarif": "Gedaref"}

_FLOOD = re.compile(r"Sudan: Flood - (?P<state>[^(-]+?)(?: \((?P<place>.+)\))? - \d\d/\d\d/\d{4}")


def load(now: datetime) -> str:
    """Record the floods, and join each to the displacement it caused."""
    states = {
        area.names["en"]: area.pcode for area in AdminArea.objects.current().light().filter(country_iso3="SDN", level=1)
    }
    rows = Displacement.objects.filter(
        dataset__slug=DATASET, crisis=crisis("sudan"), measure="flow", start_date__range=YEAR
    ).select_related("document")
    drafts = {row.pk: draft for row in rows if (draft := _flood(row, states)) is not None}
    dataset = series(DATASET)
    with transaction.atomic():
        incidents.record_many(drafts=list(drafts.values()), dataset=dataset, crisis=crisis("sudan"), now=now)
        standing = Incident.objects.filter(source=dataset.source, crisis=crisis("sudan"))
        floods = {flood.external_id: flood for flood in standing}
        for row in rows:
            if row.pk in drafts:
                flood = floods[drafts[row.pk].external_id]
                records.link(start=flood, relation="caused", end=row, by=None, now=now)
    return f"{len(drafts)} floods"


def _flood(row: Displacement, states: dict[str, str]) -> IncidentDraft | None:
    """The event behind one row, in its state; None where the row is no flood or names no state that we know."""
    named = _FLOOD.fullmatch(row.event_name)
    state = named["state"].strip() if named else ""
    pcode = states.get(SPELLINGS.get(state, state))
    if named is None or pcode is None:
        return None
    place = named["place"] or state
    return IncidentDraft(
        external_id=f"event|{row.external_id}"[:200],
        title=f"Flood in {place}, {state}" if place != state else f"Flood in {state}",
        start_date=row.start_date,
        end_date=row.end_date,
        time_precision=row.time_precision,
        location_accuracy="adm1",
        area_code=pcode,
        place_name=place,
        provider_area_name=state,
        reported_at=row.reported_at,
        how_known="compiled",
        fields={
            "category": "natural_hazard",
            "subcategory": "FL",
            "category_scheme": "glide",
            "summary": "Read from the name of IDMC's row; the movements it caused stand in a record of their own.",
        },
        document=row.document,
    )
