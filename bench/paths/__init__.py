"""Each path of the budgets, measured: a function from a number of rounds to lines of the report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of the report. `is_ok` is None where a figure has no goal of its own."""

    path: str
    goal: str
    measured: str
    is_ok: bool | None = None
