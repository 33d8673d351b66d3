"""Inserting many rows at once through COPY: a third of the work of INSERT with as many parameters."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.db import connection, models


def insert(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model, keys included. Triggers fire once, as for one INSERT statement.

    Values go as they stand on the instances: no `pre_save`, no defaults of the database.
    """
    if not rows:
        return
    options = rows[0]._meta
    columns = [(field, _writer(field)) for field in options.concrete_fields if not field.generated]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field, _ in columns)
    written = [(field.attname, write) for field, write in columns]
    # Errors of COPY come as Django's own, as those of any other statement.
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {connection.ops.quote_name(options.db_table)} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = vars(row)
            copy.write_row([write(values[name]) if write else values[name] for name, write in written])


def _writer(field: Any) -> Callable[[Any], Any] | None:
    """How a field's value is written where psycopg does not know it."""
    if isinstance(field, BaseSpatialField):
        return lambda shape: None if shape is None else shape.hexewkb.decode()
    if isinstance(field, models.DecimalField | models.UUIDField):
        return lambda value: None if value is None else str(value)
    return None
