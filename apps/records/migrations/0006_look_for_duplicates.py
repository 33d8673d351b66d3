"""Every minute, look for duplicates of what is new or changed since the last time."""

from django.db import migrations

NAME = "Look for duplicates of what is new"


def add(apps, schema_editor):
    every_minute, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(
        every=1, period="minutes"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        defaults={
            "task": "picture.suspect_duplicates",
            "interval": every_minute,
            # The next tick goes on where the last one ended.
            "expire_seconds": 60,
            "queue": "default",
        },
    )


def remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0005_changes_in_their_crisis"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add, remove)]
