"""What is added to what, and what never is: every rule keeps something out, says so, and refuses what it forbids."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.crises.clearance import clearance
from apps.crises.models import Baseline
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, Incident
from apps.ledger.actions import open_revision
from apps.picture import queries
from apps.picture.queries import key_figures
from apps.picture.rules import Rule
from apps.records import actions as records
from apps.records.filters import SHARED, Asked, settle
from apps.records.models import SuspectedDuplicate
from apps.records.names import Names
from tests.factories import facts
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


def summary(user=None, *, explain=False, now=facts.NOW, **values):
    """Key figures by code, and the whole."""
    asked = settle(SHARED, Asked(held=clearance(user), names=Names("en"), values=values))
    whole = key_figures(asked, now=now, explain=explain)
    return {figure.code: figure for figure in whole.figures}, whole


def out_of(figure):
    """How many figures stayed out, by rule."""
    return {each.rule: each.figures for each in figure.excluded}


@pytest.fixture
def own(cast):
    """The series that counts the killed of Aleppo."""
    dataset = DatasetFactory(slug="own")
    Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=dataset, reason="Ours")
    return dataset


def killed(cast, dataset, *numbers, **changes):
    """One released incident for each number."""
    return [
        facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", each)],
                       **changes)
        for each in numbers
    ]  # fmt: skip


def suspect(one, other, now, state="open"):
    """Two records that may tell of one thing."""
    first, second = sorted([one.pk, other.pk])
    with transaction.atomic():
        open_revision(by=None, now=now, reason="alike")
        return SuspectedDuplicate.objects.create(
            kind="incident", first_id=first, second_id=second, score=0.9, found_at=now, state=state,
            settled_at=None if state == "open" else now,
        )  # fmt: skip


class TestSuspectedDuplicates:
    def test_they_lower_the_low_and_leave_best_and_high(self, cast, own, now):
        one, other, _ = killed(cast, own, 5, 3, 10)
        suspect(one, other, now)
        found, whole = summary(crisis=("aleppo",))
        amount = found["killed"].events_sum.amount
        assert (amount.low, amount.best, amount.high, amount.suspected) == (13, 18, 18, 2)
        assert out_of(found["killed"])[Rule.DUPLICATES_WIDEN] == 2
        assert (whole.events.count, whole.events.low) == (3, 2)

    def test_of_several_that_hang_together_the_least_remains(self, cast, own, now):
        one, two, three = killed(cast, own, 5, 3, 10)
        suspect(one, two, now)
        suspect(two, three, now)
        found, whole = summary(crisis=("aleppo",))
        assert (found["killed"].events_sum.amount.low, found["killed"].events_sum.amount.high) == (3, 18)
        assert whole.events.low == 1

    @pytest.mark.parametrize("state", ["same", "distinct"])
    def test_a_settled_one_widens_nothing(self, cast, own, now, state):
        one, other = killed(cast, own, 5, 3)
        suspect(one, other, now, state)
        assert summary(crisis=("aleppo",))[0]["killed"].events_sum.amount.low == 8

    def test_records_of_two_series_are_never_in_one_sum_and_widen_none(self, cast, own, now):
        (one,), (other,) = killed(cast, own, 5), killed(cast, DatasetFactory(slug="other"), 3)
        suspect(one, other, now)
        found = summary(crisis=("aleppo",))[0]["killed"]
        assert {each.dataset: each.amount.low for each in found.by_dataset} == {"own": 5, "other": 3}

    def test_one_that_the_reader_may_not_see_is_not_told_of(self, cast, own, now):
        (one,) = killed(cast, own, 5)
        hidden = facts.incident(dataset=own, crisis=cast.aleppo, sensitivity=2, claims=[facts.claim("killed", 3)])
        suspect(one, hidden, now)
        public, cleared = (summary(user, crisis=("aleppo",))[0]["killed"] for user in (None, cast.cora))
        assert (public.events_sum.amount.low, public.events_sum.amount.suspected) == (5, 0)
        assert (cleared.events_sum.amount.low, cleared.events_sum.amount.high) == (3, 8)


def test_a_merged_record_counts_once(cast, own, now):
    one, other = killed(cast, own, 5, 3)
    with transaction.atomic():
        open_revision(by=None, now=now, reason="the same")
        Incident.objects.filter(pk=other.pk).update(merged_into=one, canonical=one)
        CasualtyClaim.objects.filter(record=other).update(canonical=one, is_adopted=False)
    found, whole = summary(crisis=("aleppo",))
    amount = found["killed"].events_sum.amount
    assert (amount.records, amount.low, amount.high, whole.events.count) == (1, 5, 5, 1)
    assert out_of(found["killed"]) == {Rule.FIGURE_USED: 1}


class TestWhatStaysOut:
    def test_every_figure_is_in_the_sum_or_out_by_a_rule(self, cast, own, now):
        first, last = date(2024, 11, 27), date(2024, 11, 30)
        whole, part = killed(cast, own, 4, 1)
        records.link(start=part, relation="part_of", end=whole, by=None, now=now)
        killed(cast, own, 8, start_date=date(2024, 11, 20), end_date=first)
        killed(cast, DatasetFactory(slug="other"), 9, 9)
        facts.incident(dataset=own, crisis=cast.aleppo, released=True, fields={"kind": "situation"}, claims=[
            facts.claim("killed", 50, key="s"),
            facts.claim("killed", 300, "more_than", key="t1", scope="running_total", counts_from=first,
                        as_of_date=date(2024, 11, 29)),
            facts.claim("killed", 400, "more_than", key="t2", scope="running_total", counts_from=first,
                        as_of_date=last),
        ])  # fmt: skip
        facts.incident(dataset=own, crisis=cast.aleppo, released=True, claims=[
            facts.claim("killed", 10, key="all", credibility=1),
            facts.claim("killed", 7, group="civilians", key="c", part_of_key="all"),
            facts.claim("killed", 12, attributed_to="Rival", key="r"),
            facts.claim("killed", 90, attributed_to="Held", key="h", sensitivity=3),
        ])  # fmt: skip
        facts.incident(dataset=own, crisis=cast.aleppo, released=True, claims=[facts.claim("killed", None)])
        period = {"crisis": ("aleppo",), "since": first, "until": last}
        figure = summary(cast.cora, **period)[0]["killed"]
        assert (figure.events_sum.amount.best, figure.events_sum.amount.records) == (14, 2)
        assert out_of(figure) == {
            Rule.ONE_SERIES: 2,
            Rule.TOTALS_STAND_APART: 1,
            Rule.LATER_TOTAL_REPLACES: 1,
            Rule.WHOLLY_INSIDE: 1,
            Rule.FIGURE_USED: 1,
            Rule.PARTS_ARE_INSIDE: 1,
            Rule.PART_OF_AN_EVENT: 1,
            Rule.SITUATIONS_HOLD_EVENTS: 1,
            Rule.HELD: 1,
            Rule.NO_NUMBER: 1,
        }
        assert Rule.HELD not in out_of(summary(**period)[0]["killed"])

    def test_of_many_records_rivals_are_looked_for_only_to_explain(self, cast, own, client, monkeypatch):
        rivals = [facts.claim("killed", number, attributed_to=who) for number, who in ((7, "One"), (9, "Another"))]
        facts.incident(crisis=cast.aleppo, dataset=own, claims=rivals, released=True)
        asked = {"crisis": "aleppo", "since": "2024-11-27", "until": "2024-11-30"}

        def told(**more):
            figure = client.get("/api/v1/summary", asked | more).json()["figures"][0]
            return figure["excluded_in_full"], [each["rule"] for each in figure["excluded"]]

        assert told() == told(explain="1") == (True, ["figure_used"])
        monkeypatch.setattr(queries, "FEW", 0)
        assert told() == (False, [])
        assert told(explain="1") == (True, ["figure_used"])

    def test_explain_names_what_went_in_and_what_stayed_out(self, cast, own, client):
        inside, across = (
            killed(cast, own, 4),
            killed(cast, own, 8, start_date=date(2024, 11, 20), end_date=date(2024, 11, 30)),
        )
        other = killed(cast, DatasetFactory(slug="other"), 9)
        asked = {"crisis": "aleppo", "since": "2024-11-27", "until": "2024-11-30", "explain": "1"}
        figure = client.get("/api/v1/summary", asked).json()["figures"][0]
        went_in, beside = figure["explain"]["went_in"]
        assert (went_in["is_total"], beside["is_total"], beside["dataset"]) == (True, False, "other")
        assert (went_in["dataset"], went_in["records"], went_in["resource"]) == ("own", 1, "incidents")
        assert went_in["record_ids"] == [str(inside[0].pk)]
        assert went_in["figure_ids"] == [str(inside[0].claims.get().pk)]
        assert {each["rule"]: each["record_ids"] for each in figure["explain"]["stayed_out"]} == {
            "one_series": [str(other[0].pk)],
            "wholly_inside": [str(across[0].pk)],
        }
        assert all(each["sentence"] for each in figure["excluded"])
        assert "explain" not in client.get("/api/v1/summary", {"crisis": "aleppo"}).json()["figures"][0]

    def test_an_event_inside_one_of_another_series_still_counts_in_its_own(self, cast, own, now):
        (whole,), (part,) = killed(cast, DatasetFactory(slug="other"), 9), killed(cast, own, 4)
        records.link(start=part, relation="part_of", end=whole, by=None, now=now)
        assert summary(crisis=("aleppo",))[0]["killed"].events_sum.amount.best == 4

    def test_an_event_inside_one_that_the_reader_may_not_see_still_counts(self, cast, own, now):
        (part,) = killed(cast, own, 4)
        whole = facts.incident(dataset=own, crisis=cast.aleppo, sensitivity=2, claims=[facts.claim("killed", 6)])
        records.link(start=part, relation="part_of", end=whole, by=None, now=now)
        assert summary(crisis=("aleppo",))[0]["killed"].events_sum.amount.best == 4
        assert summary(cast.cora, crisis=("aleppo",))[0]["killed"].events_sum.amount.best == 6


def test_one_speakers_totals_on_two_records_of_one_ground_replace_each_other(cast, now):
    load_squareland(now=now)
    for day, number in ((28, 100), (30, 300)):
        said = facts.claim("killed", number, scope="running_total", counts_from=date(2024, 11, 27), key=str(day),
                           as_of_date=date(2024, 11, day), attributed_to="SOHR")  # fmt: skip
        facts.incident(crisis=cast.aleppo, released=True, area_code="ZZ01", location=None, location_accuracy="adm1",
                       fields={"kind": "situation"}, claims=[said])  # fmt: skip
    figure = summary(crisis=("aleppo",))[0]["killed"]
    assert [row["best"] for row in figure.stated] == [300]
    assert out_of(figure)[Rule.LATER_TOTAL_REPLACES] == 1


class TestTheYear:
    def test_twelve_months_and_what_spans_them_once_come_to_the_year(self, cast, own):
        """Rows as UCDP publishes them: most within a day, some over weeks or months, some across New Year."""
        chance = random.Random(2018)
        drafts = []
        for number in range(90):
            start = date(2017, 12, 1) + timedelta(days=chance.randrange(420))
            length = chance.choice([0] * 8 + [1, 5, 30, 70, 365])
            low = chance.randrange(9)
            said = replace(
                facts.claim("killed", low), best=low + chance.randrange(3), high=low + 2 + chance.randrange(9)
            )
            drafts.append(incidents.IncidentDraft(
                external_id=str(number), title="Organised violence", start_date=start,
                end_date=start + timedelta(days=length), location_accuracy="adm1", claims=(said,),
                fields={"category": "organised_violence", "category_scheme": "ucdp"},
            ))  # fmt: skip
        incidents.record_many(drafts=drafts, dataset=own, crisis=cast.aleppo, now=facts.NOW)
        Incident.objects.update(sensitivity=0, released_at=facts.NOW)

        def bounds(amount):
            return [amount.low or 0, amount.best or 0, amount.high or 0]

        starts = [date(2018, month, 1) for month in range(1, 13)] + [date(2019, 1, 1)]
        months, spanning = [0, 0, 0], set()
        for first, after in pairwise(starts):
            period = {"since": first, "until": after - timedelta(days=1)}
            figure = summary(crisis=("aleppo",), explain=True, **period)[0]["killed"]
            months = [one + other for one, other in zip(months, bounds(figure.events_sum.amount), strict=True)]
            across = [each for each in figure.excluded if each.rule == Rule.WHOLLY_INSIDE]
            spanning |= {pk for each in across for pk in each.ids}
        year = {"since": starts[0], "until": date(2018, 12, 31)}
        figure = summary(crisis=("aleppo",), explain=True, **year)[0]["killed"]
        beyond = {pk for each in figure.excluded if each.rule == Rule.WHOLLY_INSIDE for pk in each.ids}
        assert len(spanning - beyond) > 5
        assert beyond
        once = [0, 0, 0]
        for claim in CasualtyClaim.objects.filter(record__in=spanning - beyond):
            once = [one + other for one, other in zip(once, bounds(claim), strict=True)]
        assert [one + other for one, other in zip(months, once, strict=True)] == bounds(figure.events_sum.amount)


SAID = st.tuples(
    st.sampled_from(["exact", "at_least", "more_than", "at_most", "less_than", "about", "not_given"]),
    st.integers(1, 10_000),
    st.sampled_from(["killed", "injured"]),
    st.sampled_from(["all", "civilians"]),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, min_size=1, max_size=8), alike=st.booleans())
def test_in_every_total_low_is_at_most_best_and_best_at_most_high(cast, said, alike):
    dataset = DatasetFactory()
    with transaction.atomic():
        rows = [
            facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, claims=[
                facts.claim(metric, None if how == "not_given" else number, how, group=group)
            ])
            for how, number, metric, group in said
        ]  # fmt: skip
        if alike and len(rows) > 1:
            suspect(rows[0], rows[-1], facts.NOW)
        found, _ = summary(crisis=("aleppo",))
        amounts = [each.amount for figure in found.values() for each in figure.by_dataset]
        counted = [row for row in said if row[0] != "not_given" and row[3] == "all"]
        transaction.set_rollback(True)
    assert sum(amount.records for amount in amounts) == len(counted)
    for amount in amounts:
        known = [bound for bound in (amount.low, amount.best, amount.high) if bound is not None]
        assert known == sorted(known)
        assert min(known) >= 0
