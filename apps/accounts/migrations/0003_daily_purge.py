"""Once a day the audit trail forgets what is older than AUDIT_DAYS."""

from django.db import migrations

NAME = "Forget old lines of the audit trail"


def add(apps, schema_editor):
    daily, _ = apps.get_model("django_celery_beat", "IntervalSchedule").objects.get_or_create(every=1, period="days")
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        defaults={"task": "accounts.purge_audit", "interval": daily, "expire_seconds": 3_600, "queue": "default"},
    )


def remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_by_crisis"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add, remove)]
