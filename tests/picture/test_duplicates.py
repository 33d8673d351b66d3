"""Suspected duplicates: found by place, time, kind and words in any script; noted once; shown to those who review."""

from datetime import date, timedelta

import pytest
from django.test import Client

from apps.incidents.actions import KIND
from apps.incidents.models import Incident
from apps.picture.duplicates import candidates
from apps.picture.examining import examine_changes
from apps.records import suspecting
from apps.records.merging import merge
from apps.records.models import SuspectedDuplicate
from apps.records.suspecting import Pair, SuspicionRefused, note, reopen, settle_suspicion
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db

NEAR, FAR = (37.17, 36.21), (38.2, 36.9)
DAY = facts.DAY


def found(record, viewer=None):
    return [each.id for each in candidates(KIND, record, viewer=viewer)]


def test_one_strike_told_by_two_is_found_with_what_makes_them_alike():
    one = facts.incident(title="Air strike on a bakery in Aleppo")
    other = facts.incident(title="Bakery hit by an air strike, Aleppo", location=NEAR)
    (candidate,) = candidates(KIND, one)
    assert candidate.id == other.pk
    assert candidate.score > 0.75
    assert 1.0 < candidate.reasons.km < 2.0
    assert (candidate.reasons.days, candidate.reasons.category) == (0, 1.0)
    assert candidate.reasons.text > 0.4
    assert found(other) == [one.pk]


@pytest.mark.parametrize(
    "changes",
    [
        {"location": FAR},
        {"start_date": DAY + timedelta(days=3), "end_date": DAY + timedelta(days=3)},
        {"fields": {"kind": "situation"}},
        {"location": None, "location_accuracy": "adm0"},
    ],
)
def test_what_is_elsewhere_later_or_of_another_kind_is_no_candidate(changes):
    one = facts.incident()
    facts.incident(**changes)
    assert found(one) == []


def test_a_record_of_another_crisis_is_no_candidate(cast):
    one = facts.incident(crisis=cast.aleppo)
    facts.incident(crisis=cast.darfur)
    assert found(one) == []


def test_spans_that_overlap_are_no_days_apart():
    one = facts.incident(start_date=date(2024, 11, 27), end_date=date(2024, 12, 1))
    facts.incident()
    (candidate,) = candidates(KIND, one)
    assert candidate.reasons.days == 0


def test_nearer_in_time_and_words_comes_first():
    one = facts.incident(title="Mortar fire on Salah al-Din market")
    later = facts.incident(start_date=DAY + timedelta(days=1), title="Mortar fire on Salah al-Din market")
    same = facts.incident(title="Mortar fire on Salah al-Din market", location=NEAR)
    unlike = facts.incident(title="Protest dispersed", fields={"category": "protests"})
    assert found(one)[0] == same.pk
    assert set(found(one)) == {later.pk, same.pk, unlike.pk}


@pytest.mark.parametrize(
    ("said", "again", "other"),
    [
        ("قصف جوي على مخبز في حلب", "قصف مخبز في مدينة حلب", "احتجاج أمام البلدية"),
        ("Обстрел рынка в Алеппо", "Рынок в Алеппо: обстрел", "Протест у мэрии"),
    ],
)
def test_words_of_any_script_are_compared(said, again, other):
    one = facts.incident(title=said)
    alike = facts.incident(title=again)
    facts.incident(title=other)
    first, second = candidates(KIND, one)
    assert first.id == alike.pk
    assert first.reasons.text > second.reasons.text + 0.15


def test_one_dataset_does_not_tell_a_thing_twice_but_people_may(own_reports, cast):
    dataset = DatasetFactory()
    one = facts.incident(dataset=dataset)
    facts.incident(dataset=dataset)
    assert found(one) == []
    mine, yours = (facts.incident(dataset=own_reports, by=by) for by in (cast.fatima, cast.omar))
    assert yours.pk in found(mine)


def test_merged_settled_and_removed_records_are_no_candidates(cast, now):
    one, merged, distinct, removed = (facts.incident() for _ in range(4))
    merge(kind=KIND, record=merged, into=one, by=cast.cora, now=now, reason="The same")
    Incident.objects.filter(pk=removed.pk).update(removed_at=now)
    note(kind=KIND, pairs=[Pair(one.pk, distinct.pk, 0.9)], now=now)
    assert found(one) == [distinct.pk]
    settle(cast, now, same=False)
    assert (found(one), found(distinct), found(merged)) == ([], [], [])


def test_a_place_known_by_its_area_alone_is_compared_within_the_area(geo_aleppo):
    whole = facts.incident(location_accuracy="adm1", location=geo_aleppo)
    point = facts.incident()
    Incident.objects.update(adm1_pcode="SY02", released_adm1_pcode="SY02")
    vague, sharp = candidates(KIND, point), candidates(KIND, whole)
    assert [each.id for each in vague] == [whole.pk]
    assert [each.id for each in sharp] == [point.pk]
    assert vague[0].score < 0.6


@pytest.fixture
def geo_aleppo():
    """A point of the governorate an hour away: where a record is drawn that is known by its governorate."""
    return (37.9, 36.5)


def test_a_person_is_shown_only_what_that_person_sees(cast):
    one = facts.incident(crisis=cast.aleppo, sensitivity=1)
    facts.incident(crisis=cast.aleppo, sensitivity=3)
    assert len(found(one)) == 1
    assert found(one, cast.pavel) == found(one, cast.nobody) == []
    assert len(found(one, cast.cora)) == 1


def test_how_far_a_withheld_place_is_stays_untold(cast):
    one = facts.incident(crisis=cast.aleppo, released=True)
    withheld = facts.incident(crisis=cast.aleppo, sensitivity=0, location_release="withheld", location=NEAR)
    assert found(one, cast.cora) == [withheld.pk]
    assert found(one, cast.pavel) == []


# Noting and settling


def settle(cast, now, **changes):
    words = {"by": cast.cora, "now": now, "reason": "Looked at both", **changes}
    return settle_suspicion(suspicion=SuspectedDuplicate.objects.get(), **words)


def test_a_pair_is_noted_once_the_smaller_id_first_and_never_opened_again(cast, now):
    one, other = (facts.incident() for _ in range(2))
    for ends in ((one.pk, other.pk), (other.pk, one.pk)):
        note(kind=KIND, pairs=[Pair(*ends, 0.7, {"km": 1.0})], now=now)
    pair = SuspectedDuplicate.objects.get()
    assert (pair.first_id, pair.second_id) == (min(one.pk, other.pk), max(one.pk, other.pk))
    settle(cast, now, same=False)
    assert note(kind=KIND, pairs=[Pair(one.pk, other.pk, 0.99)], now=now) == 0
    pair.refresh_from_db()
    assert (pair.state, pair.score, pair.settled_by) == ("distinct", 0.7, cast.cora)


def test_the_same_are_merged_and_taken_apart_again(cast, now):
    one, other = (facts.incident() for _ in range(2))
    note(kind=KIND, pairs=[Pair(one.pk, other.pk, 0.7)], now=now)
    with pytest.raises(SuspicionRefused, match="which of the two"):
        settle(cast, now, same=True)
    with pytest.raises(SuspicionRefused, match="Say why"):
        settle(cast, now, same=False, reason="")
    row = settle(cast, now, same=True, into=one.pk)
    other.refresh_from_db()
    assert (row.state, other.merged_into_id) == ("same", one.pk)
    with pytest.raises(SuspicionRefused, match="settled meanwhile"):
        settle(cast, now, same=False)
    back = reopen(suspicion=row, by=cast.cora, now=now, reason="Two strikes after all")
    other.refresh_from_db()
    assert (back.state, back.settled_at, other.merged_into_id) == ("open", None, None)
    with pytest.raises(SuspicionRefused, match="not settled"):
        reopen(suspicion=row, by=cast.cora, now=now, reason="Again")


def test_distinct_is_taken_back(cast, now):
    one, other = (facts.incident() for _ in range(2))
    note(kind=KIND, pairs=[Pair(one.pk, other.pk, 0.7)], now=now)
    row = settle(cast, now, same=False)
    assert reopen(suspicion=row, by=cast.cora, now=now, reason="Not so sure").state == "open"


# Pulled from the ledger


def test_changes_are_examined_once_and_pairs_noted(now, monkeypatch):
    one, other = (facts.incident() for _ in range(2))
    facts.incident(title="Protest dispersed", fields={"category": "protests", "subcategory": "x"})
    assert examine_changes(now=now) >= 3
    pair = SuspectedDuplicate.objects.get()
    assert {pair.first_id, pair.second_id} == {one.pk, other.pk}
    assert pair.reasons["days"] == 0
    assert examine_changes(now=now) == 0
    assert SuspectedDuplicate.objects.count() == 1


def test_changes_are_read_in_steps_and_none_is_passed_over(now):
    rows = [facts.incident() for _ in range(3)]
    steps = iter(lambda: examine_changes(now=now, limit=1), 0)
    assert len(list(steps)) >= len(rows)
    assert SuspectedDuplicate.objects.count() == 3


def test_what_failed_is_read_again(now, monkeypatch):
    for _ in range(2):
        facts.incident()
    monkeypatch.setattr("apps.picture.examining.note", failing)
    with pytest.raises(RuntimeError):
        examine_changes(now=now)
    monkeypatch.setattr("apps.picture.examining.note", suspecting.note)
    examine_changes(now=now)
    assert SuspectedDuplicate.objects.count() == 1


def failing(**_words):
    raise RuntimeError("The database went away")


# In the answer


def detail(viewer, record):
    client = Client()
    if viewer.is_authenticated:
        client.force_login(viewer)
    return client.get(f"/api/v1/incidents/{record.pk}").json()


def test_only_those_who_review_the_crisis_read_suspicions(cast, now):
    one, other = (
        facts.incident(crisis=cast.aleppo, released=True, location_release="exact", title=title)
        for title in ("One", "Two")
    )
    note(kind=KIND, pairs=[Pair(one.pk, other.pk, 0.7, {"km": 1.2, "days": 0})], now=now)
    for viewer in (cast.cora, cast.imran):
        (told,) = detail(viewer, one)["suspected_duplicates"]
        assert told == {
            "id": str(other.pk), "title": "Two", "score": 0.7, "reasons": {"km": 1.2, "days": 0}
        }  # fmt: skip
    for viewer in (cast.pavel, cast.fatima, cast.carl, cast.nobody):
        assert "suspected_duplicates" not in detail(viewer, one)


def test_a_reviewer_without_the_place_learns_no_distance_to_it(cast, now):
    one = facts.incident(crisis=cast.aleppo, released=True, location_release="exact")
    hidden = facts.incident(
        crisis=cast.aleppo, sensitivity=1, location=NEAR, location_release="withheld", title="The canary house"
    )
    note(kind=KIND, pairs=[Pair(one.pk, hidden.pk, 0.7, {"km": 1.2, "days": 0})], now=now)
    (told,) = detail(cast.imran, one)["suspected_duplicates"]
    assert (told["score"], told["reasons"]) == (None, {})
    assert "canary" not in told["title"]
    (told,) = detail(cast.cora, one)["suspected_duplicates"]
    assert told["reasons"]["km"] == 1.2
