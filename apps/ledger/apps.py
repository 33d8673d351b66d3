"""App registration."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Revisions in commit order, the changes they made, the outbox."""

    name = "apps.ledger"
