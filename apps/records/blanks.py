"""What of a record can be redacted, what then stands there, and that it stays so whatever its source says later."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.records import placing
from apps.records.kinds import Kind
from apps.records.models import Redaction

PLACEHOLDER = "[redacted]"
PLACE, REPORTER = "location", "reported_by"
# Texts that say who or where in passing. What they are is told by their names in the models.
OF_RECORDS = (
    "title", "place_name", "provider_area_name", "provider_area_code", "url", "external_id", "external_version",
    "removed_reason", "summary", "event_name", "cohort", "term", "impact", "policy", "action_taken", "origin_name",
    "destination_name",
)  # fmt: skip
OF_CLAIMS = ("attributed_to", "excerpt", "url", "detour")
REQUIRED = {"title", "attributed_to"}
# Told apart by their text: the placeholder must differ from row to row.
UNIQUE = {"external_id"}


def redactable(kind: Kind) -> frozenset[str]:
    """The fields of a kind that can be redacted, those of its figures among them."""
    own = texts_of(kind.record, OF_RECORDS)
    return frozenset({*own, *texts_of(kind.claim, OF_CLAIMS), PLACE, REPORTER})


def keep_redacted(kind: Kind, rows: Iterable[Any]) -> None:
    """Blank again, on unsaved rows, what was redacted of these records: their source may still say it."""
    by_id = {row.pk: row for row in rows}
    for record_id, fields in _redacted_of(kind, by_id):
        row = by_id[record_id]
        for name in set(fields) & texts_of(kind.record, OF_RECORDS) - UNIQUE:
            setattr(row, name, blank_of(name, row.pk))
        if PLACE in fields:
            place_as_released(row)
        row.released_title = placing.released_title(row)


def keep_claims_redacted(kind: Kind, rows: Iterable[Any]) -> None:
    """The same for unsaved figures of redacted records."""
    by_record: dict[UUID, list[Any]] = {}
    for row in rows:
        by_record.setdefault(row.record_id, []).append(row)
    for record_id, fields in _redacted_of(kind, by_record):
        for row in by_record[record_id]:
            for name in texts_of(kind.claim, OF_CLAIMS) & (set(OF_CLAIMS) if PLACE in fields else set(fields)):
                setattr(row, name, blank_of(name, row.pk))


def _redacted_of(kind: Kind, ids: Iterable[UUID]) -> Iterable[tuple[UUID, list[str]]]:
    """Record and fields of each redaction of these."""
    marks = Redaction.objects.filter(kind=kind.code, record_id__in=list(ids))
    for record_id, fields in marks.values_list("record_id", "fields"):
        whole = redactable(kind) - {REPORTER} - UNIQUE if PLACE in fields else frozenset()
        yield record_id, [*fields, *whole]


def blank_of(name: str, key: Any) -> str:
    """What stands in a redacted field."""
    if name in UNIQUE:
        return f"{PLACEHOLDER} {key}"
    return PLACEHOLDER if name in REQUIRED else ""


def texts_of(model: Any, names: Iterable[str]) -> set[str]:
    """Those of these names that the model has."""
    has = {each.name for each in model._meta.concrete_fields} if model is not None else set()
    return has & set(names)


def placed_columns(model: Any) -> list[str]:
    """Columns of places of a record, its ends' too, with their released twins."""
    names = {each.name for each in model._meta.concrete_fields}
    twins = sorted(name for name in names if name.startswith("released_") and name.removeprefix("released_") in names)
    placed = [name for name in twins if name != "released_title"]
    return [*placed, *(name.removeprefix("released_") for name in placed), "location_accuracy", "is_generalised"]


def place_as_released(row: Any) -> None:
    """Nothing finer than what is released is known of the place any more."""
    for name in placed_columns(type(row)):
        if name.startswith("released_"):
            setattr(row, name.removeprefix("released_"), getattr(row, name))
    if row.is_generalised:
        row.location_accuracy = (
            row.location_release if row.location_release in {"settlement", "adm3", "adm2", "adm1"} else "adm0"
        )
    for name in ("origin_accuracy", "destination_accuracy"):
        if hasattr(row, name):
            setattr(row, name, "")
    row.is_generalised = False
