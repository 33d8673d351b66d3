"""Loading boundary editions: idempotence, corrections, parents, repair, refusal, outlines."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.db.models.functions import Area, Intersection
from django.db import IntegrityError, transaction

from apps.geo import actions
from apps.geo.drafts import AreaDraft, GroundDraft
from apps.geo.models import AdminArea, AreaPiece, BoundaryEdition
from apps.geo.queries import area_at
from tests.factories.geo import (
    AdminAreaFactory,
    BoundaryEditionFactory,
    area_draft,
    edition_draft,
    geometry_of,
    load_squareland,
    square,
    squareland,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def area(pcode: str) -> AdminArea:
    return AdminArea.objects.get(pcode=pcode)


def test_a_load_stores_every_area_with_its_parent_and_the_codes_on_the_way_up() -> None:
    outcome = actions.load_edition(edition=edition_draft(), areas=squareland(), now=NOW)
    assert (outcome.created, outcome.refused, outcome.missing) == (7, [], [])
    district = area("ZZ0101")
    assert district.parent == area("ZZ02")
    assert (district.adm0_pcode, district.adm1_pcode, district.adm2_pcode, district.adm3_pcode) == (
        "ZZ",
        "ZZ02",
        "ZZ0101",
        None,
    )
    assert [one.pcode for one in district.ancestors] == ["ZZ", "ZZ02"]
    assert district.boundary.contains(district.label_point)
    assert district.area_sqkm == pytest.approx(24_618, rel=0.01)


def test_a_second_run_changes_nothing() -> None:
    edition = load_squareland(now=NOW)
    pieces = set(AreaPiece.objects.values_list("pk", flat=True))
    outcome = actions.load_edition(edition=edition_draft(), areas=squareland(), now=LATER)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 7)
    assert set(AreaPiece.objects.values_list("pk", flat=True)) == pieces
    edition.refresh_from_db()
    assert edition.loaded_at == NOW


def test_an_upstream_correction_updates_only_what_it_corrects() -> None:
    load_squareland(now=NOW)
    before = area("D-A").pk
    drafts = [draft for draft in squareland() if draft.pcode != "D-A"]
    drafts.append(area_draft(2, "D-A", "ZZ01", square(0, 0, 1.5, 1), en="Alpha"))
    outcome = actions.load_edition(edition=edition_draft(), areas=drafts, now=LATER)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 1, 6)
    corrected = area("D-A")
    assert (corrected.pk, corrected.name_in("en")) == (before, "Alpha")
    found = area_at((1.75, 0.5))
    assert found is not None
    assert found.pcode == "ZZ01"
    assert BoundaryEdition.objects.get().loaded_at == LATER


def test_a_changed_parent_moves_the_codes_of_everything_below() -> None:
    load_squareland(now=NOW)
    actions.load_edition(edition=edition_draft(), areas=[area_draft(3, "E-1", "D-A", square(0, 0, 1))], now=NOW)
    actions.load_edition(edition=edition_draft(), areas=[area_draft(2, "D-A", "ZZ02", square(0, 0, 2, 1))], now=LATER)
    assert area("E-1").path_pcodes == ["ZZ", "ZZ02", "D-A", "E-1"]


def test_areas_missing_from_a_load_stay_and_are_told() -> None:
    load_squareland(now=NOW)
    outcome = actions.load_edition(edition=edition_draft(), areas=squareland()[:-1], now=LATER)
    assert outcome.missing == ["D-D"]
    assert AdminArea.objects.filter(pcode="D-D").exists()


def test_a_new_current_edition_takes_the_place_of_the_former_one() -> None:
    former = load_squareland(now=NOW, version="v1")
    newer = load_squareland(now=LATER, version="v2")
    former.refresh_from_db()
    assert (former.is_current, newer.is_current) == (False, True)
    assert set(AdminArea.objects.current().values_list("edition", flat=True)) == {newer.pk}
    assert AdminArea.objects.for_code("zz01").count() == 2


def test_an_edition_without_its_country_still_knows_the_country_code() -> None:
    actions.load_edition(edition=edition_draft(), areas=squareland()[1:], now=NOW)
    assert area("ZZ01").parent is None
    assert area("D-A").path_pcodes == ["ZZ", "ZZ01", "D-A"]


def test_a_self_crossing_boundary_is_repaired_and_told() -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    outcome = actions.load_edition(edition=edition_draft(), areas=[area_draft(0, "ZZ", None, bow_tie)], now=NOW)
    assert outcome.repaired == ["ZZ"]
    assert area("ZZ").boundary.valid
    assert area("ZZ").boundary.area == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (square(179, 0, 2), "outside the globe"),
        (square(0, 89, 2), "outside the globe"),
        ({"type": "Point", "coordinates": [0, 0]}, "not a polygon"),
        ({"type": "Polygon", "coordinates": []}, "no ring"),
        ({"type": "MultiPolygon", "coordinates": []}, "empty"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "fewer than four"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "not closed"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, None], [1, 1], [0, 0]]]}, "not a position"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}, "encloses no ground"),
    ],
)
def test_an_unusable_boundary_is_refused_and_the_rest_is_loaded(geometry: dict, reason: str) -> None:
    areas = [*squareland(), area_draft(1, "ZZ09", "ZZ", geometry)]
    outcome = actions.load_edition(edition=edition_draft(), areas=areas, now=NOW)
    assert outcome.created == 7
    assert [refusal.code for refusal in outcome.refused] == ["ZZ09"]
    assert reason in outcome.refused[0].reason


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (area_draft(5, "ZZ09", "ZZ", square(0, 0)), "level 5"),
        (area_draft(1, "", "ZZ", square(0, 0)), "no code"),
        (area_draft(2, "ZZ09", "NOWHERE", square(0, 0)), "is not in this edition"),
        (area_draft(2, "ZZ09", "D-A", square(0, 0)), "is of level 2"),
        (area_draft(1, "ZZ01", "ZZ", square(0, 0)), "twice"),
    ],
)
def test_an_area_without_a_place_in_the_tree_is_refused(draft: AreaDraft, reason: str) -> None:
    outcome = actions.load_edition(edition=edition_draft(), areas=[*squareland(), draft], now=NOW)
    assert [reason in refusal.reason for refusal in outcome.refused] == [True]
    assert outcome.created == 7


def test_outlines_of_neighbours_share_their_edges() -> None:
    zigzag = [[1 + (0.004 if step % 2 else -0.004), step / 100] for step in range(1, 100)]
    west = [[0, 0], [1, 0], *zigzag, [1, 1], [0, 1], [0, 0]]
    east = [[1, 0], [2, 0], [2, 1], [1, 1], *reversed(zigzag), [1, 0]]
    areas = [
        area_draft(0, "ZZ", None, square(0, 0, 2, 1)),
        area_draft(1, "ZZ01", "ZZ", {"type": "Polygon", "coordinates": [west]}),
        area_draft(1, "ZZ02", "ZZ", {"type": "Polygon", "coordinates": [east]}),
    ]
    actions.load_edition(edition=edition_draft(), areas=areas, now=NOW)
    one, other = area("ZZ01"), area("ZZ02")
    assert one.outline_low.num_coords < one.boundary.num_coords / 5
    assert one.outline_low.intersection(other.outline_low).area == 0
    assert one.outline_low.union(other.outline_low).area == pytest.approx(2)


def test_an_area_too_small_for_the_outline_keeps_one() -> None:
    enclave = square(1, 1, 0.002)
    land = square(0, 0, 2)
    land["coordinates"].append(enclave["coordinates"][0][::-1])
    areas = [area_draft(1, "ZZ01", "ZZ", land), area_draft(1, "ZZ02", "ZZ", enclave)]
    actions.load_edition(edition=edition_draft(), areas=areas, now=NOW)
    assert area("ZZ02").outline_low.area > 0
    overlap = AdminArea.objects.filter(pcode="ZZ01").annotate(
        shared=Area(Intersection("outline_low", area("ZZ02").outline_low))
    )
    assert overlap.get().shared.sq_m == 0


def test_ground_of_undetermined_status_is_replaced_as_a_whole() -> None:
    edition = load_squareland(now=NOW)
    first = [GroundDraft("a", {"en": "A"}, square(0, 0)), GroundDraft("b", {"en": "B"}, square(1, 1))]
    assert actions.mark_undetermined(edition=edition, grounds=first) == 2
    kept = set(edition.undetermined_ground.values_list("pk", flat=True))
    actions.mark_undetermined(edition=edition, grounds=first)
    assert set(edition.undetermined_ground.values_list("pk", flat=True)) == kept
    actions.mark_undetermined(edition=edition, grounds=first[:1])
    assert [str(ground) for ground in edition.undetermined_ground.all()] == ["A"]
    assert edition.undetermined_ground.get().boundary.equals(geometry_of(square(0, 0)))


def test_a_country_has_one_edition_in_force() -> None:
    BoundaryEditionFactory.create(is_current=True)
    with pytest.raises(IntegrityError, match="geo_edition_one_current_per_country"), transaction.atomic():
        BoundaryEditionFactory.create(is_current=True)


def test_a_code_comes_once_in_an_edition() -> None:
    first = AdminAreaFactory.create()
    with pytest.raises(IntegrityError, match="geo_area_unique_pcode_in_edition"), transaction.atomic():
        AdminAreaFactory.create(edition=first.edition, pcode=first.pcode)


def test_names_answer_in_the_language_asked_else_in_english() -> None:
    one = AdminAreaFactory.create(names={"en": "Aleppo", "ar": "حلب"})
    assert (one.name_in("ar"), one.name_in("fr"), str(one)) == ("حلب", "Aleppo", f"Aleppo ({one.pcode})")
