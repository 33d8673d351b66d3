"""Every act through its form, without scripts: what it does, what it asks, what is said when it cannot be done."""

import pytest

from apps.incidents.models import CasualtyClaim, CasualtyDecision, Incident
from apps.ledger.models import Revision
from apps.records.models import SuspectedDuplicate
from tests.factories import facts

pytestmark = pytest.mark.django_db


def fresh(record):
    return Incident.objects.get(pk=record.pk)


@pytest.fixture
def record(cast):
    return facts.incident(crisis=cast.aleppo, title="Shelling reported", claims=[facts.claim("killed", 3)])


@pytest.mark.parametrize(
    ("act", "verification"),
    [
        ("verify", "verified"),
        ("under_review", "under_review"),
        ("dispute", "disputed"),
        ("unverifiable", "unverifiable"),
        ("reject", "rejected"),
    ],
)
def test_a_record_is_reviewed(cora, record, act, verification):
    said = {"basis": "first_hand"} if act == "verify" else {}
    response = cora.send(cora.bench(record), act, **said)
    assert response.status_code == 302
    assert fresh(record).verification == verification


@pytest.mark.django_db(transaction=True)
def test_who_did_it_and_why_stands_in_the_history(cast, cora, record):
    cora.send(cora.bench(record), "dispute")
    revision = Revision.objects.get(pk=fresh(record).rev)
    assert (revision.by, revision.reason) == (cast.cora, "We asked twice.")


def test_nothing_is_done_without_a_reason(cora, record):
    response = cora.send(cora.bench(record), "dispute", reason="  ")
    assert response.status_code == 422
    assert "Say why" in response.content.decode()
    assert fresh(record).verification == "unverified"


def test_verifying_asks_what_it_rests_on(cora, record):
    response = cora.send(cora.bench(record), "verify", basis="")
    assert response.status_code == 422
    page = response.content.decode()
    assert "Say what it rests on." in page
    assert 'value="We asked twice."' in page
    assert fresh(record).verification == "unverified"


def test_releasing_and_taking_back(cora, record):
    cora.send(cora.bench(record), "release")
    assert fresh(record).released_at is not None
    cora.send(cora.bench(record), "unrelease")
    assert fresh(record).released_at is None


def test_saying_who_may_read_it(cora, record):
    cora.send(cora.bench(record), "restrict", sensitivity="2", location_release="adm1")
    assert (fresh(record).sensitivity, fresh(record).location_release) == (2, "adm1")


def test_only_coordinators_release(cora, imran, record):
    page = cora.bench(record)
    assert 'value="release"' not in imran.bench(record).content.decode()
    response = imran.send(page, "release")
    assert response.status_code == 403
    assert fresh(record).released_at is None


def test_removing_leaves_a_tombstone(cora, record):
    cora.send(cora.bench(record), "remove")
    assert fresh(record).removed_reason == "We asked twice."


def test_confirming_that_it_is_still_true(cast, cora):
    status = facts.status(crisis=cast.aleppo)
    cora.send(cora.bench(status, "asset_status"), "confirm")
    status.refresh_from_db()
    assert status.confirmed_by == cast.cora


def test_choosing_the_figure_used(cast, cora, disagreed):
    other = disagreed.claims.get(is_adopted=False)
    response = cora.send(cora.bench(disagreed), "choose", claim=other.pk, reason="The later count.")
    assert response.status_code == 302
    other.refresh_from_db()
    assert other.is_adopted
    decision = CasualtyDecision.objects.get()
    assert (decision.by, decision.reason, decision.claim) == (cast.cora, "The later count.", other)


def test_giving_a_range_and_taking_the_choice_back(cora, disagreed):
    page = cora.bench(disagreed)
    response = cora.send(page, "range", quantifier="between", number="3", upper="7", reason="Both are sound.")
    assert response.status_code == 302
    used = CasualtyClaim.objects.get(is_adopted=True)
    assert (used.low, used.best, used.high) == (3, None, 7)
    assert set(used.basis.values_list("best", flat=True)) == {3, 7}
    cora.send(cora.bench(disagreed), "revoke")
    assert CasualtyDecision.objects.get().revoked_at is not None


def test_a_range_ends_no_lower_than_it_begins(cora, disagreed):
    response = cora.send(cora.bench(disagreed), "range", quantifier="between", number="9", upper="2")
    assert response.status_code == 422
    assert "no lower than the lower end" in response.content.decode()
    assert CasualtyClaim.objects.count() == 2


def test_retracting_a_figure(cora, disagreed):
    claim = disagreed.claims.get(best=7)
    cora.send(cora.bench(disagreed), "retract", claim=claim.pk)
    claim.refresh_from_db()
    assert claim.status == "retracted"


def test_merging_and_taking_apart(cast, cora, record):
    other = facts.incident(crisis=cast.aleppo, title="Shelling of a market", claims=[facts.claim("killed", 5)])
    page = cora.bench(record, query=f"?beside={other.pk}")
    assert "Shelling of a market" in page.content.decode()
    cora.send(page, "merge", other=other.pk)
    assert fresh(record).merged_into_id == other.pk
    assert cora.client.get(f"/queue/incident/{record.pk}/").status_code == 404
    cora.send(cora.bench(other), "unmerge", other=record.pk)
    assert fresh(record).merged_into_id is None


def test_two_records_are_said_to_be_different_things(cast, cora, record):
    other = facts.incident(crisis=cast.aleppo, title="Shelling of a market")
    cora.send(cora.bench(record, query=f"?beside={other.pk}"), "distinct", other=other.pk)
    settled = SuspectedDuplicate.objects.get()
    assert (settled.state, settled.settled_by, settled.reason) == ("distinct", cast.cora, "We asked twice.")
    again = cora.send(cora.bench(record, query=f"?beside={other.pk}"), "distinct", other=other.pk)
    assert again.status_code == 422
    assert "settled meanwhile" in again.content.decode()


def test_records_that_look_alike_are_offered(cast, cora, record):
    facts.incident(crisis=cast.aleppo, title="Shelling reported by others")
    facts.incident(crisis=cast.darfur, title="Shelling reported in Darfur")
    page = cora.bench(record).content.decode()
    assert "Shelling reported by others" in page
    assert "Shelling reported in Darfur" not in page


@pytest.mark.django_db(transaction=True)
def test_who_changed_it_is_told_on_request(cora, record):
    cora.send(cora.bench(record), "dispute", reason="The mayor denies it.")
    assert "The mayor denies it." in cora.bench(record, query="?history=1").content.decode().split('id="history"')[1]


def test_two_records_stand_side_by_side_with_what_differs_marked(cast, cora, record):
    other = facts.incident(crisis=cast.aleppo, title="Another title", claims=[facts.claim("killed", 5)])
    page = cora.bench(record, query=f"?beside={other.pk}").content.decode()
    rows = [row for row in page.split("<tr") if 'scope="row"' in row]
    differing = [row for row in rows if 'class="differs"' in row]
    assert any("Another title" in row for row in differing)
    assert any("Figures used" in row for row in differing)
    assert not any("30 November 2024" in row for row in differing)


def test_other_records_are_found_by_words(cast, cora, record):
    facts.incident(crisis=cast.aleppo, title="Bakery hit")
    facts.incident(crisis=cast.darfur, title="Bakery in Darfur")
    page = cora.bench(record, query="?find=bakery").content.decode()
    assert "Bakery hit" in page
    assert "Bakery in Darfur" not in page


def test_a_record_is_not_merged_into_one_of_another_crisis(cast, cora, record):
    other = facts.incident(crisis=cast.darfur)
    response = cora.client.post(
        f"/queue/incident/{record.pk}/act/",
        {"act": "merge", "other": other.pk, "reason": "x", "token": "01890000-0000-7000-8000-000000000000"},
    )
    assert response.status_code == 404
    assert fresh(record).merged_into_id is None


def test_a_figure_of_another_record_is_not_chosen(cast, cora, record, disagreed):
    claim = disagreed.claims.get(is_adopted=False)
    response = cora.client.post(
        f"/queue/incident/{record.pk}/act/",
        {"act": "choose", "claim": claim.pk, "reason": "x", "token": "01890000-0000-7000-8000-000000000000"},
    )
    assert response.status_code == 404


def test_what_is_done_leads_to_the_next_of_the_list(cast, cora):
    first, second = (facts.incident(crisis=cast.aleppo, title=title) for title in ("First", "Second"))
    page = cora.bench(second, query="?order=oldest")
    assert "Previous" in page.content.decode()
    response = cora.send(cora.bench(first, query="?order=oldest"), "dispute", follow=True)
    assert response.redirect_chain[-1][0] == f"/queue/incident/{second.pk}/?order=oldest"
    page = response.content.decode()
    assert "Marked as disputed." in page
    assert "Undo" in page
    response = cora.send(response, "reject", follow=True)
    assert response.redirect_chain[-1][0] == "/queue/?order=oldest"


def test_a_record_with_another_open_question_stays_until_both_are_chosen(cast, cora):
    killed = [facts.claim("killed", 3), facts.claim("killed", 7, attributed_to="Hospital")]
    injured = [facts.claim("injured", 30), facts.claim("injured", 70, attributed_to="Hospital")]
    record = facts.incident(crisis=cast.aleppo, claims=[*killed, *injured])
    here = f"/queue/incident/{record.pk}/?tab=differ"
    response = cora.send(cora.see(here), "choose", claim=record.claims.get(best=7).pk)
    assert response["Location"] == here
    response = cora.send(cora.see(here), "choose", claim=record.claims.get(best=70).pk)
    assert response["Location"] == "/queue/?tab=differ"


def test_a_reason_given_once_is_offered_again_for_the_same_act(cast, cora, record):
    cora.send(cora.bench(record), "dispute", reason="The mayor denies it.")
    other = facts.incident(crisis=cast.aleppo)
    page = cora.bench(other).content.decode()
    assert page.count('<option value="The mayor denies it."></option>') == 1


def test_a_form_without_its_token_of_the_site_is_refused(cast, record):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.cora)
    assert client.post(f"/queue/incident/{record.pk}/act/", {"act": "reject", "reason": "x"}).status_code == 403
    assert fresh(record).verification == "unverified"
