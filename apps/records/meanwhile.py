"""Two people at one record: the second is told what changed since, and decides again."""

from datetime import datetime
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from apps.records.past import versions_of
from apps.records.refusing import Refused

# Follows from other columns, or says nothing to a person.
UNTOLD = {
    "id", "rev", "version", "canonical", "audience", "content_hash", "external_version", "is_generalised",
    "released_title", "released_location", "released_area", "released_place_name", "released_by", "confirmed_by",
    "stays_removed", *(f"{prefix}adm{level}_pcode" for prefix in ("", "released_") for level in range(4)),
}  # fmt: skip


class ChangedMeanwhile(Refused):
    """The record is no longer as the person saw it. `differences` say in words what changed, a line each."""

    def __init__(self, record: Any, differences: list[str]) -> None:
        self.record, self.differences = record, differences
        super().__init__(" ".join([_("Somebody changed it meanwhile."), *differences]))


def refuse_if_changed(record: Any, expected_version: int | None) -> None:
    """Compare the stored record, read under the ledger's lock, with the version that the person saw.

    Raises:
        ChangedMeanwhile
    """
    if expected_version is None or record.version == expected_version:
        return
    seen = versions_of(type(record)).objects.filter(id=record.pk, version=expected_version).first()
    raise ChangedMeanwhile(record, differences(seen, record) if seen is not None else [])


def differences(before: Any, after: Any) -> list[str]:
    """What differs between two versions of one record: `Title: from A to B`."""
    told = []
    for field in after._meta.concrete_fields:
        if field.name in UNTOLD or getattr(before, field.attname) == getattr(after, field.attname):
            continue
        name = str(field.verbose_name).capitalize()
        if isinstance(field, GeometryField):
            told.append(_("%(name)s: moved.") % {"name": name})
            continue
        words = {"name": name, "old": _word(before, field), "new": _word(after, field)}
        told.append(_("%(name)s: from %(old)s to %(new)s.") % words)
    return told


def _word(row: Any, field: Any) -> str:
    """A value as people read it."""
    value = getattr(row, field.attname)
    if value is None or value == "":
        return str(_("nothing"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.is_relation:
        related = field.remote_field.model._default_manager.filter(pk=value).first()
        return str(related) if related is not None else str(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return str(localize(value))
