"""App registration."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    """The review queue."""

    name = "apps.triage"
