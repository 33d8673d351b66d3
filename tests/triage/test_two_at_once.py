"""Two people at one record, one person clicking twice, and taking back."""

import re
from html import unescape

import pytest

from apps.incidents.models import CasualtyClaim, CasualtyDecision, Incident
from apps.ledger.models import Revision
from tests.factories import facts

# A revision each: what happens in one transaction is one revision.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def record(cast):
    return facts.incident(crisis=cast.aleppo, title="Shelling reported", claims=[facts.claim("killed", 3)])


def repeat(desk, response):
    """Press the button of the conflict."""
    form = response.content.decode().split('class="conflict')[1].split("</form>")[0]
    fields = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(unescape(value))
    action = unescape(re.search(r'action="([^"]+)"', form)[1])
    return desk.client.post(action, fields)


def test_the_second_is_told_what_the_first_did_and_may_repeat(cast, cora, imran, record):
    seen_by_both = cora.bench(record), imran.bench(record)
    cora.send(seen_by_both[0], "dispute", reason="The place does not fit.")
    told = imran.send(seen_by_both[1], "unverifiable", reason="Nobody is left to ask.")
    assert told.status_code == 409
    page = told.content.decode()
    assert "Somebody was quicker" in page
    assert "The place does not fit." in page
    assert str(cast.cora) in page
    assert "Nobody is left to ask." in page
    assert Incident.objects.get(pk=record.pk).verification == "disputed"
    assert repeat(imran, told).status_code == 302
    assert Incident.objects.get(pk=record.pk).verification == "unverifiable"


def test_the_second_is_told_no_words_of_a_place_that_is_withheld(cast, cora, imran):
    record = facts.incident(
        crisis=cast.aleppo, title="Shelling of the clinic", location_accuracy="point", location_release="adm1"
    )
    seen = imran.bench(record)
    cora.send(cora.bench(record), "dispute", reason="The clinic stands.")
    told = imran.send(seen, "unverifiable", reason="Nobody is left to ask.")
    assert told.status_code == 409
    assert "Somebody was quicker" in told.content.decode()
    assert "clinic" not in told.content.decode()


def test_the_second_to_choose_is_told_which_figure_is_used_now(cast, cora, imran, disagreed):
    used = disagreed.claims.get(is_adopted=True)
    other = disagreed.claims.get(is_adopted=False)
    seen = imran.bench(disagreed)
    cora.send(cora.bench(disagreed), "choose", claim=other.pk, reason="The later count.")
    told = imran.send(seen, "choose", claim=used.pk, reason="Closest to the place.")
    assert told.status_code == 409
    page = told.content.decode()
    assert "The figure used is now:" in page
    assert str(cast.cora) in page
    other.refresh_from_db()
    assert other.is_adopted
    assert repeat(imran, told).status_code == 302
    used.refresh_from_db()
    assert used.is_adopted


def test_a_form_sent_twice_acts_once(cora, disagreed):
    page = cora.bench(disagreed)
    claim = disagreed.claims.get(is_adopted=False)
    answers = [cora.send(page, "choose", claim=claim.pk) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert CasualtyDecision.objects.count() == 1


def test_a_record_rejected_by_two_clicks_is_rejected_once_and_nothing_is_said_to_fail(cora, record):
    page = cora.bench(record)
    before = Revision.objects.count()
    assert [cora.send(page, "reject").status_code for _ in range(2)] == [302, 302]
    assert Revision.objects.count() == before + 1


def undo(desk, page, **changes):
    form = page.content.decode().split("data-undo")[1].split("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return desk.client.post("/queue/undo/", {**{name: unescape(value) for name, value in fields.items()}, **changes},
                            follow=True)  # fmt: skip


def test_what_was_just_done_is_taken_back_and_done_again(cora, record):
    page = cora.send(cora.bench(record), "reject", follow=True)
    page = undo(cora, page)
    assert "Taken back." in page.content.decode()
    assert Incident.objects.get(pk=record.pk).verification == "unverified"
    undo(cora, page)
    assert Incident.objects.get(pk=record.pk).verification == "rejected"


def test_a_choice_is_taken_back(cora, disagreed):
    other = disagreed.claims.get(is_adopted=False)
    page = cora.send(cora.bench(disagreed), "choose", claim=other.pk, follow=True)
    undo(cora, page)
    assert not CasualtyClaim.objects.get(pk=other.pk).is_adopted


def test_what_was_changed_since_is_not_taken_back_and_it_is_said(cora, imran, record):
    page = cora.send(cora.bench(record), "dispute", follow=True)
    imran.send(imran.bench(record), "unverifiable")
    page = undo(cora, page)
    assert "Not done:" in page.content.decode()
    assert Incident.objects.get(pk=record.pk).verification == "unverifiable"


def test_nobody_takes_back_what_was_done_in_another_crisis(cast, cora, record):
    elsewhere = facts.incident(crisis=cast.darfur)
    response = cora.client.post("/queue/undo/", {"revisions": str(elsewhere.rev)})
    assert response.status_code == 403
    assert Incident.objects.get(pk=elsewhere.pk).removed_at is None


def test_undo_leads_nowhere_else(cora, record):
    page = cora.send(cora.bench(record), "dispute", follow=True)
    page = undo(cora, page, back="https://elsewhere.example/queue/")
    assert page.redirect_chain[-1][0] == "/queue/"
