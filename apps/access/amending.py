"""People's corrections to infrastructure, and what follows from them."""

from datetime import datetime

from django.db import transaction

from apps.access.actions import STATUS_KIND, release_asset
from apps.access.models import Asset
from apps.accounts.models import User
from apps.geo.queries import areas_at
from apps.ledger.actions import open_revision
from apps.records.amending import amend
from apps.records.closing import coarser


@transaction.atomic
def amend_asset(*, asset: Asset, by: User, now: datetime, reason: str) -> None:
    """Store an asset that was changed in memory, with the area it lies in and its place as released.

    Its statuses, and the constraints that stand for them, are closed as far as it is; opening it opens none of them.
    """
    open_revision(by=by, now=now, reason=reason)
    middle = asset.geometry.point_on_surface
    (asset.area_id,) = areas_at([(middle.x, middle.y)])
    release_asset(asset)
    asset.save()
    for status in asset.statuses.filter(removed_at=None):
        is_closer = status.sensitivity < asset.sensitivity
        if is_closer or coarser(status.location_release, asset.location_release) != status.location_release:
            amend(kind=STATUS_KIND, record=status, by=by, now=now, reason=reason)
