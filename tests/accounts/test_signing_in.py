"""What signing in tells the audit trail and nobody else, how often one may try, and what ends a session."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from apps.accounts import actions, tasks
from apps.accounts.adapter import InvitationOnlyAdapter
from apps.accounts.models import AuditEntry
from tests.cast import PASSWORD
from tests.signing_in import code, sign_in, sign_in_fully, with_factor

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another-long-test-password"


def verbs(user=None) -> list[str]:
    return list(AuditEntry.objects.filter(actor=user).order_by("id").values_list("verb", flat=True))


def attempt(name, password="wrong", address="203.0.113.7"):
    return Client(REMOTE_ADDR=address).post(reverse("account_login"), {"login": name, "password": password})


def test_a_session_is_noted_from_beginning_to_end(cast):
    sign_in(cast.imran).post(reverse("account_logout"))
    assert verbs(cast.imran) == ["session.started", "session.ended"]


def test_a_wrong_password_is_noted_with_the_person_it_was_tried_on(cast):
    attempt("imran")
    assert verbs(cast.imran) == ["session.refused"]


def test_a_name_that_is_nobodys_is_not_kept(cast):
    attempt("my-password-in-the-wrong-field")
    entry = AuditEntry.objects.get(verb="session.refused")
    assert (entry.actor, entry.subject_id, entry.detail) == (None, "", {})


def test_known_and_unknown_names_are_refused_in_the_same_words(cast):
    known, unknown = attempt("imran"), attempt("nobody-at-all")
    assert known.status_code == unknown.status_code == 200
    assert known.context["form"].errors == unknown.context["form"].errors != {}


def test_asking_for_a_new_password_does_not_tell_who_has_an_account(cast, mailoutbox):
    cast.imran.email = "imran@example.org"
    cast.imran.save()
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in ("imran@example.org", "nobody@example.org")
    ]
    assert [answer.redirect_chain for answer in answers] == [[(reverse("account_reset_password_done"), 302)]] * 2
    assert [mail.to for mail in mailoutbox] == [["imran@example.org"]]


def test_after_five_failures_even_the_right_password_waits(cast):
    for count in range(5):
        attempt("imran", address=f"203.0.113.{count}")
    response = attempt("imran", PASSWORD, address="203.0.113.99")
    assert SESSION_KEY not in response.client.session
    assert attempt("pavel", PASSWORD, address="203.0.113.99").status_code == 302


def test_wrong_codes_are_counted_and_noted(cast):
    client = sign_in(with_factor(cast.imran))
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert SESSION_KEY not in client.session
    assert "second_factor.refused" in verbs(cast.imran)


def test_changing_the_password_ends_every_other_session(cast):
    here, there = sign_in(cast.imran), sign_in(cast.imran)
    assert change_password(here).status_code == 302
    assert here.get("/report/").status_code == 200
    assert there.get("/report/").status_code == 302
    assert "password.changed" in verbs(cast.imran)


def change_password(client):
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return client.post(reverse("account_change_password"), form)


def test_a_changed_password_is_told_to_its_owner_without_an_address(cast, mailoutbox):
    cast.imran.email = "imran@example.org"
    cast.imran.save()
    change_password(sign_in(cast.imran, REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="A browser"))
    (mail,) = mailoutbox
    assert "A browser" in mail.body
    assert not re.search(r"203\.0\.113\.7|fd[0-9a-f]{2}:|IP", mail.body)


def test_a_mail_server_that_is_away_stops_nobody(cast, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    cast.imran.email = "imran@example.org"
    cast.imran.save()
    assert change_password(sign_in(cast.imran)).status_code == 302
    cast.imran.refresh_from_db()
    assert cast.imran.check_password(NEW_PASSWORD)


def test_other_sessions_can_be_ended_from_the_list(cast):
    here, there = sign_in(cast.imran), sign_in(cast.imran)
    assert len(here.get(reverse("usersessions_list")).context["sessions"]) == 2
    here.post(reverse("usersessions_list"))
    assert here.get("/report/").status_code == 200
    assert there.get("/report/").status_code == 302


def test_no_address_of_a_device_is_kept(cast):
    sign_in(cast.imran, REMOTE_ADDR="203.0.113.7")
    kept = UserSession.objects.get().ip
    assert kept.startswith("fd")
    assert "203.0.113.7" not in str([*AuditEntry.objects.values(), *UserSession.objects.values()])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
    ],
)
def test_callers_are_told_apart_by_pseudonym(one, other, same):
    pseudonyms = {InvitationOnlyAdapter().get_client_ip(RequestFactory(REMOTE_ADDR=ip).get("/")) for ip in (one, other)}
    assert (len(pseudonyms) == 1) is same


def test_nobody_signs_up_alone(client):
    form = {"username": "mallory", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("account_signup"), form).status_code in {200, 302, 403}
    assert SESSION_KEY not in client.session
    assert not AuditEntry.objects.filter(verb="session.started").exists()


def test_pages_speak_the_persons_language_after_sign_in(cast):
    cast.imran.language = "ar"
    cast.imran.save()
    assert 'dir="rtl"' in sign_in(cast.imran).get("/accounts/password/change/").content.decode()


def test_the_trail_forgets_after_two_years(cast, now, settings):
    for days in (settings.AUDIT_DAYS - 1, settings.AUDIT_DAYS + 1):
        actions.audit(verb="export", subject_kind="x", subject_id=days, by=None, now=now - timedelta(days=days))
    assert actions.purge_audit(now=now) == 1
    assert AuditEntry.objects.get().subject_id == str(settings.AUDIT_DAYS - 1)


def test_sessions_that_have_run_out_are_forgotten_with_their_browsers(cast):
    for user in (cast.imran, cast.pavel):
        sign_in(user, HTTP_USER_AGENT="A browser")
    old = UserSession.objects.get(user=cast.imran)
    Session.objects.filter(pk=old.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    actions.forget_sessions(now=timezone.now())
    assert not Session.objects.filter(pk=old.session_key).exists()
    assert [each.user for each in UserSession.objects.all()] == [cast.pavel]


@pytest.mark.parametrize(
    ("migration", "task"),
    [("0003_daily_purge", tasks.purge_audit), ("0004_daily_end_of_sessions", tasks.forget_sessions)],
)
def test_forgetting_is_scheduled_daily(migration, task):
    PeriodicTask.objects.all().delete()
    import_module(f"apps.accounts.migrations.{migration}").add(apps, None)
    scheduled = PeriodicTask.objects.get()
    assert (scheduled.task, str(scheduled.interval)) == (task.name, "every day")


def test_an_export_is_noted(cast, now):
    actions.audit_export(resource="incidents", form="csv", asked="crisis=aleppo", by=cast.pavel, now=now)
    entry = AuditEntry.objects.get(verb="export")
    assert (entry.actor, entry.detail) == (cast.pavel, {"form": "csv", "asked": "crisis=aleppo"})


def test_a_full_sign_in_with_a_code_is_noted_once(cast, settings):
    settings.DEMO = False
    sign_in_fully(cast.sam)
    assert verbs(cast.sam) == ["session.started"]
