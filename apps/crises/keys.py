"""What an API key leaves of its owner's rights."""

from typing import Any


def crises_of_key(user: Any) -> list[int] | None:
    """The crises that the key at hand is restricted to; None without a key, or with one that is not restricted."""
    key = getattr(user, "came_with", None)
    if key is None:
        return None
    return list(key.restrictions.values_list("crisis_id", flat=True)) or None
