"""Timing of calls: wall clock and CPU, in interleaved rounds, compared within a round.

A machine that is busy with other things moves milliseconds by a factor of two between minutes but hardly within one
round, so goals are ratios of calls that took turns; where a goal is in milliseconds, CPU stands beside the wall clock.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

MS = 1_000.0


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one call: by the wall clock, and of CPU (this process and its database session)."""

    wall: float
    cpu: float | None


@dataclass(frozen=True)
class Timing:
    """Every round of one call."""

    rounds: tuple[Taken, ...]

    @property
    def wall(self) -> float:
        """Median by the wall clock, ms."""
        return statistics.median(each.wall for each in self.rounds)

    @property
    def cpu(self) -> float | None:
        """Median of CPU, ms; None where the database's process cannot be seen."""
        seen = [each.cpu for each in self.rounds if each.cpu is not None]
        return statistics.median(seen) if seen else None

    def ratio(self, other: "Timing") -> float:
        """Median over the rounds of this call's cost over the other's in the same round: CPU where it is known."""

        def cost(taken: Taken) -> float:
            return taken.cpu if taken.cpu is not None else taken.wall

        return statistics.median(
            cost(mine) / max(cost(theirs), 0.01) for mine, theirs in zip(self.rounds, other.rounds, strict=True)
        )


def database_cpu() -> float | None:
    """CPU that this session's database process has used, ms; None where it runs elsewhere. Parallel workers apart."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
    except (OSError, ValueError):
        return None


def take(call: Callable[[], Any]) -> Taken:
    """One call."""
    before, own, began = database_cpu(), time.process_time(), time.perf_counter()
    call()
    wall, own, after = time.perf_counter() - began, time.process_time() - own, database_cpu()
    return Taken(wall * MS, own * MS + after - before if after is not None and before is not None else None)


def compare(calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, Timing]:
    """Time calls in turns, after one round that warms caches and is not counted."""
    taken: dict[str, list[Taken]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            this = take(call)
            if number:
                taken[name].append(this)
    return {name: Timing(tuple(each)) for name, each in taken.items()}


def resident_memory() -> float:
    """The most memory this process has held so far, MiB."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / 1024 if os.uname().sysname != "Darwin" else kilobytes / 1024**2
