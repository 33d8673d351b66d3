"""What was known then: the same facts for the same token, whatever has changed since."""

from datetime import timedelta

import pytest

from apps.incidents import actions as incidents
from apps.incidents.models import Incident
from apps.ledger.actions import open_revision
from tests.api.conftest import client_of
from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)


def trusted():
    """A dataset whose public records are released as they arrive, at the action's own clock."""
    return DatasetFactory(source=SourceFactory(releases_on_arrival=True))


@pytest.fixture
def corrected(now):
    """Said at noon, corrected an hour later."""
    dataset = trusted()
    facts.incident(dataset=dataset, external_id="E", title="First", claims=[facts.claim("killed", 3)], sensitivity=0)
    later = now + timedelta(hours=1)
    facts.incident(
        dataset=dataset,
        external_id="E",
        title="Corrected",
        claims=[facts.claim("killed", 8)],
        sensitivity=0,
        now=later,
        location=(36.63, 35.93),
        place_name="Idlib",
    )
    return Incident.objects.get()


def test_a_list_tells_what_was_known_then(ask, corrected):
    (now_known,) = ask("incidents")["results"]
    (then,) = ask("incidents", known_at="2024-12-02T12:30:00Z")["results"]
    assert (now_known["title"], now_known["killed_best"], now_known["place_name"]) == ("Corrected", 8, "Idlib")
    assert (then["title"], then["killed_best"], then["place_name"]) == ("First", 3, "Aleppo")
    assert then["location"] != now_known["location"]
    assert ask("incidents", known_at="2024-12-01")["results"] == []


def test_filters_read_what_was_known_then(ask, corrected):
    then = {"known_at": "2024-12-02T12:30:00Z"}
    assert len(ask("incidents", bbox="37,36,37.5,36.5", **then)["results"]) == 1
    assert ask("incidents", bbox="36.5,35.8,36.7,36", **then)["results"] == []
    assert len(ask("incidents", q="first", **then)["results"]) == 1
    assert ask("incidents", q="corrected", **then)["results"] == []


def test_details_and_reported_figures_are_those_of_then(ask, corrected):
    then = ask(f"incidents/{corrected.pk}", known_at="2024-12-02T12:30:00Z")
    assert (then["title"], [claim["best"] for claim in then["claims"]]) == ("First", [3])
    assert [row["best"] for row in ask("claims", known_at="2024-12-02T12:30:00Z")["results"]] == [3]
    assert [row["best"] for row in ask("claims")["results"]] == [8]


def test_a_token_repeats_the_same_facts(ask, now):
    facts.incident(title="First", released=True)
    first = ask("incidents", known_at="2030-01-01")
    facts.incident(title="Second", released=True, now=now + timedelta(hours=1))
    Incident.objects.filter(title="First").update(title="Changed")
    assert ask("incidents", known_at=first["known_at"]) == first
    assert len(ask("incidents", known_at="2030-01-01")["results"]) == 2


def test_a_token_of_a_revision_not_yet_made_means_now(ask, corrected):
    from apps.records.parameters import known_token

    ahead = ask("incidents", known_at=known_token(10**15))
    assert ahead["results"] == ask("incidents")["results"]
    assert ahead["known_at"] != known_token(10**15)


def test_pages_stay_at_the_revision_they_began_with(ask, now):
    dataset = DatasetFactory()
    for number in range(4):
        facts.incident(dataset=dataset, title=str(number), released=True)
    page = ask("incidents", known_at="2030-01-01", limit=2)
    whole = [row["title"] for row in page["results"]]
    Incident.objects.update(title="Changed")
    facts.incident(dataset=dataset, start_date=facts.DAY - timedelta(days=9), released=True)
    while page["next"]:
        page = client_of(None).get(page["next"]).json()
        whole += [row["title"] for row in page["results"]]
    assert sorted(whole) == ["0", "1", "2", "3"]


def test_a_merge_hides_nothing_from_the_time_before_it(ask, now):
    one = facts.incident(title="One", released=True, claims=[facts.claim("killed", 3)])
    two = facts.incident(title="Two", released=True, claims=[facts.claim("killed", 3)])
    before = ask("incidents", known_at="2030-01-01")["known_at"]
    two.claims.update(canonical=one, is_adopted=False)
    Incident.objects.filter(pk=two.pk).update(merged_into=one, canonical=one)
    assert {row["title"] for row in ask("incidents")["results"]} == {"One"}
    then = ask("incidents", known_at=before)["results"]
    assert {row["title"]: row["killed_claims"] for row in then} == {"One": 1, "Two": 1}


def test_key_figures_are_those_of_then(ask, corrected):
    def killed(**query):
        figure = next(each for each in ask("summary", **query)["figures"] if each["code"] == "killed")
        return [each["best"] for each in figure["by_dataset"]]

    assert killed() == [8]
    assert killed(known_at="2024-12-02T12:30:00Z") == [3]
    assert killed(known_at="2024-12-01") == []


def test_a_figure_that_was_added_later_was_not_known_before(ask, now):
    row = facts.incident(dataset=trusted(), sensitivity=0, claims=[facts.claim("killed", 3)])
    later = now + timedelta(hours=1)
    incidents.add_figures(
        incident=row, claims=[facts.claim("killed", 9, attributed_to="B")], dataset=DatasetFactory(), by=None, now=later
    )
    then, today = ask("incidents", known_at="2024-12-02T12:30:00Z"), ask("incidents")
    assert (then["results"][0]["killed_claims"], today["results"][0]["killed_claims"]) == (1, 2)


def test_the_ledger_opens_no_revision_for_reading(ask, corrected, db):
    from django.db import transaction

    token = ask("incidents", known_at="2030-01-01")["known_at"]
    assert ask("incidents", known_at="2030-01-01")["known_at"] == token
    with transaction.atomic():
        open_revision(by=None, now=facts.NOW)
    assert ask("incidents", known_at="2030-01-01")["known_at"] != token


def test_parties_and_what_a_constraint_bears_on_are_those_of_then(ask, now):
    source = SourceFactory(releases_on_arrival=True)
    dataset, later = DatasetFactory(source=source), now + timedelta(hours=1)
    then = {"known_at": "2024-12-02T12:30:00Z"}

    def named(who, at):
        return facts.incident(
            dataset=dataset, external_id="E", sensitivity=0, now=at, title=who,
            parties=(incidents.Party(name=who, role="side_a"),),
        )  # fmt: skip

    named("North", now)
    row = named("South", later)
    assert [each["name"] for each in ask(f"incidents/{row.pk}", **then)["actors"]] == ["North"]
    assert [each["name"] for each in ask(f"incidents/{row.pk}")["actors"]] == ["South"]

    one, two = facts.asset(name="First bridge", now=now), facts.asset(name="Second bridge", now=now)

    def bears(on, at):
        return facts.constraint(
            dataset=dataset, external_id="C", sensitivity=0, now=at, title=on.name, asset_ids=(on.pk,),
            location_release="exact",
        )  # fmt: skip

    bears(one, later + timedelta(hours=1))
    constraint = bears(two, later + timedelta(hours=2))
    moment = {"known_at": "2024-12-02T14:30:00Z"}
    assert ask(f"access-constraints/{constraint.pk}", **moment)["asset_name"] == "First bridge"
    assert ask(f"access-constraints/{constraint.pk}")["asset_name"] == "Second bridge"


def test_a_party_made_stricter_since_is_not_told_of_the_past_either(ask, now):
    row = facts.incident(dataset=trusted(), sensitivity=0, parties=(incidents.Party(name="North", role="side_a"),))
    token = ask(f"incidents/{row.pk}", known_at="2030-01-01")["known_at"]
    row.parties.update(sensitivity=3)
    assert ask(f"incidents/{row.pk}", known_at=token)["actors"] == []
