"""What waits on which list, for whom, in which order."""

from datetime import timedelta

import pytest

from apps.core.payloads import Reject
from apps.incidents.actions import KIND
from apps.records import deciding, merging, reviewing
from apps.records.models import SuspectedDuplicate
from apps.sources.actions import quarantine
from apps.sources.models import Source
from apps.triage import tabs
from apps.triage.queries import lists
from apps.triage.queries.desk import Desk, Wanted
from tests.factories import facts

pytestmark = pytest.mark.django_db
NOW = facts.NOW


def listed(user, now=NOW, **asked):
    desk = Desk(user, now=now, language="en")
    wanted = Wanted.read(asked)
    return [row.title for row in lists.page_of(desk, wanted).rows]


def counted(user, now=NOW, **asked):
    desk = Desk(user, now=now, language="en")
    return {tab: count for tab, count in lists.counts(desk, Wanted.read(asked)).items() if count}


def test_what_nobody_reviewed_waits_and_what_was_reviewed_does_not(cast):
    new = facts.incident(crisis=cast.aleppo, title="New")
    facts.moved(crisis=cast.aleppo, title="Moved")
    assert set(listed(cast.cora)) == {"New", "Moved"}
    reviewing.verify(kind=KIND, record=new, verification="rejected", by=cast.cora, now=NOW, reason="A test.")
    assert listed(cast.cora) == ["Moved"]


def test_a_source_trusted_to_publish_does_not_flood_the_queue(cast, trusted):
    facts.incident(crisis=cast.aleppo, dataset=trusted, title="As published")
    assert listed(cast.cora) == []
    assert counted(cast.cora) == {}


def test_what_a_trusted_source_published_waits_where_figures_differ(cast, trusted):
    rivals = [facts.claim("killed", 3), facts.claim("killed", 9, attributed_to="Hospital")]
    facts.incident(crisis=cast.aleppo, dataset=trusted, title="As published", claims=rivals)
    assert listed(cast.cora, tab="differ") == ["As published"]


def test_figures_that_say_the_same_do_not_differ_nor_those_that_answer_other_questions(cast):
    facts.incident(crisis=cast.aleppo, claims=[facts.claim(), facts.claim(attributed_to="Hospital")])
    facts.incident(crisis=cast.aleppo, claims=[facts.claim(), facts.claim("killed", 2, group="civilians")])
    facts.incident(crisis=cast.aleppo, claims=[facts.claim(), facts.claim("killed", None, attributed_to="Hospital")])
    assert listed(cast.cora, tab="differ") == []


def test_a_choice_settles_what_was_known_and_a_later_figure_asks_again(cast, disagreed):
    assert listed(cast.cora, tab="differ") == ["Shelling of a market"]
    claim = disagreed.claims.get(best=7)
    deciding.choose(kind=KIND, claim=claim, by=cast.cora, now=NOW, reason="The later count.")
    assert listed(cast.cora, tab="differ") == []
    later = NOW + timedelta(hours=1)
    from apps.incidents.actions import add_figures

    add_figures(
        incident=disagreed, claims=[facts.claim("killed", 12, attributed_to="Mayor")], dataset=disagreed.dataset,
        by=None, now=later,
    )  # fmt: skip
    assert listed(cast.cora, tab="differ") == ["Shelling of a market"]


def test_a_bridge_of_which_two_say_different_things_waits(cast):
    status = facts.status(crisis=cast.aleppo, title="Bridge", value="closed")
    from apps.access.actions import add_statement
    from apps.records.drafts import StatusDraft

    said = StatusDraft(key="other", value="open", attributed_to="Drivers", cause="unknown", observed_at=NOW)
    add_statement(status=status, draft=said, dataset=status.dataset, by=cast.imran, now=NOW)
    assert listed(cast.cora, tab="differ") == ["Bridge"]


def test_disputed_stale_and_waiting_for_release_have_lists_of_their_own(cast):
    disputed = facts.incident(crisis=cast.aleppo, title="Disputed")
    reviewing.verify(kind=KIND, record=disputed, verification="disputed", by=cast.cora, now=NOW, reason="Doubts.")
    checked = facts.incident(crisis=cast.aleppo, title="Checked")
    reviewing.verify(
        kind=KIND, record=checked, verification="verified", basis="first_hand", by=cast.cora, now=NOW, reason="Seen."
    )
    facts.incident(crisis=cast.aleppo, title="Old", stale_after=NOW - timedelta(days=1))
    assert listed(cast.cora, tab="disputed") == ["Disputed"]
    assert listed(cast.cora, tab="release") == ["Checked"]
    assert listed(cast.cora, tab="stale") == ["Old"]
    assert listed(cast.cora) == ["Old"]


def test_held_figures_are_listed_to_the_cleared_alone(cast):
    facts.incident(
        crisis=cast.aleppo, title="Partly confidential",
        claims=[facts.claim(), facts.claim("killed", 9, attributed_to="Clinic", sensitivity=3)],
    )  # fmt: skip
    assert listed(cast.cora, tab="held") == ["Partly confidential"]
    assert listed(cast.imran, tab="held") == []
    assert "held" not in counted(cast.imran)


def test_confidential_records_wait_for_coordinators_alone(cast):
    facts.incident(crisis=cast.aleppo, title="Confidential", sensitivity=3)
    assert listed(cast.cora) == ["Confidential"]
    assert listed(cast.imran) == []
    assert counted(cast.imran) == {}


def test_another_crisis_waits_for_its_own_people(cast):
    facts.incident(crisis=cast.darfur, title="In Darfur")
    assert listed(cast.cora) == []
    assert listed(cast.carl) == ["In Darfur"]


def test_a_crisis_stricter_than_its_officers_clearance_is_not_listed_to_them(cast):
    facts.incident(crisis=cast.aleppo, title="There")
    cast.aleppo.sensitivity = 3
    cast.aleppo.save()
    assert listed(cast.cora) == ["There"]
    assert listed(cast.imran) == []


def test_filters_narrow_the_list_and_its_counts(cast):
    facts.incident(crisis=cast.aleppo, title="Shells on a market")
    facts.moved(crisis=cast.aleppo, title="Families on the road")
    assert listed(cast.cora, kind="displacement") == ["Families on the road"]
    assert listed(cast.cora, q="market") == ["Shells on a market"]
    source = Source.objects.get(pk=facts.incident(crisis=cast.aleppo, title="Third").source_id)
    assert listed(cast.cora, source=source.slug) == ["Third"]
    assert counted(cast.cora, q="market") == {tabs.REVIEW: 1}


def test_the_order_is_newest_longest_waiting_or_most_people_hurt(cast):
    facts.incident(crisis=cast.aleppo, title="First", now=NOW, claims=[facts.claim("killed", 30)])
    facts.incident(crisis=cast.aleppo, title="Second", now=NOW + timedelta(hours=1), claims=[facts.claim("killed", 2)])
    facts.moved(crisis=cast.aleppo, title="Third", now=NOW + timedelta(hours=2))
    assert listed(cast.cora) == ["Third", "Second", "First"]
    assert listed(cast.cora, order="oldest") == ["First", "Second", "Third"]
    assert listed(cast.cora, order="harm") == ["First", "Second", "Third"]


@pytest.mark.parametrize("order", ["newest", "oldest", "harm"])
def test_pages_follow_each_other_without_gap_or_repetition(cast, order):
    for number in range(7):
        make = facts.incident if number % 2 else facts.moved
        make(crisis=cast.aleppo, title=f"Number {number}", now=NOW + timedelta(minutes=number // 2))
    desk, wanted = Desk(cast.cora, now=NOW, language="en"), Wanted.read({"order": order})
    seen, cursor = [], ""
    while True:
        page = lists.page_of(desk, wanted, cursor=cursor, limit=3)
        seen += [row.title for row in page.rows]
        if page.cursor is None:
            break
        cursor = page.cursor
    assert sorted(seen) == [f"Number {number}" for number in range(7)]
    one = next(iter(lists.page_of(desk, wanted, limit=1).rows))
    before, after = lists.neighbours(desk, wanted, one.kind, one.id, None)
    assert before is None
    second = lists.page_of(desk, wanted, limit=2).rows[1]
    assert after == (second.kind, second.id, None)


def test_a_suspected_pair_waits_until_it_is_settled(cast):
    one, other = (facts.incident(crisis=cast.aleppo, title=title) for title in ("One", "Other"))
    first, second = sorted((one.pk, other.pk))
    SuspectedDuplicate.objects.create(kind="incident", first_id=first, second_id=second, score=0.8, found_at=NOW)
    desk = Desk(cast.cora, now=NOW, language="en")
    (pair,) = lists.page_of(desk, Wanted.read({"tab": "duplicates"})).rows
    assert {row.title for row in pair.both} == {"One", "Other"}
    assert counted(cast.cora)[tabs.DUPLICATES] == 1
    assert tabs.DUPLICATES not in counted(cast.carl)
    merging.merge(kind=KIND, record=one, into=other, by=cast.cora, now=NOW, reason="Same event.")
    assert tabs.DUPLICATES not in counted(cast.cora)


def test_what_makes_two_alike_is_not_told_to_those_who_are_not_told_where_they_are(cast):
    rows = [facts.incident(crisis=cast.aleppo, location_release="adm1", location_accuracy="point") for _ in range(2)]
    first, second = sorted(row.pk for row in rows)
    SuspectedDuplicate.objects.create(
        kind="incident", first_id=first, second_id=second, score=0.8, reasons={"km": 0.2}, found_at=NOW
    )
    wanted = Wanted.read({"tab": "duplicates"})
    (seen,) = lists.page_of(Desk(cast.cora, now=NOW, language="en"), wanted).rows
    (blunt,) = lists.page_of(Desk(cast.imran, now=NOW, language="en"), wanted).rows
    assert (seen.score, seen.reasons) == (0.8, {"km": 0.2})
    assert (blunt.score, blunt.reasons) == (None, {})


def test_items_set_aside_are_listed_to_the_crisis_their_source_serves(cast):
    source = Source.objects.create(slug="feed", name="Feed", options={"crisis": "darfur"})
    quarantine(source=source, run=None, document=None, rejects=[Reject(reason="No place.", item="{}")], now=NOW)
    assert counted(cast.carl) == {tabs.QUARANTINE: 1}
    assert counted(cast.cora) == {}


def test_the_number_in_the_bar_counts_what_nobody_reviewed(cast):
    facts.incident(crisis=cast.aleppo)
    facts.moved(crisis=cast.aleppo)
    facts.incident(crisis=cast.darfur)
    assert lists.waiting_for(Desk(cast.cora, now=NOW, language="en")) == 2
    assert lists.waiting_for(Desk(cast.fatima, now=NOW, language="en")) == 0


def test_a_page_takes_as_many_statements_for_many_rows_as_for_few(cast, django_assert_max_num_queries):
    for number in range(3):
        facts.incident(crisis=cast.aleppo, title=str(number), claims=[facts.claim()])
    with django_assert_max_num_queries(16):
        listed(cast.cora)
    for number in range(20):
        facts.incident(crisis=cast.aleppo, title=str(number), claims=[facts.claim()])
    with django_assert_max_num_queries(16):
        listed(cast.cora)
    with django_assert_max_num_queries(8):
        counted(cast.cora)
