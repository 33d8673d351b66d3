"""People's choices among reported figures: which counts, who is told, and what is refused."""

from datetime import timedelta

import pytest

from apps.access import actions as access
from apps.access.models import AccessConstraint, StatusClaim
from apps.displacement import actions as displacement
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim
from apps.records import deciding
from apps.records.deciding import CannotDecide, DecidedMeanwhile
from apps.records.drafts import StatusDraft
from tests.factories import facts
from tests.factories.accounts import OrganisationFactory
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db
KIND = incidents.KIND


@pytest.fixture
def said(cast, now):
    """The words every action needs."""
    return {"kind": KIND, "by": cast.cora, "now": now, "reason": "Nearer to it"}


def rivals(crisis=None, **changes):
    """An incident of which one says 3, another 7 and a third 5; by rule 3 is used."""
    figures = [("A", 3, 1), ("B", 7, 4), ("C", 5, 4)]
    claims = [facts.claim("killed", number, attributed_to=who, credibility=c) for who, number, c in figures]
    return facts.incident(crisis=crisis, claims=claims, **changes)


def used(row):
    return CasualtyClaim.objects.get(canonical=row, is_adopted=True, metric="killed").best


def test_a_chosen_figure_is_used_until_the_choice_is_revoked(said, cast):
    row = rivals()
    decision = deciding.choose(claim=row.claims.get(best=7), **said)
    assert used(row) == 7
    deciding.revoke(decision=decision, **said)
    assert used(row) == 3
    assert (decision.revoked_by, decision.revoked_at) == (cast.cora, said["now"])


def test_of_two_choices_the_later_counts_whatever_the_clocks_say(said, now):
    row = rivals()
    deciding.choose(claim=row.claims.get(best=7), **said)
    later = deciding.choose(claim=row.claims.get(best=5), **{**said, "now": now - timedelta(minutes=5)})
    assert used(row) == 5
    deciding.revoke(decision=later, **said)
    assert used(row) == 7


def test_a_choice_whose_figure_is_taken_back_gives_way_to_the_one_before(said):
    row = rivals()
    deciding.choose(claim=row.claims.get(best=7), **said)
    deciding.choose(claim=row.claims.get(best=5), **said)
    deciding.retract(claim=row.claims.get(best=5), **said)
    assert used(row) == 7


def test_choosing_what_the_rule_uses_confirms_it(said):
    row = rivals()
    by_rule = row.claims.get(best=3)
    decision = deciding.choose(claim=by_rule, expected=by_rule.pk, expected_decision=None, **said)
    assert (used(row), decision.claim_id) == (3, by_rule.pk)


def test_the_second_of_two_people_is_told_what_the_first_chose(said, cast, now):
    row = rivals()
    by_rule = row.claims.get(best=3)
    deciding.choose(claim=row.claims.get(best=7), expected=by_rule.pk, **said)
    with pytest.raises(DecidedMeanwhile) as caught:
        deciding.choose(claim=row.claims.get(best=5), expected=by_rule.pk, **{**said, "by": cast.imran})
    assert (caught.value.used.best, caught.value.by, caught.value.at) == (7, cast.cora, now)
    assert used(row) == 7


def test_the_second_is_told_even_when_the_first_confirmed_what_both_saw(said, cast):
    row = rivals()
    by_rule = row.claims.get(best=3)
    deciding.choose(claim=by_rule, expected=by_rule.pk, expected_decision=None, **said)
    words = {**said, "by": cast.imran, "expected": by_rule.pk, "expected_decision": None}
    with pytest.raises(DecidedMeanwhile) as caught:
        deciding.choose(claim=row.claims.get(best=5), **words)
    assert caught.value.by == cast.cora


def test_who_decides_is_told_of_a_figure_that_came_in_meanwhile(said, now):
    row = rivals()
    by_rule = row.claims.get(best=3)
    newer = facts.claim("killed", 4, attributed_to="D", credibility=1, published_at=now + timedelta(hours=1))
    incidents.add_figures(incident=row, claims=[newer], dataset=DatasetFactory(), by=None, now=now)
    with pytest.raises(DecidedMeanwhile) as caught:
        deciding.choose(claim=row.claims.get(best=7), expected=by_rule.pk, **said)
    assert (caught.value.used.best, caught.value.by) == (4, None)


def test_who_decides_is_told_when_no_figure_is_used_any_more(said):
    row = facts.incident(claims=[facts.claim("killed", 3, attributed_to="A")])
    only = row.claims.get()
    deciding.retract(claim=row.claims.get(), **said)
    other = facts.claim("killed", 9, attributed_to="B", sensitivity=3)
    incidents.add_figures(incident=row, claims=[other], dataset=DatasetFactory(), by=None, now=said["now"])
    with pytest.raises(CannotDecide):
        deciding.choose(claim=row.claims.get(best=9), expected=only.pk, **said)
    deciding.restrict_claim(claim=row.claims.get(best=9), sensitivity=0, **said)
    with pytest.raises(DecidedMeanwhile):
        deciding.choose(claim=row.claims.get(best=9), expected=only.pk, **said)


def test_a_held_figure_is_chosen_only_once_it_is_no_stricter_than_its_record(said, cast):
    row = rivals(crisis=cast.aleppo, released=True)
    held = row.claims.get(best=7)
    deciding.restrict_claim(claim=held, sensitivity=2, **said)
    assert held.is_held
    with pytest.raises(CannotDecide):
        deciding.choose(claim=held, **said)
    deciding.restrict_claim(claim=held, sensitivity=0, **said)
    deciding.choose(claim=held, **said)
    assert used(row) == 7


def test_a_chosen_figure_that_is_held_again_is_used_no_more(said, cast):
    row = rivals(crisis=cast.aleppo, released=True)
    deciding.choose(claim=row.claims.get(best=7), **said)
    deciding.restrict_claim(claim=row.claims.get(best=7), sensitivity=2, **said)
    assert used(row) == 3


@pytest.mark.parametrize("reason", ["", "   "])
def test_nobody_decides_without_a_reason(said, reason):
    row = rivals()
    with pytest.raises(CannotDecide):
        deciding.choose(claim=row.claims.get(best=7), **{**said, "reason": reason})
    assert not row.decisions.exists()


def test_a_figure_taken_back_is_not_chosen_nor_taken_back_twice(said):
    row = rivals()
    gone = row.claims.get(best=7)
    deciding.retract(claim=gone, **said)
    for act in (deciding.choose, deciding.retract):
        with pytest.raises(CannotDecide):
            act(claim=gone, **said)


def test_a_choice_is_taken_back_once(said):
    row = rivals()
    decision = deciding.choose(claim=row.claims.get(best=7), **said)
    deciding.revoke(decision=decision, **said)
    with pytest.raises(CannotDecide):
        deciding.revoke(decision=decision, **said)


def test_what_a_retracted_total_took_the_place_of_stands_again(said):
    def total(number, day):
        return facts.claim("killed", number, scope="running_total", counts_from="2024-11-27", as_of_date=day, key=day)

    row = facts.incident(claims=[total(200, "2024-11-29"), total(300, "2024-11-30")])
    deciding.retract(claim=row.claims.get(best=300), **said)
    earlier = row.claims.get(best=200)
    assert (earlier.status, earlier.superseded_by, earlier.is_adopted) == ("current", None, True)


def range_of(row, said, *numbers, low=3, best=None, high=7, quantifier="between", **more):
    weighed = [row.claims.get(best=number) for number in numbers or (3, 7)]
    return deciding.choose_range(
        record=row, claims=weighed, low=low, best=best, high=high, quantifier=quantifier, **said, **more
    )


def test_a_range_is_a_claim_of_the_deciding_persons_organisation(said, cast):
    cast.cora.organisation = OrganisationFactory(acronym="OCHA", name="Coordination of Affairs")
    cast.cora.save()
    row = rivals(crisis=cast.aleppo)
    decision = range_of(row, said, best=4)
    claim = row.claims.get(is_adopted=True)
    assert claim == decision.claim
    assert (claim.low, claim.best, claim.high, claim.scope) == (3, 4, 7, "event")
    assert (claim.attributed_to, claim.stated_by) == (str(cast.cora.organisation), cast.cora)
    assert claim.dataset.slug == "own-reports"
    assert set(claim.basis.values_list("best", flat=True)) == {3, 7}
    assert row.claims.filter(status="current").count() == 4


def test_a_range_over_merged_records_answers_for_the_one_that_stands(said, cast):
    row, other = rivals(crisis=cast.aleppo), rivals(crisis=cast.aleppo)
    type(row).objects.filter(pk=other.pk).update(merged_into=row, canonical=row)
    CasualtyClaim.objects.filter(record=other).update(canonical=row, is_adopted=False)
    weighed = [row.claims.get(best=3), other.claims.get(best=7)]
    deciding.choose_range(record=other, claims=weighed, low=3, best=None, high=7, quantifier="between", **said)
    assert CasualtyClaim.objects.get(canonical=row, is_adopted=True).high == 7


def test_a_range_travels_no_further_than_the_strictest_figure_it_weighs(said, cast):
    row = rivals(crisis=cast.aleppo, sensitivity=2)
    deciding.restrict_claim(claim=row.claims.get(best=7), sensitivity=2, **said)
    assert range_of(row, said).claim.sensitivity == 2


@pytest.mark.parametrize(
    "figures",
    [
        {"low": 8, "high": 7},
        {"low": -1},
        {"low": 3, "best": 9, "high": 7},
        {"quantifier": "at_least"},
        {"quantifier": "not_given", "low": None, "high": None},
        {"quantifier": "some"},
    ],
)
def test_a_range_that_cannot_be_is_refused(said, figures):
    row = rivals()
    with pytest.raises(CannotDecide):
        range_of(row, said, **figures)
    assert row.claims.count() == 3


def test_a_range_weighs_the_answers_to_one_question_of_one_record(said):
    row, other = rivals(), rivals()
    injured = facts.claim("injured", 30, attributed_to="A")
    incidents.add_figures(incident=row, claims=[injured], dataset=DatasetFactory(), by=None, now=said["now"])
    bounds = {"low": 3, "best": None, "high": 30, "quantifier": "between"}
    for second in (row.claims.get(best=30), other.claims.get(best=7)):
        with pytest.raises(CannotDecide):
            deciding.choose_range(record=row, claims=[row.claims.get(best=3), second], **bounds, **said)
    with pytest.raises(CannotDecide):
        deciding.choose_range(record=row, claims=[], **bounds, **said)


def test_the_second_of_two_ranges_is_told(said):
    row = rivals()
    by_rule = row.claims.get(best=3)
    range_of(row, said, expected=by_rule.pk)
    with pytest.raises(DecidedMeanwhile):
        range_of(row, said, expected=by_rule.pk)


def test_displaced_households_are_decided_as_households(said, cast):
    claims = [
        facts.claim("displaced", number, unit="households", attributed_to=who) for who, number in (("A", 40), ("B", 60))
    ]
    row = facts.moved(claims=claims)
    words = {**said, "kind": displacement.KIND}
    weighed = list(row.claims.all())
    claim = deciding.choose_range(
        record=row, claims=weighed, low=40, best=None, high=60, quantifier="between", **words
    ).claim
    assert (claim.unit, claim.is_adopted) == ("households", True)


def test_choosing_a_statement_opens_and_closes_the_constraint(said, cast, now):
    row = facts.status(value="closed", attributed_to="A")
    later = now + timedelta(hours=1)
    draft = StatusDraft(key="B", value="open", attributed_to="B", observed_at=later)
    access.add_statement(status=row, draft=draft, dataset=DatasetFactory(), by=None, now=later)
    words = {**said, "kind": access.STATUS_KIND}
    deciding.choose(claim=StatusClaim.objects.get(value="closed"), **words)
    row.refresh_from_db()
    assert (row.status, row.is_disputed) == ("closed", True)
    assert AccessConstraint.objects.filter(state="ongoing").count() == 1
    deciding.choose(claim=StatusClaim.objects.get(value="open"), **words)
    row.refresh_from_db()
    assert row.status == "open"
    assert not AccessConstraint.objects.filter(state="ongoing").exists()


def test_a_status_has_no_range(said):
    row = facts.status()
    with pytest.raises(CannotDecide):
        deciding.choose_range(
            record=row, claims=list(row.claims.all()), low=1, best=1, high=1, quantifier="exact",
            **{**said, "kind": access.STATUS_KIND},
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_what_a_person_took_back_stays_so_until_its_source_says_something_else(said):
    dataset = DatasetFactory()
    words = {"dataset": dataset, "external_id": "E1"}
    row = facts.incident(claims=[facts.claim("killed", 3)], **words)
    deciding.retract(claim=row.claims.get(), **said)
    facts.incident(claims=[facts.claim("killed", 3)], title="Corrected", **words)
    assert row.claims.get().status == "retracted"
    facts.incident(claims=[facts.claim("killed", 4)], title="Corrected", **words)
    assert (row.claims.get().status, used(row)) == ("current", 4)
