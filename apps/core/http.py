"""The one outgoing HTTP client: bounded in time and size, blind to private networks, silent about credentials.

Connectors' clients fetch through `HttpClient.get`. What goes wrong comes out as one of three exceptions, so that a
refresh can say on the source's row what a person has to do: wait (Unreachable), look at the settings (Refused), or
look at the source (TooLarge).
"""

import random
import re
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import httpx
import structlog
from django.conf import settings

from apps.core.egress import WEB_PORTS, NotAllowed, PublicOnly, Resolver, resolve

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
TOTAL_SECONDS = 120.0
MAX_BYTES = 50_000_000
MAX_REDIRECTS = 3
ATTEMPTS = 4  # one, and three retries
# A source that asks for a longer pause is left alone until its next refresh.
MAX_PAUSE_SECONDS = 30.0

_PIECE = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Parameters whose values are credentials, or name a person, in the interfaces we know and in signed addresses.
_SECRET_NAME = re.compile(
    r"key$|token|secret|passw|pwd|auth|^sig|signature|credential|session|client_?id|app_?id|appname|email|^code$", re.I
)

log = structlog.get_logger(__name__)


class HttpError(Exception):
    """A request that brought nothing. The text is for people; it never holds a query string."""

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class Unreachable(HttpError):
    """The network, a timeout, or the source's own trouble (5xx, 429), after retries: later it may work."""

    def __init__(self, text: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(text, status=status)
        self.retry_after = retry_after  # seconds, where the source named a pause


class Refused(HttpError):
    """The source, or our own rules, will not have this request: a matter of settings, never retried."""


class TooLarge(HttpError):
    """The answer is larger, compressed or not, than we read."""


@dataclass(frozen=True)
class Answer:
    """What a source answered: 2xx with its body (204 has none), or 304 without."""

    status: int
    body: bytes  # decompressed
    content_type: str
    etag: str
    last_modified: str
    url: str  # where it came from in the end, credentials redacted

    @property
    def not_modified(self) -> bool:
        """Whether the copy we have is still the current one."""
        return self.status == 304


def redacted(url: str) -> str:
    """The address without user name, password and fragment, its credentials in the query replaced by "redacted"."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return ""
    ours = {value for value in settings.CREDENTIALS.values() if value}
    query: list[tuple[str, str | int | float | bool | None]] = [
        (name, "redacted" if _SECRET_NAME.search(name) or value in ours else value)
        for name, value in parsed.params.multi_items()
    ]
    clean = parsed.copy_with(username=None, password=None, fragment=None, query=None)
    return str(clean.copy_merge_params(query) if query else clean)


class HttpClient:
    """Fetches from sources over GET.

    transport: what sends the requests, in place of the network (tests).
    allow_private: also ask private addresses and any port: for a source inside the installation's own network.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        *,
        allow_private: bool = False,
        resolver: Resolver = resolve,
        ports: frozenset[int] = WEB_PORTS,
        max_bytes: int = MAX_BYTES,
        total_seconds: float = TOTAL_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # Connections are not kept: one to a checked address must not serve another host at that address.
        inner = transport or httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))
        self._max_bytes = max_bytes
        self._total_seconds = total_seconds
        self._sleep = sleep
        self._client = httpx.Client(
            transport=inner if allow_private else PublicOnly(inner, resolver=resolver, ports=ports),
            # Proxies, netrc and cookies of the machine are nobody's business.
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": settings.HTTP_USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"},
            follow_redirects=False,
        )

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        etag: str = "",
        last_modified: str = "",
    ) -> Answer:
        """Fetch `url`; with the `etag` or `last_modified` of the last answer, the answer may be 304 without a body.

        At most 3 redirects are followed; `headers` (they may carry a token) go to the first host only.
        Raises Unreachable, Refused or TooLarge.
        """
        try:
            target = httpx.URL(url).copy_merge_params(dict(params or {}))
        except (httpx.InvalidURL, ValueError):
            raise Refused("The source's address is not a valid web address.") from None
        conditions = {"If-None-Match": etag} if etag else {"If-Modified-Since": last_modified} if last_modified else {}
        deadline = time.monotonic() + self._total_seconds
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._follow(target, dict(headers or {}), conditions, deadline)
            except (Refused, TooLarge) as failure:
                log.warning("fetch_refused", host=target.host, status=failure.status, reason=str(failure))
                raise
            except Unreachable as failure:
                pause = _pause(attempt, failure.retry_after)
                is_last = attempt == ATTEMPTS or pause > MAX_PAUSE_SECONDS or time.monotonic() + pause >= deadline
                log.warning("fetch_failed", host=target.host, attempt=attempt, status=failure.status, final=is_last)
                if is_last:
                    raise
            self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _follow(self, url: httpx.URL, headers: dict[str, str], conditions: dict[str, str], deadline: float) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            outcome = self._exchange(url, {**headers, **conditions}, deadline)
            if isinstance(outcome, Answer):
                return outcome
            if url.scheme == "https" and outcome.scheme != "https":
                raise Refused(f"{url.host} redirects from https to {outcome.scheme or 'nowhere'}.")
            if (outcome.scheme, outcome.host, outcome.port) != (url.scheme, url.host, url.port):
                headers = {}
            url = outcome
        raise Refused(f"{url.host} redirects more than {MAX_REDIRECTS} times.")

    def _exchange(self, url: httpx.URL, headers: dict[str, str], deadline: float) -> Answer | httpx.URL:
        """One request: its answer, or the address it redirects to."""
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise Unreachable(f"{url.host} took longer than {self._total_seconds:g} seconds.")
        timeout = httpx.Timeout(min(READ_SECONDS, remaining), connect=min(CONNECT_SECONDS, remaining))
        started = time.monotonic()
        try:
            with (
                _Alarm(remaining) as alarm,
                self._client.stream(
                    "GET", url, headers=headers, timeout=timeout, extensions={"trace": alarm.trace}
                ) as response,
            ):
                if response.status_code in _REDIRECTS:
                    return _location(response, url)
                _check_status(response, url.host)
                body = self._body(response, url.host, deadline)
        except NotAllowed as error:
            raise Refused(str(error)) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError):
            # The cause quotes the header or address it could not write, which may be a credential.
            raise Refused(f"The request to {url.host} could not be written.") from None
        except httpx.TimeoutException as error:
            raise Unreachable(f"{url.host} did not answer in time.") from error
        except httpx.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Unreachable(f"{url.host} shows a certificate that does not prove it.") from error
            raise Unreachable(f"{url.host} could not be reached, or hung up.") from error
        seconds = round(time.monotonic() - started, 3)
        log.info("fetched", host=url.host, status=response.status_code, bytes=len(body), seconds=seconds)
        return Answer(
            status=response.status_code,
            body=body,
            content_type=response.headers.get("Content-Type", "")[:200],
            etag=response.headers.get("ETag", "")[:500],
            last_modified=response.headers.get("Last-Modified", "")[:100],
            url=redacted(str(url)),
        )

    def _body(self, response: httpx.Response, host: str, deadline: float) -> bytes:
        if response.status_code in {204, 304}:
            return b""
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length[:18]) > self._max_bytes:
            raise TooLarge(f"{host} announces more than the {self._max_bytes:,} bytes that are read.")
        parts: list[bytes] = []
        size = 0
        for part in _decompressed(self._received(response, host, deadline), response, host):
            size += len(part)
            if size > self._max_bytes:
                raise TooLarge(f"{host} sends more than the {self._max_bytes:,} bytes that are read.")
            parts.append(part)
        return b"".join(parts)

    def _received(self, response: httpx.Response, host: str, deadline: float) -> Iterator[bytes]:
        received = 0
        for part in response.iter_raw():
            received += len(part)
            if received > self._max_bytes:
                raise TooLarge(f"{host} sends more than the {self._max_bytes:,} bytes that are read.")
            if time.monotonic() > deadline:
                raise Unreachable(f"{host} took longer than {self._total_seconds:g} seconds.")
            yield part


class _Alarm:
    """Hangs up when the time is over. Timeouts alone bound each read, not a header that comes byte by byte."""

    CONNECTED = frozenset(f"connection.{step}.complete" for step in ("connect_tcp", "connect_unix_socket", "start_tls"))

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def trace(self, event: str, details: Mapping[str, Any]) -> None:
        """Learn from httpcore which socket the request goes over; the last one is the one inside TLS."""
        if event in self.CONNECTED:
            self._socket = details["return_value"].get_extra_info("socket")

    def _hang_up(self) -> None:
        if self._socket is not None:
            # The plain shutdown of the connection: that of TLS would wait for the other side.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _pause(attempt: int, retry_after: float | None) -> float:
    """Seconds until the next attempt: what the source asks for, else about 1, 2, 4, spread so that many do not meet."""
    return retry_after if retry_after is not None else 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311


def _location(response: httpx.Response, url: httpx.URL) -> httpx.URL:
    location = response.headers.get("Location", "")
    target = url.join(location)
    if not location or not target.host:
        raise Refused(f"{url.host} redirects to nowhere.")
    return target


def _check_status(response: httpx.Response, host: str) -> None:
    status = response.status_code
    if status == 429 or status == 408 or status >= 500:
        asked = _retry_after(response.headers.get("Retry-After", ""))
        raise Unreachable(f"{host} answered {status}.", status=status, retry_after=asked)
    if status != 304 and not 200 <= status < 300:
        raise Refused(f"{host} answered {status}.", status=status)


def _retry_after(text: str) -> float | None:
    """Seconds to wait, from a number or an HTTP date; None where the header says nothing usable."""
    if text.strip().isdecimal():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _decompressed(parts: Iterator[bytes], response: httpx.Response, host: str) -> Iterator[bytes]:
    """The body as it was before gzip, in pieces of at most 64 KiB: a small bomb must not become a large string."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        yield from parts
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise Unreachable(f"{host} answered in an encoding that was not asked for.")
    inflate = zlib.decompressobj(wbits=31)
    try:
        for part in parts:
            pending = part
            while pending and not inflate.eof:
                yield inflate.decompress(pending, _PIECE)
                pending = inflate.unconsumed_tail
        while not inflate.eof and (rest := inflate.decompress(b"", _PIECE)):
            yield rest
    except zlib.error as error:
        raise Unreachable(f"{host} sent damaged gzip.") from error
    if not inflate.eof:
        raise Unreachable(f"{host} cut its answer off.")
