"""A source to refresh and an upstream to refresh it from, without the network."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from apps.core.http import HttpClient
from apps.sources import actions
from apps.sources.models import RefreshRun
from tests.factories.sources import DatasetFactory, SourceFactory

NOW = datetime(2025, 5, 10, 6, tzinfo=UTC)

Answer = Callable[[httpx.Request], httpx.Response]


class Upstream:
    """Answers in place of the network, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []
        self.http = HttpClient(httpx.MockTransport(self._record), allow_private=True, sleep=lambda seconds: None)

    def _record(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answer(request)
        # As from the network: a body that is still to be read.
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content))


class Refresher:
    """One source of a connector, and refreshes of it one after the other."""

    def __init__(self, connector: str, datasets: tuple[str, ...], counts: str, **options: Any) -> None:
        self.source = SourceFactory(slug=connector, connector=connector, options=options, releases_on_arrival=True)
        for name in datasets:
            DatasetFactory(source=self.source, slug=f"{connector}-{name}", upstream_name=name, counts=counts)
        self._slots = 0

    def refresh(self, answer: Answer, *, now: datetime = NOW) -> RefreshRun:
        """Refresh from an upstream that answers so."""
        self._slots += 1
        upstream = Upstream(answer)
        run = actions.refresh(source=self.source, slot=f"slot {self._slots}", now=now, http=upstream.http)
        assert run is not None
        self.requests = upstream.requests
        return run
