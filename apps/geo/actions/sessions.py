"""Settings of the database session that hold for a block."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Cancel any statement of the block that runs longer than `seconds` (django.db.OperationalError).

    Repairing a hostile polygon can take for ever; a load must fail instead. Needs an open transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("select set_config('statement_timeout', %s, true)", [f"{seconds}s"])
        yield
        cursor.execute("select set_config('statement_timeout', %s, true)", [before])
