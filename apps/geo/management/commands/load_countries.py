"""Load the countries of the world: ground for wherever no national edition is loaded."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from apps.geo import actions, ground_files
from apps.geo.models import BoundaryEdition


class Command(BaseCommand):
    """Load or correct the world edition. A second run changes nothing."""

    help = "Load the countries of the world and the ground of undetermined status"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the files made by `build_countries` lie."""
        parser.add_argument("--directory", type=Path, default=Path(settings.SAMPLE_DIR) / "geo")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Both files in one transaction: a country must never be there without its undetermined neighbour."""
        directory: Path = options["directory"]
        areas = ground_files.countries(directory / "countries.geojson.gz")
        outcome = actions.load_edition(edition=ground_files.WORLD, areas=areas, now=timezone.now())
        world = BoundaryEdition.objects.get(country_iso3="", version=ground_files.WORLD.version)
        grounds = ground_files.undetermined_ground(directory / "undetermined.geojson.gz")
        count = actions.mark_undetermined(edition=world, grounds=grounds)
        self.stdout.write(f"Countries: {outcome}; {count} zones of undetermined status")
