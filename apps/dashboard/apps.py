"""App registration."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The pages people look at: map, situation page, report form."""

    name = "apps.dashboard"
