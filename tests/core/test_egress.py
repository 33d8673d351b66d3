"""Requests go to public addresses only, and to the address that was checked."""

import _socket
import socket
from collections.abc import Callable

import httpx
import pytest

from apps.core import egress
from apps.core.egress import NotAllowed, PublicOnly, is_public

PUBLIC = "93.184.216.34"


class Recorder(httpx.BaseTransport):
    """Stands for the network: notes each request; addresses in `dead` do not answer."""

    def __init__(self, dead: frozenset[str] = frozenset()) -> None:
        self.requests: list[httpx.Request] = []
        self.dead = dead
        self.closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self.dead:
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(200)

    def close(self) -> None:
        self.closed = True


def answers(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda host, port: list(addresses)


def numeric(host: str, port: int) -> list[str]:
    """The C library's reading of a numeric host; it asks nobody, so the guard against sockets need not see it."""
    found = _socket.getaddrinfo(host.partition("%")[0], port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in found]


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_public_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
        "localhost",
        "",
    ],
)
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(address)


def test_the_connection_goes_to_the_checked_address_under_its_own_name() -> None:
    network = Recorder()
    client = httpx.Client(transport=PublicOnly(network, resolver=answers(PUBLIC)))
    assert client.get("https://feeds.example.org/rss?a=1").status_code == 200
    sent = network.requests[0]
    assert sent.url == f"https://{PUBLIC}/rss?a=1"
    assert sent.headers["Host"] == "feeds.example.org"
    assert sent.extensions["sni_hostname"] == "feeds.example.org"
    client.close()
    assert network.closed


def test_a_name_that_changes_its_answer_is_looked_up_once() -> None:
    lookups = iter([[PUBLIC], ["127.0.0.1"]])
    network = Recorder()
    transport = PublicOnly(network, resolver=lambda host, port: next(lookups))
    transport.handle_request(httpx.Request("GET", "http://rebind.example.org/"))
    assert [request.url.host for request in network.requests] == [PUBLIC]


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    network = Recorder()
    with pytest.raises(NotAllowed, match=r"example\.org is not a public address"):
        PublicOnly(network, resolver=answers(PUBLIC, "10.0.0.1")).handle_request(
            httpx.Request("GET", "http://example.org/")
        )
    assert network.requests == []


def test_the_next_address_is_tried_when_one_is_dead() -> None:
    network = Recorder(dead=frozenset({"2606:4700::1111"}))
    response = PublicOnly(network, resolver=answers("2606:4700::1111", PUBLIC)).handle_request(
        httpx.Request("GET", "https://example.org/")
    )
    assert response.status_code == 200
    assert [request.url.host for request in network.requests] == ["2606:4700::1111", PUBLIC]


def test_at_most_three_addresses_are_tried() -> None:
    many = [f"8.8.8.{last}" for last in range(1, 9)]
    network = Recorder(dead=frozenset(many))
    with pytest.raises(httpx.ConnectError):
        PublicOnly(network, resolver=answers(*many)).handle_request(httpx.Request("GET", "https://example.org/"))
    assert len(network.requests) == 3


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/", "Only http and https"),
        ("file:///etc/passwd", "Only http and https"),
        ("gopher://example.org/", "Only http and https"),
        ("http://example.org:22/", "Port 22"),
        ("http://example.org:6379/", "Port 6379"),
        ("https://example.org:8443/", "Port 8443"),
    ],
)
def test_other_schemes_and_ports_are_refused_before_any_lookup(url: str, reason: str) -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(NotAllowed, match=reason):
        PublicOnly(Recorder(), resolver=resolver).handle_request(httpx.Request("GET", url))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://user@169.254.169.254/",
        "http://10.0.0.1:80/",
        "http://192.168.0.1:443/",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(url: str) -> None:
    network = Recorder()
    with pytest.raises(NotAllowed, match="is not a public address"):
        PublicOnly(network, resolver=numeric).handle_request(httpx.Request("GET", url))
    assert network.requests == []


@pytest.mark.parametrize("error", [socket.gaierror("not known"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_found_is_a_connection_error(error: Exception) -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise error

    with pytest.raises(httpx.ConnectError):
        PublicOnly(Recorder(), resolver=resolver).handle_request(httpx.Request("GET", "http://nowhere.example/"))


def test_a_name_without_addresses_is_a_connection_error() -> None:
    with pytest.raises(httpx.ConnectError):
        PublicOnly(Recorder(), resolver=answers()).handle_request(httpx.Request("GET", "http://nowhere.example/"))


def test_the_system_resolver_gives_each_address_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, 443))
    monkeypatch.setattr(egress.socket, "getaddrinfo", lambda *args, **options: [entry, entry])
    assert egress.resolve("example.org", 443) == [PUBLIC]
