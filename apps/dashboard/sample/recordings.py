"""Refreshing a source from recorded answers: the real connector, its client and its reader, without the network."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.http import Answer, HttpClient, Unreachable
from apps.sources.actions import let_go_of_run, refresh
from apps.sources.models import RefreshRun, Source

CONTENT_TYPES = {".json": "application/json", ".geojson": "application/geo+json", ".xml": "application/xml"}


class NotReplayed(Exception):
    """A recorded payload did not end as it should; the text says how it ended."""


class RecordedClient(HttpClient):
    """Answers from files of the sample instead of the network.

    `recordings` are parts of addresses, query included, each with its file; the first that occurs in the asked address
    answers. An empty file name means that nothing has changed since (304).
    """

    def __init__(self, recordings: Mapping[str, str]) -> None:
        super().__init__()
        self._recordings = recordings

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        etag: str = "",
        last_modified: str = "",
    ) -> Answer:
        """The recorded answer. Raises Unreachable where nothing was recorded: the network is never asked."""
        asked = f"{url}?{'&'.join(f'{name}={value}' for name, value in (params or {}).items())}"
        name = next((name for part, name in self._recordings.items() if part in asked), None)
        if name is None:
            raise Unreachable("No answer to this request was recorded.")
        path = Path(settings.SAMPLE_DIR) / name
        return Answer(
            status=200 if name else 304,
            body=_body(path, packed=url.endswith(".gz")) if name else b"",
            content_type=CONTENT_TYPES.get(Path(path.name.removesuffix(".gz")).suffix, "text/csv"),
            etag="",
            last_modified="",
            url=url,
        )


def replay(*, source: Source, now: datetime, recordings: Mapping[str, str], **options: Any) -> str:
    """Refresh a source from recordings as of `now`, under `options` in place of its own; return what came of it.

    The run's slot names the content of the recordings, so a payload is replayed once; a run that was cut off is taken
    over. Raises NotReplayed.
    """
    slot = f"sample-{_fingerprint(recordings, options)}"
    let_go_of_run(source=source, slot=slot, now=now)
    source.options = options
    with _any_credentials():
        run = refresh(source=source, slot=slot, now=now, http=RecordedClient(recordings))
    if run is None:
        run = RefreshRun.objects.get(source=source, slot=slot)
    if run.outcome not in {RefreshRun.Outcome.CHANGED, RefreshRun.Outcome.UNCHANGED, RefreshRun.Outcome.PARTIAL}:
        raise NotReplayed(f"{source}: {run.get_outcome_display()}. {run.detail}")
    counts = f"{run.created:,} new, {run.updated:,} corrected, {run.unchanged:,} unchanged"
    return f"{counts}, {run.quarantined:,} set aside" if run.quarantined else counts


@contextmanager
def _any_credentials() -> Iterator[None]:
    """Recorded answers ask nobody who they are, but clients only ask with credentials at hand."""
    before = dict(settings.CREDENTIALS)
    settings.CREDENTIALS.update({name: value or "recorded" for name, value in before.items()})
    try:
        yield
    finally:
        settings.CREDENTIALS.update(before)


def _body(path: Path, *, packed: bool) -> bytes:
    """The recorded bytes; files are kept gzipped, whether or not the answer came so."""
    body = path.read_bytes()
    return gzip.decompress(body) if path.suffix == ".gz" and not packed else body


def _fingerprint(recordings: Mapping[str, str], options: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(repr(sorted(options.items())).encode())
    for name in recordings.values():
        if name:
            digest.update((Path(settings.SAMPLE_DIR) / name).read_bytes())
    return digest.hexdigest()[:24]
