"""What signing in leaves in the audit trail, and what a first second factor ends.

Signing in is allauth's and Django's, not our domain: it tells us by signal. No name is kept that is nobody's (people
type passwords into the wrong field), and no address of a device.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import signals as django_auth
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts import second_factor
from apps.accounts.actions import audit
from apps.accounts.models import User


def listen() -> None:
    """Connect the receivers below, once."""
    for signal, receiver in (
        (django_auth.user_logged_in, signed_in),
        (django_auth.user_login_failed, refused),
        (django_auth.user_logged_out, signed_out),
        (account.password_changed, password_changed),
        (account.password_reset, password_reset),
        (mfa.authenticator_added, factor_added),
        (mfa.authenticator_removed, factor_removed),
        (mfa.authenticator_reset, factor_renewed),
        (mfa.authenticator_used, factor_shown),
        (mfa.authentication_failed, factor_refused),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")


def signed_in(user: User, **kwargs: Any) -> None:
    """A session began."""
    _note("session.started", user)


def refused(credentials: dict[str, Any], **kwargs: Any) -> None:
    """A name and a password that do not belong together."""
    known = User.objects.filter(username=str(credentials.get("username", ""))).first()
    _note("session.refused", known)


def signed_out(user: User | None, **kwargs: Any) -> None:
    """A session was ended by its owner."""
    if user is not None:
        _note("session.ended", user)


def password_changed(user: User, **kwargs: Any) -> None:
    """Its owner changed it."""
    _note("password.changed", user)


def password_reset(user: User, **kwargs: Any) -> None:
    """Somebody with access to the owner's mail set it anew."""
    _note("password.reset", user)


def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A factor was set up. The first one ends every other session: they began without it."""
    _note("second_factor.added", user, type=authenticator.type)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    factors = Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if factors.exclude(pk=authenticator.pk).exists():
        return
    second_factor.note_passed(request, user)
    others = UserSession.objects.filter(user_id=user.pk).exclude(session_key=request.session.session_key)
    get_adapter().end_sessions(others)


def factor_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A factor was taken away."""
    _note("second_factor.removed", user, type=authenticator.type)


def factor_renewed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """New recovery codes."""
    _note("second_factor.renewed", user, type=authenticator.type)


def factor_shown(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A right code: of an app, a key, or a recovery code, which the audit trail keeps apart."""
    second_factor.note_passed(request, user)
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _note("second_factor.recovered", user)


def factor_refused(user: User, **kwargs: Any) -> None:
    """A wrong code."""
    _note("second_factor.refused", user)


def _note(verb: str, user: User | None, **detail: Any) -> None:
    audit(verb=verb, subject_kind="user", subject_id=user.pk if user else "", by=user, now=timezone.now(), **detail)
