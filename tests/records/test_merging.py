"""Merging: a tree, no claim moves, nothing leaks, everything comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.access.actions import CONSTRAINT_KIND, STATUS_KIND
from apps.access.models import AccessConstraint
from apps.displacement.actions import KIND as DISPLACEMENT
from apps.incidents.actions import KIND
from apps.incidents.models import CasualtyClaim, Incident
from apps.ledger.models import Change, Revision
from apps.records import deciding, reviewing
from apps.records.merging import MergeRefused, merge, unmerge
from apps.records.models import SuspectedDuplicate
from apps.triage.templatetags.triage import why_held
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def join(cast, now):
    """Merge one record into another, as a coordinator."""

    def joined(record, into, kind=KIND, **changes):
        words = {"by": cast.cora, "now": now, "reason": "One strike, told twice", **changes}
        return merge(kind=kind, record=record, into=into, **words)

    return joined


@pytest.fixture
def part(cast, now):
    """Take a merge back."""
    return lambda record, kind=KIND: unmerge(kind=kind, record=record, by=cast.cora, now=now, reason="Two strikes")


def used_of(record):
    return list(CasualtyClaim.objects.filter(canonical=record, is_adopted=True).values_list("metric_id", "best"))


def roots():
    return dict(Incident.objects.values_list("pk", "canonical_id"))


def test_the_claims_of_both_stand_side_by_side_and_one_is_used(join):
    one, other = (facts.incident(claims=[facts.claim("killed", n, credibility=n)]) for n in (3, 5))
    joined = join(one, other)
    assert (joined.merged_into_id, joined.canonical_id, joined.audience) == (other.pk, other.pk, 9)
    assert other.all_claims.count() == 2
    assert one.claims.get().record_id == one.pk
    assert used_of(other) == [("killed", 3)]
    assert used_of(one) == []


def test_taken_back_everything_is_as_it_was(join, part):
    one, other = (facts.incident(claims=[facts.claim("killed", n)]) for n in (3, 5))
    join(one, other)
    back = part(one)
    assert (back.merged_into_id, back.canonical_id, back.audience) == (None, one.pk, one.audience)
    assert (used_of(one), used_of(other)) == ([("killed", 3)], [("killed", 5)])


def test_a_tree_is_never_flattened(join, part):
    leaf, branch, root = (facts.incident(claims=[facts.claim("killed", n)]) for n in (3, 4, 5))
    join(leaf, branch)
    join(branch, root)
    leaf.refresh_from_db()
    assert (leaf.merged_into_id, leaf.canonical_id) == (branch.pk, root.pk)
    assert root.all_claims.count() == 3
    part(branch)
    assert roots() == {leaf.pk: branch.pk, branch.pk: branch.pk, root.pk: root.pk}
    assert branch.all_claims.count() == 2


def test_a_record_is_merged_into_one_that_is_merged_itself(join, part):
    first, second, root = (facts.incident() for _ in range(3))
    join(second, root)
    joined = join(first, second)
    assert (joined.merged_into_id, joined.canonical_id) == (second.pk, root.pk)
    assert part(second).canonical_id == second.pk
    assert roots()[first.pk] == second.pk


def test_what_is_not_merged_is_refused_with_a_sentence(join, part, cast, now):
    one, other, gone, rejected = (facts.incident() for _ in range(4))
    Incident.objects.filter(pk=gone.pk).update(removed_at=now)
    Incident.objects.filter(pk=rejected.pk).update(verification="rejected")
    situation = facts.incident(fields={"kind": "situation"})
    stock = facts.moved(
        fields={"measure": "stock"}, claims=[facts.claim("idps", 9, scope="stock", as_of_date="2024-11-30")]
    )
    road = facts.status()

    def refused(sentence, record, into, kind=KIND, **changes):
        with pytest.raises(MergeRefused, match=sentence):
            join(record, into, kind=kind, **changes)

    refused("into itself", one, one)
    refused("Say why", one, other, reason=" ")
    refused("different kinds", one, road)
    refused("different kinds", road, one)
    refused("Removed and rejected", one, gone)
    refused("Removed and rejected", gone, one)
    refused("Removed and rejected", one, rejected)
    refused("situation", one, situation)
    refused("movement", stock, facts.moved(), kind=DISPLACEMENT)
    refused("different infrastructure", road, facts.status(crisis=cast.aleppo), kind=STATUS_KIND)
    cargo = facts.status(of=road.asset, fields={"asset_id": road.asset_id, "applies_to": "cargo"})
    refused("traffic", cargo, road, kind=STATUS_KIND)
    refused("stands for a status", *AccessConstraint.objects.all()[:2], kind=CONSTRAINT_KIND)
    refused("changed meanwhile", one, other, expected_version=one.version + 1)
    with pytest.raises(MergeRefused, match="not merged"):
        part(one)
    join(one, other, expected_version=one.version)
    refused("already merged", one, situation)
    refused("itself merged into this one", other, one)
    assert set(roots()) - {pk for pk, root in roots().items() if pk == root} == {one.pk}


def test_a_refusal_leaves_nothing_behind(join):
    one = facts.incident()
    before = Change.objects.count()
    with pytest.raises(MergeRefused):
        join(one, one)
    assert Change.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_a_merge_is_a_revision_with_its_reason_and_a_removal_from_sight(join, cast):
    one, other = (facts.incident(released=True) for _ in range(2))
    join(one, other)
    revision = Revision.objects.latest("id")
    assert (revision.by, revision.reason) == (cast.cora, "One strike, told twice")
    change = revision.changes.get(record_id=one.pk)
    assert (change.action, change.audience_before, change.audience_after) == ("removed", 0, 9)


def visible_to(viewer, root):
    return set(CasualtyClaim.objects.visible_to(viewer).filter(canonical=root).values_list("best", flat=True))


def test_figures_of_a_restricted_record_are_held_in_a_public_one(join, part, cast):
    shut = facts.incident(crisis=cast.aleppo, sensitivity=2, claims=[facts.claim("killed", 99, credibility=1)])
    open_ = facts.incident(crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 3)])
    join(shut, open_)
    assert used_of(open_) == [("killed", 3)]
    assert visible_to(cast.nobody, open_) == visible_to(cast.pavel, open_) == {3}
    assert visible_to(cast.cora, open_) == {3, 99}
    part(shut)
    assert used_of(shut) == [("killed", 99)]


def test_figures_that_were_never_released_are_held_in_a_released_record(join, cast):
    report = facts.incident(crisis=cast.aleppo, sensitivity=0, claims=[facts.claim("killed", 99, credibility=1)])
    open_ = facts.incident(crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 3)])
    assert report.audience == 1
    join(report, open_)
    assert used_of(open_) == [("killed", 3)]
    assert visible_to(cast.nobody, open_) == {3}
    assert visible_to(cast.pavel, open_) == {3, 99}


def test_figures_are_held_once_the_record_they_count_for_is_released_and_stand_again_when_it_is_taken_back(
    join, cast, now
):
    said = {"kind": KIND, "by": cast.cora, "now": now, "reason": "Nobody is named"}
    report = facts.incident(crisis=cast.aleppo, sensitivity=0, claims=[facts.claim("killed", 99, credibility=1)])
    root = facts.incident(crisis=cast.aleppo, sensitivity=0, claims=[facts.claim("killed", 3)])
    join(report, root)
    assert used_of(root) == [("killed", 99)]
    reviewing.release(record=root, **said)
    assert used_of(root) == [("killed", 3)]
    assert visible_to(cast.nobody, root) == {3}
    reviewing.unrelease(record=root, **said)
    assert used_of(root) == [("killed", 99)]
    reviewing.release(record=root, **said)
    for move, terms in (
        (reviewing.verify, {"verification": "rejected"}),
        (reviewing.remove, {}),
        (reviewing.restore, {}),
    ):
        move(record=root, **said, **terms)
        assert used_of(root) == [("killed", 3)]


def test_a_range_is_used_only_while_all_it_weighs_tells_of_one_record(join, part, cast, now):
    said = {"kind": KIND, "by": cast.cora, "now": now, "reason": "Between the two"}
    one, other = (facts.incident(claims=[facts.claim("killed", n)]) for n in (3, 7))
    join(one, other)
    weighed = [one.claims.get(), other.claims.get()]
    chosen = {"low": 3, "best": 5, "high": 7, "quantifier": "between"}
    decision = deciding.choose_range(record=other, claims=weighed, **chosen, **said)
    assert used_of(other) == [("killed", 5)]

    part(one)
    assert (used_of(one), used_of(other)) == ([("killed", 3)], [("killed", 7)])
    decision.refresh_from_db()
    assert (decision.revoked_at, decision.claim.status, decision.claim.is_held) == (None, "current", True)
    with pytest.raises(deciding.CannotDecide, match="told of apart"):
        deciding.choose(claim=decision.claim, **said)
    assert "taken out" in why_held(decision.claim, other)
    assert visible_to(cast.nobody, other) == {7}

    join(one, other)
    assert used_of(other) == [("killed", 5)]


def test_of_another_crisis_only_what_everybody_may_read_counts(join, cast):
    here = facts.incident(crisis=cast.aleppo, sensitivity=1, claims=[facts.claim("killed", 3)])
    there = facts.incident(crisis=cast.darfur, sensitivity=1, claims=[facts.claim("killed", 99, credibility=1)])
    public = facts.incident(
        crisis=cast.darfur, sensitivity=0, released=True, claims=[facts.claim("killed", 7, credibility=5)]
    )
    join(there, here)
    join(public, here)
    assert used_of(here) == [("killed", 7)]
    assert visible_to(cast.pavel, here) == {3, 7}


@pytest.mark.parametrize("hides", [{"sensitivity": 2}, {"status": "exercise"}])
def test_records_of_a_hidden_crisis_never_meet_those_of_another(join, cast, hides):
    one = facts.incident(crisis=cast.darfur, released=True)
    other = facts.incident(crisis=cast.aleppo, released=True)
    for name, value in hides.items():
        setattr(cast.darfur, name, value)
    cast.darfur.save()
    for record, into in ((one, other), (other, one)):
        with pytest.raises(MergeRefused, match="not everybody may know"):
            join(record, into)
    assert join(one, facts.incident(crisis=cast.darfur)).audience == 9


def test_a_later_total_of_a_merged_record_supersedes_only_while_merged(join, part):
    def total(number, day):
        return facts.claim(
            "killed", number, "more_than", scope="running_total", counts_from="2024-11-27", as_of_date=day, key="run"
        )

    early, late = (facts.incident(claims=[total(*said)]) for said in ((200, "2024-11-29"), (300, "2024-11-30")))
    join(late, early)
    assert (early.claims.get().status, late.claims.get().is_adopted) == ("superseded", True)
    part(late)
    claim = early.claims.get()
    assert (claim.status, claim.superseded_by, claim.is_adopted) == ("current", None, True)


def pair_of(one, other):
    first, second = sorted((one.pk, other.pk))
    return SuspectedDuplicate.objects.create(
        kind="incident", first_id=first, second_id=second, score=0.8, found_at=timezone.now()
    )


def test_suspicions_between_the_trees_are_settled_and_open_again(join, part, cast):
    one, two, three = (facts.incident() for _ in range(3))
    across, outside = pair_of(one, two), pair_of(one, three)
    join(three, two)
    join(one, two)
    for pair in (across, outside):
        pair.refresh_from_db()
        assert (pair.state, pair.settled_by) == ("same", cast.cora)
    part(three)
    across.refresh_from_db()
    outside.refresh_from_db()
    assert (across.state, outside.state, outside.settled_by) == ("same", "open", None)


def constraints():
    return {
        row.stands_for_id: (row.state, row.merged_into_id is not None, row.start_date, row.end_date)
        for row in AccessConstraint.objects.all()
    }


def test_what_stands_for_a_merged_status_follows_it_and_comes_back(join, part, cast):
    here, there = facts.status(crisis=cast.aleppo, released=True), None
    there = facts.status(of=here.asset, crisis=None, released=True, attributed_to="Wire")
    before = constraints()
    assert len(before) == 2
    join(there, here, kind=STATUS_KIND)
    merged = AccessConstraint.objects.get(stands_for=there)
    assert (merged.audience, merged.state, merged.merged_into.stands_for) == (9, "ongoing", here)
    with pytest.raises(MergeRefused, match="stands for a status"):
        part(merged, kind=CONSTRAINT_KIND)
    part(there, kind=STATUS_KIND)
    assert constraints() == before


def test_a_closure_that_a_newer_word_overrules_ends_and_comes_back(join, part, cast, now):
    shut = facts.status(crisis=cast.aleppo, released=True)
    passable = facts.status(
        of=shut.asset, crisis=None, released=True, value="open", attributed_to="Wire", now=now + timedelta(hours=3)
    )
    before = constraints()
    join(shut, passable, kind=STATUS_KIND)
    assert AccessConstraint.objects.get().state == "ended"
    passable.refresh_from_db()
    assert (passable.status, passable.is_disputed) == ("open", True)
    part(shut, kind=STATUS_KIND)
    shut.refresh_from_db()
    assert (shut.status, constraints()) == ("closed", before)


def test_a_status_is_not_taken_apart_while_another_stands_in_its_place(join, part, cast):
    here = facts.status(crisis=cast.aleppo)
    there = facts.status(of=here.asset)
    join(there, here, kind=STATUS_KIND)
    facts.status(of=here.asset, dataset=DatasetFactory(counts="status"))
    with pytest.raises(MergeRefused, match="took its place"):
        part(there, kind=STATUS_KIND)
