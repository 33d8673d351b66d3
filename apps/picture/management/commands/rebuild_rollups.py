"""manage.py rebuild_rollups: make the cells of the key figures anew from the records, or only compare them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.picture import actions


class Command(BaseCommand):
    """Rebuild, or with --check compare and repair only what differs."""

    help = "Make the cells behind the key figures anew from records and claims. Writes of facts wait meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        """One flag."""
        parser.add_argument("--check", action="store_true", help="Compare first; rebuild only when something differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done."""
        if options["check"]:
            self.stdout.write(f"{actions.check_cells()} cells differed.")
        else:
            self.stdout.write(f"{actions.rebuild_cells()} cells.")
