"""Infrastructure near a place, for somebody who reports on it."""

from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon

from apps.access.models import Asset
from apps.access.shown import assets_as_shown
from apps.crises.clearance import clearance
from apps.dashboard.queries.ground import Spot
from apps.geo.models import SRID, AdminArea
from apps.geo.queries import resolve_code

MOST_OFFERED = 12
# Degrees around a place in which somebody there would look: about 60 km.
AROUND = 0.55


def assets_near(spot: Spot, *, viewer: Any) -> list[Asset]:
    """What this reader may know by name around a spot, nearest first."""
    x, y = point_of(spot)
    around = Polygon.from_bbox((x - AROUND, y - AROUND, x + AROUND, y + AROUND))
    around.srid = SRID
    known = assets_as_shown(clearance(viewer)).filter(
        whole=True, is_permanently_closed=False, geometry__intersects=around
    )
    nearest = known.annotate(away=Distance("geometry", Point(x, y, srid=SRID))).order_by("away", "name")
    return list(nearest[:MOST_OFFERED])


def point_of(spot: Spot) -> tuple[float, float]:
    """The spot's point, or the label point of its area."""
    if spot.location is not None:
        return spot.location
    area = resolve_code(spot.area_code)[0]
    return area.label_point.x, area.label_point.y


def area_of(spot: Spot) -> AdminArea | None:
    """The area a spot lies in, without its polygons."""
    return next(iter(resolve_code(spot.area_code)), None) if spot.area_code else None
