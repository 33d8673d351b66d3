"""Numbers of people on a day, movements, households; areas, their age, and what a sum was before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.access.models import AccessConstraint, AssetStatus
from apps.crises.models import Baseline
from apps.displacement.models import Displacement
from apps.geo import actions as geo
from apps.geo.models import AdminArea, BoundaryEdition
from apps.picture.rules import Rule
from apps.sources.models import Round
from tests.factories import facts
from tests.factories.geo import area_draft, edition_draft, load_squareland, square
from tests.factories.sources import DatasetFactory
from tests.picture.test_rules_of_totals import killed, out_of, summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def dtm(cast):
    """The operation whose counts are Aleppo's."""
    dataset = DatasetFactory(slug="dtm", counts="idps")
    Baseline.objects.create(crisis=cast.aleppo, measure="idps", dataset=dataset, reason="It goes on")
    return dataset


def stock(cast, dataset, number, day=30, *, place="A", cohort="", unit="people", size=None, **changes):
    """So many people found in a place on a day of November."""
    said = facts.claim("idps", number, scope="stock", as_of_date=date(2024, 11, day), unit=unit)
    fields = {"measure": "stock", "category": "idps", "cohort": cohort, **changes.pop("fields", {})}
    return facts.moved(
        dataset=dataset,
        crisis=cast.aleppo,
        released=True,
        start_date=date(2024, 11, day),
        claims=[replace(said, household_size=size)],
        place_name=place,
        fields=fields,
        **changes,
    )


def round_of(dataset, number, day):
    """A round of one day."""
    on = date(2024, 11, day)
    return Round.objects.create(dataset=dataset, number=number, from_date=on, to_date=on)


class TestHouseholds:
    def test_of_a_declared_size_they_are_people_and_marked_as_derived(self, cast):
        idmc = DatasetFactory(slug="idmc")
        households = facts.claim("displaced", 100, "about", unit="households")
        facts.moved(dataset=idmc, crisis=cast.aleppo, released=True,
                    claims=[replace(households, household_size=Decimal("5.35"))])  # fmt: skip
        facts.moved(dataset=idmc, crisis=cast.aleppo, released=True, claims=[households])
        facts.moved(dataset=idmc, crisis=cast.aleppo, released=True, claims=[facts.claim("displaced", 40)])
        figure = summary(crisis=("aleppo",))[0]["displaced"]
        (counted,) = figure.by_dataset
        assert (counted.amount.best, counted.amount.records, counted.amount.derived) == (575, 2, 1)
        assert out_of(figure) == {Rule.HOUSEHOLDS_ARE_NOT_PEOPLE: 1}

    def test_a_record_that_gives_people_and_households_counts_its_people(self, cast):
        households = facts.claim("displaced", 100, unit="households", key="h")
        facts.moved(crisis=cast.aleppo, released=True, claims=[
            facts.claim("displaced", 480, key="p"), replace(households, household_size=Decimal(5))
        ])  # fmt: skip
        (counted,) = summary(crisis=("aleppo",))[0]["displaced"].by_dataset
        assert (counted.amount.best, counted.amount.records, counted.amount.derived) == (480, 1, 0)

    def test_bounds_are_rounded_outwards(self, cast):
        said = replace(facts.claim("displaced", 10, unit="households"), low=9, best=10, high=11)
        facts.moved(crisis=cast.aleppo, released=True, claims=[replace(said, household_size=Decimal("4.25"))])
        (counted,) = summary(crisis=("aleppo",))[0]["displaced"].by_dataset
        assert (counted.amount.low, counted.amount.high) == (38, 47)
        assert counted.amount.best in {42, 43}

    def test_they_are_added_up_as_households_where_those_are_asked_for(self, cast, client):
        for number in (100, 20):
            facts.moved(crisis=cast.aleppo, released=True,
                        claims=[facts.claim("displaced", number, unit="households")])  # fmt: skip
        figures = client.get("/api/v1/summary", {"crisis": "aleppo", "unit": "households"}).json()["figures"]
        displaced = next(each for each in figures if each["code"] == "displaced")
        assert sorted(each["best"] for each in displaced["by_dataset"]) == [20, 100]

    def test_in_a_stock_too(self, cast, dtm):
        stock(cast, dtm, 10, unit="households", size=Decimal(5), place="A")
        stock(cast, dtm, 7, unit="households", place="B")
        stock(cast, dtm, 30, place="C")
        idps = summary(crisis=("aleppo",))[0]["idps"].stock
        assert (idps.amount.best, idps.amount.records, idps.amount.derived) == (80, 2, 1)


class TestStocks:
    def test_a_dead_operations_higher_round_changes_nothing(self, cast, dtm):
        dead = DatasetFactory(slug="dead", counts="idps")
        for place, number in (("A", 100), ("B", 50)):
            stock(cast, dtm, number, 20, place=place, fields={"round": round_of(dtm, f"2{place}", 20)})
        before = summary(crisis=("aleppo",))[0]["idps"].stock
        stock(cast, dead, 9_000, 2, fields={"round": round_of(dead, "70", 2)})
        figure = summary(crisis=("aleppo",))[0]["idps"]
        assert figure.stock == before
        assert before.amount.best == 150
        assert {each.dataset: each.amount.best for each in figure.by_dataset} == {"dtm": 150, "dead": 9_000}
        assert out_of(figure) == {Rule.ONE_STOCK_SERIES: 1}

    def test_the_chosen_cohort_counts_and_the_others_stand_beside_it(self, cast, dtm):
        stock(cast, dtm, 11_020, cohort="all who were displaced")
        stock(cast, dtm, 8_270, cohort="since April")
        assert summary(crisis=("aleppo",))[0]["idps"].stock is None
        Baseline.objects.filter(measure="idps").update(cohort="since April")
        figure = summary(crisis=("aleppo",))[0]["idps"]
        assert (figure.stock.amount.best, figure.stock.cohort) == (8_270, "since April")
        assert out_of(figure) == {Rule.ONE_COHORT: 1}

    def test_without_a_choice_everybody_counts(self, cast, dtm):
        stock(cast, dtm, 11_020)
        stock(cast, dtm, 8_270, cohort="since April")
        assert summary(crisis=("aleppo",))[0]["idps"].stock.amount.best == 11_020

    def test_earlier_rounds_stay_out_by_their_rule(self, cast, dtm):
        for day, number in ((5, 100), (12, 110), (20, 120)):
            stock(cast, dtm, number, day, fields={"round": round_of(dtm, str(99 - day), day)})
        figure = summary(crisis=("aleppo",))[0]["idps"]
        assert (figure.stock.amount.best, figure.stock.round) == (120, "79")
        assert out_of(figure) == {Rule.ONE_ROUND: 2}

    def test_a_cohort_is_not_named_where_the_place_is_withheld(self, cast, dtm):
        stock(cast, dtm, 10, cohort="Displaced from Canary village", location_release="adm1")
        Displacement.objects.update(is_generalised=True)
        for user, shown in ((None, False), (cast.cora, True)):
            (counted,) = summary(user, crisis=("aleppo",))[0]["idps"].by_dataset
            assert ("Canary" in (counted.cohort or "")) is shown

    def test_a_stock_of_any_age_is_the_latest_and_told_with_its_age(self, cast, dtm):
        stock(cast, dtm, 10, 1)
        Displacement.objects.update(stale_after=None)
        idps = summary(crisis=("aleppo",))[0]["idps"].stock
        assert (idps.as_of_date, idps.age.stale_after.date()) == (date(2024, 11, 1), date(2025, 11, 2))
        assert idps.age.stale_records == 0
        later = datetime(2026, 1, 1, tzinfo=UTC)
        assert summary(crisis=("aleppo",), now=later)[0]["idps"].stock.age.stale_records == 1


class TestAge:
    def test_a_sum_tells_when_the_first_of_its_records_is_to_be_confirmed(self, cast, now):
        dataset = DatasetFactory()
        soon, late = now + timedelta(days=1), now + timedelta(days=5)
        for number, until in ((1, late), (2, soon), (4, None)):
            killed(cast, dataset, number, stale_after=until)
        (counted,) = summary(crisis=("aleppo",))[0]["killed"].by_dataset
        assert (counted.age.stale_after, counted.age.stale_records) == (soon, 0)
        (counted,) = summary(crisis=("aleppo",), now=now + timedelta(days=3))[0]["killed"].by_dataset
        assert (counted.age.stale_after, counted.age.stale_records) == (soon, 1)

    def test_as_of_a_known_time_it_is_seen_from_then(self, cast, client, now):
        killed(cast, DatasetFactory(), 2, stale_after=now + timedelta(days=1))
        then = {"crisis": "aleppo", "known_at": (now + timedelta(hours=1)).isoformat()}
        stale = [client.get("/api/v1/summary", asked).json()["figures"][0]["by_dataset"][0]["stale_records"]
                 for asked in (then, {"crisis": "aleppo"})]  # fmt: skip
        assert stale == [0, 1]

    def test_infrastructure_and_constraints_tell_theirs(self, cast, now):
        facts.status(crisis=cast.aleppo, released=True)
        facts.constraint(crisis=cast.aleppo, released=True)
        AssetStatus.objects.update(stale_after=now)
        AccessConstraint.objects.update(stale_after=now + timedelta(days=9))
        _, whole = summary(crisis=("aleppo",), now=now + timedelta(days=2))
        airports = next(each for each in whole.reach if each.type == "airport")
        assert (airports.counts["closed"], airports.age.stale_after, airports.age.stale_records) == (1, now, 1)
        movement = next(each for each in whole.in_force if each.type == "movement")
        assert movement.age.stale_records == 0


class TestThePeriodBefore:
    def test_the_same_sum_over_as_many_days_with_the_worst_of_both_as_bounds(self, cast):
        own = DatasetFactory(slug="own")
        Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=own, reason="Ours")
        for day, low, best, high in ((30, 5, 6, 9), (25, 1, 4, 7)):
            said = replace(facts.claim("killed", best), low=low, best=best, high=high)
            facts.incident(
                dataset=own, crisis=cast.aleppo, released=True, start_date=date(2024, 11, day), claims=[said]
            )
        period = {"since": date(2024, 11, 27), "until": date(2024, 11, 30)}
        found, whole = summary(crisis=("aleppo",), **period)
        change = found["killed"].previous
        assert (change.since, change.until) == (date(2024, 11, 23), date(2024, 11, 26))
        assert (change.amount.low, change.amount.best, change.amount.high) == (1, 4, 7)
        assert (change.less, change.best, change.more) == (-2, 2, 8)
        assert (whole.events.count, whole.events.previous) == (1, 1)

    def test_without_a_series_that_counts_or_without_an_end_there_is_none(self, cast):
        dataset = DatasetFactory()
        killed(cast, dataset, 4)
        period = {"since": date(2024, 11, 27), "until": date(2024, 11, 30)}
        assert summary(crisis=("aleppo",), **period)[0]["killed"].previous is None
        Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=dataset, reason="Ours")
        assert summary(crisis=("aleppo",), since=date(2024, 11, 27))[0]["killed"].previous is None

    def test_a_stock_that_nobody_counted_anew_has_none(self, cast, dtm):
        stock(cast, dtm, 100, 20)
        period = {"since": date(2024, 11, 27), "until": date(2024, 11, 30)}
        assert summary(crisis=("aleppo",), **period)[0]["idps"].previous is None

    def test_a_stock_is_compared_where_the_same_places_were_counted(self, cast, dtm):
        first, second = round_of(dtm, "1", 20), round_of(dtm, "2", 29)
        for place, number in (("A", 100), ("B", 50)):
            stock(cast, dtm, number, 20, place=place, fields={"round": first})
        stock(cast, dtm, 130, 29, place="A", fields={"round": second})
        period = {"since": date(2024, 11, 27), "until": date(2024, 11, 30)}
        change = summary(crisis=("aleppo",), **period)[0]["idps"].previous
        assert (change.as_of_date, change.amount.best, change.is_comparable) == (date(2024, 11, 20), 150, False)
        stock(cast, dtm, 60, 29, place="B", fields={"round": second})
        change = summary(crisis=("aleppo",), **period)[0]["idps"].previous
        assert (change.is_comparable, change.best) == (True, 40)


class TestRefusals:
    @pytest.mark.parametrize(
        ("asked", "rule", "parameter"),
        [
            ({"dataset": "a,b", "measure": "stock"}, "one_stock_series", "dataset"),
            ({"measure": "stock,flow"}, "stock_is_no_flow", "measure"),
            ({"unit": "people,households"}, "households_are_not_people", "unit"),
            ({"area": "ZZ01"}, "role_is_said", "area_role"),
            ({"area": "OLD1", "area_role": "any"}, "divided_ground", "area"),
        ],
    )
    def test_a_sum_that_a_rule_forbids_is_refused_with_that_rule(self, client, former, asked, rule, parameter):
        DatasetFactory(slug="a")
        DatasetFactory(slug="b")
        refused = client.get("/api/v1/summary", asked)
        assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
        problem = refused.json()
        assert (problem["rule"], problem["errors"][0]["parameter"]) == (rule, parameter)
        assert Rule(rule).sentence in problem["detail"]

    @pytest.mark.parametrize("area", ["OLD1,OLD2", "D-WEST", "ZZ01", "ZZZ"])
    def test_former_ground_that_later_areas_cover_exactly_is_answered(self, client, former, area):
        assert client.get("/api/v1/summary", {"area": area, "area_role": "any"}).status_code == 200

    def test_two_series_without_a_stock_stand_beside_each_other(self, client):
        DatasetFactory(slug="a")
        DatasetFactory(slug="b")
        assert client.get("/api/v1/summary", {"dataset": "a,b"}).status_code == 200


@pytest.fixture
def former(now):
    """Squareland, and an older edition that divided it in other places."""
    drafts = [
        area_draft(0, "ZZ", None, square(0, 0, 4, 2)),
        area_draft(1, "OLD1", "ZZ", square(0, 0, 3, 2)),
        area_draft(1, "OLD2", "ZZ", square(3, 0, 1, 2)),
        area_draft(2, "D-WEST", "OLD1", square(0, 0, 2)),
        area_draft(2, "D-EAST", "OLD2", square(2, 0, 2)),
    ]
    geo.load_edition(edition=edition_draft(version="v1", is_current=False), areas=drafts, now=now)
    newer = load_squareland(now=now)
    geo.link_editions(older=BoundaryEdition.objects.get(version="v1"), newer=newer)


class TestAreas:
    @pytest.fixture
    def counted(self, cast, dtm, now):
        """The killed and the displaced of two provinces of one crisis."""
        load_squareland(now=now)
        own = DatasetFactory(slug="own")
        Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=own, reason="Ours")
        cast.aleppo.areas.set(AdminArea.objects.filter(pcode="ZZ"))
        for code, number in (("ZZ01", 3), ("ZZ02", 4)):
            killed(cast, own, number, area_code=code, location=None, location_accuracy="adm1")
            stock(cast, dtm, number * 100, area_code=code, place=code, location=None, location_accuracy="adm1")
        return cast

    @pytest.mark.parametrize(("area", "dead", "displaced"), [("ZZ01", 3, 300), ("ZZ", 7, 700), ("ZZZ", 7, 700)])
    def test_the_crisis_that_covers_an_area_says_which_series_counts_there(self, counted, area, dead, displaced):
        found = summary(area=(area,), area_role="any")[0]
        assert found["killed"].events_sum.amount.best == dead
        assert found["idps"].stock.amount.best == displaced

    def test_a_stock_lies_where_it_was_counted_whichever_end_of_movements_is_meant(self, counted):
        for role in ("origin", "destination", "any"):
            assert summary(area=("ZZ01",), area_role=role)[0]["idps"].stock.amount.best == 300

    def test_two_crises_that_choose_differently_choose_none(self, counted):
        counted.darfur.areas.set(AdminArea.objects.filter(pcode="ZZ"))
        Baseline.objects.create(crisis=counted.darfur, measure="killed", dataset=DatasetFactory(), reason="Theirs")
        assert summary(area=("ZZ01",), area_role="any")[0]["killed"].events_sum is None
