"""The measured lines as a table on the screen and as docs/performance.md."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from django.db import connection

from bench.paths import Line

WORDS = {True: "ok", False: "not reached", None: "–"}
PAGE = """# Measured performance

Made by `script/bench` on {day}, with {rows:,} made-up incidents; do not edit by hand. A goal is met, or it stands here
as not reached. {how}

The machine: {machine}.

| path | goal | measured | |
|---|---|---|---|
{lines}

What the numbers are worth: the data is generated and fits into memory, so nothing here was read from a cold disk.
Ratios compare calls that took turns in the same rounds, by CPU of the asking process and of its database session where
that can be seen; CPU of parallel workers of the database is not in it, the clock's time is. Milliseconds of a busy
machine move by a factor of two between runs; the ratios by about a fifth.
"""
HOW = (
    "Key figures are timed from the reader's clearance to the last name, lists from the question to flat rows, loads "
    "from drafts to committed rows with versions, changes and rollups."
)


def table(lines: Sequence[Line]) -> str:
    """Aligned columns for a terminal."""
    rows = [(line.path, line.goal, line.measured, WORDS[line.is_ok]) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)


def write(path: Path, lines: Sequence[Line], rows: int) -> None:
    """Write the page."""
    body = "\n".join(f"| {each.path} | {each.goal} | {each.measured} | {WORDS[each.is_ok]} |" for each in lines)
    machine = "; ".join(f"{name} {value}" for name, value in machine_of().items())
    path.write_text(PAGE.format(day=date.today(), rows=rows, how=HOW, machine=machine, lines=body))  # noqa: DTZ011


def machine_of() -> Mapping[str, str]:
    """Cores, memory and versions; nothing that names the machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), postgis_lib_version()")
        postgres, postgis = cursor.fetchone()
        names = ("shared_buffers", "work_mem", "random_page_cost", "fsync")
        settings = []
        for name in names:
            cursor.execute(f"SHOW {name}")
            settings.append(f"{name} {cursor.fetchone()[0]}")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "PostgreSQL": f"{postgres.split()[0]} ({', '.join(settings)})",
        "PostGIS": postgis,
        "Python": platform.python_version(),
        "Django": version("django"),
    }
