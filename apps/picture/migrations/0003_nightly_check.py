"""Every night the cells are compared with the records."""

from django.db import migrations

NAME = "Compare rollups with the records"


def add(apps, schema_editor):
    nightly, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="40", hour="2", day_of_week="*", day_of_month="*", month_of_year="*", timezone="UTC"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME,
        defaults={"task": "picture.check_rollups", "crontab": nightly, "expire_seconds": 3_600, "queue": "default"},
    )


def remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("picture", "0002_kept_by_triggers"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add, remove)]
