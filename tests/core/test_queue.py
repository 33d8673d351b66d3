"""Background work starts by name, once the transaction has committed."""

import os
import subprocess
import sys

import pytest
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.core.queue import enqueue


@pytest.fixture
def sent(monkeypatch):
    calls = []
    task = current_app.tasks["sources.refresh_due"]
    monkeypatch.setattr(task, "apply_async", lambda **options: calls.append(options["kwargs"]))
    return calls


@pytest.mark.django_db(transaction=True)
def test_a_task_is_sent_after_commit_and_not_before(sent):
    with transaction.atomic():
        enqueue("sources.refresh_due", why="test")
        assert sent == []
    assert sent == [{"why": "test"}]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_when_the_transaction_is_rolled_back(sent):
    def enqueue_and_fail():
        with transaction.atomic():
            enqueue("sources.refresh_due")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail()
    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_gone_fails_nobodys_request(monkeypatch):
    def refuse(**options):
        raise OperationalError("Redis is away")

    monkeypatch.setattr(current_app.tasks["sources.refresh_due"], "apply_async", refuse)
    with transaction.atomic():
        enqueue("sources.refresh_due")


def test_a_name_nobody_answers_to_fails_at_the_call():
    with pytest.raises(LookupError):
        enqueue("sources.dance")


def test_tasks_are_known_in_a_process_that_only_set_django_up():
    code = "import django; django.setup(); from celery import current_app; current_app.tasks['sources.refresh']"
    subprocess.run([sys.executable, "-c", code], env=os.environ, check=True, timeout=60)
