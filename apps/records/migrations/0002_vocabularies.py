"""The metrics and terms that ship."""

from django.db import migrations

from apps.records.vocabulary_rows import metric_rows, term_rows


def add(apps, schema_editor):
    for row in metric_rows():
        apps.get_model("records", "Metric").objects.update_or_create(code=row["code"], defaults=row)
    for row in term_rows():
        key = {"vocabulary": row["vocabulary"], "code": row["code"]}
        apps.get_model("records", "Term").objects.update_or_create(**key, defaults=row)


def remove(apps, schema_editor):
    apps.get_model("records", "Term").objects.all().delete()
    apps.get_model("records", "Metric").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("records", "0001_shared")]

    operations = [migrations.RunPython(add, remove)]
