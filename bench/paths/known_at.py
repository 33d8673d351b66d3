"""Lists as they were known at an early, a middle and a late moment, beside the same list now."""

from collections.abc import Callable
from typing import Any

from bench import measuring
from bench.asking import page
from bench.cast import readers
from bench.ground import HEIGHT, WIDTH
from bench.paths import Line

MOST = 3.0
MOMENTS = {"early": 0.3, "middle": 0.6, "late": 0.98}
FIRST_COUNTRY = (-180.0, -70.0, -180.0 + WIDTH, -70.0 + HEIGHT)
QUESTIONS: dict[str, dict[str, Any]] = {
    "unfiltered": {},
    "of a crisis": {"crisis": ("crisis-1",)},
    "in a box": {"bbox": FIRST_COUNTRY},
    "in an area": {"area": ("XAA03",)},
    "in a small area": {"area": ("XCA0305",)},
}


def measure(rounds: int) -> list[Line]:
    """The first hundred of each list, for the public and for a coordinator."""
    lines = []
    for reader, viewer in (("the public", None), ("a coordinator", readers().coordinator)):
        for name, values in QUESTIONS.items():
            calls: dict[str, Callable[[], Any]] = {"now": _page(viewer, values, None)}
            calls |= {moment: _page(viewer, values, share) for moment, share in MOMENTS.items()}
            timings = measuring.compare(calls, rounds)
            now = timings["now"]
            for moment in MOMENTS:
                ratio = timings[moment].ratio(now)
                lines.append(
                    Line(
                        f"list {name}, {moment}, for {reader}",
                        f"≤ {MOST:.0f} × now",
                        f"{ratio:.1f} × ({timings[moment].wall:.0f} against {now.wall:.0f} ms)",
                        ratio <= MOST,
                    )
                )
    return lines


def _page(viewer: Any, values: dict[str, Any], share: float | None) -> Callable[[], Any]:
    return lambda: page(viewer, share=share, **values)
