"""People's corrections to infrastructure and its status, and what follows from them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.access.actions import CONSTRAINT_KIND, STATUS_KIND, release_asset
from apps.access.models import AccessConstraint, Asset, AssetStatus
from apps.access.standing import CARRIED
from apps.accounts.models import User
from apps.geo.queries import areas_at
from apps.ledger.actions import open_revision
from apps.records import actions as records
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
            amend_status(status=status, by=by, now=now, reason=reason)


@transaction.atomic
def amend_status(*, status: AssetStatus, by: User, now: datetime, reason: str) -> None:
    """Store a status that was changed in memory; the constraint that stands for it moves along."""
    began = AssetStatus.objects.values_list("start_date", flat=True).get(pk=status.pk)
    amend(kind=STATUS_KIND, record=status, by=by, now=now, reason=reason)
    for constraint in status.constraints.filter(removed_at=None):
        for name in CARRIED:
            setattr(constraint, name, getattr(status, name))
        if constraint.start_date == began:
            constraint.start_date = status.start_date
        constraint.end_date = max(constraint.end_date, constraint.start_date)
        constraint.save()


@transaction.atomic
def withdraw_statuses(*, ids: list[UUID], by: User, now: datetime, reason: str) -> int:
    """Leave tombstones on statuses and on the constraints that stand for them; how many statuses."""
    standing = AccessConstraint.objects.filter(stands_for__in=ids)
    records.withdraw(kind=CONSTRAINT_KIND, records=standing, by=by, now=now, reason=reason)
    gone = AssetStatus.objects.filter(pk__in=ids)
    return records.withdraw(kind=STATUS_KIND, records=gone, by=by, now=now, reason=reason)
