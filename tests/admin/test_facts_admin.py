"""Correcting, releasing and removing facts in the admin: by role in the crisis, and with a reason."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from apps.access.models import AccessConstraint, Asset, AssetStatus
from apps.incidents.models import CasualtyClaim, Incident
from apps.ledger.models import Revision
from tests.factories import facts
from tests.factories.geo import load_squareland

pytestmark = pytest.mark.django_db
INCIDENTS = reverse("admin:incidents_incident_changelist")


@pytest.fixture
def ground(now):
    load_squareland(now=now)


@pytest.fixture
def incident(cast, ground):
    return facts.incident(
        crisis=cast.aleppo, location=(0.5, 0.5), place_name="Squareville", claims=[facts.claim("killed", 3)]
    )


def form_of(row, **changes):
    """What the change page of an incident sends."""
    return {
        "title": row.title,
        "kind": row.kind,
        "category": row.category,
        "subcategory": row.subcategory,
        "summary": row.summary,
        "severity_scale": "",
        "severity_value": "",
        "glide_numbers": "",
        "location": row.location.geojson,
        "location_accuracy": row.location_accuracy,
        "area": row.area_id or "",
        "place_name": row.place_name,
        "location_release": row.location_release,
        "start_date": row.start_date,
        "end_date": row.end_date,
        "started_at_0": "",
        "started_at_1": "",
        "ended_at_0": "",
        "ended_at_1": "",
        "time_precision": row.time_precision,
        "verification": row.verification,
        "basis": row.basis,
        "sensitivity": row.sensitivity,
        "reason": "Corrected by hand",
        **{f"{prefix}-{name}": 0 for prefix in ("claims", "parties") for name in ("TOTAL_FORMS", "INITIAL_FORMS")},
        **changes,
    }


def change(browser, row, **changes):
    return browser.post(reverse("admin:incidents_incident_change", args=[row.pk]), form_of(row, **changes))


class TestCorrecting:
    # A test's transaction would be one revision for everything in it.
    @pytest.mark.django_db(transaction=True)
    def test_a_correction_is_a_revision_with_the_person_and_the_reason(self, incident, staff, cast):
        assert change(staff(cast.cora), incident, title="Shells on the market").status_code == 302
        row = Incident.objects.get()
        newest = Revision.objects.latest("id")
        assert (row.title, row.version, row.rev) == ("Shells on the market", 2, newest.pk)
        assert (newest.by, newest.reason) == (cast.cora, "Corrected by hand")

    def test_without_a_reason_nothing_changes(self, incident, staff, cast):
        response = change(staff(cast.cora), incident, title="Other", reason="")
        assert response.status_code == 200
        assert Incident.objects.get().title == incident.title

    def test_a_place_kept_back_is_kept_back_at_once(self, incident, staff, cast):
        change(staff(cast.cora), incident, location_release="adm1")
        row = Incident.objects.get()
        assert row.is_generalised
        assert (row.released_adm2_pcode, row.released_place_name) == ("", "")
        assert row.released_location != row.location
        assert row.released_title != row.title

    def test_a_point_moved_takes_the_area_it_lies_in(self, incident, staff, cast):
        change(staff(cast.cora), incident, location='{"type": "Point", "coordinates": [2.5, 1.5]}')
        assert Incident.objects.get().adm2_pcode == "D-D"

    def test_a_stricter_record_frees_or_holds_its_figures_anew(self, cast, ground, staff):
        strict = [facts.claim("killed", 3, sensitivity=2)]
        row = facts.incident(crisis=cast.aleppo, location=(0.5, 0.5), claims=strict)
        assert CasualtyClaim.objects.get().is_held
        change(staff(cast.cora), row, sensitivity=2)
        claim = CasualtyClaim.objects.get()
        assert (claim.is_held, claim.is_adopted) == (False, True)

    def test_verified_needs_a_basis(self, incident, staff, cast):
        browser = staff(cast.cora)
        assert change(browser, incident, verification="verified").status_code == 200
        assert Incident.objects.get().verification == "unverified"
        change(browser, incident, verification="verified", basis="first_hand")
        assert Incident.objects.get().verification == "verified"

    def test_where_the_crisis_releases_what_is_verified_it_is_released(self, incident, staff, cast):
        cast.aleppo.releases_verified = True
        cast.aleppo.save()
        change(staff(cast.cora), incident, verification="verified", basis="first_hand")
        assert Incident.objects.get().released_by == cast.cora

    def test_an_information_officer_looks_and_does_not_touch(self, incident, staff, cast):
        browser = staff(cast.imran)
        page = browser.get(reverse("admin:incidents_incident_change", args=[incident.pk])).content.decode()
        assert incident.title in page
        assert "Reported by" not in page
        assert change(browser, incident, title="Other").status_code == 403

    def test_a_coordinator_of_another_crisis_finds_nothing(self, incident, staff, cast):
        browser = staff(cast.carl)
        assert incident.title not in browser.get(INCIDENTS).content.decode()
        assert change(browser, incident, title="Other").status_code == 302
        assert Incident.objects.get().title == incident.title

    def test_a_record_whose_place_is_kept_back_is_not_listed_for_others(self, cast, ground, staff):
        facts.incident(
            crisis=cast.aleppo, location=(0.5, 0.5), location_accuracy="point", location_release="adm2", title="Canary"
        )
        assert "Canary" not in staff(cast.imran).get(INCIDENTS).content.decode()
        assert "Canary" in staff(cast.cora).get(INCIDENTS).content.decode()

    def test_how_credible_a_figure_is_stays_with_coordinators(self, incident, staff, cast):
        address = reverse("admin:incidents_incident_change", args=[incident.pk])
        assert "truth cannot be judged" not in staff(cast.imran).get(address).content.decode()
        assert "truth cannot be judged" in staff(cast.cora).get(address).content.decode()

    def test_nothing_can_be_added_or_deleted_past_the_actions(self, incident, staff, cast):
        browser = staff(cast.cora)
        assert browser.get(reverse("admin:incidents_incident_add")).status_code == 403
        assert browser.post(reverse("admin:incidents_incident_delete", args=[incident.pk])).status_code == 403
        assert "delete_selected" not in browser.get(INCIDENTS).content.decode()


def act(browser, action, rows, address=INCIDENTS, **more):
    return browser.post(address, {"action": action, ACTION_CHECKBOX_NAME: [row.pk for row in rows], **more})


class TestRemovingAndReleasing:
    def test_removing_asks_why_first(self, incident, staff, cast):
        page = act(staff(cast.cora), "remove", [incident]).content.decode()
        assert incident.title in page
        assert 'name="reason"' in page
        assert Incident.objects.get().removed_at is None

    @pytest.mark.django_db(transaction=True)
    def test_it_leaves_a_tombstone_with_the_reason(self, incident, staff, cast):
        act(staff(cast.cora), "remove", [incident], apply="1", reason="Sent by mistake")
        row = Incident.objects.get()
        assert (row.removed_reason, row.audience) == ("Sent by mistake", 9)
        assert Revision.objects.latest("id").by == cast.cora

    def test_an_empty_reason_removes_nothing(self, incident, staff, cast):
        act(staff(cast.cora), "remove", [incident], apply="1", reason="  ")
        assert Incident.objects.get().removed_at is None

    def test_records_of_a_crisis_of_others_are_left_out(self, incident, staff, cast):
        public = facts.incident(crisis=cast.darfur, released=True, title="Of Darfur")
        act(staff(cast.cora), "remove", [incident, public], apply="1", reason="Sent by mistake")
        assert Incident.objects.get(title="Of Darfur").removed_at is None

    def test_an_information_officer_has_no_such_actions(self, incident, staff, cast):
        browser = staff(cast.imran)
        assert 'value="remove"' not in browser.get(INCIDENTS).content.decode()
        act(browser, "remove", [incident], apply="1", reason="Sent by mistake")
        assert Incident.objects.get().removed_at is None

    def test_releasing_lets_the_public_read(self, incident, staff, cast):
        act(staff(cast.cora), "release", [incident], apply="1", reason="Cleared today")
        row = Incident.objects.get()
        assert (row.released_by, row.audience) == (cast.cora, 0)


class TestInfrastructure:
    def test_a_status_and_its_constraint_are_released_and_removed_together(self, cast, ground, staff):
        status = facts.status(of=facts.asset(geometry=(0.5, 0.5)), crisis=cast.aleppo)
        browser, address = staff(cast.cora), reverse("admin:access_assetstatus_changelist")
        act(browser, "release", [status], address, apply="1", reason="Cleared")
        assert AccessConstraint.objects.get().audience == 0
        act(browser, "remove", [status], address, apply="1", reason="Wrong airport")
        assert AssetStatus.objects.get().removed_reason == "Wrong airport"
        assert AccessConstraint.objects.get().removed_reason == "Wrong airport"

    def test_an_asset_moved_and_kept_back_is_released_coarsely(self, cast, ground, staff):
        asset = facts.asset(geometry=(0.5, 0.5), type="checkpoint", name="At the mill")
        said = {
            "type": "checkpoint", "name": "At the mill", "names": "{}", "codes": "{}", "country_iso3": "ZZZ",
            "geometry": '{"type": "Point", "coordinates": [2.5, 1.5]}', "sensitivity": 1, "location_release": "adm1",
            "reason": "Seen there",
        }  # fmt: skip
        browser = staff(cast.cora)
        assert browser.post(reverse("admin:access_asset_change", args=[asset.pk]), said).status_code == 302
        asset = Asset.objects.select_related("area").get()
        assert (asset.area.pcode, asset.location_release) == ("D-D", "adm1")
        assert asset.released_geometry != asset.geometry
        # The label point of the province, which is two districts tall.
        assert asset.released_geometry.y == pytest.approx(1.0, abs=0.2)

    def test_where_an_asset_may_be_shown_coarsely_only_coordinators_see_its_page(self, cast, ground, staff):
        asset = facts.asset(geometry=(0.5, 0.5), location_release="adm2", name="Canary")
        address = reverse("admin:access_asset_change", args=[asset.pk])
        assert staff(cast.imran).get(address).status_code == 302
        assert staff(cast.cora).get(address).status_code == 200


@pytest.mark.django_db
def test_a_list_says_why_it_is_short_to_those_without_a_role(staff, cast):
    facts.incident(crisis=cast.aleppo)
    page = staff(cast.sam).get("/admin/incidents/incident/").content.decode()
    assert "you hold no role in any crisis" in page
    assert "you hold no role" not in staff(cast.cora).get("/admin/incidents/incident/").content.decode()
