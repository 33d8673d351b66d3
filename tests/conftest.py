"""What every test stands on: a fixed clock, the vocabularies, a cast of people, a throttle that starts empty."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import caches

from tests.cast import Cast, assemble
from tests.factories.sources import DatasetFactory, SourceFactory

NOW = datetime(2024, 12, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """Noon of 2 December 2024, UTC: the clock handed to actions."""
    return NOW


@pytest.fixture
def cast(db: None) -> Cast:
    """Two crises and the people who work in them."""
    return assemble()


@pytest.fixture
def own_reports(db: None):
    """The dataset of our own reports."""
    return DatasetFactory(slug="own-reports", source=SourceFactory(slug="own-reports", kind="own"))


@pytest.fixture(autouse=True)
def _local_caches(settings) -> Iterator[None]:
    """Caches in memory: no Redis is needed, and no test sees another's throttle."""
    settings.CACHES = {
        alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": alias}
        for alias in ("default", "throttle")
    }
    for alias in settings.CACHES:
        caches[alias].clear()
    yield
