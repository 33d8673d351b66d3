"""API keys in the Authorization header. Browsers sign in with a session."""

import hmac
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.accounts.actions import USE_NOTED_EVERY, note_use
from apps.accounts.models import ApiKey, User

SCHEME = "Bearer"
PREFIX = 12


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer osr_…`. One wrong key is refused like any other, whatever is wrong with it."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """The user and the key; None without the header.

        Raises:
            AuthenticationFailed: no such key, or it is expired, revoked, or of a user who may not sign in.
            PermissionDenied: a key that only reads was used to write.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != SCHEME.lower().encode():
            return None
        key = self._key(parts)
        if ApiKey.Scope.READ not in key.scopes and ApiKey.Scope.WRITE not in key.scopes:
            raise AuthenticationFailed("The key is not valid.")
        if request.method not in SAFE_METHODS and ApiKey.Scope.WRITE not in key.scopes:
            raise PermissionDenied("This key only reads.")
        key.user.came_with = key
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return f'{SCHEME} realm="OpenSitrep API"'

    def _key(self, parts: list[bytes]) -> ApiKey:
        refused = AuthenticationFailed("The key is not valid.")
        try:
            (_, secret) = (part.decode("ascii") for part in parts)
        except ValueError:
            raise refused from None
        if "\x00" in secret:
            raise refused
        key: ApiKey | None = ApiKey.objects.select_related("user").filter(prefix=secret[:PREFIX]).first()
        # Compared even where no key has the prefix, so that both take the same time.
        matches = hmac.compare_digest(ApiKey.digest(secret), key.secret_hash if key else "")
        if key is None or not matches or not key.is_valid_at(timezone.now()) or not key.user.is_active:
            raise refused
        if key.last_used_at is None or timezone.now() - key.last_used_at > USE_NOTED_EVERY:
            note_use(key=key, now=timezone.now())
        return key


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Says in the schema how keys are sent."""

    target_class = "apps.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The scheme."""
        return {"type": "http", "scheme": "bearer", "description": "An API key: Authorization: Bearer osr_…"}
