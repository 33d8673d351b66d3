"""App registration."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What every fact shares: visibility, verification, claims, links, history."""

    name = "apps.records"
