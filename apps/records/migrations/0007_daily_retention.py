"""Once a day what the sharing protocols keep no longer is redacted, and old payloads are emptied."""

from django.db import migrations

TASKS = {
    "Redact records past their retention": "records.redact_expired",
    "Empty old payloads": "sources.empty_payloads",
}


def add(apps, schema_editor):
    daily, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(every=1, period="days")
    for name, task in TASKS.items():
        apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
            name=name, defaults={"task": task, "interval": daily, "expire_seconds": 3_600, "queue": "default"}
        )


def remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=TASKS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_look_for_duplicates"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add, remove)]
