"""The made-up world in its own database: made once for a size, kept while nothing it is made from has changed.

Migrations that came since are applied to it; --anew makes it from nothing.
"""

import hashlib
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

from apps.picture.actions import rebuild_cells
from bench import cast, facts, ground

MADE_BY = "made by script/bench: "


class NotOurs(Exception):
    """The database holds something that script/bench did not make."""


def make(rows: int) -> None:
    """Fill a migrated, empty database."""
    with transaction.atomic():
        ground.make_ground()
        cast.make_cast()
        facts.make_facts(rows)
        rebuild_cells()


def ensure(rows: int, *, anew: bool = False) -> float | None:
    """Have the world of that size in the database; return the seconds its making took, None where it stood already.

    Raises:
        NotOurs: the database holds other tables. It is left as it is.
    """
    remark = MADE_BY + _fingerprint(rows)
    found = _remark()
    if found == remark and not anew:
        call_command("migrate", interactive=False, verbosity=0)
        return None
    if not found.startswith(MADE_BY) and connection.introspection.table_names():
        raise NotOurs("This database is not script/bench's own. Give it an empty one.")
    began = time.perf_counter()
    _say(MADE_BY + "unfinished")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    # What the connection knew of the extensions' types went with the schema.
    connection.close()
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    make(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _say(remark)
    return time.perf_counter() - began


def _fingerprint(rows: int) -> str:
    """What the world is made from: the size and the generator's text."""
    made_of = hashlib.sha256(str(rows).encode())
    for module in (ground, cast, facts):
        made_of.update(Path(module.__file__).read_bytes())
    return made_of.hexdigest()


def _remark() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        return cursor.fetchone()[0] or ""


def _say(remark: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_database())")
        cursor.execute(f"COMMENT ON DATABASE {cursor.fetchone()[0]} IS '{remark}'")
