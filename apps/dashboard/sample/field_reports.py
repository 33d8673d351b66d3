"""Reports from the demo's field staff, invented and marked so: nobody has reviewed or released them.

They are there to be worked on. They name no person, no party and no real place.
"""

from datetime import date, datetime

from apps.access import actions as access
from apps.access.actions import AssetDraft, AssetStatusDraft
from apps.access.models import Asset
from apps.accounts.levels import Sensitivity
from apps.dashboard.sample.crises import crisis
from apps.dashboard.sample.people import person
from apps.dashboard.sample.publishers import OWN, series
from apps.displacement import actions as displacement
from apps.displacement.actions import DisplacementDraft
from apps.incidents import actions as incidents
from apps.incidents.actions import IncidentDraft
from apps.picture.duplicates import candidates
from apps.records.drafts import ClaimDraft, StatusDraft
from apps.records.suspecting import Pair, note

BRIDGE = "sample-bridge"
SOMEWHERE = (36.72, 35.98)
FURTHER_ALONG = (36.73, 35.99)
NOTE = "Invented for the demo. It reports nothing that happened."


def report_queue(now: datetime) -> str:
    """1 December: vehicles queue on a road."""
    draft = IncidentDraft(
        external_id="sample-queue-2024-12-01",
        title="Sample field report: queue of vehicles on the road",
        start_date=date(2024, 12, 1),
        end_date=date(2024, 12, 1),
        location=SOMEWHERE,
        location_accuracy="settlement",
        reported_at=now,
        how_known="saw",
        fields={"category": "access", "subcategory": "movement", "category_scheme": "ours", "summary": NOTE},
    )
    incidents.record(draft=draft, dataset=series(OWN), crisis=crisis("syria"), by=person("field"), now=now)
    return draft.title


def report_queue_again(now: datetime) -> str:
    """1 December: a second report of the same vehicles, for the review queue to find."""
    draft = IncidentDraft(
        external_id="sample-queue-again-2024-12-01",
        title="Sample field report: long queue of vehicles on the main road",
        start_date=date(2024, 12, 1),
        end_date=date(2024, 12, 1),
        location=FURTHER_ALONG,
        location_accuracy="settlement",
        reported_at=now,
        how_known="told",
        fields={"category": "access", "subcategory": "movement", "category_scheme": "ours", "summary": NOTE},
    )
    reporter, dataset = person("field"), series(OWN)
    row = incidents.record(draft=draft, dataset=dataset, crisis=crisis("syria"), by=reporter, now=now)
    pairs = [Pair(row.pk, each.id, each.score, each.reasons.as_json()) for each in candidates(incidents.KIND, row, 1)]
    note(kind=incidents.KIND, pairs=pairs, now=now)
    return draft.title


def report_families(now: datetime) -> str:
    """2 December: families resting beside a road, counted in households of no stated size."""
    draft = DisplacementDraft(
        external_id="sample-families-2024-12-02",
        title="Sample field report: families resting beside the road",
        start_date=date(2024, 12, 2),
        end_date=date(2024, 12, 2),
        location=SOMEWHERE,
        location_accuracy="settlement",
        reported_at=now,
        how_known="saw",
        fields={
            "measure": "flow",
            "category": "internal_displacements",
            "cause": "unknown",
            "summary": NOTE,
        },
        claims=(
            ClaimDraft(
                key="displaced",
                metric="displaced",
                attributed_to="Sample field report",
                quantifier="about",
                low=15,
                best=15,
                high=15,
                unit="households",
                excerpt=NOTE,
                is_paraphrase=True,
                published_at=now,
                how_known="saw",
            ),
        ),
    )
    displacement.record(draft=draft, dataset=series(OWN), crisis=crisis("syria"), by=person("field"), now=now)
    return draft.title


def report_bridge(now: datetime) -> str:
    """2 December: two reports on an invented bridge that differ, so that its status is disputed."""
    bridge = AssetDraft(
        external_id=BRIDGE,
        type="bridge",
        name="Sample bridge (exercise)",
        geometry=SOMEWHERE,
        country_iso3="SYR",
        sensitivity=Sensitivity.PARTNERS,
    )
    reporter, dataset = person("field"), series(OWN)
    access.register_assets(source=dataset.source, drafts=[bridge], by=reporter, now=now)
    draft = AssetStatusDraft(
        external_id="sample-bridge-status",
        title="Sample bridge (exercise): two field reports differ",
        start_date=date(2024, 12, 2),
        end_date=date(2024, 12, 2),
        location=SOMEWHERE,
        location_accuracy="settlement",
        reported_at=now,
        sensitivity=Sensitivity.PARTNERS,
        fields={"asset_id": Asset.objects.get(source=dataset.source, external_id=BRIDGE).pk, "summary": NOTE},
        claims=(_statement("open", "Sample field report, morning", now), _statement(
            "restricted", "Sample field report, noon", now)),
    )  # fmt: skip
    access.report_status(drafts=[draft], dataset=dataset, crisis=crisis("syria"), by=reporter, now=now)
    return draft.title


def _statement(value: str, speaker: str, now: datetime) -> StatusDraft:
    return StatusDraft(
        key=value,
        value=value,
        attributed_to=speaker,
        excerpt=NOTE,
        is_paraphrase=True,
        published_at=now,
        how_known="saw",
    )
