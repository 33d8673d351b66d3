"""App registration."""

from django.apps import AppConfig


class DisplacementConfig(AppConfig):
    """Who moved, and where they are."""

    name = "apps.displacement"
