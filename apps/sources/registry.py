"""Finding connectors by name, without importing them from below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from apps.core.http import HttpClient
from apps.core.payloads import Parsed, Payload, Reject
from apps.sources.models import Document, RefreshRun, Source


@dataclass(frozen=True)
class Stored:
    """What storing items did, in rows; `rejects` were readable and could not be stored."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    rejects: tuple[Reject, ...] = ()

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.withdrawn + other.withdrawn,
            (*self.rejects, *other.rejects),
        )


@dataclass(frozen=True)
class Arrival:
    """One payload on its way into the facts: what was read of it, and the document that keeps its bytes."""

    source: Source
    run: RefreshRun
    document: Document
    payload: Payload
    parsed: Parsed[Any]
    now: datetime


class NotConfigured(Exception):
    """Credentials or options are missing; the text says which."""


class Connector(Protocol):
    """What every package under apps.connectors offers. One instance serves one refresh."""

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """Bring the payloads, one at a time; an unchanged one (304) is left out.

        Raises:
            NotConfigured: credentials or options are missing.
            http.Unreachable, http.Refused: as the client says.
        """
        ...

    def parse(self, payload: Payload) -> Parsed[Any]:
        """Read one payload. Pure.

        Raises:
            payloads.Malformed: it cannot be read as a whole.
        """
        ...

    def store(self, arrival: Arrival) -> Stored:
        """Hand the items of one payload to the fact apps' actions."""
        ...

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """After the last payload of an error-free run: withdraw what a complete window no longer holds."""
        ...


def connector_for(source: Source) -> Connector:
    """A fresh connector for a source.

    Raises:
        NotConfigured: no connector of that name.
    """
    path = settings.CONNECTORS.get(source.connector)
    if path is None:
        raise NotConfigured(f"There is no connector named {source.connector!r}.")
    connector: Connector = import_string(path)()
    return connector
