"""The ground: countries of the world, Syria's and Sudan's boundaries through the COD-AB connector, settlements."""

from datetime import datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from apps.dashboard.sample.recordings import replay
from apps.geo import actions as geo
from apps.geo import ground_files
from apps.sources.models import Source

FILES = "https://data.humdata.org/cod-ab"
SYRIA_2015 = ("syr_admin1_2015", "syr_admin2_2015")
SYRIA = ("syr_admin0", "syr_admin1", "syr_admin2", "syr_admin3_polygonized", "syr_neighborhoods")
SUDAN = ("sdn_admin0", "sdn_admin1", "sdn_admin2")


def load_world(now: datetime) -> str:
    """Countries, and the ground whose status is undetermined."""
    call_command("load_countries", verbosity=0, stdout=StringIO())
    return "countries of the world"


def load_syria(now: datetime) -> str:
    """The edition of 2015, then the one in force, which is linked to it."""
    former = _edition("cod-ab-syria", now, SYRIA_2015, iso3="SYR", version="2015", title="Syria, 2015")
    return f"{former}; {load_syria_in_force(now)}"


def load_syria_in_force(now: datetime) -> str:
    """The edition in force alone."""
    return _edition("cod-ab-syria", now, SYRIA, iso3="SYR")


def load_sudan(now: datetime) -> str:
    """Sudan's edition in force."""
    return _edition("cod-ab-sudan", now, SUDAN, iso3="SDN")


def load_settlements(now: datetime) -> str:
    """Settlements with their spellings."""
    return str(geo.load_places(ground_files.gazetteer(Path(settings.SAMPLE_DIR) / "geo" / "gazetteer.csv.gz")))


def _edition(slug: str, now: datetime, layers: tuple[str, ...], **options: str) -> str:
    recordings = {f"{FILES}/{layer}.geojson": f"geo/{layer}.geojson.gz" for layer in layers}
    files = {layer: f"{FILES}/{layer}.geojson" for layer in layers}
    return replay(source=Source.objects.get(slug=slug), now=now, recordings=recordings, files=files, **options)
