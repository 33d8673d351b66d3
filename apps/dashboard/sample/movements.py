"""People who fled in the north-west of Syria: the task force's running totals, and a flight without a figure.

The task force counts movements since 27 November anew each time, so its figure is a running total of a flow: 14,000 as
of 28 November and 1.1 million as of 12 December are one count that grew, and the later takes the earlier one's place.
"""

from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point

from apps.dashboard.sample.crises import crisis
from apps.dashboard.sample.offensive import BEGAN, BETWEEN, GOVERNORATES, situation
from apps.dashboard.sample.people import person
from apps.dashboard.sample.publishers import TASK_FORCE, WIRE, series
from apps.dashboard.sample.quoting import figure, join, publish, wire_report
from apps.displacement import actions as displacement
from apps.displacement.actions import DisplacementDraft
from apps.displacement.models import Displacement
from apps.geo.models import SRID
from apps.records.drafts import ClaimDraft
from apps.records.vocabularies import Basis

DISPLACED = "displaced-since-2024-11-27"
SPEAKER = "IDP Task Force, through OCHA"
UNIVERSITY = (37.12, 36.21)


def report_displaced(now: datetime) -> str:
    """28 November: more than 14,000 displaced as of that day."""
    draft = DisplacementDraft(
        external_id=DISPLACED,
        title="People displaced by hostilities in Aleppo and Idleb since 27 November",
        start_date=BEGAN,
        end_date=date(2024, 11, 28),
        location=BETWEEN,
        # Known to two governorates, which only the country holds.
        location_accuracy="adm1",
        area_code="SYR",
        place_name=GOVERNORATES,
        provider_area_name=GOVERNORATES,
        reported_at=now,
        how_known="compiled",
        fields=_flow(cohort="Displaced since 27 November 2024", origin_name=GOVERNORATES),
        claims=(
            _total(
                number=14_000,
                quantifier="more_than",
                as_of=date(2024, 11, 28),
                paraphrase="More than 14,000 people had been displaced as of 28 November.",
                said_at=now,
            ),
        ),
    )
    row = _record(draft, f"{TASK_FORCE}-statements", now)
    publish(row, basis=Basis.OFFICIAL_STATEMENT, reason="Published by OCHA for the task force.", now=now)
    return row.title


def report_flight(now: datetime) -> str:
    """30 November: people fleeing areas near Aleppo University; nobody gives a figure."""
    draft = DisplacementDraft(
        external_id="flight-aleppo-university-2024-11-30",
        title="People fleeing areas near Aleppo University reported",
        start_date=date(2024, 11, 30),
        end_date=date(2024, 11, 30),
        location=UNIVERSITY,
        location_accuracy="settlement",
        place_name="Areas near Aleppo University",
        reported_at=now,
        how_known="read",
        fields=_flow(
            term="forced to flee",
            origin_name="Areas near Aleppo University",
            origin_location=Point(*UNIVERSITY, srid=SRID),
            origin_accuracy="settlement",
        ),
        claims=(
            figure(
                key="displaced",
                metric="displaced",
                speaker="Wire report of 30 November 2024",
                paraphrase="People were seen fleeing areas near Aleppo University; no figure is given.",
                said_at=now,
            ),
        ),
        document=wire_report(now),
    )
    row = _record(draft, f"{WIRE}-statements", now)
    publish(row, basis=Basis.OFFICIAL_STATEMENT, reason="Quoted from the wire report.", now=now)
    return row.title


def state_later_total(now: datetime) -> str:
    """12 December: the task force's count has grown to 1.1 million."""
    claim = _total(
        number=1_100_000,
        quantifier="about",
        as_of=date(2024, 12, 12),
        paraphrase="1.1 million people had been displaced between 27 November and 12 December.",
        said_at=now,
    )
    added = displacement.add_figures(
        displacement=Displacement.objects.get(source__slug=TASK_FORCE, external_id=DISPLACED),
        claims=[claim],
        dataset=series(f"{TASK_FORCE}-statements"),
        by=person("manager"),
        now=now,
        reason=f"Stated by {SPEAKER}",
    )
    return f"{added} stated totals"


def _total(*, number: int, quantifier: str, as_of: date, paraphrase: str, said_at: datetime) -> ClaimDraft:
    return figure(
        key=f"displaced-as-of-{as_of}",
        metric="displaced",
        number=number,
        quantifier=quantifier,
        speaker=SPEAKER,
        paraphrase=paraphrase,
        said_at=said_at,
        scope="running_total",
        counts_from=BEGAN,
        as_of_date=as_of,
    )


def _flow(**fields: Any) -> dict[str, Any]:
    return {"measure": "flow", "category": "internal_displacements", "cause": "conflict", **fields}


def _record(draft: DisplacementDraft, dataset: str, now: datetime) -> Displacement:
    row = displacement.record(
        draft=draft, dataset=series(dataset), crisis=crisis("syria"), by=person("manager"), now=now
    )
    join(row, situation(), now=now, relation="caused")
    return row
