"""Points, codes and descent on small invented ground."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point

from apps.geo import actions
from apps.geo.drafts import AreaDraft, EditionDraft, GroundDraft, PlaceDraft
from apps.geo.models import AdminArea, AreaLink, BoundaryEdition
from apps.geo.queries import area_at, areas_at, descendants, resolve_code
from tests.factories.geo import area_draft, edition_draft, load_squareland, square, squareland

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORLD = EditionDraft("", "world", "World", "public domain", "Natural Earth")


def load_world() -> BoundaryEdition:
    """The world gives Squareland 10 km too much in the east, and to Eastland the rest; "Between" is undetermined."""
    countries = [
        AreaDraft(0, "ZZ", {"en": "Squareland"}, square(0, 0, 4.1, 2), country_iso3="ZZZ"),
        AreaDraft(0, "EE", {"en": "Eastland"}, square(4.1, 0, 3, 2), country_iso3="EEE"),
    ]
    actions.load_edition(edition=WORLD, areas=countries, now=NOW)
    world = BoundaryEdition.objects.get(country_iso3="")
    actions.mark_undetermined(edition=world, grounds=[GroundDraft("between", {"en": "Between"}, square(6, 0, 1.1, 2))])
    return world


def pcode_at(lon: float, lat: float, **options: int) -> str | None:
    found = area_at((lon, lat), **options)
    return found.pcode if found else None


def test_a_point_lies_in_the_deepest_area_around_it() -> None:
    load_squareland(now=NOW)
    assert pcode_at(0.5, 0.5) == "D-A"
    assert pcode_at(0.5, 0.5, max_level=1) == "ZZ01"
    assert pcode_at(0.5, 0.5, max_level=0) == "ZZ"
    found = area_at(Point(3, 1.5))
    assert found is not None
    assert found.pcode == "D-D"


def test_a_point_on_a_border_lies_in_one_area_always_the_same() -> None:
    load_squareland(now=NOW)
    on_borders = [(2, 0.5), (1, 1), (2, 1), (0, 0), (4, 2), (4, 1)]
    first = areas_at(on_borders)
    assert None not in first
    assert areas_at(on_borders) == first


def test_answers_come_in_the_order_of_the_points_and_none_for_the_open_sea() -> None:
    load_squareland(now=NOW)
    ids = dict(AdminArea.objects.values_list("pcode", "pk"))
    assert areas_at([(3, 0.5), (-20, 0), (0.5, 1.5), (3, 0.5)]) == [ids["ZZ0101"], None, ids["D-B"], ids["ZZ0101"]]
    assert areas_at([]) == []


def test_an_edition_out_of_force_answers_no_point() -> None:
    load_squareland(now=NOW, is_current=False)
    assert areas_at([(0.5, 0.5)]) == [None]


def test_the_world_edition_answers_where_no_national_edition_does() -> None:
    load_world()
    assert pcode_at(0.5, 0.5) == "ZZ"
    load_squareland(now=NOW)
    assert pcode_at(0.5, 0.5) == "D-A"
    assert pcode_at(5, 1) == "EE"


def test_land_the_national_edition_does_not_claim_goes_to_the_neighbour() -> None:
    load_world()
    load_squareland(now=NOW)
    assert pcode_at(4.08, 1) == "EE"


def test_a_pier_just_off_the_coast_belongs_to_the_nearest_area() -> None:
    load_world()
    load_squareland(now=NOW)
    assert pcode_at(-0.01, 0.5) == "D-A"
    assert pcode_at(5, -0.01) == "EE"
    assert pcode_at(5, -0.2) is None


def test_ground_of_undetermined_status_names_no_country() -> None:
    load_world()
    assert pcode_at(6.5, 1) is None
    assert pcode_at(6.02, 1) is None, "not even beside a country"


def test_a_national_edition_answers_on_ground_the_world_edition_leaves_open() -> None:
    load_world()
    actions.load_edition(
        edition=edition_draft(country_iso3="BBB", country_pcode="BB"),
        areas=[area_draft(0, "BB", None, square(6, 0, 1.1, 2))],
        now=NOW,
    )
    assert pcode_at(6.5, 1) == "BB"


def test_a_country_with_an_edition_of_its_own_appears_once() -> None:
    load_world()
    load_squareland(now=NOW)
    countries = AdminArea.objects.current().at_level(0)
    assert sorted(countries.values_list("pcode", "edition__country_iso3")) == [("EE", ""), ("ZZ", "ZZZ")]
    assert [area.edition.country_iso3 for area in resolve_code("ZZZ")] == ["ZZZ"]


def test_descent_follows_parents_and_never_a_codes_prefix() -> None:
    load_squareland(now=NOW)
    pcodes = AdminArea.objects.filter(pk__in=descendants("ZZ01")).values_list("pcode", flat=True)
    assert sorted(pcodes) == ["D-A", "D-B", "ZZ01"]
    assert len(descendants("ZZZ")) == 7
    assert descendants("nowhere") == []


def test_a_code_of_a_former_edition_leads_to_what_its_area_became() -> None:
    former = actions.load_edition(
        edition=edition_draft(version="v1", is_current=False),
        areas=[
            area_draft(0, "ZZ", None, square(0, 0, 4, 2)),
            area_draft(1, "OLD1", "ZZ", square(0, 0, 3, 2)),
            area_draft(1, "OLD2", "ZZ", square(3, 0, 1, 2)),
        ],
        now=NOW,
    )
    assert former.created == 3
    newer = load_squareland(now=NOW)
    older = BoundaryEdition.objects.get(version="v1")
    actions.link_editions(older=older, newer=newer)
    assert sorted(area.pcode for area in resolve_code("OLD1")) == ["ZZ01", "ZZ02"]
    assert [area.pcode for area in resolve_code("OLD2")] == ["ZZ02"]
    assert [area.pcode for area in resolve_code("zz01")] == ["ZZ01"]


def test_a_code_of_a_former_edition_without_links_leads_nowhere() -> None:
    actions.load_edition(
        edition=edition_draft(version="v1", is_current=False),
        areas=[area_draft(0, "OLD", None, square(0, 0))],
        now=NOW,
    )
    load_squareland(now=NOW)
    assert resolve_code("OLD") == []


def test_links_tell_shares_of_ground_and_their_kind() -> None:
    areas = [
        area_draft(0, "ZZ", None, square(0, 0, 4, 2)),
        area_draft(1, "ZZ01", "ZZ", square(0, 0, 2)),
        area_draft(1, "ZZ-EAST", "ZZ", square(2, 0, 2)),
        area_draft(2, "D-WEST", "ZZ01", square(0, 0, 2)),
        area_draft(2, "ZZ0101", "ZZ-EAST", square(2, 0, 1, 1)),
        area_draft(2, "ZZ0102", "ZZ-EAST", square(3, 0, 1, 1)),
        area_draft(2, "D-D", "ZZ-EAST", square(2, 1, 2.001, 1)),
    ]
    actions.load_edition(edition=edition_draft(version="v1", is_current=False), areas=areas, now=NOW)
    newer = load_squareland(now=NOW)
    older = BoundaryEdition.objects.get(version="v1")
    links = actions.link_editions(older=older, newer=newer)
    told = {
        (link.from_area.pcode, link.to_area.pcode): (link.relation, link.weight)
        for link in AreaLink.objects.select_related("from_area", "to_area")
    }
    assert told == {
        ("ZZ", "ZZ"): ("same", Decimal(1)),
        ("ZZ01", "ZZ01"): ("same", Decimal(1)),
        ("ZZ-EAST", "ZZ02"): ("renamed", Decimal(1)),
        ("D-WEST", "D-A"): ("split", Decimal("0.5")),
        ("D-WEST", "D-B"): ("split", Decimal("0.5")),
        ("ZZ0101", "ZZ0101"): ("merged", Decimal(1)),
        ("ZZ0102", "ZZ0101"): ("merged", Decimal(1)),
        ("D-D", "D-D"): ("same", Decimal(1)),
    }
    assert len(actions.link_editions(older=older, newer=newer)) == len(links) == AreaLink.objects.count()


def test_links_join_editions_of_one_country_only() -> None:
    one, other = load_squareland(now=NOW), load_squareland(now=NOW, country_iso3="YYY", country_pcode="YY")
    with pytest.raises(ValueError, match="one country"):
        actions.link_editions(older=one, newer=other)


def test_a_places_code_leads_to_the_area_it_lies_in() -> None:
    load_squareland(now=NOW)
    actions.load_places(
        [PlaceDraft("neighbourhood", "cod", "N1", {"en": "Docks"}, (0.5, 0.5), pcode="N0006", scheme="zz")]
    )
    assert [area.pcode for area in resolve_code("N0006")] == ["D-A"]
    # The edition moves on: the place's area belongs to the former one, links lead from there.
    former = BoundaryEdition.objects.get()
    newer = load_squareland(now=NOW, version="v3")
    assert resolve_code("N0006") == []
    actions.link_editions(older=former, newer=newer)
    assert [(area.pcode, area.edition_id) for area in resolve_code("N0006")] == [("D-A", newer.pk)]


def test_lists_do_not_read_polygons(django_assert_num_queries) -> None:
    load_squareland(now=NOW)
    with django_assert_num_queries(1) as queries:
        assert len(AdminArea.objects.current().light()) == len(squareland())
    assert '"boundary"' not in queries.captured_queries[0]["sql"]
