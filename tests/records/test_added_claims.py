"""Figures of several speakers on one record: each adds their own, nobody takes another's away."""

from datetime import date, timedelta

import pytest

from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, Incident
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


def running(number, as_of, **changes):
    return facts.claim(
        "killed",
        number,
        "more_than",
        key=f"killed-{as_of}",
        scope="running_total",
        counts_from=date(2024, 11, 27),
        as_of_date=as_of,
        **changes,
    )


def test_a_second_speaker_leaves_the_first_one_standing(now):
    incident = facts.incident(claims=[facts.claim("killed", 3)])
    others = [facts.claim("killed", 5, attributed_to="Hospital"), facts.claim("injured", 9, attributed_to="Hospital")]
    added = incidents.add_figures(incident=incident, claims=others, dataset=DatasetFactory(), by=None, now=now)
    assert added == 2
    assert set(incident.claims.values_list("attributed_to", "metric", "best")) == {
        ("Observers", "killed", 3),
        ("Hospital", "killed", 5),
        ("Hospital", "injured", 9),
    }
    assert incident.claims.filter(metric="killed", is_adopted=True).count() == 1


def test_adding_the_same_figures_again_changes_nothing(now):
    incident, dataset = facts.incident(claims=[]), DatasetFactory()
    claims = [facts.claim("killed", 3), facts.claim("killed", 1, group="civilians", part_of_key=facts.claim().key)]
    added, versions = [], []
    for _ in range(2):
        added.append(incidents.add_figures(incident=incident, claims=claims, dataset=dataset, by=None, now=now))
        versions.append(list(incident.claims.values_list("external_id", "version")))
    assert added == [2, 0]
    assert versions[0] == versions[1]
    whole = CasualtyClaim.objects.get(group="all")
    assert CasualtyClaim.objects.get(group="civilians").part_of == whole


def test_a_later_running_total_of_one_speaker_supersedes_the_earlier_one(now):
    incident, dataset = facts.incident(claims=[]), DatasetFactory()
    first, second = date(2024, 11, 28), date(2024, 11, 30)
    for day, number in ((first, 100), (second, 300)):
        incidents.add_figures(incident=incident, claims=[running(number, day)], dataset=dataset, by=None, now=now)
    earlier, later = incident.claims.order_by("as_of_date")
    assert (earlier.status, earlier.superseded_by, later.status, later.low) == ("superseded", later, "current", 301)


def test_a_correction_by_the_records_own_source_leaves_what_others_said(now):
    dataset = DatasetFactory()
    incident = facts.incident(dataset=dataset, external_id="E1", claims=[facts.claim("killed", 3)])
    other = [facts.claim("killed", 5, attributed_to="Hospital")]
    incidents.add_figures(incident=incident, claims=other, dataset=DatasetFactory(), by=None, now=now)
    later = now + timedelta(hours=1)
    facts.incident(dataset=dataset, external_id="E1", claims=[facts.claim("killed", 4)], now=later)
    assert Incident.objects.count() == 1
    assert set(incident.claims.values_list("attributed_to", "best", "status")) == {
        ("Observers", 4, "current"),
        ("Hospital", 5, "current"),
    }


def test_two_sources_may_use_one_key(now):
    incident = facts.incident(claims=[facts.claim("killed", 3, key="killed")])
    theirs = [facts.claim("killed", 5, key="killed", attributed_to="Hospital")]
    added = incidents.add_figures(incident=incident, claims=theirs, dataset=DatasetFactory(), by=None, now=now)
    assert (added, incident.claims.count()) == (1, 2)


def test_a_running_total_that_is_taken_back_leaves_the_one_before_it_standing(now):
    incident, dataset = facts.incident(claims=[], external_id="E1"), DatasetFactory()
    first, second = running(100, date(2024, 11, 28)), running(300, date(2024, 11, 30))
    for claims in ([first, second], [first]):
        facts.incident(dataset=dataset, external_id="E2", claims=claims)
    earlier, later = CasualtyClaim.objects.exclude(record=incident).order_by("as_of_date")
    assert (later.status, earlier.status, earlier.is_adopted) == ("retracted", "current", True)


def test_a_held_total_does_not_take_the_place_of_a_public_one(now):
    incident, dataset = facts.incident(claims=[], released=True), DatasetFactory()
    for day, number, sensitivity in ((date(2024, 11, 28), 100, 0), (date(2024, 11, 30), 300, 3)):
        total = running(number, day, sensitivity=sensitivity)
        incidents.add_figures(incident=incident, claims=[total], dataset=dataset, by=None, now=now)
    public, held = incident.claims.order_by("as_of_date")
    assert (public.status, public.is_adopted, held.is_held, held.is_adopted) == ("current", True, True, False)
