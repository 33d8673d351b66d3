"""A reader with Debian's Chromium in front of a live server, and no other network.

What the page complains about fails the test: errors on the console, uncaught exceptions, requests to elsewhere.
"""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import override_settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOCAL = {"localhost", "127.0.0.1", "[::1]"}


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))
            item.add_marker(pytest.mark.django_db(transaction=True))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session", autouse=True)
def _database_beside_an_event_loop() -> Iterator[None]:
    """Playwright runs an event loop in this thread; the tests' own queries are not part of it."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def _around_the_server(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What a test's own settings come too late for, and what is left when the server is gone.

    The server starts before any test: it must not look for collected files. Its last threads may outlive it with a
    database connection each, and the database could not be dropped.
    """
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", "reduced_motion": "reduce"}


@pytest.fixture
def forgiven() -> set[str]:
    """Parts of console messages that the test brings about on purpose."""
    return set()


@pytest.fixture
def reader(page, live_server, forgiven):
    """A page whose complaints fail the test."""
    complaints: list[str] = []

    def stay_local(route):
        if urlsplit(route.request.url).hostname in LOCAL:
            return route.fallback()
        complaints.append(f"asked for {route.request.url}")
        return route.abort()

    page.route("**/*", stay_local)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(15_000)
    yield page
    assert [each for each in complaints if not any(part in each for part in forgiven)] == []
