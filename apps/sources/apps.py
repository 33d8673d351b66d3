"""App registration."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Provenance: source, dataset, round, document, refresh run, quarantine."""

    name = "apps.sources"
