"""App registration."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """What happened."""

    name = "apps.incidents"

    def ready(self) -> None:
        """Make the kinds of this app known, for links, changes and the generic walks."""
        from apps.incidents.actions import KIND
        from apps.records import kinds

        kinds.register(KIND)
