"""Signing in as people do: name and password on the page, then a code where there is a second factor."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_factor(user):
    """A user who has set up an authenticator app and recovery codes."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def sign_in(user, **extra) -> Client:
    """A browser in which the user has given name and password."""
    client = Client(**extra)
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    return client


def sign_in_fully(user) -> Client:
    """A browser in which the user has given name, password and code."""
    client = sign_in(with_factor(user))
    client.post(reverse("mfa_authenticate"), {"code": code()})
    return client
