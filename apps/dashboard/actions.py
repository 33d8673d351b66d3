"""Sending a report: the fact apps' own actions, once per report whatever the network does."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.access import actions as access
from apps.access.actions import AssetDraft, AssetStatusDraft
from apps.access.models import Asset, AssetStatus, StatusClaim
from apps.accounts.levels import Sensitivity
from apps.accounts.models import User
from apps.crises.models import Crisis
from apps.crises.queries import Rules
from apps.displacement import actions as displacement
from apps.displacement.actions import DisplacementDraft
from apps.displacement.models import Displacement
from apps.incidents import actions as incidents
from apps.incidents.actions import IncidentDraft
from apps.incidents.models import Incident
from apps.ledger.idempotency import answer_once, count_since
from apps.records.drafts import StatusDraft
from apps.records.vocabularies import RELEASE_ORDER
from apps.sources.actions import own_reports
from apps.sources.models import Dataset

MOST_AN_HOUR = 30
KEY = "report "


@dataclass(frozen=True)
class StatusReport:
    """What is said of an asset that is known, or of a new one."""

    record: AssetStatusDraft
    statement: StatusDraft
    asset: Asset | None
    new_asset: AssetDraft | None

    @property
    def external_id(self) -> str:
        """The id the form gave it."""
        return self.record.external_id


Report = IncidentDraft | DisplacementDraft | StatusReport


class TooMany(Exception):
    """More reports in an hour than a person writes."""


class Taken(Exception):
    """The id belongs to somebody else's report."""


def send(*, report: Report, crisis: Crisis, body_sha256: str, by: User, now: datetime) -> dict[str, Any]:
    """Store a report for review and return what its receipt shows: `kind` and `id`. Sent twice it is stored once.

    Raises:
        ledger.idempotency.SaidOtherwise: this id was sent before with other contents.
        TooMany, Taken
    """
    if count_since(actor=by, prefix=KEY, since=now - timedelta(hours=1)) > MOST_AN_HOUR:
        raise TooMany
    answer, _is_new = answer_once(
        actor=by,
        key=f"{KEY}{report.external_id}",
        body_sha256=body_sha256,
        now=now,
        write=lambda: _store(report, crisis, by, now),
    )
    return answer


@transaction.atomic
def _store(report: Report, crisis: Crisis, by: User, now: datetime) -> dict[str, Any]:
    dataset = own_reports()
    if _is_taken(report.external_id, dataset):
        raise Taken
    row: Any
    if isinstance(report, IncidentDraft):
        row = incidents.record(draft=report, dataset=dataset, crisis=crisis, by=by, now=now)
        return {"kind": "incident", "id": str(row.pk)}
    if isinstance(report, DisplacementDraft):
        row = displacement.record(draft=report, dataset=dataset, crisis=crisis, by=by, now=now)
        return {"kind": "displacement", "id": str(row.pk)}
    return _store_status(report, crisis, dataset, by, now)


def _is_taken(external_id: str, dataset: Dataset) -> bool:
    """An upstream id is unique in its source: without this check a second person's report would rewrite the first's."""
    kinds = (Incident, Displacement, AssetStatus)
    return (
        any(kind.objects.filter(source=dataset.source, external_id=external_id).exists() for kind in kinds)
        or StatusClaim.objects.filter(source=dataset.source, external_id=external_id).exists()
    )


def _store_status(report: StatusReport, crisis: Crisis, dataset: Dataset, by: User, now: datetime) -> dict[str, Any]:
    """A first statement makes the asset's status; a later one joins it, kept from the public until reviewed."""
    asset = report.asset or _register(report, crisis, dataset, by, now)
    applies_to = report.record.fields["applies_to"]
    standing = AssetStatus.objects.filter(
        asset=asset, crisis=crisis, applies_to=applies_to, merged_into=None, removed_at=None
    ).first()
    if standing is None:
        fields = {**report.record.fields, "asset_id": asset.pk}
        rule = Rules(crisis).of("asset_status")
        spot = asset.geometry.point_on_surface
        draft = replace(
            report.record,
            fields=fields,
            location=(spot.x, spot.y),
            location_accuracy="point",
            area_code="",
            place_name=asset.name,
            # A status tells where its asset is: it travels no further than the asset does.
            sensitivity=max(asset.sensitivity, rule.sensitivity),
            location_release=max(asset.location_release, rule.location_release, key=RELEASE_ORDER.__getitem__),
        )
        access.report_status(drafts=[draft], dataset=dataset, crisis=crisis, by=by, now=now)
        row = AssetStatus.objects.get(source=dataset.source, external_id=report.external_id)
        return {"kind": "asset_status", "id": str(row.pk)}
    # Stricter than a public record: held, so that an unreviewed word neither shows to everybody nor decides.
    held = replace(report.statement, sensitivity=max(int(Sensitivity.PARTNERS), standing.sensitivity))
    claim = access.add_statement(status=standing, draft=held, dataset=dataset, by=by, now=now)
    return {"kind": "statement", "id": str(claim.pk)}


def _register(report: StatusReport, crisis: Crisis, dataset: Dataset, by: User, now: datetime) -> Asset:
    assert report.new_asset is not None  # noqa: S101  the form asks for one or the other
    rule = Rules(crisis).of("asset", report.new_asset.type)
    draft = replace(report.new_asset, sensitivity=rule.sensitivity, location_release=rule.location_release)
    access.register_assets(source=dataset.source, drafts=[draft], by=by, now=now)
    return Asset.objects.get(source=dataset.source, external_id=draft.external_id)
