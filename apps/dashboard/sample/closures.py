"""Roads and airports reported closed around Aleppo on 30 November 2024, each as a statement on one asset.

The border crossings are listed beside them: nobody has said anything of them, so their status is not known.
"""

from datetime import datetime
from typing import Any

from apps.access import actions as access
from apps.access.actions import AssetStatusDraft
from apps.access.models import Asset, AssetStatus
from apps.dashboard.sample import infrastructure
from apps.dashboard.sample.crises import crisis
from apps.dashboard.sample.offensive import situation
from apps.dashboard.sample.people import person
from apps.dashboard.sample.publishers import OWN, WIRE, series
from apps.dashboard.sample.quoting import REVIEW, join, publish, wire_report
from apps.records import reviewing
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


def list_crossings(now: datetime) -> str:
    """The border crossings, released as what they are: of unknown status."""
    crossings = infrastructure.crossings()
    for asset in crossings:
        draft = _draft(asset, f"{asset.name}: nothing reported", now)
        country = "sudan" if asset.country_iso3 == "SDN" else "syria"
        status = _record(draft, OWN, country, now)
        if status.released_at is None:
            reason = "That nothing is known is worth knowing."
            reviewing.release(
                kind=access.STATUS_KIND, record=status, by=person("coordinator"), now=now + REVIEW, reason=reason
            )
    return f"{len(crossings)} crossings of unknown status"


def _report(asset: Asset, paraphrase: str, now: datetime) -> AssetStatus:
    closed = StatusDraft(
        key="closed",
        value="closed",
        cause="insecurity",
        attributed_to=SPEAKER,
        excerpt=paraphrase,
        is_paraphrase=True,
        published_at=now,
        how_known="read",
    )
    draft = _draft(asset, f"{asset.name}: closure reported", now, claims=(closed,), document=wire_report(now))
    return _record(draft, f"{WIRE}-statements", "syria", now)


def _draft(asset: Asset, title: str, now: datetime, **said: Any) -> AssetStatusDraft:
    place = asset.geometry.point_on_surface
    return AssetStatusDraft(
        external_id=f"status-{asset.external_id}-2024-11-30",
        title=title,
        start_date=now.date(),
        end_date=now.date(),
        location=(place.x, place.y),
        location_accuracy="point",
        place_name=asset.name,
        reported_at=now if said else None,
        how_known="read" if said else "unknown",
        fields={"asset_id": asset.pk},
        **said,
    )


def _record(draft: AssetStatusDraft, dataset_slug: str, crisis_slug: str, now: datetime) -> AssetStatus:
    dataset, manager = series(dataset_slug), person("manager")
    access.report_status(drafts=[draft], dataset=dataset, crisis=crisis(crisis_slug), by=manager, now=now)
    return AssetStatus.objects.get(source=dataset.source, external_id=draft.external_id)
