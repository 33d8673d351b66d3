"""The task that looks for duplicates: known by its name, on the schedule that ships."""

import importlib

import pytest
from celery import current_app
from django.apps import apps as installed
from django_celery_beat.models import PeriodicTask

from apps.records.models import SuspectedDuplicate
from tests.factories import facts

pytestmark = pytest.mark.django_db

SCHEDULE = importlib.import_module("apps.records.migrations.0006_look_for_duplicates")


def test_every_minute_the_task_notes_what_looks_alike():
    SCHEDULE.add(installed, None)
    row = PeriodicTask.objects.get(name=SCHEDULE.NAME)
    assert (row.interval.every, row.interval.period) == (1, "minutes")
    facts.incident()
    facts.incident()
    current_app.tasks[row.task].apply(throw=True)
    assert SuspectedDuplicate.objects.count() == 1


def test_the_schedule_goes_with_its_migration():
    SCHEDULE.add(installed, None)
    SCHEDULE.remove(installed, None)
    assert not PeriodicTask.objects.filter(name=SCHEDULE.NAME).exists()
