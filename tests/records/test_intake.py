"""Taking in drafts: idempotent, corrected in place, kept in the past, never destroying what people decided."""

from dataclasses import replace

import pytest

from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, CasualtyClaimVersion, Incident, IncidentVersion
from apps.ledger.models import Change, Revision
from apps.records import actions as records
from apps.records import reviewing
from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def draft(**changes):
    values = {
        "external_id": "E1",
        "title": "Shelling reported",
        "start_date": facts.DAY,
        "end_date": facts.DAY,
        "location": facts.ALEPPO,
        "location_accuracy": "settlement",
        "fields": {"category": "explosions"},
        "claims": (facts.claim("killed", 3),),
    }
    return incidents.IncidentDraft(**{**values, **changes})


@pytest.mark.django_db(transaction=True)
def test_a_second_run_changes_nothing_and_opens_no_revision(now):
    dataset = DatasetFactory()
    first = incidents.record_many(drafts=[draft()], dataset=dataset, now=now)
    rev = Incident.objects.get().rev
    second = incidents.record_many(drafts=[draft()], dataset=dataset, now=now)
    assert (first.created, second.created, second.updated, second.unchanged) == (1, 0, 0, 1)
    assert Incident.objects.get().rev == rev
    assert not IncidentVersion.objects.exists()
    assert Revision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_correction_updates_the_same_row_and_keeps_what_stood_before(now):
    dataset = DatasetFactory()
    incidents.record_many(drafts=[draft()], dataset=dataset, now=now)
    before = Incident.objects.get()
    corrected = draft(title="Shelling reported in two places", claims=(facts.claim("killed", 5),))
    tally = incidents.record_many(drafts=[corrected], dataset=dataset, now=now)
    after = Incident.objects.get()
    assert tally.updated == 1
    assert (after.pk, after.title, after.version) == (before.pk, "Shelling reported in two places", 2)
    kept = IncidentVersion.objects.get()
    assert (kept.id, kept.title, kept.rev, kept.rev_to) == (before.pk, "Shelling reported", before.rev, after.rev)
    assert CasualtyClaim.objects.get().best == 5
    assert CasualtyClaimVersion.objects.filter(best=3).exists()
    assert Revision.objects.count() == 2
    # One change a revision: the record's own tells of its figures too.
    changes = Change.objects.filter(record_id=after.pk).order_by("revision")
    assert list(changes.values_list("action", flat=True)) == ["created", "updated"]


def test_of_one_key_twice_in_a_payload_the_last_wins_and_a_second_run_changes_nothing(now):
    dataset = DatasetFactory()
    twice = [draft(), draft(title="Again", claims=())]
    first = incidents.record_many(drafts=twice, dataset=dataset, now=now)
    second = incidents.record_many(drafts=twice, dataset=dataset, now=now)
    assert (first.created, second.unchanged, second.updated) == (1, 1, 0)
    assert Incident.objects.get().title == "Again"
    assert not CasualtyClaim.objects.exists()


def test_a_figure_no_longer_made_is_retracted_not_deleted(now):
    dataset = DatasetFactory()
    incidents.record_many(
        drafts=[draft(claims=(facts.claim("killed", 3), facts.claim("injured", 9)))], dataset=dataset, now=now
    )
    incidents.record_many(drafts=[draft()], dataset=dataset, now=now)
    gone = CasualtyClaim.objects.get(metric="injured")
    assert (gone.status, gone.is_adopted, gone.best) == ("retracted", False, 9)


def test_a_withdrawn_record_leaves_a_tombstone_and_comes_back_when_the_source_brings_it_again(now):
    dataset = DatasetFactory()
    incidents.record_many(drafts=[draft()], dataset=dataset, now=now)
    assert incidents.withdraw(source=dataset.source, external_ids=["E1"], now=now, reason="Deleted upstream") == 1
    row = Incident.objects.get()
    assert (row.audience, row.removed_reason) == (9, "Deleted upstream")
    assert incidents.withdraw(source=dataset.source, external_ids=["E1"], now=now, reason="Deleted upstream") == 0
    tally = incidents.record_many(drafts=[draft()], dataset=dataset, now=now)
    row.refresh_from_db()
    assert (tally.updated, row.removed_at) == (1, None)


def test_a_correction_upstream_never_touches_what_people_decided(now, cast):
    dataset = DatasetFactory()
    incidents.record_many(drafts=[draft()], dataset=dataset, crisis=cast.aleppo, now=now)
    row = Incident.objects.get()
    words = {"kind": incidents.KIND, "record": row, "by": cast.cora, "now": now, "reason": "Seen"}
    reviewing.verify(verification="verified", basis="first_hand", **words)
    reviewing.release(**words)
    incidents.record_many(drafts=[draft(title="Corrected")], dataset=dataset, crisis=cast.aleppo, now=now)
    row.refresh_from_db()
    assert (row.title, row.verification, row.released_by) == ("Corrected", "verified", cast.cora)


def test_a_source_trusted_to_publish_releases_on_arrival_unless_the_licence_keeps_it_inside(now):
    trusted = SourceFactory(releases_on_arrival=True)
    incidents.record_many(drafts=[draft()], dataset=DatasetFactory(source=trusted), now=now)
    inside = DatasetFactory(source=trusted, redistribution="aggregates_only")
    incidents.record_many(drafts=[draft(external_id="E2")], dataset=inside, now=now)
    assert list(Incident.objects.order_by("external_id").values_list("audience", flat=True)) == [0, 2]


def test_equal_drafts_have_equal_digests_whatever_document_they_came_in():
    assert records.digest(draft()) == records.digest(replace(draft(), document=None))
    assert records.digest(draft()) != records.digest(draft(title="Other"))


def test_what_a_person_removed_does_not_come_back_with_the_next_run(now, cast):
    dataset = DatasetFactory()
    incidents.record_many(drafts=[draft()], dataset=dataset, crisis=cast.aleppo, now=now)
    rows = Incident.objects.filter(external_id="E1")
    records.withdraw(kind=incidents.KIND, records=rows, by=cast.cora, now=now, reason="It names a shelter")
    for again in (draft(), draft(title="Corrected")):
        incidents.record_many(drafts=[again], dataset=dataset, crisis=cast.aleppo, now=now)
        row = rows.get()
        assert (row.audience, row.removed_reason) == (9, "It names a shelter")


def test_a_correction_that_makes_it_another_kind_of_thing_closes_the_record(now):
    dataset = DatasetFactory(source=SourceFactory(releases_on_arrival=True))
    incidents.record_many(drafts=[draft()], dataset=dataset, now=now)
    assert Incident.objects.get().audience == 0
    abused = {"category": "violence_against_civilians", "subcategory": "sexual_violence"}
    incidents.record_many(drafts=[draft(fields=abused)], dataset=dataset, now=now)
    row = Incident.objects.get()
    assert (row.audience, row.location_release) == (3, "adm1")


def test_a_correction_leaves_a_record_as_open_as_people_made_it(now):
    dataset = DatasetFactory()
    kept = {"category": "security"}
    incidents.record_many(drafts=[draft(fields=kept)], dataset=dataset, now=now)
    Incident.objects.update(sensitivity=0, location_release="exact")
    incidents.record_many(drafts=[draft(fields=kept, title="Corrected")], dataset=dataset, now=now)
    row = Incident.objects.get()
    assert (row.title, row.sensitivity, row.location_release) == ("Corrected", 0, "exact")


def test_a_correction_of_a_series_that_stays_inside_closes_what_came_before_its_licence_said_so(now):
    dataset = DatasetFactory(source=SourceFactory(releases_on_arrival=True))
    incidents.record_many(drafts=[draft()], dataset=dataset, now=now)
    dataset.redistribution = "internal"
    incidents.record_many(drafts=[draft(title="Corrected")], dataset=dataset, now=now)
    assert Incident.objects.get().audience == 2


def test_a_merged_records_new_figures_answer_for_the_record_it_was_merged_into(now):
    dataset = DatasetFactory()
    incidents.record_many(drafts=[draft(), draft(external_id="E2")], dataset=dataset, now=now)
    root, merged = Incident.objects.order_by("external_id")
    Incident.objects.filter(pk=merged.pk).update(merged_into=root, canonical=root)
    CasualtyClaim.objects.filter(record=merged).update(canonical=root, is_adopted=False)
    more = draft(external_id="E2", claims=(facts.claim("killed", 3), facts.claim("injured", 5)))
    incidents.record_many(drafts=[more], dataset=dataset, now=now)
    new = CasualtyClaim.objects.get(metric="injured")
    assert (new.record, new.canonical, new.is_adopted) == (merged, root, True)


def test_figures_of_one_record_may_exchange_their_questions(now):
    dataset = DatasetFactory()

    def counted(first, second):
        claims = tuple(facts.claim(metric, 3, key=key) for key, metric in (("a", first), ("b", second)))
        return incidents.record_many(drafts=[draft(claims=claims)], dataset=dataset, now=now)

    counted("killed", "injured")
    tally = counted("injured", "killed")
    assert (tally.updated, tally.rejects) == (1, ())
    assert set(CasualtyClaim.objects.values_list("external_id", "metric", "is_adopted")) == {
        ("a", "injured", True),
        ("b", "killed", True),
    }
