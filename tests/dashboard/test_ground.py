"""Places offered by the report form, and how precisely each is known."""

import pytest
from django.contrib.gis.geos import Point

from apps.dashboard.queries.ground import spot_of
from apps.geo.models import Place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "accuracy"),
    [("settlement", "settlement"), ("neighbourhood", "point"), ("camp_or_site", "point"), ("facility", "point")],
)
def test_only_a_settlement_is_known_as_a_settlement(kind, accuracy):
    place = Place.objects.create(
        kind=kind, names={"en": "Somewhere"}, location=Point(37.1, 36.2, srid=4326), source="test", external_id=kind
    )
    assert spot_of(f"place:{place.pk}").accuracy == accuracy
