"""Origin and destination are released no more precisely than the record."""

from dataclasses import replace

import pytest
from django.contrib.gis.geos import Point

from apps.crises.clearance import PUBLIC
from apps.displacement.fields import RESOURCE
from apps.geo.models import AdminArea
from apps.records.filters import Asked
from apps.records.names import Names
from tests.factories import facts
from tests.factories.geo import load_squareland

pytestmark = pytest.mark.django_db

HAMLET = Point(0.51234, 0.51234, srid=4326)


@pytest.fixture
def areas(now):
    load_squareland(now=now)
    return {area.pcode: area for area in AdminArea.objects.light()}


@pytest.mark.parametrize("end", ["origin", "destination"])
def test_an_end_of_unsaid_precision_counts_as_a_point(areas, end):
    fields = {f"{end}_location": HAMLET, f"{end}_area": areas["D-A"]}
    row = facts.moved(fields=fields, location_release="adm1", location_accuracy="adm0")
    assert getattr(row, f"released_{end}_area") == areas["ZZ01"]
    assert getattr(row, f"released_{end}_location") == areas["ZZ01"].label_point


def test_an_area_of_unsaid_precision_is_released_at_the_level_of_the_release(areas):
    row = facts.moved(fields={"origin_area": areas["D-A"]}, location_release="adm1", location_accuracy="adm0")
    assert row.released_origin_area == areas["ZZ01"]


def test_an_area_finer_than_its_precision_is_released_as_precisely_as_it_is_known(areas):
    fields = {"origin_area": areas["D-A"], "origin_accuracy": "adm1"}
    row = facts.moved(fields=fields, location_release="adm1", location_accuracy="adm0")
    assert row.released_origin_area == areas["ZZ01"]


def test_an_end_known_no_finer_than_the_release_is_released_as_it_is(areas):
    fields = {"origin_area": areas["D-A"], "origin_accuracy": "adm2"}
    row = facts.moved(fields=fields, location_release="adm2", location_accuracy="adm0")
    assert row.released_origin_area == areas["D-A"]


def test_the_cohort_is_free_text_and_withheld_with_the_place():
    row = facts.moved(
        fields={"cohort": "People of Canary Street"}, location_accuracy="point", location_release="adm1", released=True
    )
    asked = Asked(held=PUBLIC, names=Names("en"), values={"ids": (row.pk,)})
    _, flat = RESOURCE.one(replace(asked, kind=RESOURCE.kind))
    assert (flat["is_generalised"], flat["cohort"]) == (True, None)
