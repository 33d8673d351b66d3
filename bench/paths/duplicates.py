"""Suspected duplicates: measured from the day their query is built."""

from importlib import import_module
from typing import Any

from apps.incidents.actions import KIND
from apps.incidents.models import Incident
from bench import measuring
from bench.paths import Line

MOST_DUPLICATES = 200.0  # ms
SAMPLE = 20


def measure(rounds: int) -> list[Line]:
    """Suspected duplicates of one record, asked for records all over the world."""
    path, goal = "suspected duplicates of a record", f"≤ {MOST_DUPLICATES:.0f} ms"
    candidates = _found("apps.picture.duplicates", "candidates")
    if candidates is None:
        return [Line(path, goal, "not built yet")]
    step = max(Incident.objects.count() // SAMPLE, 1)
    ids = list(Incident.objects.filter(audience=0).order_by("id").values_list("id", flat=True)[::step][:SAMPLE])
    found = list(Incident.objects.filter(pk__in=ids))
    taken = [
        measuring.take(lambda record=record: candidates(KIND, record, 10)) for _ in range(rounds) for record in found
    ]
    slowest = max(each.cpu if each.cpu is not None else each.wall for each in taken)
    timing = measuring.Timing(tuple(taken))
    return [Line(path, goal, f"{timing.wall:.0f} ms, the slowest {slowest:.0f} ms", slowest <= MOST_DUPLICATES)]


def _found(module: str, name: str) -> Any:
    """A function of the product, or None where it is not built."""
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError):
        return None
