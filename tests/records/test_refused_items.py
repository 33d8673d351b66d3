"""One item that the database refuses costs nothing but itself."""

from datetime import date

import pytest
from django.db import DataError, IntegrityError, OperationalError

from apps.incidents import actions as incidents
from apps.incidents.models import Incident
from apps.records import actions as records
from apps.records import refusing
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db


def draft(number, **changes):
    values = {
        "external_id": f"E{number}",
        "title": "Shelling reported",
        "start_date": facts.DAY,
        "end_date": facts.DAY,
        "fields": {"category": "explosions"},
        "claims": (facts.claim("killed", 3),),
    }
    return incidents.IncidentDraft(**{**values, **changes})


BAD = {
    "a text with NUL": {"title": "Shelling\x00reported"},
    "half a character": {"title": "Shelling \ud800"},
    "a title too long": {"title": "x" * 301},
    "dates in reverse": {"end_date": date(2020, 1, 1)},
    "a figure upside down": {"claims": (facts.claim("killed", 3, high=1),)},
    "a number too large": {"claims": (facts.claim("killed", 3, best=10**30, high=10**30),)},
    "a party's name too long": {"parties": (incidents.Party(name="x" * 400, role="side_a"),)},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_of_ten_items_nine_are_kept_and_the_bad_one_comes_back_with_the_reason(now, changes):
    drafts = [draft(number, **(changes if number == 6 else {})) for number in range(10)]
    tally = incidents.record_many(drafts=drafts, dataset=DatasetFactory(), now=now)
    assert (tally.created, [reject.key for reject in tally.rejects]) == (9, ["E6"])
    assert tally.rejects[0].reason.startswith("It cannot be stored: ")
    assert Incident.objects.count() == 9


def test_the_reason_does_not_quote_the_row(now):
    tally = incidents.record_many(drafts=[draft(1, **BAD["dates in reverse"])], dataset=DatasetFactory(), now=now)
    assert "\n" not in tally.rejects[0].reason
    assert "Shelling" not in tally.rejects[0].reason


def test_a_person_is_told_at_once(now, cast):
    with pytest.raises(IntegrityError):
        incidents.record_many(
            drafts=[draft(1, **BAD["dates in reverse"])], dataset=DatasetFactory(), by=cast.cora, now=now
        )


def test_more_refusals_than_bad_items_can_explain_end_the_run(now, monkeypatch):
    monkeypatch.setattr(refusing, "MOST_REFUSED", 3)
    with pytest.raises(DataError):
        incidents.record_many(
            drafts=[draft(number, title="x" * 301) for number in range(4)], dataset=DatasetFactory(), now=now
        )


def test_what_is_no_items_fault_ends_the_run(now, monkeypatch):
    def lose_the_connection(rows):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(records.bulk, "insert", lose_the_connection)
    with pytest.raises(OperationalError):
        incidents.record_many(drafts=[draft(1)], dataset=DatasetFactory(), now=now)
