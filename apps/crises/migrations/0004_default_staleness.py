"""How long what is said of each kind holds, in the protocol that ships."""

from datetime import timedelta

from django.db import migrations

from apps.crises.default_protocol import DEFAULT, STALE_AFTER


def add(apps, schema_editor):
    protocol = apps.get_model("crises", "Protocol")
    shipped = {(kind, category): (sensitivity, release) for kind, category, sensitivity, release in DEFAULT}
    for (kind, category), hours in STALE_AFTER.items():
        sensitivity, location_release = shipped[kind, category]
        row, _ = protocol.objects.get_or_create(
            crisis=None,
            kind=kind,
            category=category,
            field="",
            defaults={"sensitivity": sensitivity, "location_release": location_release},
        )
        row.stale_after = timedelta(hours=hours)
        row.save(update_fields=["stale_after"])


def remove(apps, schema_editor):
    apps.get_model("crises", "Protocol").objects.filter(crisis=None).update(stale_after=None)


class Migration(migrations.Migration):
    dependencies = [("crises", "0003_staleness")]

    operations = [migrations.RunPython(add, remove)]
