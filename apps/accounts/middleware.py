"""The one place that holds back a role until its second factor is shown."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from apps.accounts import second_factor
from apps.accounts.models import User

# Signing in and out, one's password, one's factors and sessions, the language of the page.
OPEN = ("account_", "mfa_", "usersessions_", "set_language")


class SecondFactorMiddleware:
    """Until it is shown, a session whose role asks for a second factor is the public's everywhere but on `OPEN` pages.

    Pages lead to where it is set up or shown; the API, and whatever is posted, is answered as the public would be.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Take the role away before the view is asked."""
        match = request.resolver_match
        if match is None or (match.view_name or "").startswith(OPEN) or not second_factor.is_missing(request):
            return None
        user: Any = request.user
        request.user = AnonymousUser()
        if match.route.startswith("api/") or request.method not in {"GET", "HEAD"}:
            return None
        return _lead(request, user)


def _lead(request: HttpRequest, user: User) -> HttpResponse:
    name = "mfa_reauthenticate" if second_factor.has_one(user) else "mfa_activate_totp"
    return redirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
