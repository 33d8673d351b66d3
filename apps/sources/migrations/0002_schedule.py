"""The one schedule that ships: every minute, start the sources that are due. Each source has its own interval."""

from django.db import migrations

NAME = "Refresh the sources that are due"


def add(apps, schema_editor):
    every_minute, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(
        every=1, period="minutes"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        defaults={
            "task": "sources.refresh_due",
            "interval": every_minute,
            # A tick that found no worker for a minute is worth nothing: the next one does the same.
            "expire_seconds": 60,
            "queue": "default",
        },
    )


def remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0001_provenance"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add, remove)]
