"""Bulk load: what the product's intake costs beside the same rows staged and upserted with nothing else on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from apps.incidents import actions
from apps.incidents.models import CasualtyClaim, Incident
from apps.ledger.actions import open_revision
from apps.records.drafts import ClaimDraft
from apps.sources.models import Dataset, Source
from bench import measuring
from bench.cast import FIRST_DAY, NOW, moment_of
from bench.facts import CATEGORIES, REVISIONS
from bench.ground import HEIGHT, WIDTH
from bench.measuring import Taken, Timing
from bench.paths import Line

LOADED = 5_000  # records a round
SLUG = "bulk-load"


def measure(rounds: int) -> list[Line]:
    """The first load, the same again unchanged, stage and upsert alone, bulk_create; then memory by size."""
    dataset = _dataset()
    taken: dict[str, list[Taken]] = {"first": [], "again": [], "raw": [], "bulk_create": []}
    try:
        for number in range(rounds + 1):
            this = _round(dataset, number)
            if number:
                for name, each in this.items():
                    taken[name].append(each)
    finally:
        _forget(dataset)
    timings = {name: Timing(tuple(each)) for name, each in taken.items()}
    first, raw = timings["first"], timings["raw"]
    return [
        _ratio("bulk load, all that a record brings", first.ratio(raw), 1.5, "× stage + upsert alone", first),
        _ratio("bulk load against bulk_create", 1 / timings["bulk_create"].ratio(first), 1 / 5, "× bulk_create", first),
        _ratio("unchanged load again", timings["again"].ratio(first), 0.5, "× the first", timings["again"]),
    ]


def measure_memory(sizes: tuple[int, ...]) -> list[Line]:
    """The most memory held after loads of growing size: drafts come one by one and none is kept."""
    dataset = _dataset()
    held = []
    try:
        for size in (LOADED, *sizes):
            _load(dataset, drafts(size, 90 + size))
            gc.collect()
            held.append(measuring.resident_memory())
    finally:
        _forget(dataset)
    return [
        Line(
            f"memory of a load of {size:,} records",
            "≤ 32 MiB more",
            f"{most - held[0]:.0f} MiB more than of {LOADED:,}",
            most - held[0] <= 32,
        )
        for size, most in zip(sizes, held[1:], strict=True)
    ]


def drafts(size: int, salt: int) -> Iterator[actions.IncidentDraft]:
    """Events with two figures each, as a connector hands them over: by day, across the first countries."""
    for number in range(size):
        day = FIRST_DAY + timedelta(days=3_000 + number % 60)
        said = {"attributed_to": "A speaker", "published_at": datetime(day.year, day.month, day.day, tzinfo=UTC)}
        yield actions.IncidentDraft(
            external_id=f"{SLUG}-{salt}-{number}",
            title=f"Event {number} near a town",
            start_date=day,
            end_date=day,
            location=(-179.9 + (number * 7 % 97) / 97 * WIDTH, -69.9 + (number * 13 % 89) / 89 * HEIGHT),
            location_accuracy="point",
            place_name=f"Town {number % 300}",
            reported_at=moment_of(0.9),
            sensitivity=0,
            location_release="exact",
            fields={"category": CATEGORIES[number % 3], "category_scheme": "acled", "summary": "What is known. " * 10},
            claims=tuple(
                ClaimDraft(key=metric, metric=metric, low=number % 7, best=number % 7, high=number % 7, **said)
                for metric in ("killed", "injured")
            ),
        )


def _dataset() -> Dataset:
    source, _ = Source.objects.get_or_create(slug=SLUG, defaults={"name": SLUG, "releases_on_arrival": True})
    return Dataset.objects.get_or_create(
        slug=SLUG,
        defaults={"source": source, "name": SLUG, "counts": "events", "licence": "CC0", "attribution": SLUG,
                  "redistribution": "open"},
    )[0]  # fmt: skip


def _load(dataset: Dataset, items: Any) -> Any:
    return actions.record_many(drafts=items, dataset=dataset, now=NOW)


def _round(dataset: Dataset, salt: int) -> dict[str, Taken]:
    """Each way once, with the same rows; what it wrote is gone afterwards."""
    items = list(drafts(LOADED, salt))
    this = {
        "first": measuring.take(partial(_load, dataset, items)),
        "again": measuring.take(partial(_load, dataset, items)),
    }
    records = list(Incident.objects.filter(source=dataset.source).order_by("id"))
    claims = list(CasualtyClaim.objects.filter(source=dataset.source).order_by("id"))
    copies = {model: _copied(model, dataset) for model in (Incident, CasualtyClaim)}
    _forget(dataset, keep_source=True)
    with _nothing_else_on():
        this["raw"] = measuring.take(lambda: _stage_and_upsert(copies))
    _forget(dataset, keep_source=True, counted=False)
    this["bulk_create"] = measuring.take(lambda: _bulk_create(records, claims))
    _forget(dataset, keep_source=True)
    return this


def _columns(model: Any) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields if not field.generated)


def _copied(model: Any, dataset: Dataset) -> bytes:
    """The rows of the dataset's source as COPY writes them."""
    query = f'SELECT {_columns(model)} FROM "{model._meta.db_table}" WHERE source_id = {dataset.source_id}'
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _stage_and_upsert(copies: dict[Any, bytes]) -> None:
    """The floor: rows into an unlogged stage, and from there into the table where they are new or other."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model, rows in copies.items():
            table, columns = model._meta.db_table, _columns(model)
            cursor.execute(f"CREATE UNLOGGED TABLE bench_stage AS SELECT {columns} FROM {table} WITH NO DATA")
            with cursor.copy(f"COPY bench_stage ({columns}) FROM STDIN") as copy:
                copy.write(rows)
            others = [c for c in columns.split(", ") if c != '"id"']
            changed = ", ".join(f"{column} = excluded.{column}" for column in others)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM bench_stage "
                f"ON CONFLICT (id) DO UPDATE SET {changed} WHERE {table}.content_hash <> excluded.content_hash"
                if model is Incident
                else f"INSERT INTO {table} ({columns}) SELECT {columns} FROM bench_stage "
                f"ON CONFLICT (id) DO UPDATE SET {changed} WHERE {table}.best IS DISTINCT FROM excluded.best"
            )
            cursor.execute("DROP TABLE bench_stage")


@contextmanager
def _nothing_else_on() -> Iterator[None]:
    """Triggers off but for foreign keys and constraints, so nothing derived is written."""
    tables = [model._meta.db_table for model in (Incident, CasualtyClaim)]
    try:
        _alter(dict.fromkeys(tables, "DISABLE TRIGGER USER"))
        yield
    finally:
        _alter(dict.fromkeys(tables, "ENABLE TRIGGER USER"))


def _alter(changes: dict[str, str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Where this runs inside a longer transaction, keys wait to be checked, and a table with such cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, change in changes.items():
            cursor.execute(f"ALTER TABLE {table} {change}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _bulk_create(records: list[Any], claims: list[Any]) -> None:
    with transaction.atomic():
        open_revision(by=None, now=NOW)
        Incident.objects.bulk_create(records, batch_size=500)
        CasualtyClaim.objects.bulk_create(claims, batch_size=500)


CELLS = {
    "incidents_incident": "picture_incident_records_delete",
    "incidents_casualtyclaim": "picture_incident_claims_delete",
}


def _forget(dataset: Dataset, *, keep_source: bool = False, counted: bool = True) -> None:
    """Take the loaded rows out again, with what the ledger kept of them, and out of the cells where they were counted.

    Other triggers and keys stay off meanwhile: keys that point at claims have no index, so a checked DELETE would look
    through all claims for each that goes.
    """
    if counted:
        _alter({table: f"ENABLE ALWAYS TRIGGER {trigger}" for table, trigger in CELLS.items()})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in (CasualtyClaim, Incident):
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE source_id = %s", [dataset.source_id])
            cursor.execute(f"DELETE FROM {model._meta.db_table}_version WHERE rev_to > {REVISIONS}")
        cursor.execute("DELETE FROM ledger_change WHERE revision_id > %s", [REVISIONS])
        cursor.execute("SET LOCAL session_replication_role = origin")
    if counted:
        _alter({table: f"ENABLE TRIGGER {trigger}" for table, trigger in CELLS.items()})
    if not keep_source:
        dataset.delete()
        dataset.source.delete()


def _ratio(path: str, ratio: float, most: float, of: str, timing: Timing) -> Line:
    each = timing.wall * 1_000 / LOADED
    return Line(path, f"≤ {most:g} {of}", f"{ratio:.2f} ({each:.0f} µs a record)", ratio <= most)
