"""Merged, taken apart, chosen, taken back, reviewed, added to and undone, in any order: nothing is lost or doubled.

The stories are the same on every run. For more of them, and others: `derandomize=False, max_examples=1000` below.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.incidents.actions import KIND
from apps.incidents.models import CasualtyClaim, CasualtyDecision, Incident
from apps.ledger.models import Change
from apps.ledger.queries import latest_revision
from apps.records import actions, deciding, reviewing
from apps.records.figures import bounds
from apps.records.merging import MergeRefused, merge, unmerge
from apps.records.refusing import Refused
from apps.records.settling import question_of
from apps.records.undoing import CannotUndo, undo
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.timeout(300)

RECORDS = 5
WORDS = ("record_id", "attributed_to", "metric_id", "group", "low", "best", "high", "quantifier", "scope", "as_of_date")

records = st.integers(0, RECORDS - 1)
merges = st.tuples(st.just("merge"), records, records)
some = st.integers(0, 99)  # whichever claim, choice or revision there is, counted round
verbs = ("unmerge", "choose", "choose_range", "revoke", "retract", "verify", "restrict", "release", "add", "undo")
others = st.tuples(st.sampled_from(verbs), some, some)
# Every third step merges and every third undoes: on records that stand alone and with nothing undone little happens.
steps = st.one_of(merges, st.tuples(st.just("undo"), some, some), others)
spread = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
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
        self.cast, self.now, self.moment, self.revisions = cast, now, 0, []
        self.datasets = [DatasetFactory() for _ in range(3)]
        with transaction.atomic():
            self.records = [self._record(number) for number in range(RECORDS)]

    def _record(self, number):
        running = facts.claim(
            "killed", 100 + number, "more_than", scope="running_total", counts_from="2024-11-27",
            as_of_date=f"2024-11-{28 + number % 3}", key="run", attributed_to=f"Speaker {number % 2}",
        )  # fmt: skip
        figure = facts.claim(
            "killed", number, attributed_to=f"Speaker {number}", credibility=1 + number % 4, sensitivity=number % 2
        )
        return facts.incident(
            dataset=self.datasets[number % 3], crisis=self.cast.aleppo, sensitivity=number % 3,
            released=number % 3 == 0, claims=[figure, running],
        )  # fmt: skip

    @property
    def claims(self):
        return CasualtyClaim.objects.filter(record__in=self.records).order_by("id")

    @property
    def decisions(self):
        return CasualtyDecision.objects.filter(record__in=self.records).order_by("id")

    def take(self, step):
        """Make a move as a coordinator; one that is refused changes nothing."""
        verb, one, other = step
        self.moment += 1
        said = {"by": self.cast.cora, "now": self.now + timedelta(seconds=self.moment), "reason": "As it seems"}
        before, last = self.standing(), latest_revision()
        try:
            getattr(self, verb)(one, other, said if verb in {"undo", "add"} else {"kind": KIND, **said})
        except (MergeRefused, Refused, CannotUndo):
            assert self.standing() == before
            assert latest_revision() == last
        if Change.objects.filter(revision__gt=last).exists():
            self.revisions.append(latest_revision())

    def merge(self, one, other, said):
        merge(record=self.records[one], into=self.records[other], **said)

    def unmerge(self, one, _, said):
        unmerge(record=self._at(self.records, one), **said)

    def choose(self, one, _, said):
        deciding.choose(claim=self._at(self.claims, one), **said)

    def choose_range(self, one, _, said):
        asked = self._at(self.claims, one)
        stand = self.claims.filter(canonical=asked.canonical_id, status="current", is_held=False)
        weighed = [claim for claim in stand if question_of(claim) == question_of(asked)]
        chosen = {"low": 1, "best": None, "high": 200, "quantifier": "between"}
        deciding.choose_range(record=asked.canonical, claims=weighed, **chosen, **said)

    def revoke(self, one, _, said):
        if self.decisions.exists():
            deciding.revoke(decision=self._at(self.decisions, one), **said)

    def retract(self, one, _, said):
        deciding.retract(claim=self._at(self.claims, one), **said)

    def verify(self, one, other, said):
        state = self._at(("unverified", "verified", "disputed", "rejected"), other)
        reviewing.verify(record=self._at(self.records, one), verification=state, basis="first_hand", **said)

    def restrict(self, one, other, said):
        reviewing.restrict(record=self._at(self.records, one), sensitivity=other % 4, **said)

    def release(self, one, other, said):
        move = self._at((reviewing.release, reviewing.unrelease), other)
        move(record=self._at(self.records, one), **said)

    def add(self, one, other, said):
        row = Incident.objects.get(pk=self._at(self.records, one).pk)
        number = bounds("exact", other)
        draft = facts.claim(
            "killed", other, attributed_to=f"Speaker {other % 5}", key=f"later-{self.moment}", best=number.best,
            published_at=said["now"], credibility=1 + other % 3,
        )  # fmt: skip
        terms = actions.Terms.of(
            dataset=self._at(self.datasets, other), crisis=self.cast.aleppo, by=said["by"], now=said["now"]
        )
        actions.add_claims(kind=KIND, record=row, claims=[draft], terms=terms)

    def undo(self, one, _, said):
        if self.revisions:
            undo(revision_id=self._at(self.revisions, one), **said)

    @staticmethod
    def _at(rows, number):
        return rows[number % len(rows)]

    def words(self):
        return {row["id"]: row for row in self.claims.values("id", *WORDS)}

    def standing(self):
        """Everything that is worked out or reviewed: roots, what may be read, and what became of each claim."""
        own = Incident.objects.filter(pk__in=[row.pk for row in self.records])
        trees = own.values_list("pk", "merged_into", "canonical", "audience", "verification", "basis", "sensitivity")
        claims = self.claims.exclude(status="retracted")
        return set(trees), set(claims.values_list("pk", "canonical", "status", "is_held", "is_adopted"))

    def check(self):
        rows = Incident.objects.in_bulk([row.pk for row in self.records])
        for row in rows.values():
            assert row.canonical_id == root_of(rows, row.pk)
        roots = dict(self.claims.values_list("pk", "canonical_id"))
        answered = {}
        for claim in self.claims.prefetch_related("basis"):
            own, root = rows[claim.record_id], rows[root_of(rows, claim.record_id)]
            assert claim.canonical_id == root.pk
            assert claim.is_held or max(claim.sensitivity, own.sensitivity) <= root.sensitivity
            assert claim.is_held or all(roots[weighed.pk] == root.pk for weighed in claim.basis.all())
            assert not (claim.is_adopted and (claim.is_held or claim.status != "current"))
            if claim.status == "current" and not claim.is_held:
                answered.setdefault(question_of(claim), []).append(claim.is_adopted)
        assert all(sum(used) == 1 for used in answered.values())


@pytest.fixture
def forest(cast, now):
    return Forest(cast, now)


def root_of(rows, pk):
    while rows[pk].merged_into_id is not None:
        pk = rows[pk].merged_into_id
    return pk


# A range over two records that are taken apart, undone and joined again: too particular to be met by chance.
OVER_TWO = [("merge", 0, 1), ("choose_range", 0, 0), ("unmerge", 0, 0), ("undo", 1, 0), ("merge", 0, 1), ("undo", 2, 0)]


# Each move is a revision of its own, which takes a transaction of its own.
@pytest.mark.django_db(transaction=True)
@spread
@given(story=st.lists(steps, min_size=4, max_size=16))
@example(story=OVER_TWO)
def test_no_claim_is_lost_and_all_undone_in_reverse_stands_as_before(cast, now, own_reports, story):
    forest = Forest(cast, now)
    before, said = forest.standing(), forest.words()
    for step in story:
        forest.take(step)
        forest.check()
        stands = forest.words()
        assert {pk: stands.get(pk) for pk in said} == said
        said = stands
    for number in reversed(forest.revisions):
        undo(revision_id=number, by=cast.cora, now=now + timedelta(days=1), reason="All of it")
        forest.check()
    assert forest.standing() == before


@pytest.mark.django_db
@spread
@given(story=st.lists(merges, max_size=8), again=st.randoms(use_true_random=False))
def test_taken_apart_in_any_order_all_is_as_before(forest, story, again):
    before = forest.standing()
    with taken_back():
        for step in story:
            forest.take(step)
        order = list(range(RECORDS))
        again.shuffle(order)
        for number in order:
            forest.take(("unmerge", number, 0))
        assert forest.standing() == before


@pytest.mark.django_db
@spread
@given(parents=st.lists(records, min_size=RECORDS, max_size=RECORDS), again=st.randoms(use_true_random=False))
def test_two_orders_of_the_same_merges_end_equal(forest, parents, again):
    # Each record into an earlier one or into none, so that any order of these merges is possible.
    story = [("merge", number, parent) for number, parent in enumerate(parents) if parent < number]
    with taken_back():
        for step in story:
            forest.take(step)
        first = forest.standing()
    again.shuffle(story)
    with taken_back():
        for step in story:
            forest.take(step)
        forest.check()
        assert forest.standing() == first
