"""What no claim can say: refused by a named constraint whoever writes, and set aside with a sentence at intake."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from apps.incidents import actions as incidents
from apps.records.refusing import sentence_of
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db
MAKERS = {"casualtyclaim": facts.incident, "displacementclaim": facts.moved}
RULES = [
    ("low_best_high_in_order", {"low": 9, "best": 3}, "lowest figure comes first"),
    ("low_best_high_in_order", {"best": 9, "high": 3}, "lowest figure comes first"),
    ("low_best_high_in_order", {"low": 9, "best": None, "high": 3}, "lowest figure comes first"),
    ("never_negative", {"low": -1}, "never negative"),
    ("never_negative", {"low": None, "best": -1, "high": None}, "never negative"),
    ("scope_has_its_dates", {"scope": "period_total", "from_date": "2024-12-02", "to_date": "2024-12-01"}, "its dates"),
    ("scope_has_its_dates", {"scope": "stock"}, "its dates"),
    ("scope_has_its_dates", {"scope": "running_total", "as_of_date": "2024-12-01"}, "its dates"),
    ("credibility_in_range", {"credibility": 7}, "1 to 6"),
]


@pytest.mark.parametrize(("rule", "columns", "said"), RULES)
@pytest.mark.parametrize("model", MAKERS)
def test_the_database_refuses_it_under_its_name_and_a_person_is_told_why(model, rule, columns, said):
    row = MAKERS[model](claims=[facts.claim("killed", 5)])
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.claims.update(**columns)
    assert caught.value.__cause__.diag.constraint_name == f"{model}_{rule}"
    assert said in sentence_of(caught.value)


@pytest.mark.parametrize("model", MAKERS)
def test_an_unknown_metric_is_refused(model):
    row = MAKERS[model](claims=[facts.claim("killed", 5)])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.claims.update(metric_id="dragons")
    assert sentence_of(caught.value) == "There is no such metric."


def test_a_size_of_vehicle_beyond_the_scale_is_refused():
    row = facts.status()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.claims.update(max_vehicle=7)
    assert caught.value.__cause__.diag.constraint_name == "status_claim_vehicle_in_range"
    assert "0 to 6" in sentence_of(caught.value)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ([replace(facts.claim("killed", 5), low=9)], "lowest figure comes first"),
        ([replace(facts.claim("killed", 5), low=-4)], "never negative"),
        ([facts.claim("killed", 5, scope="stock")], "its dates"),
        (
            [
                facts.claim("killed", 5, key="all"),
                facts.claim("killed", 8, key="c", group="civilians", part_of_key="all"),
            ],
            "greater than its whole",
        ),
    ],
)
def test_an_item_that_says_it_is_set_aside_with_a_sentence(claims, said, now):
    words = {"title": "Strikes", "start_date": facts.DAY, "end_date": facts.DAY, "fields": {"category": "explosions"}}
    bad = incidents.IncidentDraft(external_id="E1", claims=tuple(claims), **words)
    good = incidents.IncidentDraft(external_id="E2", **words)
    tally = incidents.record_many(drafts=[bad, good], dataset=DatasetFactory(), now=now)
    assert (tally.created, [reject.key for reject in tally.rejects]) == (1, ["E1"])
    assert said in tally.rejects[0].reason
