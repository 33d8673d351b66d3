"""Taking in drafts: idempotent, corrected in place, kept in the past, never destroying what people decided."""

from dataclasses import replace

import pytest

from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, CasualtyClaimVersion, Incident, IncidentVersion
from apps.ledger.models import Change, Revision
from apps.records import actions as records
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
    assert set(Change.objects.filter(record_id=after.pk).values_list("action", flat=True)) == {
        "created",
        "updated",
        "figures",
    }


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
    records.verify(record=row, verification="verified", basis="first_hand", by=cast.cora, now=now, reason="Seen")
    records.release(record=row, by=cast.cora, now=now, reason="For the public")
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
