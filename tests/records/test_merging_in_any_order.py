"""Whatever is merged, taken apart, chosen, revoked and retracted, in any order: nothing is lost, nothing doubled."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.incidents.actions import KIND
from apps.incidents.models import CasualtyClaim, CasualtyDecision, Incident
from apps.ledger.actions import open_revision
from apps.records.actions import settle
from apps.records.merging import MergeRefused, merge, unmerge
from apps.records.settling import question_of, question_text
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

RECORDS = 5
WORDS = ("record_id", "attributed_to", "metric_id", "group", "low", "best", "high", "quantifier", "scope", "as_of_date")

records = st.integers(0, RECORDS - 1)
claims = st.integers(0, 2 * RECORDS - 1)
merges = st.tuples(st.just("merge"), records, records)
steps = st.one_of(
    merges,
    st.tuples(st.just("unmerge"), records, st.just(0)),
    st.tuples(st.just("choose"), claims, st.just(0)),
    st.tuples(st.just("revoke"), claims, st.just(0)),
    st.tuples(st.just("retract"), claims, st.just(0)),
)
in_any_order = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@contextmanager
def taken_back():
    """What an example writes is rolled back, so that the next one finds the same forest."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Forest:
    """Records of several sources, of all levels of strictness, each with a figure of its own and a running total."""

    def __init__(self, cast, now):
        self.cast, self.now, self.moment = cast, now, 0
        datasets = [DatasetFactory() for _ in range(3)]
        self.records = [self._record(number, datasets[number % 3]) for number in range(RECORDS)]
        self.claims = list(CasualtyClaim.objects.order_by("record_id", "scope"))

    def _record(self, number, dataset):
        running = facts.claim(
            "killed", 100 + number, "more_than", scope="running_total", counts_from="2024-11-27",
            as_of_date=f"2024-11-{28 + number % 3}", key="run", attributed_to=f"Speaker {number % 2}",
        )  # fmt: skip
        figure = facts.claim(
            "killed", number, attributed_to=f"Speaker {number}", credibility=1 + number % 4, sensitivity=number % 2
        )
        released = number % 3 != 1
        return facts.incident(
            dataset=dataset, crisis=self.cast.aleppo, sensitivity=number % 3, released=released and number % 3 == 0,
            claims=[figure, running],
        )  # fmt: skip

    def take(self, step):
        verb, one, other = step
        words = {"by": self.cast.cora, "now": self.now, "reason": "As it seems"}
        try:
            if verb == "merge":
                merge(kind=KIND, record=self.records[one], into=self.records[other], **words)
            elif verb == "unmerge":
                unmerge(kind=KIND, record=self.records[one], **words)
            else:
                getattr(self, verb)(CasualtyClaim.objects.get(pk=self.claims[one].pk))
        except MergeRefused:
            pass

    def choose(self, claim):
        self.moment += 1
        CasualtyDecision.objects.create(
            record_id=claim.canonical_id, claim=claim, question=question_text(claim), by=self.cast.cora,
            at=self.now + timedelta(seconds=self.moment), reason="Nearer to it",
        )  # fmt: skip
        self.settle(claim)

    def revoke(self, claim):
        claim.decisions.filter(revoked_at=None).update(revoked_at=self.now, revoked_by=self.cast.cora)
        self.settle(claim)

    def retract(self, claim):
        CasualtyClaim.objects.filter(pk=claim.pk).update(status="retracted", is_adopted=False)
        self.settle(claim)

    def settle(self, claim):
        open_revision(by=self.cast.cora, now=self.now)
        settle(kind=KIND, canonical_ids=[claim.canonical_id], now=self.now)


@pytest.fixture
def forest(cast, now):
    return Forest(cast, now)


def words():
    return {row["id"]: row for row in CasualtyClaim.objects.values("id", *WORDS)}


def standing():
    """Everything that is worked out: roots, and what became of each claim."""
    trees = set(Incident.objects.values_list("pk", "merged_into", "canonical", "audience"))
    return trees, set(CasualtyClaim.objects.values_list("pk", "canonical", "status", "is_held", "is_adopted"))


def root_of(parents, pk):
    while parents[pk] is not None:
        pk = parents[pk]
    return pk


def check():
    rows = Incident.objects.in_bulk()
    parents = {pk: row.merged_into_id for pk, row in rows.items()}
    for pk, row in rows.items():
        assert row.canonical_id == root_of(parents, pk)
    answered = {}
    for claim in CasualtyClaim.objects.all():
        own, root = rows[claim.record_id], rows[root_of(parents, claim.record_id)]
        assert claim.canonical_id == root.pk
        assert claim.is_held or max(claim.sensitivity, own.sensitivity) <= root.sensitivity
        assert not (claim.is_adopted and (claim.is_held or claim.status != "current"))
        if claim.status == "current" and not claim.is_held:
            answered.setdefault(question_of(claim), []).append(claim.is_adopted)
    assert all(sum(used) == 1 for used in answered.values())


@in_any_order
@given(story=st.lists(steps, max_size=12))
def test_no_claim_is_lost_and_one_figure_is_used_a_question(forest, story):
    said = words()
    with taken_back():
        for step in story:
            forest.take(step)
            check()
            assert words() == said


@in_any_order
@given(story=st.lists(merges, max_size=8), again=st.randoms(use_true_random=False))
def test_taken_apart_in_any_order_all_is_as_before(forest, story, again):
    before = standing()
    with taken_back():
        for step in story:
            forest.take(step)
        order = list(range(RECORDS))
        again.shuffle(order)
        for number in order:
            forest.take(("unmerge", number, 0))
        assert standing() == before


@in_any_order
@given(parents=st.lists(records, min_size=RECORDS, max_size=RECORDS), again=st.randoms(use_true_random=False))
def test_two_orders_of_the_same_merges_end_equal(forest, parents, again):
    # Each record into an earlier one or into none, so that any order of these merges is possible.
    story = [("merge", number, parent) for number, parent in enumerate(parents) if parent < number]
    with taken_back():
        for step in story:
            forest.take(step)
        first = standing()
    again.shuffle(story)
    with taken_back():
        for step in story:
            forest.take(step)
        check()
        assert standing() == first
