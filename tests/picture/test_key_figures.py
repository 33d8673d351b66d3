"""Key figures: what was stated stands beside what the records come to, and nothing is added that must not be."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from apps.crises.clearance import clearance
from apps.crises.models import Baseline
from apps.picture.queries import key_figures
from apps.records import actions as records
from apps.records.filters import SHARED, Asked, settle
from apps.records.names import Names
from apps.sources.models import Round
from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def figures(user=None, **values):
    """Key figures by code, and the whole."""
    asked = settle(SHARED, Asked(held=clearance(user), names=Names("en"), values=values))
    whole = key_figures(asked)
    return {figure.code: figure for figure in whole.figures}, whole


def november(first, last):
    return {"since": date(2024, 11, first), "until": date(2024, 11, last)}


def numbers(value):
    """Every number that an answer holds, however deep."""
    if isinstance(value, dict):
        return {number for each in value.values() for number in numbers(each)}
    if isinstance(value, list | tuple):
        return {number for each in value for number in numbers(each)}
    return {value} if isinstance(value, int) and not isinstance(value, bool) else set()


@pytest.fixture
def aleppo_in_november(cast):
    """SOHR's running total with its part, the UN's total of three days, and the strikes that lie inside both."""
    sohr = DatasetFactory(slug="sohr", source=SourceFactory(slug="sohr"), counts="statements")
    un = DatasetFactory(slug="un", source=SourceFactory(slug="un"), counts="statements")
    own = DatasetFactory(slug="own")
    Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=own, reason="Our own reports")
    running = {"scope": "running_total", "counts_from": date(2024, 11, 27), "as_of_date": date(2024, 11, 30)}
    facts.incident(
        dataset=sohr,
        crisis=cast.aleppo,
        title="Offensive",
        start_date=date(2024, 11, 27),
        end_date=date(2024, 11, 30),
        fields={"kind": "situation"},
        released=True,
        claims=[
            facts.claim("killed", 300, "more_than", attributed_to="SOHR", key="all", **running),
            facts.claim(
                "killed", 20, "at_least", group="civilians", attributed_to="SOHR", key="c", part_of_key="all", **running
            ),
        ],
    )
    facts.incident(
        dataset=un,
        crisis=cast.aleppo,
        title="Three days",
        start_date=date(2024, 11, 27),
        end_date=date(2024, 11, 29),
        fields={"kind": "situation"},
        released=True,
        claims=[
            facts.claim(
                "killed", 27, group="civilians", attributed_to="UN", scope="period_total",
                from_date=date(2024, 11, 27), to_date=date(2024, 11, 29),
            )
        ],
    )  # fmt: skip
    facts.incident(
        dataset=own,
        crisis=cast.aleppo,
        title="23 air strikes",
        released=True,
        claims=[
            facts.claim("killed", 4, attributed_to="SOHR"),
            facts.claim("injured", 19, attributed_to="SOHR"),
        ],
    )
    return cast


def test_stated_totals_stand_beside_the_sum_of_events_and_are_added_to_nothing(aleppo_in_november, client):
    found, _ = figures(crisis=("aleppo",), **november(27, 30))
    killed = found["killed"]
    said = [(row["attributed_to"], row["group"], row["quantifier"], row["low"]) for row in killed.stated]
    assert said == [
        ("SOHR", "all", "more_than", 301),
        ("SOHR", "civilians", "at_least", 20),
        ("UN", "civilians", "exact", 27),
    ]
    assert (killed.events_sum.dataset, killed.events_sum.amount.best, killed.events_sum.amount.records) == ("own", 4, 1)
    answer = client.get("/api/v1/summary", {"crisis": "aleppo", "since": "2024-11-27", "until": "2024-11-30"}).json()
    assert not numbers(answer) & {304, 305, 327, 328, 331, 332, 31, 47, 24}
    assert {301, 20, 27, 4} <= numbers(answer)


def test_without_a_baseline_each_series_stands_for_itself(aleppo_in_november):
    found, _ = figures(crisis=("aleppo",), **november(27, 30))
    injured = found["injured"]
    assert injured.events_sum is None
    assert [(each.dataset, each.amount.best) for each in injured.by_dataset] == [("own", 19)]


def test_events_of_two_series_are_never_added(cast):
    for slug, number in (("a", 3), ("b", 5)):
        facts.incident(dataset=DatasetFactory(slug=slug), crisis=cast.aleppo, released=True,
                       claims=[facts.claim("killed", number)])  # fmt: skip
    found, _ = figures(crisis=("aleppo",))
    assert {each.dataset: each.amount.best for each in found["killed"].by_dataset} == {"a": 3, "b": 5}
    assert found["killed"].events_sum is None


def test_a_record_counts_where_it_lies_wholly_inside_and_stands_apart_where_it_straddles(cast):
    dataset = DatasetFactory(slug="own")
    Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=dataset, reason="Ours")
    for first, last, number in ((1, 1, 1), (10, 12, 2), (29, 30, 4), (30, 40, 8)):
        start = date(2024, 11, 1)
        facts.incident(
            dataset=dataset, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", number)],
            start_date=start + timedelta(days=first - 1), end_date=start + timedelta(days=last - 1),
        )  # fmt: skip
    found, whole = figures(crisis=("aleppo",), **november(1, 30))
    assert (found["killed"].events_sum.amount.best, found["killed"].events_sum.spanning.best) == (7, 8)
    assert (whole.events.count, whole.events.spanning) == (3, 1)
    halves = [figures(crisis=("aleppo",), **november(*days))[0]["killed"].events_sum for days in ((1, 11), (12, 30))]
    assert [each.amount.best for each in halves] == [1, 4]
    assert [each.spanning.best for each in halves] == [2, 10]


def test_the_year_equals_its_months_and_what_straddles_two_of_them(cast):
    dataset = DatasetFactory(slug="own")
    Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=dataset, reason="Ours")
    for number, (month, day, length) in enumerate([(1, 30, 0), (1, 31, 1), (2, 10, 3), (5, 31, 30), (12, 31, 0)], 1):
        start = date(2018, month, day)
        facts.incident(
            dataset=dataset, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", number)],
            start_date=start, end_date=start + timedelta(days=length),
        )  # fmt: skip

    def total(since, until):
        amount = figures(crisis=("aleppo",), since=since, until=until)[0]["killed"].events_sum
        return amount.amount.best or 0 if amount else 0

    starts = [date(2018, month, 1) for month in range(1, 13)] + [date(2019, 1, 1)]
    months = sum(total(first, after - timedelta(days=1)) for first, after in pairwise(starts))
    straddling = 2 + 4
    assert months + straddling == total(date(2018, 1, 1), date(2018, 12, 31)) == 15


def test_bounds_are_summed_each_for_itself_and_an_open_one_leaves_the_sum_open(cast):
    dataset = DatasetFactory(slug="own")
    claims = [facts.claim("killed", 3), replace(facts.claim("killed", 0), low=2, best=4, high=9)]
    for claim in claims:
        facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, claims=[claim])
    (own,) = figures(crisis=("aleppo",))[0]["killed"].by_dataset
    assert (own.amount.low, own.amount.best, own.amount.high) == (5, 7, 12)
    facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 10, "at_least")])
    facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", None)])
    (own,) = figures(crisis=("aleppo",))[0]["killed"].by_dataset
    assert (own.amount.records, own.amount.low, own.amount.best, own.amount.high) == (3, 15, 17, None)


def test_parts_held_figures_rivals_and_situations_are_in_no_sum(cast):
    dataset = DatasetFactory(slug="own")
    facts.incident(
        dataset=dataset,
        crisis=cast.aleppo,
        released=True,
        claims=[
            facts.claim("killed", 10, key="all", credibility=1),
            facts.claim("killed", 7, group="civilians", key="c", part_of_key="all"),
            facts.claim("killed", 50, attributed_to="Rival", key="r"),
            facts.claim("killed", 90, attributed_to="Held", key="h", sensitivity=3),
        ],
    )
    facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, fields={"kind": "situation"},
                   claims=[facts.claim("killed", 500)])  # fmt: skip
    for user in (None, cast.cora):
        (own,) = figures(user, crisis=("aleppo",))[0]["killed"].by_dataset
        assert (own.amount.best, own.amount.records) == (10, 1)


def test_an_event_that_is_part_of_another_event_is_not_counted_twice(cast, now):
    dataset = DatasetFactory(slug="own")
    whole = facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 4)])
    part = facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 1)])
    records.link(start=part, relation="part_of", end=whole, by=None, now=now)
    (own,) = figures(crisis=("aleppo",))[0]["killed"].by_dataset
    assert (own.amount.best, own.amount.records) == (4, 1)


def test_of_one_speakers_running_totals_the_one_of_the_periods_last_day_stands(cast):
    def total(number, day):
        return facts.claim(
            "killed", number, key=str(day), attributed_to="SOHR", scope="running_total",
            counts_from=date(2024, 11, 27), as_of_date=date(2024, 11, day),
        )  # fmt: skip

    facts.incident(crisis=cast.aleppo, released=True, fields={"kind": "situation"}, start_date=date(2024, 11, 27),
                   end_date=date(2024, 11, 30), claims=[total(100, 28), total(200, 29), total(300, 30)])  # fmt: skip
    for last, number in ((28, 100), (29, 200), (30, 300)):
        stated = figures(crisis=("aleppo",), **november(27, last))[0]["killed"].stated
        assert [row["best"] for row in stated] == [number]
    assert figures(crisis=("aleppo",), **november(25, 27))[0]["killed"].stated == []


def stock(cast, dataset, number, day, *, area="", place="", round_=None, cohort="", **changes):
    said = facts.claim("idps", number, scope="stock", as_of_date=date(2024, 11, day), key=f"{number}")
    return facts.moved(
        dataset=dataset, crisis=cast.aleppo, released=True, start_date=date(2024, 11, day), claims=[said],
        place_name=place or area, area_code=area, fields={"measure": "stock", "category": "idps", "cohort": cohort,
                                                          "round": round_}, **changes,
    )  # fmt: skip


def test_the_stock_is_the_latest_round_of_the_baseline_and_others_stand_beside_it(cast):
    dtm, dead = DatasetFactory(slug="dtm", counts="idps"), DatasetFactory(slug="dead", counts="idps")
    Baseline.objects.create(crisis=cast.aleppo, measure="idps", dataset=dtm, reason="The operation that goes on")

    def of(dataset, number, day):
        return Round.objects.create(
            dataset=dataset, number=number, from_date=date(2024, 11, day), to_date=date(2024, 11, day)
        )

    first, second, old = of(dtm, "1", 5), of(dtm, "2", 20), of(dead, "70", 2)
    for place, number in (("A", 100), ("B", 50)):
        stock(cast, dtm, number, 5, place=place, round_=first)
    stock(cast, dtm, 120, 20, place="A", round_=second)
    stock(cast, dtm, 51, 20, place="B", round_=second)
    stock(cast, dead, 9_000, 2, place="A", round_=old)
    idps = figures(crisis=("aleppo",))[0]["idps"]
    assert (idps.stock.dataset, idps.stock.amount.best, idps.stock.round) == ("dtm", 171, "2")
    assert idps.stock.as_of_date == date(2024, 11, 20)
    assert {each.dataset: each.amount.best for each in idps.by_dataset} == {"dtm": 171, "dead": 9_000}
    assert idps.events_sum is None
    earlier = figures(crisis=("aleppo",), until=date(2024, 11, 19))[0]["idps"]
    assert earlier.stock.amount.best == 150


def test_a_round_that_visited_some_places_replaces_only_those(cast):
    dtm = DatasetFactory(slug="dtm", counts="idps")
    full = Round.objects.create(dataset=dtm, number="1", from_date=date(2024, 11, 5), to_date=date(2024, 11, 5))
    visited = Round.objects.create(
        dataset=dtm, number="2", from_date=date(2024, 11, 20), to_date=date(2024, 11, 20), coverage="visited_only"
    )
    for place, number in (("A", 100), ("B", 50)):
        stock(cast, dtm, number, 5, place=place, round_=full)
    stock(cast, dtm, 70, 20, place="B", round_=visited)
    (counted,) = figures(crisis=("aleppo",))[0]["idps"].by_dataset
    assert (counted.amount.best, counted.as_of_date) == (170, date(2024, 11, 20))


def test_cohorts_are_never_added(cast):
    dtm = DatasetFactory(slug="dtm", counts="idps")
    stock(cast, dtm, 11_020, 10, place="A", cohort="all")
    stock(cast, dtm, 8_270, 10, place="A", cohort="since April")
    counted = figures(crisis=("aleppo",))[0]["idps"].by_dataset
    assert {each.cohort: each.amount.best for each in counted} == {"all": 11_020, "since April": 8_270}


def test_flows_are_summed_within_their_series_and_never_with_stocks(cast):
    idmc = DatasetFactory(slug="idmc", counts="displacements")
    Baseline.objects.create(crisis=cast.aleppo, measure="displaced", dataset=idmc, reason="IDMC's updates")
    for number in (1_000, 400):
        facts.moved(dataset=idmc, crisis=cast.aleppo, released=True, claims=[facts.claim("displaced", number)])
    stock(cast, idmc, 9_000, 30, place="A")
    found = figures(crisis=("aleppo",))[0]
    assert (found["displaced"].events_sum.amount.best, found["displaced"].events_sum.amount.records) == (1_400, 2)
    assert [each.amount.best for each in found["idps"].by_dataset] == [9_000]


def test_households_are_never_people(cast):
    facts.moved(crisis=cast.aleppo, released=True, claims=[facts.claim("displaced", 500, unit="households")])
    assert figures(crisis=("aleppo",))[0]["displaced"].by_dataset == []


def test_a_child_crisis_has_its_parents_baseline(cast):
    cast.darfur.parent = cast.aleppo
    cast.darfur.save()
    own = DatasetFactory(slug="own")
    Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=own, reason="Ours")
    facts.incident(dataset=own, crisis=cast.darfur, released=True, claims=[facts.claim("killed", 3)])
    assert figures(crisis=("darfur",))[0]["killed"].events_sum.amount.best == 3
    assert figures(crisis=("aleppo",))[0]["killed"].events_sum.amount.best == 3
    other = DatasetFactory(slug="other")
    Baseline.objects.create(crisis=cast.darfur, measure="killed", dataset=other, reason="Another")
    assert figures(crisis=("aleppo",))[0]["killed"].events_sum is None


def test_a_baseline_counts_only_while_it_stands(cast):
    own = DatasetFactory(slug="own")
    Baseline.objects.create(
        crisis=cast.aleppo, measure="killed", dataset=own, reason="Ours", from_date=date(2024, 11, 15)
    )
    facts.incident(dataset=own, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 3)])
    assert figures(crisis=("aleppo",), **november(20, 30))[0]["killed"].events_sum.amount.best == 3
    assert figures(crisis=("aleppo",), **november(1, 30))[0]["killed"].events_sum is None


def test_sources_and_the_newest_report_are_told_with_a_figure(aleppo_in_november):
    killed = figures(crisis=("aleppo",), **november(27, 30))[0]["killed"]
    assert (killed.sources, killed.newest) == (3, date(2024, 12, 2))


def test_what_can_be_reached_is_counted_by_type_and_status(cast, now):
    facts.status(crisis=cast.aleppo, released=True)
    for value, name in (("open", "M4"), ("restricted", "M5"), ("destroyed", "Bridge road")):
        of = facts.asset(type="road_segment", name=name)
        facts.status(of=of, value=value, crisis=cast.aleppo, released=True)
    _, whole = figures(crisis=("aleppo",))
    assert whole.access["airport"] == {"open": 0, "restricted": 0, "closed": 1, "disputed": 0, "unknown": 0}
    assert whole.access["road_segment"] == {"open": 1, "restricted": 1, "closed": 1, "disputed": 0, "unknown": 0}
    assert set(whole.access["border_crossing"].values()) == {0}


def test_constraints_in_force_are_counted_by_type(cast):
    facts.constraint(crisis=cast.aleppo, released=True)
    facts.constraint(crisis=cast.aleppo, released=True, fields={"type": "mines", "state": "ended"})
    _, whole = figures(crisis=("aleppo",))
    assert [(row.type, row.count) for row in whole.in_force] == [("movement", 1)]
    assert whole.in_force[0].label.startswith("Restriction of movement")


def test_the_newest_information_is_when_it_was_said_never_when_it_was_loaded(cast, now):
    said = now - timedelta(days=1)
    facts.incident(crisis=cast.aleppo, released=True, reported_at=said)
    assert figures(crisis=("aleppo",))[1].newest_information == said
    facts.incident(crisis=cast.aleppo, start_date=date(2024, 12, 2), end_date=date(2024, 12, 2), sensitivity=3)
    assert figures(crisis=("aleppo",))[1].newest_information == said


def test_what_one_may_not_see_is_in_no_count(cast):
    dataset = DatasetFactory(slug="own")
    facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 1)])
    facts.incident(dataset=dataset, crisis=cast.aleppo, sensitivity=2, claims=[facts.claim("killed", 2)])
    facts.status(crisis=cast.aleppo, sensitivity=2)
    for user, killed, incidents, closed in (
        (None, 1, 1, 0), (cast.pavel, 1, 1, 0), (cast.imran, 3, 2, 1), (cast.carl, 1, 1, 0),
    ):  # fmt: skip
        found, whole = figures(user, crisis=("aleppo",))
        assert [each.amount.best for each in found["killed"].by_dataset] == [killed]
        assert (whole.events.count, whole.access["airport"]["closed"]) == (incidents, closed)


def test_key_figures_take_as_many_queries_whatever_there_is(cast, aleppo_in_november, django_assert_max_num_queries):
    with django_assert_max_num_queries(34):
        figures(cast.cora, crisis=("aleppo",), **november(27, 30))


def test_a_summary_of_an_area_says_which_end_of_movements_it_means(client, now):
    from tests.factories.geo import load_squareland

    load_squareland(now=now)
    refused = client.get("/api/v1/summary", {"area": "ZZ01"})
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "area_role")
    assert client.get("/api/v1/summary", {"area": "ZZ01", "area_role": "origin"}).status_code == 200


def test_the_timeline_counts_each_record_once_at_its_first_day(client, cast):
    for first, last in ((27, 30), (27, 27), (29, 29)):
        facts.incident(
            crisis=cast.aleppo, released=True, start_date=date(2024, 11, first), end_date=date(2024, 11, last)
        )
    facts.moved(crisis=cast.aleppo, released=True)
    facts.incident(crisis=cast.aleppo, sensitivity=2)
    bars = client.get("/api/v1/timeline", {"crisis": "aleppo"}).json()["results"]
    assert [(bar["start"], bar["records"]) for bar in bars] == [("2024-11-27", 2), ("2024-11-29", 1), ("2024-11-30", 1)]
    assert bars[0]["by_resource"] == {"incidents": 2}
    weeks = client.get("/api/v1/timeline", {"crisis": "aleppo", "step": "week", "resource": "incidents"}).json()
    assert [(bar["start"], bar["records"]) for bar in weeks["results"]] == [("2024-11-25", 3)]
    months = client.get("/api/v1/timeline", {"crisis": "aleppo", "step": "month"}).json()["results"]
    assert [(bar["start"], bar["records"]) for bar in months] == [("2024-11-01", 4)]
