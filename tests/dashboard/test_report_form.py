"""Reporting from the field: what is asked, what is kept, what is stored, and who may."""

import re
from datetime import UTC, date, datetime
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from apps.access.models import AccessConstraint, Asset, AssetStatus, StatusClaim
from apps.accounts.levels import Audience, Role, Sensitivity
from apps.crises.models import Membership
from apps.dashboard import actions as dashboard_actions
from apps.displacement.models import Displacement
from apps.geo import actions as geo
from apps.geo.drafts import PlaceDraft
from apps.incidents.models import CasualtyClaim, Incident
from tests.factories import facts
from tests.factories.geo import load_squareland

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 12, 2, 12, 0, tzinfo=UTC)
REPORT = "/report/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ground(cast):
    """Squareland with two places of one name, and one with an Arabic name."""
    load_squareland(now=NOW)
    places = [
        _place("1", 0.5, 0.5, {"en": "Marketville", "ar": "السوق"}),
        _place("2", 2.5, 0.5, {"en": "Twinton"}),
        _place("3", 2.5, 1.5, {"en": "Twinton"}),
    ]
    geo.load_places(places)
    cast.aleppo.countries = ["ZZZ"]
    cast.aleppo.save()


def _place(external_id, lon, lat, names):
    return PlaceDraft(
        source="test", external_id=external_id, kind="settlement", names=names, location=(lon, lat), country_iso3="ZZZ"
    )


@pytest.fixture
def fields(cast, ground):
    """What a filled-in form sends."""

    def fill(kind="incident", **changes):
        said = {
            "kind": kind,
            "id": str(uuid4()),
            "crisis": cast.aleppo.pk,
            "place_0": "Marketville",
            "day": "2024-12-01",
            "hour": "",
            "how_known": "saw",
            "text": "Shells fell on the market.",
        }
        own = {
            "incident": {"category": "shelling"},
            "movement": {"movement": "moved", "unit": "people", "cause": "conflict"},
            "status": {"status": "closed", "applies_to": "all", "cause": "insecurity", "asset": "new",
                       "new_type": "bridge", "new_name": "Old bridge"},
        }[kind]  # fmt: skip
        return {**said, **own, **changes}

    return fill


@pytest.fixture
def fatima(client, cast):
    """The browser of somebody who works in the field."""
    client.force_login(cast.fatima)
    return client


def send(client, said, status=302):
    response = client.post(REPORT, said)
    assert response.status_code == status, re.findall(r'class="errorlist[^>]*>(.*?)</ul>', text_of(response))
    return response


def text_of(response):
    return " ".join(unescape(response.content.decode()).split())


class TestWhoMayReport:
    def test_strangers_are_asked_to_sign_in(self, client):
        response = client.get(REPORT)
        assert response.status_code == 302
        assert "login" in response["Location"]

    @pytest.mark.parametrize("name", ["fatima", "imran", "cora"])
    def test_those_who_work_in_a_crisis_may(self, client, cast, name):
        client.force_login(getattr(cast, name))
        assert client.get(REPORT).status_code == 200

    @pytest.mark.parametrize("name", ["pavel", "omar", "sam"])
    def test_others_read_whom_to_ask(self, client, cast, name):
        cast.aleppo.lead_organisation = cast.relief
        cast.aleppo.save()
        client.force_login(getattr(cast, name))
        response = client.get(REPORT)
        assert response.status_code == 403
        assert "Relief Works" in text_of(response)

    def test_a_role_through_the_organisation_counts(self, client, cast):
        Membership.objects.create(crisis=cast.aleppo, organisation=cast.relief, role=Role.FIELD)
        client.force_login(cast.omar)
        assert client.get(REPORT).status_code == 200

    def test_a_role_that_has_ended_does_not(self, client, cast):
        Membership.objects.filter(user=cast.fatima).update(until=datetime(2024, 12, 1, tzinfo=UTC))
        client.force_login(cast.fatima)
        assert client.get(REPORT).status_code == 403

    def test_nobody_reports_into_a_crisis_of_others(self, fatima, fields, cast):
        send(fatima, fields(crisis=cast.darfur.pk), status=422)
        assert not Incident.objects.exists()


class TestAnIncident:
    def test_it_is_stored_for_review(self, fatima, fields, cast):
        send(fatima, fields(killed_0="more_than", killed_1="12", hour="14:30"))
        row = Incident.objects.get()
        assert (row.category, row.subcategory, row.place_name) == ("explosions", "shelling", "Marketville")
        assert (row.verification, row.released_at, row.audience) == ("unverified", None, Audience.PARTNERS)
        assert (row.reported_by, row.how_known, row.summary) == (cast.fatima, "saw", "Shells fell on the market.")
        assert row.started_at == datetime(2024, 12, 1, 11, 30, tzinfo=UTC)
        assert row.time_precision == "hour"
        assert row.adm2_pcode == "D-A"

    def test_a_figure_is_kept_as_it_was_said(self, fatima, fields):
        send(fatima, fields(killed_0="more_than", killed_1="1,200", injured_0="between", injured_1="٣", injured_2="٥"))
        said = {claim.metric_id: claim for claim in CasualtyClaim.objects.all()}
        assert (said["killed"].low, said["killed"].best, said["killed"].high) == (1201, 1201, None)
        assert said["killed"].quantifier == "more_than"
        assert (said["injured"].low, said["injured"].best, said["injured"].high) == (3, None, 5)
        assert said["killed"].attributed_to == "RELIEF"

    def test_what_is_not_known_is_not_nought(self, fatima, fields):
        send(fatima, fields(killed_1="", injured_1="0"))
        assert [(claim.metric_id, claim.best) for claim in CasualtyClaim.objects.all()] == [("injured", 0)]

    def test_without_an_hour_no_hour_is_made_up(self, fatima, fields):
        send(fatima, fields())
        row = Incident.objects.get()
        assert (row.started_at, row.time_precision, row.start_date) == (None, "day", date(2024, 12, 1))

    def test_one_tap_keeps_the_organisation_off_the_record(self, fatima, fields):
        send(fatima, fields(killed_1="2", is_unnamed="on"))
        assert Incident.objects.get().reporting_organisation is None
        assert CasualtyClaim.objects.get().attributed_to == "Field report"

    def test_on_access_incidents_no_organisation_is_named(self, fatima, fields):
        send(fatima, fields(category="access", killed_1="1"))
        row = Incident.objects.get()
        assert row.reporting_organisation is None
        assert row.sensitivity == Sensitivity.RESTRICTED
        assert CasualtyClaim.objects.get().attributed_to == "Field report"

    def test_sexual_violence_is_not_offered_and_not_taken(self, fatima, fields):
        page = text_of(fatima.get(REPORT + "?kind=incident"))
        assert "sexual_violence" not in page
        assert "referral contact" in page
        send(fatima, fields(category="sexual_violence"), status=422)
        assert not Incident.objects.exists()


class TestWhere:
    @pytest.mark.parametrize(
        ("written", "place", "code"),
        [("Marketville", "Marketville", "D-A"), ("السوق", "Marketville", "D-A"), ("D-B", "Area D-B", "D-B"),
         ("1.5, 0.5", "", "D-B")],
    )  # fmt: skip
    def test_a_place_is_found_by_name_in_any_script_by_code_and_by_coordinates(
        self, fatima, fields, written, place, code
    ):
        send(fatima, fields(place_0=written))
        row = Incident.objects.get()
        assert (row.place_name, row.adm2_pcode) == (place, code)

    def test_near_names_are_offered_and_nothing_typed_is_lost(self, fatima, fields):
        response = send(fatima, fields(place_0="Markettvile", killed_1="12"), status=422)
        page = text_of(response)
        assert "Which of these do you mean?" in page
        assert 'value="Markettvile"' in page
        assert "<b>Marketville</b>" in page
        assert 'value="12"' in page
        assert "Shells fell on the market." in page

    def test_two_places_of_one_name_are_told_apart(self, fatima, fields):
        page = text_of(send(fatima, fields(place_0="Twinton"), status=422))
        keys = re.findall(r'name="place_1" value="(place:\d+)"', page)
        assert len(keys) == 2
        send(fatima, fields(place_0="Twinton", place_1=keys[1]))
        assert Incident.objects.get().place_name == "Twinton"

    def test_a_choice_does_not_outlive_another_name(self, fatima, fields):
        page = text_of(send(fatima, fields(place_0="Twinton"), status=422))
        (key, _) = re.findall(r'name="place_1" value="(place:\d+)"', page)
        send(fatima, fields(place_0="Marketville", place_1=key))
        assert Incident.objects.get().place_name == "Marketville"

    def test_an_unknown_name_says_what_to_do(self, fatima, fields):
        assert "Write another spelling" in text_of(send(fatima, fields(place_0="Qqqqq"), status=422))

    def test_no_place_is_asked_for(self, fatima, fields):
        assert "Say where" in text_of(send(fatima, fields(place_0=""), status=422))


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"killed_1": "many"}, "“many” is not a whole number"),
            ({"killed_1": "-3"}, "is not a number of people we can take in"),
            ({"killed_0": "between", "killed_1": "9", "killed_2": "3"}, "The second number is below the first"),
            ({"killed_0": "between", "killed_1": "9"}, "needs two numbers"),
            ({"killed_2": "9"}, "Write the lower number too"),
            ({"day": "2024-12-03"}, "This day has not come yet"),
            ({"day": "2024-12-02", "hour": "23:00"}, "This hour has not come yet"),
            ({"day": "1024-12-02"}, "Check the year"),
            ({"how_known": ""}, "Say how you know it"),
            ({"text": " "}, "Write in a few words"),
        ],
    )
    def test_it_says_in_words_what_to_change_and_stores_nothing(self, fatima, fields, changes, words):
        page = text_of(send(fatima, fields(**changes), status=422))
        assert words in page
        assert "Nothing has been sent yet" in page
        assert not Incident.objects.exists()

    def test_a_broken_id_is_refused(self, fatima, fields):
        send(fatima, fields(id="not-an-id"), status=422)

    def test_more_than_a_person_writes_in_an_hour_is_held_back(self, fatima, fields, monkeypatch):
        monkeypatch.setattr(dashboard_actions, "MOST_AN_HOUR", 1)
        send(fatima, fields())
        send(fatima, fields())
        page = text_of(send(fatima, fields(), status=429))
        assert "Wait a little" in page
        assert Incident.objects.count() == 2


class TestSendingTwice:
    def test_a_second_press_makes_no_second_report(self, fatima, fields):
        said = fields()
        first = send(fatima, said)
        assert send(fatima, said)["Location"] == first["Location"]
        assert Incident.objects.count() == 1

    def test_a_form_changed_and_sent_again_asks_first(self, fatima, fields):
        said = fields(killed_1="1")
        send(fatima, said)
        response = send(fatima, {**said, "killed_1": "2"}, status=409)
        page = text_of(response)
        assert "This form was sent once already" in page
        assert 'value="2"' in page
        assert CasualtyClaim.objects.get().best == 1
        (new_id,) = re.findall(r'name="id" value="([^"]+)"', page)
        assert new_id != said["id"]
        send(fatima, {**said, "killed_1": "2", "id": new_id})
        assert Incident.objects.count() == 2

    def test_nobody_overwrites_the_report_of_another(self, client, fields, cast):
        said = fields()
        client.force_login(cast.fatima)
        send(client, said)
        client.force_login(cast.imran)
        send(client, {**said, "text": "Overwritten"}, status=409)
        assert Incident.objects.get().summary == "Shells fell on the market."

    def test_a_form_that_failed_can_be_sent_again_under_its_id(self, fatima, fields):
        said = fields(killed_1="many")
        send(fatima, said, status=422)
        send(fatima, {**said, "killed_1": "3"})
        assert Incident.objects.count() == 1


class TestPeopleOnTheMove:
    def test_a_movement_goes_from_one_place_to_another(self, fatima, fields):
        send(fatima, fields("movement", origin_0="D-B", people_0="about", people_1="400"))
        row = Displacement.objects.get()
        assert (row.measure, row.category, row.place_name, row.origin_name) == (
            "flow", "internal_displacements", "Marketville", "Area D-B",
        )  # fmt: skip
        claim = row.claims.get()
        assert (claim.metric_id, claim.best, claim.quantifier, claim.unit) == ("displaced", 400, "about", "people")

    def test_people_who_stay_are_a_number_on_a_day(self, fatima, fields):
        send(fatima, fields("movement", movement="staying", people_1="90", unit="households", household_size="5.5"))
        claim = Displacement.objects.get().claims.get()
        assert (claim.scope, claim.as_of_date) == ("stock", date(2024, 12, 1))
        assert (claim.unit, claim.best, float(claim.household_size)) == ("households", 90, 5.5)

    def test_households_do_not_become_people(self, fatima, fields):
        send(fatima, fields("movement", people_1="90", unit="households"))
        claim = Displacement.objects.get().claims.get()
        assert (claim.unit, claim.best, claim.household_size) == ("households", 90, None)

    def test_people_have_no_household_size(self, fatima, fields):
        page = text_of(send(fatima, fields("movement", people_1="90", household_size="5"), status=422))
        assert "choose households" in page

    def test_how_many_may_stay_unknown(self, fatima, fields):
        send(fatima, fields("movement"))
        assert not Displacement.objects.get().claims.exists()


class TestRoadsAndCrossings:
    def test_something_new_becomes_infrastructure_with_a_status(self, fatima, fields):
        send(fatima, fields("status"))
        status = AssetStatus.objects.get()
        assert (status.asset.type, status.asset.name, status.status) == ("bridge", "Old bridge", "closed")
        assert AccessConstraint.objects.get().stands_for == status
        claim = status.claims.get()
        assert (claim.attributed_to, claim.cause, claim.excerpt) == (
            "RELIEF",
            "insecurity",
            "Shells fell on the market.",
        )

    def test_open_is_worth_a_report_too(self, fatima, fields):
        send(fatima, fields("status", status="open"))
        assert AssetStatus.objects.get().status == "open"
        assert not AccessConstraint.objects.exists()

    def test_known_infrastructure_near_the_place_is_offered(self, fatima, fields, cast):
        known = facts.asset(type="bridge", name="Known bridge", geometry=(0.52, 0.52))
        page = text_of(send(fatima, fields("status", asset="", new_type="", new_name=""), status=422))
        assert "<b>Known bridge</b>" in page
        send(fatima, fields("status", asset=str(known.pk), new_type="", new_name=""))
        status = AssetStatus.objects.get()
        assert status.asset == known
        assert (status.location.x, status.location.y) == (0.52, 0.52)

    def test_a_second_word_joins_the_status_and_does_not_decide_before_review(self, fatima, fields, cast):
        known = facts.asset(type="bridge", name="Known bridge", geometry=(0.52, 0.52))
        facts.status(of=known, value="open", crisis=cast.aleppo, released=True)
        response = send(fatima, fields("status", asset=str(known.pk), new_type="", new_name=""))
        status = AssetStatus.objects.get()
        assert (status.status, status.is_disputed) == ("open", False)
        said = StatusClaim.objects.get(attributed_to="RELIEF")
        assert (said.value, said.is_held) == ("closed", True)
        assert "Known bridge" in text_of(fatima.get(response["Location"]))

    def test_new_sensitive_infrastructure_follows_the_protocol(self, fatima, fields):
        send(fatima, fields("status", new_type="checkpoint", new_name="At the mill"))
        asset = Asset.objects.get()
        assert (asset.sensitivity, asset.location_release) == (Sensitivity.PARTNERS, "adm2")
        status = AssetStatus.objects.get()
        assert status.sensitivity == Sensitivity.PARTNERS
        assert status.is_generalised

    def test_what_is_not_in_the_list_needs_a_name_and_a_kind(self, fatima, fields):
        page = text_of(send(fatima, fields("status", new_type="", new_name=""), status=422))
        assert "Say what it is" in page
        assert "Write its name" in page


class TestTheReceipt:
    def test_it_says_what_was_stored_and_that_it_waits(self, fatima, fields):
        response = fatima.get(send(fatima, fields(killed_0="at_least", killed_1="2"))["Location"])
        page = text_of(response)
        assert "It waits for review" in page
        assert "≥ 2" in page
        assert str(Incident.objects.get().pk) in page

    def test_it_is_for_the_one_who_sent_it(self, client, fields, cast):
        client.force_login(cast.fatima)
        address = send(client, fields())["Location"]
        client.force_login(cast.cora)
        assert client.get(address).status_code == 404

    def test_an_address_of_no_report_is_not_found(self, fatima):
        address = reverse("dashboard:report-sent", args=["incident", uuid4()])
        assert fatima.get(address).status_code == 404
        assert fatima.get(reverse("dashboard:report-sent", args=["weather", uuid4()])).status_code == 404

    def test_ones_own_reports_are_listed_with_how_far_they_have_come(self, fatima, fields, cast):
        send(fatima, fields())
        facts.incident(crisis=cast.aleppo, by=cast.imran, title="Of a colleague")
        page = text_of(fatima.get(REPORT))
        assert "Shelling/artillery/missile attack, Marketville" in page
        assert "waits for review" in page
        assert "Of a colleague" not in page
        Incident.objects.filter(reported_by=cast.fatima).update(
            verification="verified", basis="first_hand", released_at=NOW
        )
        assert "verified, released" in text_of(fatima.get(REPORT))


class TestBadNetworks:
    @pytest.mark.parametrize("kind", ["", "?kind=incident", "?kind=movement", "?kind=status"])
    def test_every_page_is_small(self, fatima, ground, kind):
        response = fatima.get(REPORT + kind)
        assert response.status_code == 200
        assert len(response.content) < 60_000

    def test_an_unknown_kind_leads_back_to_the_choice(self, fatima):
        assert "What do you want to report?" in text_of(fatima.get(REPORT + "?kind=weather"))
