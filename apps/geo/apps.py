"""App registration."""

from django.apps import AppConfig


class GeoConfig(AppConfig):
    """Ground: P-codes, boundaries, places, gazetteer."""

    name = "apps.geo"
