"""App registration."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """What is still reachable: infrastructure, its status, and access constraints."""

    name = "apps.access"

    def ready(self) -> None:
        """Make the kinds of this app known, for links, changes and the generic walks."""
        from apps.access.actions import CONSTRAINT_KIND, STATUS_KIND, release_asset
        from apps.access.models import Asset
        from apps.records import kinds

        kinds.register(CONSTRAINT_KIND)
        kinds.register(STATUS_KIND)
        kinds.register_finish(Asset, release_asset)
