"""Writes on people, organisations, keys and the audit trail."""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from apps.accounts.models import ApiKey, AuditEntry, Organisation, User

# A busy key costs one write an hour.
USE_NOTED_EVERY = timedelta(hours=1)


def audit(
    *,
    verb: str,
    subject_kind: str,
    subject_id: object,
    by: User | None,
    now: datetime,
    crisis_id: int | None = None,
    **detail: Any,
) -> AuditEntry:
    """Leave a line in the audit trail. With a crisis its coordinators read it too, else system administrators alone."""
    return AuditEntry.objects.create(
        at=now,
        actor=by,
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        crisis_id=crisis_id,
        detail=detail,
    )


def audit_export(
    *, resource: str, form: str, asked: str, by: User | None, now: datetime, crisis_id: int | None = None
) -> AuditEntry:
    """Note that somebody took a whole set away: which resource, in which form (csv, geojson …), with which filters."""
    return audit(
        verb="export", subject_kind=resource, subject_id="", by=by, now=now, crisis_id=crisis_id, form=form, asked=asked
    )


def purge_audit(*, now: datetime) -> int:
    """Forget what is older than AUDIT_DAYS. The number of lines forgotten."""
    forgotten, _ = AuditEntry.objects.older_than(now - timedelta(days=settings.AUDIT_DAYS)).delete()
    return int(forgotten)


@transaction.atomic
def forget_sessions(*, now: datetime) -> int:
    """Forget sessions that have run out, and which browser they were in. The number of sessions forgotten."""
    forgotten, _ = Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return int(forgotten)


def register_organisation(*, acronym: str, name: str, **fields: Any) -> Organisation:
    """Get or make an organisation by acronym and name."""
    return Organisation.objects.get_or_create(acronym=acronym, name=name, defaults=fields)[0]


@transaction.atomic
def issue_key(
    *,
    user: User,
    name: str,
    scope: str,
    now: datetime,
    days: int = 365,
    by: User | None = None,
    crisis_id: int | None = None,
    **detail: Any,
) -> tuple[ApiKey, str]:
    """Make an API key. The second value is the key itself: it is shown once and never stored."""
    key = ApiKey.draw()
    scopes = [ApiKey.Scope.READ] if scope == ApiKey.Scope.READ else [ApiKey.Scope.READ, ApiKey.Scope.WRITE]
    row = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=key[:12],
        secret_hash=ApiKey.digest(key),
        scopes=scopes,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit(
        verb="api_key.issued",
        subject_kind="api_key",
        subject_id=row.pk,
        by=by or user,
        now=now,
        crisis_id=crisis_id,
        scopes=scopes,
        prefix=row.prefix,
        owner=user.username,
        **detail,
    )
    return row, key


@transaction.atomic
def revoke_key(*, key: ApiKey, by: User, now: datetime, crisis_id: int | None = None) -> None:
    """End a key at once. One that has ended already is left as it is."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        audit(
            verb="api_key.revoked",
            subject_kind="api_key",
            subject_id=key.pk,
            by=by,
            now=now,
            crisis_id=crisis_id,
            prefix=key.prefix,
            owner=key.user.username,
        )


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Remember when a key was last used, to the hour."""
    unused = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    ApiKey.objects.filter(unused, pk=key.pk).update(last_used_at=now)


@transaction.atomic
def remove_second_factors(*, user: User, by: User, now: datetime) -> None:
    """For somebody who has lost phone and recovery codes: the password alone signs in until a new factor is set up.

    Ends every session, for whoever found the phone may have one.
    """
    Authenticator.objects.filter(user_id=user.pk).delete()
    get_adapter().end_sessions(UserSession.objects.filter(user_id=user.pk))
    audit(verb="second_factor.taken_away", subject_kind="user", subject_id=user.pk, by=by, now=now, user=user.username)


def change_profile(*, user: User, first_name: str, last_name: str, language: str, by: User, now: datetime) -> None:
    """How somebody is called, and the language the pages speak to them."""
    User.objects.filter(pk=user.pk).update(first_name=first_name, last_name=last_name, language=language)
    audit(verb="profile.changed", subject_kind="user", subject_id=user.pk, by=by, now=now)


@transaction.atomic
def open_account(
    *, username: str, password: str, email: str, organisation: Organisation | None, language: str, now: datetime
) -> User:
    """Make somebody's account. The caller has checked that they are asked in, and the password."""
    user = User.objects.create_user(
        username=username, email=email, password=password, organisation=organisation, language=language
    )
    audit(verb="account.opened", subject_kind="user", subject_id=user.pk, by=user, now=now)
    return user
