"""App registration."""

from django.apps import AppConfig


class DisplacementConfig(AppConfig):
    """Who moved, and where they are."""

    name = "apps.displacement"

    def ready(self) -> None:
        """Make the kinds of this app known, for links, changes and the generic walks."""
        from apps.displacement.actions import KIND
        from apps.records import kinds

        kinds.register(KIND)
