"""The pages of members, invitations, keys and the audit trail: who reaches them, and what they show and do."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.levels import Role
from apps.accounts.models import ApiKey, AuditEntry, User
from apps.crises import actions
from apps.crises.models import Crisis, Invitation, Membership
from tests.factories.accounts import OrganisationFactory
from tests.factories.crises import CrisisFactory, MembershipFactory

pytestmark = pytest.mark.django_db

PAGES = ["members", "crisis-keys", "audit"]
LINK = re.compile(r"http://testserver(/invitation/[\w-]+/)")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def browser():
    def sign_in(user):
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def page(name, crisis="aleppo", **kwargs):
    return reverse(f"crises:{name}", kwargs={"slug": crisis, **kwargs})


def role_of(user, crisis):
    return Membership.objects.get(user=user, crisis=crisis)


def invite(client, email="nour@example.org", role="field"):
    return client.post(page("invite"), {"email": email, "role": role})


class TestWhoReachesThem:
    @pytest.mark.parametrize("name", PAGES)
    def test_a_coordinator_does(self, cast, browser, name):
        assert browser(cast.cora).get(page(name)).status_code == 200

    @pytest.mark.parametrize("name", [*PAGES, "protocol"])
    @pytest.mark.parametrize("who", ["carl", "omar", "sam"])
    def test_for_everybody_else_they_do_not_exist(self, cast, browser, name, who):
        assert browser(getattr(cast, who)).get(page(name)).status_code == 404

    @pytest.mark.parametrize("name", PAGES)
    @pytest.mark.parametrize("who", ["imran", "fatima", "pavel"])
    def test_nor_for_members_without_the_role(self, cast, browser, name, who):
        assert browser(getattr(cast, who)).get(page(name)).status_code == 404

    @pytest.mark.parametrize("name", PAGES)
    def test_a_stranger_is_asked_to_sign_in_whether_it_exists_or_not(self, cast, client, name):
        for slug in ("aleppo", "atlantis"):
            assert client.get(page(name, slug))["Location"].startswith(reverse("account_login"))

    def test_the_protocol_is_for_every_member(self, cast, browser):
        assert browser(cast.pavel).get(page("protocol")).status_code == 200

    def test_what_belongs_to_another_crisis_does_not_exist(self, cast, browser, now):
        """Carl coordinates Darfur and knows the ids of Aleppo's rows."""
        membership = role_of(cast.pavel, cast.aleppo)
        invitation, _ = actions.invite(
            crisis=cast.aleppo, email="a@b.org", role="field", organisation=None, by=cast.cora, now=now
        )
        key, _ = actions.issue_key(user=cast.pavel, name="pull", scope="read", now=now)
        carl = browser(cast.carl)
        for path in (
            page("change-member", "darfur", membership_id=membership.pk),
            page("revoke-invitation", "darfur", invitation_id=invitation.pk),
            page("revoke-crisis-key", "darfur", key_id=key.pk),
        ):
            assert carl.post(path, {"do": "end", "role": "partner"}).status_code == 404
        assert membership.__class__.objects.get(pk=membership.pk).until is None
        assert Invitation.objects.get().revoked_at is None
        assert ApiKey.objects.get().revoked_at is None


class TestMembers:
    def test_people_and_organisations_are_listed(self, cast, browser):
        Membership.objects.create(crisis=cast.aleppo, organisation=cast.relief, role=Role.PARTNER)
        text = browser(cast.cora).get(page("members")).content.decode()
        for name in ("cora", "imran", "fatima", "pavel", "RELIEF"):
            assert f"<bdi>{name}</bdi>" in text
        assert "<bdi>carl</bdi>" not in text

    def test_a_role_and_its_end_are_changed(self, cast, browser, now):
        pavel = role_of(cast.pavel, cast.aleppo)
        day = (now + timedelta(days=10)).date()
        path = page("change-member", membership_id=pavel.pk)
        browser(cast.cora).post(path, {"role": "field", "until": day.isoformat()})
        pavel.refresh_from_db()
        # Aleppo is three hours ahead of UTC: the whole day there.
        assert (pavel.role, pavel.until.isoformat()) == ("field", f"{day}T21:00:00+00:00")

    def test_a_day_that_has_passed_is_no_end(self, cast, browser):
        path = page("change-member", membership_id=role_of(cast.pavel, cast.aleppo).pk)
        response = browser(cast.cora).post(path, {"role": "field", "until": "2020-01-01"}, follow=True)
        assert "That day has passed" in response.content.decode()
        assert role_of(cast.pavel, cast.aleppo).role == Role.PARTNER

    def test_a_role_is_ended(self, cast, browser):
        browser(cast.cora).post(page("change-member", membership_id=role_of(cast.pavel, cast.aleppo).pk), {"do": "end"})
        assert role_of(cast.pavel, cast.aleppo).until is not None

    def test_why_something_may_not_be_is_said_in_a_sentence(self, cast, browser):
        own = page("change-member", membership_id=role_of(cast.cora, cast.aleppo).pk)
        response = browser(cast.cora).post(own, {"do": "end"}, follow=True)
        assert "A crisis keeps a coordinator." in response.content.decode()

    @pytest.mark.parametrize("name", ["invite", "add-organisation"])
    def test_a_form_that_is_merely_looked_at_leads_to_the_list(self, cast, browser, name):
        """Whoever changes the language on the page that answered a form comes back to its address."""
        assert browser(cast.cora).get(page(name))["Location"] == page("members")

    def test_an_organisation_is_added_by_name(self, cast, browser):
        said = {"organisation": "relief", "role": "partner", "has_accepted": "on"}
        browser(cast.cora).post(page("add-organisation"), said)
        assert Membership.objects.get(organisation=cast.relief).role == Role.PARTNER

    @pytest.mark.parametrize(("said", "answer"), [("NOBODY", "There is no organisation"), ("TWIN", "Several")])
    def test_an_organisation_that_is_not_meant_clearly_is_refused(self, cast, browser, said, answer):
        for name in ("One twin", "Other twin"):
            OrganisationFactory(acronym="TWIN", name=name)
        response = browser(cast.cora).post(page("add-organisation"), {"organisation": said, "role": "partner"})
        assert response.status_code == 422
        assert answer in response.content.decode()


class TestInvitations:
    def test_the_link_is_mailed_and_shown_once(self, cast, browser, mailoutbox):
        cora = browser(cast.cora)
        shown = LINK.search(invite(cora).content.decode())
        (mail,) = mailoutbox
        assert shown.group(0) in mail.body
        assert not re.search("aleppo|حلب|coordinator|field", f"{mail.subject} {mail.body}", re.IGNORECASE)
        assert not LINK.search(cora.get(page("members")).content.decode())
        assert "nour@example.org" in cora.get(page("members")).content.decode()

    def test_it_works_without_a_mail_server(self, cast, browser, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        text = invite(browser(cast.cora)).content.decode()
        assert "No mail was sent" in text
        assert LINK.search(text)

    def test_a_mail_server_that_is_down_is_told(self, cast, browser, monkeypatch):
        def refuse(*args, **kwargs):
            raise ConnectionRefusedError

        monkeypatch.setattr("apps.crises.mail.send_mail", refuse)
        assert "No mail was sent" in invite(browser(cast.cora)).content.decode()

    def test_a_newcomer_reads_the_protocol_and_makes_an_account(self, cast, browser, client):
        link = LINK.search(invite(browser(cast.cora)).content.decode()).group(1)
        text = client.get(link).content.decode()
        assert "Incidents: sexual violence" in text
        assert "coordinators, and whoever reported it" in text
        account = {"username": "nour", "password": "four words apart here", "again": "four words apart here"}
        assert "keeps_to_it" in client.post(link, account).context["form"].errors
        response = client.post(link, {**account, "keeps_to_it": "on"})
        assert response["Location"] == reverse("account_login")
        client.post(reverse("account_login"), {"login": "nour", "password": "four words apart here"})
        assert client.get(page("protocol")).status_code == 200
        assert client.get(page("members")).status_code == 404

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"username": "CORA"}, "username"),
            ({"password": "short", "again": "short"}, "password"),
            ({"password": "nour@example.org", "again": "nour@example.org"}, "password"),
            ({"again": "something else here"}, "again"),
        ],
    )
    def test_a_bad_name_or_password_makes_no_account(self, cast, browser, client, change, field):
        link = LINK.search(invite(browser(cast.cora)).content.decode()).group(1)
        good = {"username": "nour", "password": "four words apart here", "again": "four words apart here"}
        response = client.post(link, {**good, "keeps_to_it": "on", **change})
        assert response.status_code == 422
        assert field in response.context["form"].errors
        assert not User.objects.filter(email="nour@example.org").exists()

    def test_whoever_is_signed_in_accepts_with_their_account(self, cast, browser):
        link = LINK.search(invite(browser(cast.cora)).content.decode()).group(1)
        omar = browser(cast.omar)
        assert omar.post(link, {"keeps_to_it": "on"}).status_code == 302
        assert role_of(cast.omar, cast.aleppo).protocol_accepted_at is not None
        assert User.objects.filter(email="nour@example.org").count() == 0

    def test_a_link_that_opens_nothing_says_why(self, cast, browser, client, now, settings):
        cora = browser(cast.cora)
        link = LINK.search(invite(cora).content.decode()).group(1)
        cast.omar.email = "omar@example.org"
        cast.omar.save()
        foreign = browser(cast.omar).post(link, {"keeps_to_it": "on"})
        assert (foreign.status_code, "another e-mail address" in foreign.content.decode()) == (410, True)
        unknown = client.get("/invitation/no-such-token/")
        assert (unknown.status_code, "This link is no invitation" in unknown.content.decode()) == (410, True)
        Invitation.objects.update(expires_at=now, created_at=now - timedelta(days=8))
        expired = client.get(link)
        assert (expired.status_code, "has expired" in expired.content.decode()) == (410, True)
        assert not Membership.objects.filter(user=cast.omar).exists()

    def test_a_used_link_opens_nothing_more(self, cast, browser, client):
        link = LINK.search(invite(browser(cast.cora)).content.decode()).group(1)
        browser(cast.omar).post(link, {"keeps_to_it": "on"})
        assert client.get(link).status_code == 410

    def test_one_is_taken_back_from_the_list(self, cast, browser, client):
        cora = browser(cast.cora)
        link = LINK.search(invite(cora).content.decode()).group(1)
        cora.post(page("revoke-invitation", invitation_id=Invitation.objects.get().pk))
        assert client.get(link).status_code == 410
        assert "nour@example.org" not in cora.get(page("members")).content.decode()

    def test_into_ones_own_organisation_by_a_tick(self, cast, browser):
        cast.cora.organisation = cast.relief
        cast.cora.save()
        browser(cast.cora).post(page("invite"), {"email": "n@b.org", "role": "field", "into_own": "on"})
        assert Invitation.objects.get().organisation == cast.relief


class TestProtocol:
    def test_a_member_who_has_not_been_asked_accepts_it(self, cast, browser):
        Membership.objects.filter(user=cast.pavel).update(protocol_accepted_at=None)
        pavel = browser(cast.pavel)
        pavel.post(page("protocol"), {})
        assert role_of(cast.pavel, cast.aleppo).protocol_accepted_at is None
        pavel.post(page("protocol"), {"keeps_to_it": "on"})
        assert role_of(cast.pavel, cast.aleppo).protocol_accepted_at is not None
        assert AuditEntry.objects.get(verb="member.accepted_protocol").actor == cast.pavel

    def test_a_crisis_tells_its_own_rules(self, cast, browser):
        cast.aleppo.protocols.create(
            kind="incident", category="arrests", sensitivity=3, location_release="withheld", delay=timedelta(hours=36)
        )
        lines = {line.subject: line for line in browser(cast.pavel).get(page("protocol")).context["lines"]}
        line = lines["Incidents: detention"]
        assert (str(line.readers), str(line.place)) == ("coordinators, and whoever reported it", "no place at all")
        assert (line.held_back, line.kept) == ("36 hours", "")
        assert str(lines["Incidents: abduction"].place) == "the governorate or state"


class TestKeys:
    def test_one_is_issued_and_shown_once(self, cast, browser):
        pavel = browser(cast.pavel)
        said = {"name": "pull", "scope": "read", "days": "30", "crises": [cast.aleppo.pk]}
        key = pavel.post("/account/keys/", said).context["key"]
        row = ApiKey.objects.get()
        assert (row.user, row.secret_hash, row.scopes) == (cast.pavel, ApiKey.digest(key), ["read"])
        assert [restriction.crisis for restriction in row.restrictions.all()] == [cast.aleppo]
        assert key not in pavel.get("/account/keys/").content.decode()

    @pytest.mark.parametrize("change", [{"days": "0"}, {"days": "366"}, {"scope": "admin"}, {"name": ""}])
    def test_what_is_too_much_is_refused(self, cast, browser, change):
        said = {"name": "pull", "scope": "read", "days": "30", **change}
        assert browser(cast.pavel).post("/account/keys/", said).status_code == 422
        assert not ApiKey.objects.exists()

    def test_only_ones_own_crises_can_be_named(self, cast, browser):
        said = {"name": "pull", "scope": "read", "days": "30", "crises": [cast.darfur.pk]}
        assert browser(cast.pavel).post("/account/keys/", said).status_code == 422

    def test_somebody_elses_key_does_not_exist(self, cast, browser, now):
        key, _ = actions.issue_key(user=cast.pavel, name="pull", scope="read", now=now)
        path = reverse("crises:revoke-key", args=[key.pk])
        assert browser(cast.fatima).post(path).status_code == 404
        assert key.prefix not in browser(cast.fatima).get("/account/keys/").content.decode()
        assert browser(cast.pavel).post(path).status_code == 302
        assert ApiKey.objects.get().revoked_at is not None

    def test_a_coordinator_sees_the_keys_that_open_her_crisis(self, cast, browser, now):
        MembershipFactory(crisis=cast.darfur, user=cast.pavel, role=Role.PARTNER)
        above, below = CrisisFactory(slug="above"), CrisisFactory(slug="below", parent=cast.aleppo)
        Crisis.objects.filter(pk=cast.aleppo.pk).update(parent=above)
        Membership.objects.create(crisis=above, organisation=cast.relief, role=Role.PARTNER)

        def issue(name, user, *crises):
            return actions.issue_key(user=user, name=name, scope="read", crises=crises, now=now)[0]

        issue("unrestricted", cast.pavel)
        issue("aleppo", cast.pavel, cast.aleppo)
        issue("darfur alone", cast.pavel, cast.darfur)
        issue("below", cast.pavel, below)
        issue("through the organisation", cast.omar, above)
        issue("a stranger's", cast.carl)
        ended = issue("revoked", cast.pavel)
        ApiKey.objects.filter(pk=ended.pk).update(revoked_at=now)
        shown = {key.name for key in browser(cast.cora).get(page("crisis-keys")).context["keys"]}
        assert shown == {"unrestricted", "aleppo", "below", "through the organisation"}

    def test_and_revokes_them(self, cast, browser, now):
        key, _ = actions.issue_key(user=cast.pavel, name="pull", scope="read", now=now)
        browser(cast.cora).post(page("revoke-crisis-key", key_id=key.pk))
        assert ApiKey.objects.get().revoked_at is not None
        entry = AuditEntry.objects.get(verb="api_key.revoked")
        assert (entry.actor, entry.crisis_id, entry.detail["owner"]) == (cast.cora, cast.aleppo.pk, "pavel")


class TestTrail:
    @pytest.fixture
    def deeds(self, cast, now):
        """Cora did two things in Aleppo on two days, Carl one in Darfur."""
        for crisis, by, days in ((cast.aleppo, cast.cora, 0), (cast.aleppo, cast.cora, 3), (cast.darfur, cast.carl, 0)):
            actions.invite(
                crisis=crisis,
                email=f"{days}@example.org",
                role="field",
                organisation=None,
                by=by,
                now=now - timedelta(days=days),
            )
        change = actions.change_membership
        change(membership=role_of(cast.pavel, cast.aleppo), role="field", until=None, by=cast.cora, now=now)

    def listed(self, client, **asked):
        return [(entry.verb, about) for entry, _words, about in client.get(page("audit"), asked).context["entries"]]

    def test_it_tells_of_this_crisis_alone(self, cast, browser, deeds):
        rows = self.listed(browser(cast.cora))
        assert [verb for verb, _ in rows] == ["member.changed", "invitation.sent", "invitation.sent"]
        assert "carl" not in str(rows)

    def test_it_is_narrowed_by_verb_person_and_day(self, cast, browser, deeds, now):
        cora = browser(cast.cora)
        today = now.date()
        assert len(self.listed(cora, verb="invitation.sent")) == 2
        assert len(self.listed(cora, by=cast.cora.pk)) == 3
        assert len(self.listed(cora, since=today.isoformat())) == 2
        assert len(self.listed(cora, until=(today - timedelta(days=1)).isoformat())) == 1
        assert len(self.listed(cora, verb="invitation.sent", since=today.isoformat())) == 1

    def test_people_of_elsewhere_cannot_be_asked_for(self, cast, browser, deeds):
        response = browser(cast.cora).get(page("audit"), {"by": cast.carl.pk})
        assert "by" in response.context["form"].errors

    def test_long_trails_have_pages(self, cast, browser, now):
        AuditEntry.objects.bulk_create(
            AuditEntry(at=now, verb="export", subject_kind="incidents", subject_id="", crisis_id=cast.aleppo.pk)
            for _ in range(51)
        )
        cora = browser(cast.cora)
        assert len(self.listed(cora, verb="export")) == 50
        assert len(self.listed(cora, verb="export", page=2)) == 1


def test_the_account_page_leads_to_ones_crises_and_keys(cast, browser):
    text = browser(cast.cora).get("/account/").content.decode()
    assert all(path in text for path in (page("members"), page("protocol"), reverse("crises:keys")))
    text = browser(cast.pavel).get("/account/").content.decode()
    assert page("protocol") in text
    assert page("members") not in text
