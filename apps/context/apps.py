"""App registration."""

from django.apps import AppConfig


class ContextConfig(AppConfig):
    """What else is known of an area: population, presence, monthly aggregates."""

    name = "apps.context"
