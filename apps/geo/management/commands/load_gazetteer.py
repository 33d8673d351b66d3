"""Load settlements and their spellings from a gazetteer file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.geo import actions, ground_files


class Command(BaseCommand):
    """Load or correct places. A second run changes nothing. Load boundaries first: places are put into areas."""

    help = "Load settlements with their spellings"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, with the columns of the sample's README."""
        parser.add_argument(
            "path", type=Path, nargs="?", default=Path(settings.SAMPLE_DIR) / "geo" / "gazetteer.csv.gz"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file."""
        outcome = actions.load_places(ground_files.gazetteer(options["path"]))
        self.stdout.write(f"Places: {outcome}")
        for refusal in outcome.refused:
            self.stderr.write(f"{refusal.code}: {refusal.reason}")
