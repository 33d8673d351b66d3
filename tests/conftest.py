"""What every test stands on: a fixed clock, the vocabularies, a cast of people, a throttle that starts empty."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import caches

from apps.crises.default_protocol import DEFAULT, STALE_AFTER
from apps.crises.models import Protocol
from apps.records.models import Metric, Term
from apps.records.vocabulary_rows import metric_rows, term_rows
from tests.cast import Cast, assemble
from tests.factories.sources import DatasetFactory, SourceFactory

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
    if not Metric.objects.exists():
        Metric.objects.bulk_create(Metric(**row) for row in metric_rows())
        Term.objects.bulk_create(Term(**row) for row in term_rows())
    if not Protocol.objects.exists():
        Protocol.objects.bulk_create(
            Protocol(
                kind=kind,
                category=category,
                sensitivity=sensitivity,
                location_release=release,
                stale_after=timedelta(hours=hours) if (hours := STALE_AFTER.get((kind, category))) else None,
            )
            for kind, category, sensitivity, release in DEFAULT
        )


@pytest.fixture(autouse=True)
def _quick_settings(settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Caches in memory, so that no Redis is needed and no test sees another's throttle; cheap password hashes.

    Static files under their plain names: pages render without a collectstatic.
    """
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": alias}
        for alias in ("default", "throttle")
    }
    for alias in settings.CACHES:
        caches[alias].clear()
