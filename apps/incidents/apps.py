"""App registration."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """What happened."""

    name = "apps.incidents"
