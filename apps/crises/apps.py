"""App registration."""

from django.apps import AppConfig


class CrisesConfig(AppConfig):
    """The emergency a fact belongs to: scope, protocol, members, actors."""

    name = "apps.crises"

    def ready(self) -> None:
        """Whoever coordinates a crisis signs in with a second factor."""
        from apps.accounts import second_factor
        from apps.crises.clearance import coordinates_somewhere

        second_factor.ask_of(coordinates_somewhere)
