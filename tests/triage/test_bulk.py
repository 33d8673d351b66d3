"""Several records at once: one reason, an outcome each, taken back one by one."""

import pytest

from apps.incidents.models import Incident
from apps.ledger.models import Revision
from tests.factories import facts
from tests.triage.test_two_at_once import undo

pytestmark = pytest.mark.django_db


def key(record, kind="incident"):
    return f"{kind}:{record.pk}:{record.version}"


def standing(*records):
    return [Incident.objects.get(pk=record.pk).verification for record in records]


@pytest.fixture
def records(cast):
    return [facts.incident(crisis=cast.aleppo, title=f"Number {number}") for number in range(3)]


def send(desk, records, act="verify", **said):
    fields = {"act": act, "reason": "All seen.", "record": [key(record) for record in records], **said}
    if act == "verify":
        fields.setdefault("basis", "first_hand")
    return desk.client.post("/queue/bulk/", fields, follow=True)


@pytest.mark.django_db(transaction=True)
def test_several_are_verified_with_one_reason_and_a_revision_each(cora, records):
    before = Revision.objects.count()
    page = send(cora, records)
    assert standing(*records) == ["verified"] * 3
    assert Revision.objects.count() == before + 3
    assert "3 records." in page.content.decode()


def test_what_was_changed_meanwhile_is_left_and_told_beside_what_was_done(cora, imran, records):
    imran.send(imran.bench(records[1]), "dispute")
    page = send(cora, records)
    assert standing(*records) == ["verified", "disputed", "verified"]
    text = page.content.decode()
    assert "2 records." in text
    assert "Number 1" in text.split("Not done:")[1].split("</ul>")[0]


@pytest.mark.django_db(transaction=True)
def test_all_of_it_is_taken_back_but_for_what_was_changed_since(cora, imran, records):
    page = send(cora, records)
    imran.send(imran.bench(records[2]), "dispute")
    page = undo(cora, page)
    assert standing(*records) == ["unverified", "unverified", "disputed"]
    assert "Not done:" in page.content.decode()


def test_records_of_several_kinds_go_together(cast, cora):
    incident, moved = facts.incident(crisis=cast.aleppo), facts.moved(crisis=cast.aleppo)
    fields = {"act": "under_review", "reason": "Asked.", "record": [key(incident), key(moved, "displacement")]}
    cora.client.post("/queue/bulk/", fields)
    for record in (incident, moved):
        record.refresh_from_db()
        assert record.verification == "under_review"


def test_nothing_is_done_without_a_reason_a_basis_or_a_record(cora, records):
    for said in ({"reason": " "}, {"basis": ""}):
        assert "Not done:" in send(cora, records, **said).content.decode()
    assert "Choose at least one record." in send(cora, []).content.decode()
    assert standing(*records) == ["unverified"] * 3


def test_an_officer_releases_nothing_not_even_one_of_several(imran, records):
    response = imran.client.post(
        "/queue/bulk/", {"act": "release", "reason": "x", "record": [key(record) for record in records]}
    )
    assert response.status_code == 403
    assert Incident.objects.filter(released_at__isnull=False).count() == 0


def test_records_of_another_crisis_are_left_alone(cast, cora, records):
    elsewhere = facts.incident(crisis=cast.darfur)
    page = send(cora, [records[0], elsewhere])
    assert standing(records[0], elsewhere) == ["verified", "unverified"]
    assert "no longer stand in this queue: 1" in page.content.decode()


@pytest.mark.parametrize("name", ["nonsense", "incident:1:2", "incident::", "a:b:c:d"])
def test_a_record_that_cannot_be_meant_is_refused(cora, records, name):
    response = cora.client.post("/queue/bulk/", {"act": "reject", "reason": "x", "record": [name]}, follow=True)
    assert response.status_code == 200
    assert "Not done:" in response.content.decode()
