"""The outgoing client: bounded, patient within limits, silent about credentials."""

import gzip
import logging
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from pytest_django.fixtures import Settings

from apps.core import http
from apps.core.http import Answer, HttpClient, Refused, TooLarge, Unreachable, redacted

URL = "https://feeds.example.org/rss"
Handler = Callable[[httpx.Request], httpx.Response]


class Pieces(httpx.SyncByteStream):
    """A body that arrives in pieces, as from a network."""

    def __init__(self, *pieces: bytes, error: Exception | None = None) -> None:
        self.pieces = pieces
        self.error = error

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        if self.error:
            raise self.error


def respond(body: bytes = b"body", status: int = 200, **headers: str) -> httpx.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=names, stream=Pieces(body))


class Network:
    """Answers from a list or a function, keeps every request, resolves every name to one public address."""

    def __init__(self, *responses: httpx.Response | Exception, handler: Handler | None = None) -> None:
        self.responses = list(responses)
        self.handler = handler
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.handler:
            return self.handler(request)
        response = self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    def client(self, **options: object) -> HttpClient:
        return HttpClient(
            httpx.MockTransport(self.answer),
            resolver=lambda host, port: [host if host[0] in "127[:" else "93.184.216.34"],
            sleep=self.pauses.append,
            **options,  # type: ignore[arg-type]
        )


def test_an_answer_carries_what_the_next_request_needs() -> None:
    stamp = "Tue, 10 Dec 2024 18:00:00 GMT"
    network = Network(respond(b"<rss/>", Content_Type="text/xml", ETag='"v1"', Last_Modified=stamp))
    assert network.client().get(URL, params={"days": 7}) == Answer(
        status=200,
        body=b"<rss/>",
        content_type="text/xml",
        etag='"v1"',
        last_modified=stamp,
        url=f"{URL}?days=7",
    )


def test_parameters_join_those_of_the_address() -> None:
    network = Network(respond())
    network.client().get(f"{URL}?format=json", params={"limit": 5})
    assert network.requests[0].url.query == b"format=json&limit=5"


def test_requests_name_us_and_bring_no_cookies(settings: Settings) -> None:
    network = Network(respond(Set_Cookie="session=1; Path=/"), respond())
    client = network.client()
    client.get(URL)
    client.get(URL)
    assert network.requests[1].headers["User-Agent"] == settings.HTTP_USER_AGENT
    assert "Cookie" not in network.requests[1].headers


def test_an_unchanged_source_answers_without_a_body() -> None:
    network = Network(respond(b"", 304), respond(b"", 304))
    client = network.client()
    assert client.get(URL, etag='"v1"', last_modified="then").not_modified
    assert network.requests[0].headers["If-None-Match"] == '"v1"'
    assert "If-Modified-Since" not in network.requests[0].headers
    assert client.get(URL, last_modified="then").not_modified
    assert network.requests[1].headers["If-Modified-Since"] == "then"


def test_no_content_is_an_empty_answer() -> None:
    answer = Network(respond(b"", 204)).client().get(URL)
    assert (answer.status, answer.body, answer.not_modified) == (204, b"", False)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 451, 300, 305])
def test_a_refusal_is_not_asked_again(status: int) -> None:
    network = Network(respond(b"", status))
    with pytest.raises(Refused, match=f"feeds.example.org answered {status}") as caught:
        network.client().get(URL)
    assert caught.value.status == status
    assert network.pauses == []


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_trouble_that_passes_is_asked_again(status: int) -> None:
    network = Network(respond(b"", status), respond(b"", status), respond(b"well"))
    assert network.client().get(URL).body == b"well"
    assert len(network.pauses) == 2
    assert 0.5 <= network.pauses[0] <= 1.5
    assert 1 <= network.pauses[1] <= 3


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")],
)
def test_a_dead_network_is_unreachable_after_three_retries(error: Exception) -> None:
    network = Network(*[error] * 4)
    with pytest.raises(Unreachable, match=r"feeds\.example\.org"):
        network.client().get(URL)
    assert len(network.requests) == 4


def test_a_pause_the_source_asks_for_is_kept() -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    network = Network(
        respond(b"", 429, Retry_After="7"),
        respond(b"", 503, Retry_After=at),
        respond(b"", 503, Retry_After="?"),
        respond(),
    )
    network.client().get(URL)
    assert network.pauses[0] == 7
    assert 15 < network.pauses[1] <= 20
    assert network.pauses[2] <= 6


def test_a_source_that_asks_for_a_long_pause_is_left_alone() -> None:
    network = Network(respond(b"", 429, Retry_After="3600"))
    with pytest.raises(Unreachable, match="answered 429") as caught:
        network.client().get(URL)
    assert caught.value.retry_after == 3600
    assert network.pauses == []


def test_an_answer_that_breaks_off_is_asked_again() -> None:
    broken = httpx.Response(200, stream=Pieces(b"half", error=httpx.ReadError("reset")))
    assert Network(broken, respond(b"whole")).client().get(URL).body == b"whole"


def test_a_drip_that_never_ends_is_cut_at_the_total_time() -> None:
    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                time.sleep(0.02)
                yield b"."

    network = Network(httpx.Response(200, stream=Drip()))
    started = time.monotonic()
    with pytest.raises(Unreachable, match="took longer than"):
        network.client(total_seconds=0.2).get(URL)
    assert time.monotonic() - started < 5


def test_a_header_that_never_ends_is_cut_at_the_total_time(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
                while True:
                    connection.sendall(b".")
                    time.sleep(0.02)

        threading.Thread(target=drip, daemon=True).start()
        client = HttpClient(httpx.HTTPTransport(uds=str(tmp_path / "s")), allow_private=True, total_seconds=0.3)
        started = time.monotonic()
        with pytest.raises(Unreachable, match="hung up"):
            client.get(URL.replace("https", "http"))
        assert time.monotonic() - started < 5


def test_a_false_certificate_is_named() -> None:
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch")
    with pytest.raises(Unreachable, match="certificate that does not prove it"):
        Network(*[error] * 4).client().get(URL)


def test_no_attempt_starts_after_the_total_time() -> None:
    network = Network()
    with pytest.raises(Unreachable, match="took longer than 0 seconds"):
        network.client(total_seconds=0).get(URL)
    assert network.requests == []


def test_gzip_is_unpacked() -> None:
    body = b"<item/>" * 50_000
    network = Network(respond(gzip.compress(body), Content_Encoding="gzip"))
    assert network.client().get(URL).body == body
    assert network.requests[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("size", [0, 1, 65_536, 131_072, 131_073])
def test_gzip_of_any_size_in_single_bytes_is_unpacked(size: int) -> None:
    pieces = [bytes([byte]) for byte in gzip.compress(b"x" * size)]
    response = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Pieces(*pieces))
    assert Network(response).client().get(URL).body == b"x" * size


def test_a_gzip_bomb_is_too_large_long_before_it_is_unpacked() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(500)) + packer.flush()
    network = Network(respond(bomb, Content_Encoding="gzip"))
    with pytest.raises(TooLarge, match="more than the 1,000,000 bytes"):
        network.client(max_bytes=1_000_000).get(URL)
    assert network.pauses == []


@pytest.mark.parametrize(
    "response",
    [
        respond(b"x" * 101),
        respond(b"x", Content_Length="101"),
        respond(b"x", Content_Length="9" * 5_000),
        respond(gzip.compress(bytes(range(256))), Content_Encoding="gzip"),
    ],
)
def test_more_than_we_read_is_too_large(response: httpx.Response) -> None:
    with pytest.raises(TooLarge):
        Network(response).client(max_bytes=100).get(URL)


@pytest.mark.parametrize(
    "response",
    [
        lambda: respond(b"not gzip", Content_Encoding="gzip"),
        lambda: respond(gzip.compress(b"x" * 1_000)[:-12], Content_Encoding="gzip"),
        lambda: respond(b"x", Content_Encoding="br"),
    ],
)
def test_a_damaged_body_is_unreachable(response: Callable[[], httpx.Response]) -> None:
    with pytest.raises(Unreachable):
        Network(handler=lambda request: response()).client().get(URL)


def test_redirects_are_followed_and_named() -> None:
    network = Network(
        respond(b"", 302, Location="/v2"), respond(b"", 301, Location="https://other.example.org/v2"), respond()
    )
    assert network.client().get(URL).url == "https://other.example.org/v2"
    assert [request.headers["Host"] for request in network.requests] == ["feeds.example.org"] * 2 + [
        "other.example.org"
    ]


def test_a_token_is_not_carried_to_another_host() -> None:
    network = Network(
        respond(b"", 307, Location="/v2"), respond(b"", 307, Location="https://other.example.org/"), respond()
    )
    network.client().get(URL, headers={"x-access-token": "hush"}, etag='"v1"')
    assert [request.headers.get("x-access-token") for request in network.requests] == ["hush", "hush", None]
    assert network.requests[2].headers["If-None-Match"] == '"v1"'


def test_a_fourth_redirect_is_refused() -> None:
    network = Network(handler=lambda request: respond(b"", 302, Location="/again"))
    with pytest.raises(Refused, match="more than 3 times"):
        network.client().get(URL)
    assert len(network.requests) == 4


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:10.0.0.1]/",
        "https://feeds.example.org:6379/",
        "http://feeds.example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_redirect_to_where_we_do_not_go_is_refused(location: str) -> None:
    network = Network(respond(b"", 302, Location=location))
    with pytest.raises(Refused):
        network.client().get(URL)
    assert len(network.requests) == 1


@pytest.mark.parametrize(
    "url",
    ["", "not a url", "http://", "https://[::1", "ftp://example.org/", "http://example.org:22/", "http://0177.0.0.1/"],
)
def test_an_address_that_cannot_be_asked_is_refused(url: str) -> None:
    network = Network()
    with pytest.raises(Refused):
        network.client().get(url)
    assert network.requests == []


def test_a_source_inside_the_own_network_can_be_allowed() -> None:
    network = Network(respond())
    assert network.client(allow_private=True).get("http://10.0.0.1:8080/x").status == 200
    assert network.requests[0].url == "http://10.0.0.1:8080/x"


def test_a_header_that_cannot_be_written_is_refused_without_quoting_it() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.LocalProtocolError("Illegal header value b'hush\\n'")

    with pytest.raises(Refused) as caught:
        Network(handler=handler).client().get(URL, headers={"x-access-token": "hush"})
    assert "hush" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("status", [200, 403, 503])
def test_no_credential_reaches_a_log_or_an_exception(status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    network = Network(handler=lambda request: respond(b"", status))
    url = "https://user:hush1@feeds.example.org/rss?format=json&client_id=hush2"
    try:
        text = repr(network.client().get(url, params={"apikey": "hush3"}, headers={"x-access-token": "hush4"}))
    except http.HttpError as error:
        text = repr(error)
    assert "hush" not in text
    assert "feeds.example.org" in caplog.text
    assert "hush" not in caplog.text


def test_credentials_are_redacted_from_addresses(settings: Settings) -> None:
    settings.CREDENTIALS = {"somewhere": "c0ffee", "unset": ""}
    url = (
        "https://me:pass@example.org/x?location_code=SYR&client_id=a&X-Amz-Signature=b&id=c0ffee&empty=&eventid=5#frag"
    )
    assert redacted(url) == (
        "https://example.org/x?location_code=SYR&client_id=redacted&X-Amz-Signature=redacted&id=redacted&empty=&eventid=5"
    )
    assert redacted("https://example.org/x") == "https://example.org/x"
    assert redacted("https://[::1") == ""
