"""Few records are asked for by key, which spares every sum the same search."""

from collections.abc import Iterable
from typing import Any


def pinned(arms: Iterable[Any], most: int) -> tuple[list[Any], bool]:
    """The same records, by key where an arm has at most so many; arms without any are dropped.

    Says too whether all were so few.
    """
    found, is_few = [], True
    for arm in arms:
        keys = list(arm.order_by().values_list("pk", flat=True)[: most + 1])
        if len(keys) > most:
            found.append(arm)
            is_few = False
        elif keys:
            found.append(arm.model.objects.filter(pk__among=keys))
    return found, is_few
