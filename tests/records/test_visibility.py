"""Who sees what: the one module that decides, asked for each member of the cast."""

import pytest
from django.utils import timezone

from apps.accounts.levels import LocationRelease
from apps.crises.clearance import clearance
from apps.crises.models import Crisis, Membership
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, Incident
from apps.records import actions as records
from tests.factories import facts

pytestmark = pytest.mark.django_db


def titles(user):
    return set(Incident.objects.visible_to(user).values_list("title", flat=True))


@pytest.fixture
def four_levels(cast):
    facts.incident(crisis=cast.aleppo, title="Released", released=True)
    facts.incident(crisis=cast.aleppo, title="Waiting")
    facts.incident(crisis=cast.aleppo, title="Restricted", sensitivity=2)
    facts.incident(crisis=cast.aleppo, title="Confidential", sensitivity=3)
    return cast


def test_each_role_sees_up_to_its_clearance(four_levels):
    cast = four_levels
    assert titles(cast.nobody) == {"Released"}
    assert titles(cast.pavel) == {"Released", "Waiting"}
    assert titles(cast.fatima) == {"Released", "Waiting"}
    assert titles(cast.imran) == {"Released", "Waiting", "Restricted"}
    assert titles(cast.cora) == {"Released", "Waiting", "Restricted", "Confidential"}


def test_a_role_in_another_crisis_is_none_in_this(four_levels):
    assert titles(four_levels.carl) == {"Released"}


def test_administering_the_system_shows_no_content(four_levels):
    assert titles(four_levels.sam) == {"Released"}


def test_an_ended_membership_shows_nothing_more(four_levels):
    Membership.objects.filter(user=four_levels.cora).update(until=timezone.now())
    assert titles(four_levels.cora) == {"Released"}


def test_a_parent_crisis_clears_for_its_children(cast):
    child = Crisis.objects.create(slug="north", names={"en": "North"}, parent=cast.aleppo)
    facts.incident(crisis=child, title="In the child", sensitivity=3)
    assert titles(cast.cora) == {"In the child"}
    assert clearance(cast.cora).is_coordinator_of(child.pk)


def test_an_organisation_sees_its_own_reports_up_to_restricted(cast):
    facts.incident(crisis=cast.aleppo, by=cast.fatima, title="Ours", sensitivity=2)
    facts.incident(crisis=cast.aleppo, by=cast.fatima, title="Only hers", sensitivity=3)
    assert titles(cast.omar) == {"Ours"}
    assert titles(cast.fatima) == {"Ours", "Only hers"}


@pytest.mark.parametrize("change", [{"removed_at": timezone.now()}, {"verification": "rejected"}])
def test_removed_and_rejected_records_are_seen_by_nobody(cast, change):
    row = facts.incident(crisis=cast.aleppo, by=cast.fatima, released=True)
    Incident.objects.filter(pk=row.pk).update(**change)
    for user in (cast.nobody, cast.pavel, cast.fatima, cast.cora):
        assert titles(user) == set()


def test_a_disputed_record_stays_public(cast):
    row = facts.incident(crisis=cast.aleppo, title="Disputed", released=True)
    Incident.objects.filter(pk=row.pk).update(verification="disputed")
    assert titles(cast.nobody) == {"Disputed"}


@pytest.mark.parametrize(
    ("release", "accuracy", "shown"),
    [
        (LocationRelease.EXACT, "point", (37.16123, 36.20456)),
        (LocationRelease.SETTLEMENT, "point", (37.15, 36.2)),
        (LocationRelease.SETTLEMENT, "settlement", (37.16123, 36.20456)),
        (LocationRelease.WITHHELD, "point", None),
    ],
)
def test_a_place_is_shown_as_coarsely_as_released_and_never_finer(cast, release, accuracy, shown):
    facts.incident(
        crisis=cast.aleppo,
        location=(37.16123, 36.20456),
        location_accuracy=accuracy,
        location_release=release,
        released=True,
    )
    row = Incident.objects.visible_to(cast.nobody).as_shown_to(cast.nobody).get()
    assert (row.shown_location.coords if row.shown_location else None) == (pytest.approx(shown) if shown else None)
    exact = Incident.objects.visible_to(cast.cora).as_shown_to(cast.cora).get()
    assert exact.shown_location.coords == pytest.approx((37.16123, 36.20456))


def test_a_generalised_record_shows_neither_its_title_nor_its_place_name(cast):
    facts.incident(
        crisis=cast.aleppo, title="Clinic in Canary Street", place_name="Canary Street", location_accuracy="point",
        location_release="withheld", released=True,
    )  # fmt: skip
    row = Incident.objects.visible_to(cast.nobody).as_shown_to(cast.nobody).get()
    assert "Canary" not in f"{row.shown_title} {row.shown_place_name}"
    seen = Incident.objects.visible_to(cast.cora).as_shown_to(cast.cora).get()
    assert seen.shown_title == "Clinic in Canary Street"


def test_bisecting_a_box_finds_no_more_than_the_output_says(cast):
    """The filter reads the released column, so an ever smaller box closes in on the grid point, not on the site."""
    facts.incident(
        crisis=cast.aleppo, location=(37.16123, 36.20456), location_accuracy="point", location_release="settlement",
        released=True,
    )  # fmt: skip
    around = (37.160, 36.204, 37.162, 36.206)
    grid = (37.149, 36.199, 37.151, 36.201)
    public = Incident.objects.visible_to(cast.nobody)
    assert not public.in_box(around, viewer=cast.nobody).exists()
    assert public.in_box(grid, viewer=cast.nobody).exists()
    assert Incident.objects.visible_to(cast.cora).in_box(around, viewer=cast.cora).exists()
    assert not Incident.objects.visible_to(cast.cora).in_box(grid, viewer=cast.cora).exists()


def test_a_box_may_cross_the_antimeridian(cast):
    facts.incident(title="Fiji", location=(179.5, -17.0), released=True)
    facts.incident(title="Samoa", location=(-172.0, -13.8), released=True)
    facts.incident(title="Aleppo", released=True)
    found = Incident.objects.visible_to(cast.nobody).in_box((170, -20, -170, -10), viewer=cast.nobody)
    assert set(found.values_list("title", flat=True)) == {"Fiji", "Samoa"}


def test_a_public_figure_of_a_stricter_record_stays_held_after_a_merge(cast, now):
    root = facts.incident(crisis=cast.aleppo, released=True)
    merged = facts.incident(crisis=cast.aleppo, sensitivity=3, claims=[facts.claim("killed", 9)])
    Incident.objects.filter(pk=merged.pk).update(merged_into=root, canonical=root)
    CasualtyClaim.objects.filter(record=merged).update(canonical=root)
    records.settle(kind=incidents.KIND, canonical_ids=[root.pk], now=now)
    for user, seen in ((cast.nobody, False), (cast.pavel, False), (cast.imran, False), (cast.cora, True)):
        assert CasualtyClaim.objects.visible_to(user).exists() is seen


@pytest.mark.parametrize("release", ["settlement", "adm2", "withheld"])
def test_the_name_of_a_point_is_withheld_with_the_point(cast, release):
    facts.incident(
        crisis=cast.aleppo, place_name="Canary clinic", location_accuracy="point", location_release=release,
        released=True,
    )  # fmt: skip
    assert Incident.objects.visible_to(cast.nobody).as_shown_to(cast.nobody).get().shown_place_name == ""
