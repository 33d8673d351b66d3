"""Who gets to the queue's pages, and what they say."""

import re

import pytest

from apps.accounts.models import AuditEntry
from tests.factories import facts
from tests.triage.conftest import desk_of

pytestmark = pytest.mark.django_db


def test_strangers_are_asked_to_sign_in(client, cast):
    response = client.get("/queue/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/queue/")


@pytest.mark.parametrize("name", ["fatima", "pavel", "omar", "sam"])
def test_those_who_review_nothing_find_no_queue(cast, name):
    record = facts.incident(crisis=cast.aleppo)
    client = desk_of(getattr(cast, name)).client
    for address in ("/queue/", f"/queue/incident/{record.pk}/"):
        assert client.get(address).status_code == 404
    for address in (f"/queue/incident/{record.pk}/act/", "/queue/bulk/", "/queue/undo/"):
        assert client.post(address, {"act": "verify"}).status_code == 404
    assert "/queue/" not in client.get("/").content.decode()


def test_the_bar_on_every_page_leads_reviewers_to_the_queue_with_the_number_waiting(cast, cora):
    facts.incident(crisis=cast.aleppo)
    facts.incident(crisis=cast.aleppo)
    html = cora.see("/").content.decode()
    assert re.search(r'href="/queue/"[^>]*>\s*Review queue\s*<span class="count">.*?2</span>', html, re.S)


def test_another_crisis_and_confidential_records_are_not_there(cast, imran):
    elsewhere = facts.incident(crisis=cast.darfur)
    confidential = facts.incident(crisis=cast.aleppo, sensitivity=3)
    for record in (elsewhere, confidential):
        assert imran.client.get(f"/queue/incident/{record.pk}/").status_code == 404
        sent = imran.client.post(f"/queue/incident/{record.pk}/act/", {"act": "reject", "reason": "x"})
        assert sent.status_code == 404


def test_ratings_stand_on_the_workbench_for_coordinators_alone(cast, cora, imran):
    record = facts.incident(crisis=cast.aleppo, claims=[facts.claim(credibility=2)], location_release="exact",
                            location_accuracy="point")  # fmt: skip
    assert "probably true" in cora.bench(record).content.decode()
    assert "probably true" not in imran.bench(record).content.decode()


def test_texts_are_withheld_where_the_officer_does_not_see_the_exact_place(cast, cora, imran):
    record = facts.incident(
        crisis=cast.aleppo, title="Clinic in Hidden Street", location_release="adm1", location_accuracy="point",
        claims=[facts.claim(excerpt="They died in Hidden Street.")],
    )  # fmt: skip
    assert "Hidden Street" in cora.bench(record).content.decode()
    page = imran.bench(record).content.decode()
    assert "Hidden Street" not in page
    assert "less precise than known" in page


def test_held_figures_are_shown_with_the_reason_to_the_cleared_alone(cast, cora, imran):
    record = facts.incident(
        crisis=cast.aleppo,
        claims=[facts.claim(), facts.claim("killed", 41, attributed_to="Clinic", sensitivity=3)],
    )
    page = cora.bench(record).content.decode()
    assert "Clinic" in page
    assert "stricter than the record" in page
    assert "Clinic" not in imran.bench(record).content.decode()


def test_the_figure_used_is_marked_by_rule_until_somebody_chooses(cora, disagreed):
    page = cora.bench(disagreed).content.decode()
    assert "by rule, not yet reviewed" in page
    assert 'dir="auto">سبعة قتلى' in page
    cora.send(cora.bench(disagreed), "choose", claim=disagreed.claims.get(best=7).pk, reason="The later count.")
    page = cora.bench(disagreed).content.decode()
    assert "by rule, not yet reviewed" not in page
    assert "The later count." in page


def test_verified_never_stands_beside_a_number(cast, cora):
    record = facts.incident(crisis=cast.aleppo, title="Shells", claims=[facts.claim("killed", 23)])
    cora.send(cora.bench(record), "verify", basis="first_hand")
    for page in (cora.see("/queue/?tab=release"), cora.bench(record)):
        text = re.sub(r"<[^>]+>|\s+", " ", page.content.decode())
        assert not re.search(r"\bverified\W{0,6}\d|\d\W{0,6}verified\b", text, re.I)


def test_an_empty_list_says_why_and_what_next(cast, cora):
    assert "Nothing waits for review." in cora.see("/queue/").content.decode()
    assert "Show everything" in cora.see("/queue/?q=nothing").content.decode()


@pytest.mark.parametrize("query", ["?tab=nonsense&order=x&kind=y", "?crisis=nowhere", "?cursor=%00bad"])
def test_an_address_that_means_nothing_leads_to_the_list(cast, cora, query):
    assert cora.client.get(f"/queue/{query}", follow=True).status_code == 200


def test_an_unknown_area_leads_back_and_says_so(cast, cora):
    page = cora.client.get("/queue/?area=NOWHERE", follow=True)
    assert "That address no longer fits" in page.content.decode()


def test_it_speaks_arabic_from_right_to_left(cast, cora):
    facts.incident(crisis=cast.aleppo)
    page = cora.see("/queue/", HTTP_ACCEPT_LANGUAGE="ar").content.decode()
    assert 'dir="rtl"' in page


def test_whoever_reads_or_lists_what_is_confidential_is_noted(cast, cora):
    record = facts.incident(crisis=cast.aleppo, sensitivity=3)
    facts.incident(crisis=cast.aleppo)
    cora.see("/queue/")
    cora.bench(record)
    noted = AuditEntry.objects.filter(actor=cast.cora, crisis_id=cast.aleppo.pk)
    assert noted.get(verb="records.listed").subject_kind == "queue"
    assert noted.get(verb="record.read").subject_id == str(record.pk)
