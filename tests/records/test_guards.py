"""What the database itself refuses, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error

from apps.core.ids import uuid7
from apps.incidents.models import CasualtyClaim, CasualtyDecision, Incident
from apps.records.settling import question_text
from tests.factories import facts

pytestmark = pytest.mark.django_db


def constraint_of(caught) -> str:
    return caught.value.__cause__.diag.constraint_name


def merge(row: Incident, into: Incident | None) -> None:
    Incident.objects.filter(pk=row.pk).update(merged_into=into, canonical=into or row)


def test_a_merge_that_would_close_a_circle_is_refused():
    first, second, third = (facts.incident() for _ in range(3))
    merge(second, first)
    merge(third, second)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        merge(first, third)
    assert constraint_of(caught) == "incident_merge_makes_no_cycle"


def test_a_part_greater_than_its_whole_is_refused():
    row = facts.incident(claims=[facts.claim("killed", 10, key="all")])
    whole = row.claims.get()
    part = CasualtyClaim.objects.get(pk=whole.pk)
    part.pk, part.external_id, part.group, part.part_of = uuid7(), "civilians", "civilians", whole
    part.low = part.best = part.high = 11
    part.is_adopted = False
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        part.save(force_insert=True)
    assert constraint_of(caught) == "casualtyclaim_part_within_whole"


def test_a_whole_is_not_corrected_below_its_part():
    parts = [
        facts.claim("killed", 10, key="all"),
        facts.claim("killed", 8, key="c", group="civilians", part_of_key="all"),
    ]
    row = facts.incident(claims=parts)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.claims.filter(group="all").update(low=7, best=7, high=7)
    assert constraint_of(caught) == "casualtyclaim_part_within_whole"


def test_a_part_may_exceed_what_its_whole_is_at_least():
    whole = facts.claim("killed", 300, "at_least", key="all")
    row = facts.incident(claims=[whole, facts.claim("killed", 310, key="c", group="civilians", part_of_key="all")])
    assert row.claims.count() == 2


def test_a_decision_on_a_claim_of_another_record_is_refused(cast, now):
    one, other = (facts.incident(claims=[facts.claim("killed", 4)]) for _ in range(2))
    claim = other.claims.get()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        CasualtyDecision.objects.create(record=one, claim=claim, question=question_text(claim), by=cast.cora, at=now)
    assert constraint_of(caught) == "casualtydecision_answers_its_question"


def test_a_decision_on_a_claim_of_another_question_is_refused(cast, now):
    row = facts.incident(claims=[facts.claim("killed", 4), facts.claim("injured", 9)])
    killed, injured = (row.claims.get(metric=metric) for metric in ("killed", "injured"))
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        CasualtyDecision.objects.create(record=row, claim=injured, question=question_text(killed), by=cast.cora, at=now)
    assert constraint_of(caught) == "casualtydecision_answers_its_question"
    CasualtyDecision.objects.create(record=row, claim=injured, question=question_text(injured), by=cast.cora, at=now)


def test_a_table_whose_past_is_kept_is_not_truncated():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ledger.may_truncate = 'off'")
        with pytest.raises(Error) as caught, transaction.atomic():
            cursor.execute("TRUNCATE records_link")
    assert "past of records_link is kept" in str(caught.value)
