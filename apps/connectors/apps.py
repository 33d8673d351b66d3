"""App registration."""

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """One package per outside source: client, parse, connector."""

    name = "apps.connectors"
