"""The cells made anew, and compared with what they should hold."""

import structlog
from django.db import connection, transaction

from apps.picture.models import Cell, Sum, Voice

log = structlog.get_logger(__name__)

KEY = ("kind", "month", "metric", "crisis", "audience")
HELD: dict[type[Cell], tuple[tuple[str, ...], tuple[str, ...]]] = {
    Sum: ((*KEY, "dataset"), ("n", "low", "best", "bests", "high", "highs")),
    Voice: ((*KEY, "source"), ("n", "newest")),
}
# Writers of cells wait; readers do not.
LOCK = "LOCK TABLE picture_sum, picture_voice IN SHARE ROW EXCLUSIVE MODE"


@transaction.atomic
def rebuild_cells() -> int:
    """Make every cell anew from records and claims; return how many there are. Writes of facts wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        for model, (key, values) in HELD.items():
            table = model._meta.db_table
            columns = ", ".join((*key, *values))
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_expected")  # noqa: S608
        cursor.execute("ANALYZE picture_sum, picture_voice")
    return Sum.objects.count() + Voice.objects.count()


def check_cells() -> int:
    """Compare the cells with what records and claims come to; say and repair what differs; return how many did.

    The comparison is one statement, so it sees facts and cells of one moment and nobody waits for it.
    """
    differing = sum(_differing(model) for model in HELD)
    if differing:
        log.error("rollups_differ", cells=differing)
        rebuild_cells()
    return differing


def _differing(model: type[Cell]) -> int:
    key, values = HELD[model]
    table = model._meta.db_table
    kept, expected = (", ".join(f"{alias}.{name}" for name in values) for alias in ("kept", "expected"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table} kept FULL JOIN {table}_expected expected USING ({', '.join(key)}) "  # noqa: S608
            f"WHERE ({kept}) IS DISTINCT FROM ({expected})"
        )
        return int(cursor.fetchone()[0])
