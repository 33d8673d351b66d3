"""Key figures: a country's month and the world's year, now and as they were known."""

from collections.abc import Callable
from typing import Any

from bench import measuring
from bench.asking import MONTH, ODD, YEAR, summary
from bench.cast import readers
from bench.paths import Line

MOST = 50.0  # ms
KNOWN = 5.0  # times now
MIDDLE = 0.75
COUNTRY = {"area": ("XAA",), "area_role": "any"}


def measure(rounds: int) -> list[Line]:
    """Every figure of the strip in one call, clearance and names included."""
    people = readers()
    now: dict[str, tuple[Any, dict[str, Any]]] = {
        "a country, a month": (None, COUNTRY | MONTH),
        "a crisis, a month": (None, {"crisis": ("crisis-1",)} | MONTH),
        "a district, a year": (None, {"area": ("XAA0101",), "area_role": "any"} | YEAR),
        "the world, a year": (None, YEAR),
        "the world, eight odd weeks": (None, ODD),
        "the world, a year, for a coordinator": (people.coordinator, YEAR),
        "a crisis and its children, a year, for a partner": (people.partner, {"crisis": ("region",)} | YEAR),
    }
    lines = []
    for name, (viewer, values) in now.items():
        timings = measuring.compare({"now": _asking(viewer, values), "then": _asking(viewer, values, MIDDLE)}, rounds)
        taken = timings["now"]
        cost = taken.cpu if taken.cpu is not None else taken.wall
        wall = f"{taken.wall:.0f} ms by the clock"
        lines.append(Line(f"key figures: {name}", f"≤ {MOST:.0f} ms", f"{cost:.0f} ms CPU, {wall}", cost <= MOST))
        ratio = timings["then"].ratio(taken)
        lines.append(
            Line(
                f"key figures: {name}, known_at",
                f"≤ {KNOWN:.0f} × now, or {KNOWN * MOST:.0f} ms",
                f"{ratio:.1f} ×, {timings['then'].wall:.0f} ms by the clock",
                ratio <= KNOWN or timings["then"].wall <= KNOWN * MOST,
            )
        )
    return lines


def _asking(viewer: Any, values: dict[str, Any], share: float | None = None) -> Callable[[], Any]:
    return lambda: summary(viewer, share=share, **values)
