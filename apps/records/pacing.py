"""How many records a transaction takes in: as many as the ledger's lock can be held for, on this machine, now.

Writers of facts take turns, so that nobody may hold the lock for a second. How long a thousand records take depends on
what they bring, on the machine and on who else is at work: the size follows what was measured last.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

FIRST, LEAST, MOST = 10, 1, 2_000
# Seconds: far enough below one that a chunk which takes twice as long as expected stays below it too.
GOAL = 0.3


class Pace:
    """The size of the next chunk of one intake."""

    def __init__(self) -> None:
        self.size = FIRST

    def chunks(self, items: Sequence[Item]) -> Iterator[Sequence[Item]]:
        """All of them, in their order, each chunk as large as the one before it allows."""
        start = 0
        while start < len(items):
            size = self.size
            yield items[start : start + size]
            start += size

    def took(self, count: int, seconds: float) -> None:
        """Learn from a chunk of `count` items that the lock was held for; a part of a chunk says it of the whole."""
        expected = seconds * self.size / max(count, 1)
        wanted = int(self.size * GOAL / max(expected, 0.001))
        self.size = max(LEAST, min(MOST, 2 * self.size, wanted))
