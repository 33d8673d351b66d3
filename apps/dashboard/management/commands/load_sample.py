"""Load the sample situation, once."""

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps.dashboard.sample.steps import run_missing
from apps.dashboard.sample.story import STORY

# Any constant of our own: two loads at once would tell the story in two orders.
LOCK = 7_317_263_116


class Command(BaseCommand):
    """Run what is missing of the sample. A second run changes nothing; one that was cut off is continued."""

    help = "Load the sample situation (demo only)"
    requires_system_checks = ()  # they read every address of the site, and script/server starts it at each start

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Outside the demo it has to be forced."""
        parser.add_argument("--force", action="store_true", help="load it outside the demo too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps that are missing, and say how long each took."""
        if not settings.DEMO and not options["force"]:
            raise CommandError("This is not the demo. Add --force to load invented people and recorded facts here.")
        began = perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                count = run_missing(STORY, tell=self._tell)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        if count:
            self._tell(f"The sample situation is loaded ({perf_counter() - began:.0f} s)")
        else:
            self._tell("The sample situation is there already")

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
