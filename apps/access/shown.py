"""What a viewer reads of infrastructure. A checkpoint or clinic is shown no more precisely than it is released."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models import GeometryField
from django.db.models import BooleanField, Case, F, Q, Value, When

from apps.access.models import Asset
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
    found = Asset.objects.visible_to(held).annotate(
        whole=Case(When(whole(held), then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    return found.annotate(
        shown_geometry=Case(
            When(whole=True, then=F("geometry")),
            default=F("released_geometry"),
            output_field=GeometryField(srid=SRID),
        )
    )


def shown_assets(ids: Iterable[UUID | None], held: Clearance, language: str) -> dict[UUID, AssetShown]:
    """Those of these assets that the viewer may see, by id."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    rows = assets_as_shown(held).filter(pk__in=wanted).values_list("id", "type", "name", "names", "whole")
    return {pk: AssetShown(pk, kind, (names.get(language) or name) if all_of_it else None)
            for pk, kind, name, names, all_of_it in rows}  # fmt: skip
