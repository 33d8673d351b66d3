"""The north-west of the sample on a Syria of squares, loaded once for the module that asks for it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from apps.crises.default_protocol import DEFAULT
from apps.crises.models import Protocol
from apps.dashboard.sample import (
    actors,
    background,
    crises,
    infrastructure,
    movements,
    people,
    publishers,
    steps,
    story,
)
from apps.dashboard.sample.steps import Step
from apps.geo import actions as geo
from apps.records.models import Metric
from apps.records.vocabulary_rows import metric_rows
from tests.factories.geo import area_draft, edition_draft, square

BEFORE = datetime(2024, 11, 1, 8, tzinfo=UTC)


def load_ground(now: datetime) -> str:
    """Aleppo and Idleb as squares, side by side."""
    edition = edition_draft(country_iso3="SYR", country_pcode="SY", version="v02", title="Syria of squares")
    areas = [
        area_draft(0, "SY", None, square(35.5, 32.0, 7, 6), en="Syrian Arab Republic"),
        area_draft(1, "SY02", "SY", square(36.9, 35.5, 2, 2), en="Aleppo"),
        area_draft(1, "SY07", "SY", square(35.9, 35.5, 1, 1), en="Idleb"),
    ]
    return str(geo.load_edition(edition=edition, areas=areas, now=now))


SMALL_STORY = (
    Step("people", BEFORE, people.load, ("people.py",)),
    Step("sources", BEFORE, publishers.load, ("publishers.py",)),
    Step("parties", BEFORE, actors.load, ("actors.py",)),
    Step("ground", BEFORE, load_ground, ()),
    Step("crises", BEFORE, crises.load, ("crises.py",)),
    Step("airports", BEFORE, background.load_airports, ("ourairports/airports.csv.gz",)),
    Step("roads and crossings", BEFORE, infrastructure.load, ("infrastructure.py",)),
    *story.NORTH_WEST,
    Step("12 December", datetime(2024, 12, 12, 16, tzinfo=UTC), movements.state_later_total, ("movements.py",)),
)


@pytest.fixture(scope="module")
def north_west(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The story from 1 November to 12 December 2024, each step in transactions of its own."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=hashers, DEMO_PASSWORD="demo"):
        Metric.objects.bulk_create([Metric(**row) for row in metric_rows()], ignore_conflicts=True)
        if not Protocol.objects.exists():
            Protocol.objects.bulk_create(
                Protocol(kind=kind, category=category, sensitivity=sensitivity, location_release=release)
                for kind, category, sensitivity, release in DEFAULT
            )
        steps.run_missing(SMALL_STORY, tell=str)
    yield
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)
