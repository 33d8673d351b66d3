"""Sudan in the sample: floods with the displacement they caused, so that nothing leans on one country."""

from datetime import UTC, datetime

import pytest

from apps.dashboard.sample import background, people, publishers, sudan
from apps.dashboard.sample.crises import crisis
from apps.displacement.models import Displacement
from apps.geo import actions as geo
from apps.incidents.models import CasualtyClaim, Incident
from apps.records.models import Link
from tests.factories.crises import CrisisFactory
from tests.factories.geo import area_draft, edition_draft, square

NOW = datetime(2025, 5, 13, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _floods(db: None) -> None:
    CrisisFactory(slug="syria")
    CrisisFactory(slug="sudan")
    people.load(NOW)
    publishers.load(NOW)
    edition = edition_draft(country_iso3="SDN", country_pcode="SD", version="v03", title="Sudan of squares")
    areas = [
        area_draft(0, "SD", None, square(22, 9, 16, 13), en="Sudan"),
        area_draft(1, "SD15", "SD", square(32, 13, 2, 2), en="Aj Jazirah"),
        area_draft(1, "SD16", "SD", square(32, 16, 4, 4), en="River Nile"),
    ]
    geo.load_edition(edition=edition, areas=areas, now=NOW)
    background.load_disaster_displacement(NOW)
    sudan.load(NOW)


def test_floods_stand_in_their_states_and_are_known_no_finer():
    floods = Incident.objects.filter(crisis=crisis("sudan"))
    assert set(floods.values_list("adm1_pcode", "location_accuracy")) == {("SD15", "adm1"), ("SD16", "adm1")}
    assert floods.filter(title="Flood in Abu Hamad, River Nile", subcategory="FL", audience=0).exists()


def test_each_flood_caused_one_displacement_and_has_no_figure_of_its_own():
    floods = Incident.objects.filter(crisis=crisis("sudan"))
    links = Link.objects.filter(relation="caused", from_kind="incident", to_kind="displacement")
    assert set(links.values_list("from_id", flat=True)) == set(floods.values_list("pk", flat=True))
    caused = Displacement.objects.filter(pk__in=links.values("to_id"))
    assert caused.count() == floods.count()
    assert set(caused.values_list("measure", "crisis__slug")) == {("flow", "sudan")}
    assert not CasualtyClaim.objects.exists()


def test_disasters_in_syria_belong_to_no_crisis():
    in_syria = Displacement.objects.filter(external_id__startswith="SYR|")
    assert in_syria.exists()
    assert set(in_syria.values_list("crisis", flat=True)) == {None}


def test_loading_them_again_changes_nothing():
    before = list(Incident.objects.order_by("pk").values_list("pk", "version")), Link.objects.count()
    sudan.load(NOW)
    assert (list(Incident.objects.order_by("pk").values_list("pk", "version")), Link.objects.count()) == before
