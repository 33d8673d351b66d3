"""App registration."""

from django.apps import AppConfig


class CrisesConfig(AppConfig):
    """The emergency a fact belongs to: scope, protocol, members, actors."""

    name = "apps.crises"
