"""What every test stands on: a fixed clock, the vocabularies, a cast of people, a throttle that starts empty."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import caches

from tests.cast import Cast, assemble
from tests.factories.shipped import ship_rows
from tests.factories.sources import DatasetFactory, SourceFactory
from tests.quick import quick_settings

NOW = datetime(2024, 12, 2, 12, 0, tzinfo=UTC)


def pytest_configure() -> None:
    """Test databases are emptied between tests; versioned tables of an installation refuse that."""
    settings.DATABASES["default"]["OPTIONS"]["options"] += " -c ledger.may_truncate=on"


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
def _shipped_rows(request: pytest.FixtureRequest, _django_db_helper: None) -> None:
    """The rows that migrations ship. A transactional test empties every table behind it, these too."""
    uses = {"db", "transactional_db", "live_server", "cast"} & set(request.fixturenames)
    if not uses and request.node.get_closest_marker("django_db") is None:
        return
    ship_rows()


@pytest.fixture(autouse=True)
def _quick_settings(settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Caches in memory, emptied before each test, so that none sees another's throttle: see tests/quick.py."""
    for name, value in quick_settings(tmp_path_factory.getbasetemp()).items():
        setattr(settings, name, value)
    for alias in settings.CACHES:
        caches[alias].clear()
