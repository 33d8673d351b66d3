"""Accounts are made by an administrator; nobody signs up alone."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
