"""Items that a payload holds in several editions: the newest stands for them all. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from apps.core.payloads import Parsed
from apps.core.rows import Row, read


class Versioned(Protocol):
    """An item with its upstream id, and a version that sorts as text: later is greater."""

    @property
    def key(self) -> str: ...

    @property
    def version(self) -> str: ...


Item = TypeVar("Item", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Edition(Generic[Item]):
    """One edition of an item, told apart from its other editions by its key."""

    item: Item

    @property
    def key(self) -> str:
        return f"{self.item.key} {self.item.version}"


def read_newest(rows: Iterable[object], build: Callable[[Row], Item | None], *, key: str = "id") -> Parsed[Item]:
    """As `rows.read`, keeping the newest edition of each key, in the order in which keys first appear.

    Two rows of one key and version that differ contradict each other: the second is refused.
    """

    def edition(row: Row) -> Edition[Item] | None:
        item = build(row)
        return Edition(item) if item is not None else None

    parsed = read(rows, edition, key=key)
    newest: dict[str, Item] = {}
    for found in parsed.items:
        known = newest.get(found.item.key)
        if known is None or known.version < found.item.version:
            newest[found.item.key] = found.item
    return Parsed(items=list(newest.values()), rejects=parsed.rejects)
