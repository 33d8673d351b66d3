"""Roads and airports reported closed around Aleppo on 30 November 2024, each as a statement on one asset."""

from datetime import datetime

from apps.access import actions as access
from apps.access.actions import AssetStatusDraft
from apps.access.models import Asset, AssetStatus
from apps.dashboard.sample import infrastructure
from apps.dashboard.sample.crises import crisis
from apps.dashboard.sample.offensive import situation
from apps.dashboard.sample.people import person
from apps.dashboard.sample.publishers import WIRE, series
from apps.dashboard.sample.quoting import join, publish, wire_report
from apps.records.drafts import StatusDraft
from apps.records.vocabularies import Basis

SPEAKER = "Authorities, cited by the wire report of 30 November 2024"


def report(now: datetime) -> str:
    """Aleppo's airport and both approaches, closed."""
    closed = [
        (Asset.objects.get(source__slug="ourairports", codes__icao="OSAP"), "The airport of Aleppo was closed."),
        (infrastructure.asset(infrastructure.M5), "Roads to Aleppo were closed, the M5 among them."),
        (infrastructure.asset(infrastructure.M4), "Roads to Aleppo were closed, the M4 among them."),
    ]
    for asset, paraphrase in closed:
        status = _report(asset, paraphrase, now)
        join(status, situation(), now=now, relation="caused")
        publish(status, basis=Basis.OFFICIAL_STATEMENT, reason="Authorities cited by the wire report.", now=now)
    return f"{len(closed)} closures"


def _report(asset: Asset, paraphrase: str, now: datetime) -> AssetStatus:
    place = asset.geometry.point_on_surface
    draft = AssetStatusDraft(
        external_id=f"status-{asset.external_id}-2024-11-30",
        title=f"{asset.name}: closure reported",
        start_date=now.date(),
        end_date=now.date(),
        location=(place.x, place.y),
        location_accuracy="point",
        place_name=asset.name,
        reported_at=now,
        how_known="read",
        fields={"asset_id": asset.pk},
        claims=(
            StatusDraft(
                key="closed",
                value="closed",
                cause="insecurity",
                attributed_to=SPEAKER,
                excerpt=paraphrase,
                is_paraphrase=True,
                published_at=now,
                how_known="read",
            ),
        ),
        document=wire_report(now),
    )
    dataset = series(f"{WIRE}-statements")
    access.report_status(drafts=[draft], dataset=dataset, crisis=crisis("syria"), by=person("manager"), now=now)
    return AssetStatus.objects.get(source=dataset.source, external_id=draft.external_id)
