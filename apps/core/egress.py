"""Where outgoing requests may go: public addresses only, each checked and then connected to, never looked up twice.

A source's address is set by a person and its redirects by a stranger. Without this check either could make the server
read its own network: the database, a cloud's metadata service, a neighbour's admin page.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Protocol

import httpx

WEB_PORTS = frozenset({80, 443})
_DEFAULT_PORTS = {"http": 80, "https": 443}
# An outage of one address of many must not cost one connect timeout each.
_MAX_ADDRESSES = 3

# The only IPv6 space handed out to networks; what tunnels IPv4 inside it is refused, its inner address being anybody's.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_REFUSED_IPV6 = [IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_REFUSED_IPV4 = [IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24")]
_NAT64 = IPv6Network("64:ff9b::/96")


class Resolver(Protocol):
    """Looks a host up: the textual addresses of all its A and AAAA records. Raises OSError."""

    def __call__(self, host: str, port: int, /) -> Iterable[str]: ...


class NotAllowed(Exception):
    """The address may not be asked; the text says why, and names no more than the host."""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of `host`, by the system's resolver, each once and in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet's, also when wrapped: ::ffff:10.0.0.1, 64:ff9b::a00:1."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _is_public_ipv4(address)
    if address.scope_id:
        return False
    inner = _inner_ipv4(address)
    if inner is not None:
        return _is_public_ipv4(inner)
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in net for net in _REFUSED_IPV6)


class PublicOnly(httpx.BaseTransport):
    """A transport that sends through `inner`, but only to public addresses on allowed ports.

    Each host is resolved once; every one of its addresses must be public, and the connection goes to an address that
    was checked, so that a second, different answer of its name server changes nothing. TLS still names the host.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        resolver: Resolver = resolve,
        ports: frozenset[int] = WEB_PORTS,
    ) -> None:
        self._inner = inner
        self._resolver = resolver
        self._ports = ports

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send to a checked address. Raises NotAllowed, or httpx.TransportError as the inner transport does."""
        addresses = self._checked(request)
        for address in addresses[:-1]:
            try:
                return self._inner.handle_request(_pinned(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._inner.handle_request(_pinned(request, addresses[-1]))

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()

    def _checked(self, request: httpx.Request) -> list[str]:
        url = request.url
        if url.scheme not in _DEFAULT_PORTS or not url.host:
            raise NotAllowed("Only http and https addresses are fetched.")
        port = url.port or _DEFAULT_PORTS[url.scheme]
        if port not in self._ports:
            raise NotAllowed(f"Port {port} of {url.host} is not one that sources may use.")
        try:
            addresses = list(self._resolver(url.host, port))
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError("name not found", request=request) from error
        if not addresses:
            raise httpx.ConnectError("name not found", request=request)
        if not all(is_public(address) for address in addresses):
            raise NotAllowed(f"{url.host} is not a public address.")
        return addresses[:_MAX_ADDRESSES]


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """The request to `address` in place of its host; the Host header and the TLS server name stay as they were."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )


def _is_public_ipv4(address: IPv4Address) -> bool:
    if address.is_multicast or address.is_reserved or any(address in net for net in _REFUSED_IPV4):
        return False
    return address.is_global


def _inner_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
