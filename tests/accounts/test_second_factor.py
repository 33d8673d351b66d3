"""Coordinators and system administrators show a second factor, or stay the public; everybody else may have one."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from apps.accounts.levels import Role
from apps.accounts.models import AuditEntry, User
from apps.crises.models import Membership
from tests.factories import facts
from tests.signing_in import SECRET, code, sign_in, sign_in_fully, with_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside_the_demo")]

SET_UP = "mfa_activate_totp"


def led_to(response) -> str:
    return urlsplit(response["Location"]).path if response.status_code == 302 else ""


def titles(client) -> list[str]:
    return [row["title"] for row in client.get("/api/v1/incidents").json()["results"]]


@pytest.mark.parametrize("name", ["cora", "carl", "sam"])
def test_whoever_coordinates_or_administers_is_led_to_set_one_up(cast, name):
    client = sign_in(getattr(cast, name))
    for page in ("/", "/report/", "/admin/", "/admin/accounts/user/", "/crises/aleppo/"):
        response = client.get(page)
        assert led_to(response) == reverse(SET_UP), page
        assert parse_qs(urlsplit(response["Location"]).query) == {"next": [page]}


@pytest.mark.parametrize("name", ["imran", "fatima", "pavel", "omar"])
def test_nobody_else_is(cast, name):
    assert sign_in(getattr(cast, name)).get("/").status_code == 200


def test_an_organisation_that_coordinates_asks_it_of_its_people(cast):
    Membership.objects.create(crisis=cast.darfur, organisation=cast.relief, role=Role.COORDINATOR)
    assert led_to(sign_in(cast.omar).get("/")) == reverse(SET_UP)


def test_a_role_that_has_ended_asks_nothing(cast, now):
    Membership.objects.filter(user=cast.cora).update(until=now)
    assert sign_in(cast.cora).get("/").status_code == 200


def test_the_demo_asks_nobody(cast, settings):
    settings.DEMO = True
    assert sign_in(cast.sam).get("/admin/").status_code == 200


def test_until_then_the_api_answers_the_session_as_it_answers_the_public(cast):
    facts.incident(crisis=cast.aleppo, title="For coordinators", sensitivity=3)
    facts.incident(crisis=cast.aleppo, title="For all", released=True)
    assert titles(sign_in(cast.cora)) == ["For all"]
    assert set(titles(sign_in_fully(cast.cora))) == {"For all", "For coordinators"}


def test_until_then_nothing_can_be_posted(cast):
    client = sign_in(cast.sam)
    response = client.post("/admin/accounts/organisation/add/", {"acronym": "X", "name": "X"})
    assert led_to(response) in {"/admin/login/", reverse("account_login")}
    assert not cast.relief.__class__.objects.filter(acronym="X").exists()


@pytest.mark.parametrize("page", ["account_logout", "account_change_password", "mfa_index"])
def test_own_sign_in_stays_reachable(cast, page):
    assert led_to(sign_in(cast.cora).get(reverse(page))) in {"", reverse("account_reauthenticate")}


def set_up(client):
    page = client.get(reverse(SET_UP))
    return client.post(reverse(SET_UP), {"code": code(page.context["form"].secret)})


@pytest.mark.django_db(transaction=True)
def test_setting_one_up_opens_the_role_and_gives_recovery_codes(cast):
    client = sign_in(cast.sam)
    response = set_up(client)
    assert led_to(response) == reverse("mfa_view_recovery_codes")
    assert len(client.get(response["Location"]).context["unused_codes"]) == 10
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_one_up_ends_the_sessions_that_began_without_it(cast):
    other, client = sign_in(cast.sam), sign_in(cast.sam)
    set_up(client)
    assert led_to(other.get("/admin/")) == "/admin/login/"


def test_taking_it_away_closes_the_role_again(cast):
    client = sign_in_fully(cast.sam)
    assert client.get("/admin/").status_code == 200
    Authenticator.objects.filter(user=cast.sam).delete()
    assert led_to(client.get("/admin/")) == reverse(SET_UP)


def test_a_session_that_has_not_shown_the_code_is_asked_for_it(cast, client):
    client.force_login(with_factor(cast.sam))
    assert led_to(client.get("/admin/")) == reverse("mfa_reauthenticate")
    client.post(reverse("mfa_reauthenticate"), {"code": code()})
    assert client.get("/admin/").status_code == 200


def test_a_password_alone_signs_nobody_in_who_has_a_factor(cast):
    client = sign_in(with_factor(cast.imran))
    assert SESSION_KEY not in client.session
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert SESSION_KEY not in client.session
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.session[SESSION_KEY] == str(cast.imran.pk)


def test_a_recovery_code_works_once(cast):
    spare = RecoveryCodes(Authenticator.objects.get(user=with_factor(cast.sam), type="recovery_codes"))
    one = spare.get_unused_codes()[0]
    for works in (True, False):
        client = sign_in(cast.sam)
        client.post(reverse("mfa_authenticate"), {"code": one})
        assert (SESSION_KEY in client.session) is works


def test_the_administration_has_no_sign_in_of_its_own(cast, client):
    response = client.post("/admin/login/?next=/admin/", {"username": "sam", "password": "a-long-test-password"})
    assert led_to(response) == reverse("account_login")
    assert SESSION_KEY not in client.session


def test_the_secret_is_stored_encrypted(cast, settings):
    with_factor(cast.sam)
    stored = Authenticator.objects.get(user=cast.sam, type="totp")
    assert SECRET not in str(stored.data)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, " * 5, [settings.SECRET_KEY]
    assert stored.wrap().validate_code(code())


def test_somebody_elses_mark_opens_nothing(cast, client):
    with_factor(cast.sam)
    client.force_login(cast.sam)
    session = client.session
    session["second_factor_passed"] = cast.carl.pk
    session.save()
    assert led_to(client.get("/admin/")) == reverse("mfa_reauthenticate")
    assert User.objects.get(username="sam").is_staff


def test_an_administrator_takes_the_factors_of_a_lost_phone_away(cast):
    theirs, admin = sign_in_fully(cast.cora), sign_in_fully(cast.sam)
    said = {"action": "remove_second_factors", "_selected_action": [cast.cora.pk]}
    admin.post(reverse("admin:accounts_user_changelist"), said)
    assert not Authenticator.objects.filter(user=cast.cora).exists()
    assert led_to(theirs.get("/report/")) == reverse("account_login")
    assert led_to(sign_in(cast.cora).get("/")) == reverse(SET_UP)
    entry = AuditEntry.objects.get(verb="second_factor.taken_away")
    assert (entry.actor, entry.detail["user"]) == (cast.sam, "cora")


@pytest.mark.parametrize("path", ["mfa/authenticator", "usersessions/usersession"])
def test_nobody_browses_secrets_and_sessions(cast, path):
    assert sign_in_fully(cast.sam).get(f"/admin/{path}/").status_code == 404
