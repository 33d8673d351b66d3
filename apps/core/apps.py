"""App registration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Plumbing without tables or domain words: http client, queue, text, periods."""

    name = "apps.core"
