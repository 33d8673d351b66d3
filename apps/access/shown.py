"""What a viewer reads of infrastructure. A checkpoint or clinic is shown no more precisely than it is released."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models import GeometryField
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, Value, When

from apps.access.models import Asset, AssetVersion
from apps.access.querysets import of_crises
from apps.accounts.levels import LocationRelease
from apps.crises.clearance import Clearance
from apps.geo.models import SRID

LEVEL_OF_RELEASE = {LocationRelease.ADM3: 3, LocationRelease.ADM2: 2, LocationRelease.ADM1: 1}


@dataclass(frozen=True)
class AssetShown:
    """An asset as far as the viewer may know it; `name` is None where it would give the place away."""

    id: UUID
    type: str
    name: str | None


def whole(held: Clearance) -> Q:
    """The condition for an asset's name, codes and exact place: released so, or the viewer coordinates its crisis."""
    exact = Q(location_release=LocationRelease.EXACT)
    return exact | of_crises(held.coordinates) if held.coordinates else exact


def assets_as_shown(held: Clearance) -> Any:
    """Assets the viewer may see, with `whole` and `shown_geometry`, the one that filters and answers read."""
    return _as_shown(Asset.objects.visible_to(held), whole(held), F("released_geometry"))


def asset_arms(held: Clearance, revision: int | None) -> list[Any]:
    """Querysets that together hold each asset the viewer may see once: as it is, or as it stood at a revision.

    What was is shown under the stricter of then's and today's rules, and no more precisely than it is today.
    """
    present = assets_as_shown(held)
    if revision is None:
        return [present]
    was = AssetVersion.objects.visible_to(held).filter(rev__lte=revision, rev_to__gt=revision)  # type: ignore[attr-defined]
    today = Asset.objects.visible_to(held).filter(pk=OuterRef("id"))
    as_released = Subquery(today.values("released_geometry")[:1])
    past = _as_shown(was.filter(Exists(today)), whole(held) & Exists(today.filter(whole(held))), as_released)
    return [present.filter(rev__lte=revision), past]


def _as_shown(found: Any, sharp: Any, released: Any) -> Any:
    found = found.annotate(whole=Case(When(sharp, then=Value(True)), default=Value(False), output_field=BooleanField()))
    return found.annotate(
        shown_geometry=Case(
            When(whole=True, then=F("geometry")), default=released, output_field=GeometryField(srid=SRID)
        )
    )


def shown_assets(
    ids: Iterable[UUID | None], held: Clearance, language: str, revision: int | None = None
) -> dict[UUID, AssetShown]:
    """Those of these assets that the viewer may see, by id; under the name they had at a revision."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    columns = ("id", "type", "name", "names", "whole")
    rows = [row for arm in asset_arms(held, revision) for row in arm.filter(id__in=wanted).values_list(*columns)]
    return {pk: AssetShown(pk, kind, (names.get(language) or name) if all_of_it else None)
            for pk, kind, name, names, all_of_it in rows}  # fmt: skip
