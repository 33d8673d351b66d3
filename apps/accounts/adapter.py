"""How we differ from allauth: nobody signs up alone, no device's address is kept, secrets of factors are encrypted."""

import base64
import hashlib
import time
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

import structlog
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

log = structlog.get_logger(__name__)


class InvitationOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up page, counts attempts by pseudonym, and speaks the person's language after sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """A pseudonym in the place of the address: what limits attempts and lists sessions needs no more.

        It has an address's form, fd00::/8, because that is what the callers store; the network (/64) of an IPv6 caller
        counts as one, as whoever has one address there has them all.
        """
        caller = ip_address(super().get_client_ip(request))
        told = str(ip_network((caller, 64), strict=False)) if isinstance(caller, IPv6Address) else str(caller)
        digest = salted_hmac("apps.accounts.caller", told, algorithm="sha256").digest()
        return str(IPv6Address(b"\xfd" + digest[:7] + bytes(8)))

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever has just signed in is not asked for the password once more before setting up a second factor."""
        request = self.request
        records = get_authentication_records(request, request.user)
        timeout: int = app_settings.REAUTHENTICATION_TIMEOUT
        if records and time.time() - records[-1]["at"] < timeout:
            return False
        return bool(super().is_reauthentication_required(app=app))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away stops nobody from changing a password; the log names no address."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.warning("mail.not_sent", template=template_prefix)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Where the sign-in leads, in the language the person chose."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            set_language(response, user.language)
        return response


def set_language(response: HttpResponse, language: str) -> None:
    """Let the browser ask for this language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, secure=settings.HTTPS, samesite="Lax"
    )


class EncryptingMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps secrets of second factors encrypted: a backup of the database alone makes no code.

    The keys follow from SECRET_KEY and SECRET_KEY_FALLBACKS. Without any of them, factors are set up anew.
    """

    def encrypt(self, text: str) -> str:
        """The stored form."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    keys = [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"apps.accounts.second_factor" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
