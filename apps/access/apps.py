"""App registration."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """What is still reachable: infrastructure, its status, and access constraints."""

    name = "apps.access"
