"""The parties to an incident: taken in with it, corrected with it, never lost by a run that is cut off."""

import pytest

from apps.incidents import actions as incidents
from apps.incidents.actions import IncidentDraft, Party
from apps.incidents.models import IncidentActor
from apps.records import actions as records
from apps.records import pacing
from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def draft(external_id, *names, **changes):
    values = {
        "external_id": external_id,
        "title": "Clash reported",
        "start_date": facts.DAY,
        "end_date": facts.DAY,
        "location": facts.ALEPPO,
        "location_accuracy": "settlement",
        "fields": {"category": "battles"},
        "parties": tuple(Party(name=name, role="side_a") for name in names),
    }
    return IncidentDraft(**{**values, **changes})


def named():
    return set(IncidentActor.objects.values_list("record__external_id", "actor__name"))


def test_a_run_that_is_cut_off_has_named_the_parties_of_what_it_finished(now, monkeypatch):
    monkeypatch.setattr(pacing, "FIRST", 1)
    dataset, drafts = DatasetFactory(), [draft("E1", "North"), draft("E2", "South")]
    finished = []

    def cut_off(news):
        if finished:
            raise KeyboardInterrupt
        finished.extend(news)
        return [None] * len(news)

    monkeypatch.setattr(records.placing, "find_grounds", cut_off)
    with pytest.raises(KeyboardInterrupt):
        incidents.record_many(drafts=drafts, dataset=dataset, now=now)
    assert named() == {("E1", "North")}
    monkeypatch.undo()
    incidents.record_many(drafts=drafts, dataset=dataset, now=now)
    assert named() == {("E1", "North"), ("E2", "South")}


def test_a_correction_renames_the_parties(now):
    dataset = DatasetFactory()
    incidents.record_many(drafts=[draft("E1", "North", "South")], dataset=dataset, now=now)
    incidents.record_many(drafts=[draft("E1", "South", "East")], dataset=dataset, now=now)
    assert named() == {("E1", "South"), ("E1", "East")}


def test_a_correction_that_names_nobody_leaves_nobody(now):
    dataset = DatasetFactory()
    incidents.record_many(drafts=[draft("E1", "North")], dataset=dataset, now=now)
    incidents.record_many(drafts=[draft("E1")], dataset=dataset, now=now)
    assert named() == set()


def test_who_did_it_is_public_only_where_the_source_publishes(now):
    publisher = DatasetFactory(source=SourceFactory(releases_on_arrival=True))
    incidents.record_many(drafts=[draft("E1", "North")], dataset=publisher, now=now)
    incidents.record_many(drafts=[draft("E2", "North")], dataset=DatasetFactory(), now=now)
    assert set(IncidentActor.objects.values_list("record__external_id", "sensitivity")) == {("E1", 0), ("E2", 2)}
