"""Of whom a second factor is asked, and whether the session at hand has passed one.

Whoever administers the system or coordinates a crisis signs in with a password and something they have. Apps above say
of whom else it is asked (`ask_of`); the middleware acts on it.
"""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import User

# The session's own mark, holding the user's id: set when a code was right, or when this session set up the first one.
PASSED = "second_factor_passed"

Condition = Callable[[User], bool]


def administers(user: User) -> bool:
    """System administrators, and whoever may enter the administration."""
    return user.is_staff or user.is_superuser


_asked_of: list[Condition] = [administers]


def ask_of(condition: Condition) -> None:
    """Ask a second factor of everybody the condition holds for. Called once, when an app is ready."""
    if condition not in _asked_of:
        _asked_of.append(condition)


def is_asked_of(user: User) -> bool:
    """Whether the role demands one. The demo asks nobody: its passwords are known anyway, and it stays on loopback."""
    return not settings.DEMO and any(condition(user) for condition in _asked_of)


def has_one(user: User) -> bool:
    """Whether one is set up; recovery codes alone are none."""
    found: bool = Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    return found


def note_passed(request: HttpRequest, user: User) -> None:
    """Mark the session as one that has shown a second factor."""
    request.session[PASSED] = user.pk


def is_missing(request: HttpRequest) -> bool:
    """Whether the session's user needs a second factor that this session has not shown."""
    user = request.user
    if settings.DEMO or not isinstance(user, User):
        return False
    if request.session.get(PASSED) == user.pk and has_one(user):
        return False
    return is_asked_of(user)
