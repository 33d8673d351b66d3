"""App registration."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The JSON and GeoJSON interface for partners."""

    name = "apps.api"
