"""A real Celery worker, killed in mid-refresh and started again, loses and doubles nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from kombu import Connection, Queue

from apps.incidents.models import CasualtyClaim, Incident
from apps.sources.models import RefreshRun, Source
from config.celery import app
from tests.factories.sources import DatasetFactory, SourceFactory
from tests.sources.slow_connector import ITEMS, PAYLOADS

ROOT = Path(__file__).resolve().parents[2]
QUEUE = f"killed-worker-test-{os.getpid()}"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]


def start_worker() -> subprocess.Popen[bytes]:
    """A worker of its own process group, on this test's database and a queue of its own."""
    database = settings.DATABASES["default"]
    name = connection.settings_dict["NAME"]
    url = f"postgis://{database['USER']}:{database['PASSWORD']}@/{name}?host={database['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.sources.worker_settings"}
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", QUEUE, "-c", "1", "-l", "WARNING"]
    return subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle", "-n", QUEUE],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )


def kill(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and its children at once, as a power cut would."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


@pytest.fixture
def source() -> Source:
    source = SourceFactory(slug="slow", connector="slow", interval_minutes=5)
    DatasetFactory(source=source)
    return source


@pytest.fixture
def worker() -> Iterator[list[subprocess.Popen[bytes]]]:
    workers = [start_worker()]
    yield workers
    for each in workers:
        kill(each)
    with Connection(app.conf.broker_url, transport_options=app.conf.broker_transport_options) as broker:
        Queue(QUEUE, channel=broker.channel()).delete()


def send(task: str, **kwargs: str) -> None:
    app.send_task(task, kwargs=kwargs, queue=QUEUE)


def test_killing_the_worker_in_mid_refresh_loses_and_doubles_nothing(source, worker):
    send("sources.refresh", source_slug="slow", slot="2024-12-02T12:00Z")
    wait_for(lambda: Incident.objects.count() >= 3 * ITEMS)
    kill(worker[0])
    left = Incident.objects.count()
    assert left < PAYLOADS * ITEMS, "It finished before it was killed: the test shows nothing."
    assert RefreshRun.objects.get().outcome == "running"

    worker.append(start_worker())
    time.sleep(5)  # longer than the dead worker's lease
    send("sources.refresh", source_slug="slow", slot="2024-12-02T12:00Z")
    wait_for(lambda: RefreshRun.objects.get().outcome != "running")

    run = RefreshRun.objects.get()
    assert (run.outcome, run.attempts) == ("changed", 2)
    assert run.created + run.unchanged == PAYLOADS * ITEMS
    assert run.unchanged >= left - ITEMS
    ids = list(Incident.objects.values_list("external_id", flat=True))
    assert sorted(ids) == sorted(f"S{n}" for n in range(PAYLOADS * ITEMS))
    assert CasualtyClaim.objects.count() == 2 * PAYLOADS * ITEMS
    assert CasualtyClaim.objects.filter(is_adopted=True).count() == 2 * PAYLOADS * ITEMS
