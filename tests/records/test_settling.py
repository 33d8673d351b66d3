"""Which figure is used: derived from claims and choices, never from the last writer."""

import pytest

from apps.accounts.levels import Sensitivity
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, CasualtyDecision, Incident
from apps.ledger.actions import open_revision
from apps.records import actions as records
from apps.records.drafts import ClaimDraft
from apps.records.settling import question_text
from apps.sources.models import SourceReliability
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


def used(**question):
    return CasualtyClaim.objects.filter(is_adopted=True, **question)


def test_of_two_rivals_one_is_used_and_both_stay():
    row = facts.incident(
        claims=[facts.claim("killed", 3, attributed_to="A"), facts.claim("killed", 7, attributed_to="B")]
    )
    assert row.claims.count() == 2
    assert used(record=row).count() == 1


def test_a_total_and_an_event_figure_answer_different_questions():
    running = facts.claim(
        "killed", 300, "more_than", scope="running_total", counts_from="2024-11-27", as_of_date="2024-11-30", key="run"
    )
    row = facts.incident(claims=[facts.claim("killed", 4), running])
    assert set(used(record=row).values_list("scope", "best")) == {("event", 4), ("running_total", 301)}


def test_the_more_reliable_source_is_used(cast, now):
    row = facts.incident(claims=[facts.claim("killed", 3, attributed_to="A")])
    better = DatasetFactory()
    SourceReliability.objects.create(source=better.source, metric_group="casualties", grade="B")
    state_another(row, better, facts.claim("killed", 9, attributed_to="B"), now)
    assert used(record=row).get().best == 9


def test_a_persons_choice_wins_until_it_is_revoked(cast, now):
    row = facts.incident(
        claims=[
            facts.claim("killed", 3, attributed_to="A", credibility=1),
            facts.claim("killed", 7, attributed_to="B", credibility=4),
        ]
    )
    assert used(record=row).get().best == 3
    chosen = row.claims.get(best=7)
    decision = CasualtyDecision.objects.create(
        record=row, claim=chosen, question=question_text(chosen), by=cast.cora, at=now, reason="Nearer to it"
    )
    settle(row, now)
    assert used(record=row).get().best == 7
    decision.revoked_at, decision.revoked_by = now, cast.cora
    decision.save()
    settle(row, now)
    assert used(record=row).get().best == 3


def test_a_later_running_total_of_the_same_speaker_supersedes_the_earlier(now):
    def total(number, day):
        return facts.claim(
            "killed", number, "more_than", scope="running_total", counts_from="2024-11-27", as_of_date=day, key=day
        )

    row = facts.incident(claims=[total(200, "2024-11-29"), total(300, "2024-11-30")])
    earlier, later = row.claims.order_by("as_of_date")
    assert (earlier.status, later.status) == ("superseded", "current")
    assert earlier.superseded_by == later
    assert used(record=row).get() == later


def test_a_claim_stricter_than_its_record_is_held_and_never_used(cast):
    row = facts.incident(
        crisis=cast.aleppo,
        released=True,
        claims=[facts.claim("killed", 3, attributed_to="A"),
                facts.claim("killed", 9, attributed_to="B", credibility=1, sensitivity=Sensitivity.CONFIDENTIAL)],
    )  # fmt: skip
    held = row.claims.get(best=9)
    assert (held.is_held, held.is_adopted) == (True, False)
    assert used(record=row).get().best == 3
    assert held not in CasualtyClaim.objects.visible_to(cast.nobody)
    assert held not in CasualtyClaim.objects.visible_to(cast.pavel)
    assert held in CasualtyClaim.objects.visible_to(cast.cora)


def test_a_part_names_its_whole_and_is_another_question():
    whole = facts.claim("killed", 300, "more_than", key="all")
    part = facts.claim("killed", 20, "at_least", group="civilians", key="civilians", part_of_key="all")
    row = facts.incident(claims=[whole, part])
    assert row.claims.get(group="civilians").part_of == row.claims.get(group="all")
    assert used(record=row).count() == 2


def state_another(row: Incident, dataset, draft: ClaimDraft, now) -> None:
    claim = CasualtyClaim(record=row, canonical=row, created_at=now)
    terms = records.Terms.of(dataset=dataset, crisis=row.crisis, by=None, now=now)
    open_revision(by=None, now=now)
    records.fill_claim(
        claim, draft,
        incidents.IncidentDraft(external_id="x", title="x", start_date=row.start_date, end_date=row.end_date), terms,
    )  # fmt: skip
    claim.save(force_insert=True)
    settle(row, now)


def settle(row: Incident, now) -> None:
    open_revision(by=None, now=now)
    records.settle(kind=incidents.KIND, canonical_ids=[row.canonical_id], now=now)
