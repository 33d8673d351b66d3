"""What connectors pass between fetching, parsing and storing. Pure: no Django, no I/O."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Malformed(Exception):
    """The payload as a whole cannot be read: HTML instead of JSON, truncated, wrong encoding, wrong shape."""


@dataclass(frozen=True)
class Payload:
    """One document exactly as it came from the source."""

    name: str  # stable within the source: "rss", "incidents-page-2", "syr_admin1"
    body: bytes
    content_type: str = ""
    url: str = ""  # without credentials
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Reject:
    """One item that was refused, with the reason a person can act on."""

    reason: str
    item: str  # the item as it came, cut to 2,000 characters
    key: str = ""  # its upstream id where it could be read


@dataclass(frozen=True)
class Parsed(Generic[Item]):
    """The readable items of one payload, and those refused."""

    items: list[Item]
    rejects: list[Reject] = field(default_factory=list)
    # True when the payload is the whole of its window, so that items missing from it may be withdrawn.
    is_complete: bool = False
