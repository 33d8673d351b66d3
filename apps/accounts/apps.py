"""App registration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organisations, sign-in, API keys, audit, sensitivity levels."""

    name = "apps.accounts"
