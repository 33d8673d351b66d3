"""Whether it took place, who may read it, and taking it out of sight: each move and what it takes along."""

from datetime import timedelta

import pytest

from apps.access import actions as access
from apps.access.models import AccessConstraint
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, Incident
from apps.records import reviewing
from apps.records.amending import amend
from apps.records.reviewing import CannotReview, ChangedMeanwhile, NoBasis
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(cast, now):
    return {"kind": incidents.KIND, "by": cast.cora, "now": now, "reason": "Two doctors saw it"}


@pytest.fixture
def row(cast):
    return facts.incident(crisis=cast.aleppo, claims=[facts.claim("killed", 3)])


def test_every_state_follows_every_other_and_only_verified_keeps_a_basis(said, row):
    states = ["under_review", "verified", "disputed", "unverifiable", "rejected", "verified", "unverified"]
    for state in states:
        reviewing.verify(record=row, verification=state, basis="first_hand", **said)
        row.refresh_from_db()
        assert (row.verification, row.basis) == (state, "first_hand" if state == "verified" else "")


def test_nothing_is_verified_without_a_basis(said, row):
    with pytest.raises(NoBasis):
        reviewing.verify(record=row, verification="verified", **said)
    with pytest.raises(CannotReview):
        reviewing.verify(record=row, verification="true", **said)


def test_saying_what_is_said_already_changes_nothing(said, row):
    reviewing.verify(record=row, verification="disputed", **said)
    version = row.version
    reviewing.verify(record=row, verification="disputed", **said)
    row.refresh_from_db()
    assert row.version == version


def test_a_crisis_may_release_what_is_verified(said, row, cast):
    cast.aleppo.releases_verified = True
    cast.aleppo.save()
    row = Incident.objects.get(pk=row.pk)
    reviewing.verify(record=row, verification="verified", basis="first_hand", **said)
    row.refresh_from_db()
    assert (row.released_by, row.audience) == (cast.cora, 0)


def test_a_release_is_taken_back(said, row, now):
    reviewing.release(record=row, **said)
    assert (row.audience, row.released_at) == (0, now)
    reviewing.release(record=row, **{**said, "now": now + timedelta(days=1)})
    assert row.released_at == now
    reviewing.unrelease(record=row, **said)
    row.refresh_from_db()
    assert (row.audience, row.released_by) == (1, None)


def test_what_was_rejected_is_not_released(said, row):
    reviewing.verify(record=row, verification="rejected", **said)
    with pytest.raises(CannotReview):
        reviewing.release(record=row, **said)


def test_restricting_works_out_anew_what_may_be_shown(said, row):
    reviewing.restrict(record=row, sensitivity=2, location_release="withheld", **said)
    row.refresh_from_db()
    assert (row.audience, row.released_location, row.released_place_name, row.is_generalised) == (2, None, "", True)
    reviewing.restrict(record=row, location_release="settlement", **said)
    assert (row.audience, row.released_place_name, row.is_generalised) == (2, "Aleppo", False)


def test_a_figure_that_becomes_stricter_than_its_record_is_held_and_stands_again(said, cast):
    secret = facts.claim("killed", 9, attributed_to="B", sensitivity=2, credibility=1)
    row = facts.incident(crisis=cast.aleppo, sensitivity=2, claims=[facts.claim("killed", 3), secret])
    assert CasualtyClaim.objects.get(is_adopted=True).best == 9
    reviewing.restrict(record=row, sensitivity=0, **said)
    assert CasualtyClaim.objects.get(is_adopted=True).best == 3
    reviewing.restrict(record=row, sensitivity=3, **said)
    assert CasualtyClaim.objects.get(is_adopted=True).best == 9


def test_what_its_licence_keeps_inside_is_not_opened(said, cast):
    row = facts.incident(crisis=cast.aleppo, dataset=DatasetFactory(redistribution="internal"))
    with pytest.raises(CannotReview):
        reviewing.restrict(record=row, sensitivity=0, **said)


def test_a_removed_record_comes_back(said, row):
    reviewing.remove(record=row, **said)
    assert (row.audience, row.stays_removed) == (9, True)
    with pytest.raises(CannotReview):
        reviewing.verify(record=row, verification="disputed", **said)
    reviewing.restore(record=row, **said)
    assert (row.audience, row.removed_reason, row.stays_removed) == (1, "", False)
    with pytest.raises(CannotReview):
        reviewing.restore(record=row, **said)


@pytest.mark.django_db(transaction=True)
def test_who_saw_an_older_version_is_told_what_changed_in_words(said, row, cast, now):
    seen = row.version
    again = Incident.objects.get(pk=row.pk)
    again.title = "Shelling reported"
    amend(kind=incidents.KIND, record=again, by=cast.imran, now=now, reason="As the report has it")
    for move, terms in [
        (reviewing.verify, {"verification": "disputed"}),
        (reviewing.release, {}),
        (reviewing.unrelease, {}),
        (reviewing.restrict, {"sensitivity": 2}),
        (reviewing.remove, {}),
    ]:
        with pytest.raises(ChangedMeanwhile) as caught:
            move(record=row, expected_version=seen, **terms, **said)
        assert caught.value.differences == ["Title: from Air strikes reported to Shelling reported."]
    row.refresh_from_db()
    assert (row.verification, row.audience) == ("unverified", 1)


def test_a_correction_does_not_write_over_one_made_meanwhile(row, cast, now):
    mine, theirs = Incident.objects.get(pk=row.pk), Incident.objects.get(pk=row.pk)
    theirs.title = "Shelling reported"
    amend(kind=incidents.KIND, record=theirs, by=cast.imran, now=now, reason="As the report has it")
    mine.place_name = "Azaz"
    with pytest.raises(ChangedMeanwhile):
        amend(kind=incidents.KIND, record=mine, by=cast.cora, now=now, reason="The place")
    theirs.place_name = "Azaz"
    amend(kind=incidents.KIND, record=theirs, by=cast.imran, now=now, reason="And the place")
    row.refresh_from_db()
    assert (row.title, row.place_name) == ("Shelling reported", "Azaz")


def test_a_merged_record_is_reviewed_where_it_was_merged_into(said, row, cast):
    other = facts.incident(crisis=cast.aleppo, title="The same strikes")
    Incident.objects.filter(pk=row.pk).update(merged_into=other, canonical=other)
    with pytest.raises(CannotReview, match="The same strikes"):
        reviewing.verify(record=row, verification="disputed", **said)


def test_a_status_and_the_constraint_that_stands_for_it_move_together(said, cast):
    row = facts.status(crisis=cast.aleppo)
    words = {**said, "kind": access.STATUS_KIND, "record": row}

    def constraint():
        return AccessConstraint.objects.get()

    reviewing.verify(verification="verified", basis="first_hand", **words)
    assert (constraint().verification, constraint().basis) == ("verified", "first_hand")
    reviewing.release(**words)
    assert (constraint().audience, constraint().released_by) == (0, cast.cora)
    reviewing.unrelease(**words)
    assert constraint().released_at is None
    reviewing.restrict(sensitivity=2, location_release="withheld", **words)
    assert (constraint().audience, constraint().released_location) == (2, None)
    reviewing.restrict(sensitivity=0, location_release="exact", **words)
    assert (constraint().audience, constraint().released_location) == (1, row.location)
    reviewing.remove(**words)
    assert constraint().audience == 9
    reviewing.restore(**words)
    assert constraint().audience == 1


def test_a_constraint_that_people_closed_further_stays_closed_when_its_status_opens(said, cast):
    row = facts.status(crisis=cast.aleppo)
    reviewing.restrict(
        record=AccessConstraint.objects.get(), sensitivity=3, location_release="withheld",
        **{**said, "kind": access.CONSTRAINT_KIND},
    )  # fmt: skip
    words = {**said, "kind": access.STATUS_KIND, "record": row}
    reviewing.restrict(sensitivity=2, location_release="adm2", **words)
    reviewing.restrict(sensitivity=0, location_release="exact", **words)
    constraint = AccessConstraint.objects.get()
    assert (constraint.audience, constraint.released_location) == (3, None)
    assert "Aleppo" not in constraint.released_title


def test_nothing_follows_from_statements_on_a_removed_status(said, cast, now):
    row = facts.status(value="open", attributed_to="A", crisis=cast.aleppo)
    reviewing.remove(record=row, **{**said, "kind": access.STATUS_KIND})
    draft = facts.StatusDraft(key="B", value="closed", attributed_to="B", observed_at=now)
    access.add_statement(status=row, draft=draft, dataset=DatasetFactory(), by=None, now=now)
    assert not AccessConstraint.objects.exists()


def test_a_status_is_not_restored_over_another_that_took_its_place(said, cast):
    of = facts.asset()
    words = {**said, "kind": access.STATUS_KIND}
    row = facts.status(of=of, crisis=cast.aleppo)
    reviewing.remove(record=row, **words)
    facts.status(of=of, crisis=cast.aleppo)
    with pytest.raises(CannotReview, match="Another record gives the status"):
        reviewing.restore(record=row, **words)


def test_of_many_each_says_what_came_of_it(said, cast, row):
    other, changed = facts.incident(crisis=cast.aleppo), facts.incident(crisis=cast.aleppo)
    seen = {changed.pk: changed.version}
    reviewing.verify(record=changed, verification="under_review", **said)
    reviewing.verify(record=other, verification="rejected", **said)
    outcomes = reviewing.review_many(
        records=[row, other, changed], move=reviewing.release, expected_versions=seen, **said
    )
    assert [(outcome.record_id, outcome.done) for outcome in outcomes] == [
        (row.pk, True), (other.pk, False), (changed.pk, False),
    ]  # fmt: skip
    assert "rejected" in outcomes[1].said
    assert Incident.objects.filter(audience=0).get() == row
    assert len({outcome.done for outcome in outcomes}) == 2
