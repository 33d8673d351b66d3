"""App registration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """Plumbing without tables or domain words: http client, queue, text, periods."""

    name = "apps.core"

    def ready(self) -> None:
        """Register every app's tasks in web processes and commands too, where queue.enqueue looks them up by name."""
        from apps.core import lookups  # noqa: F401

        autodiscover_modules("tasks")
