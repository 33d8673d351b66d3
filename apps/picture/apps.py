"""App registration."""

from django.apps import AppConfig


class PictureConfig(AppConfig):
    """Across facts: key figures and timeline."""

    name = "apps.picture"
