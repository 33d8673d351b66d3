"""The sharing protocol that ships."""

from django.db import migrations

from apps.crises.default_protocol import DEFAULT


def add(apps, schema_editor):
    protocol = apps.get_model("crises", "Protocol")
    for kind, category, sensitivity, location_release in DEFAULT:
        protocol.objects.update_or_create(
            crisis=None,
            kind=kind,
            category=category,
            field="",
            defaults={"sensitivity": sensitivity, "location_release": location_release},
        )


def remove(apps, schema_editor):
    apps.get_model("crises", "Protocol").objects.filter(crisis=None).delete()


class Migration(migrations.Migration):
    dependencies = [("crises", "0001_crises")]

    operations = [migrations.RunPython(add, remove)]
