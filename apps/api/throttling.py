"""How often a caller may ask. Fails closed: without the counter nothing is served, for nothing would hold one back."""

import ipaddress
import re
import time
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.cache import caches
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

SECONDS = {"s": 1, "sec": 1, "min": 60, "m": 60, "h": 3_600, "hour": 3_600, "d": 86_400, "day": 86_400}
_RATE = re.compile(r"(\d+)/([a-z]+)")


class Unavailable(exceptions.APIException):
    """A part that protects the service is away; nothing is served without it."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The service is not ready to answer. Try again shortly."
    default_code = "unavailable"
    wait = 5


class Window(BaseThrottle):
    """A fixed window, counted by one atomic increment. `budget` is what the RateLimit headers say."""

    scope: ClassVar[str]

    def __init__(self) -> None:
        self.limit, self.seconds = rate(_rates()[self.scope])
        self.remaining = self.limit
        self.reset = self.seconds

    def caller(self, request: Request) -> str | None:
        """Whom the budget belongs to; None where this throttle does not apply."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count one request.

        Raises:
            Unavailable: the counter cannot be reached.
        """
        caller = self.caller(request)
        if caller is None:
            return True
        now = time.time()
        window = int(now // self.seconds)
        self.reset = self.seconds - int(now % self.seconds)
        used = self._count(f"{self.scope}:{caller}:{window}")
        self.remaining = max(0, self.limit - used)
        request._request.META["opensitrep.throttle"] = self
        return used <= self.limit

    def wait(self) -> float:
        """Seconds until the window ends."""
        return float(self.reset)

    def headers(self) -> dict[str, str]:
        """The RateLimit fields of the IETF draft: the policy, and what is left of it."""
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.limit};w={self.seconds}',
            "RateLimit": f'"{self.scope}";r={self.remaining};t={self.reset}',
        }

    def _count(self, key: str) -> int:
        cache = caches["throttle"]
        try:
            cache.add(key, 0, timeout=self.seconds + 5)
            return int(cache.incr(key))
        except ValueError:
            # The window closed between the two; the next request opens its successor.
            return 1
        except (ConnectionInterrupted, RedisError, OSError) as error:
            raise Unavailable from error


class AnonThrottle(Window):
    """Callers without a sign-in, by address; an IPv6 household counts as one."""

    scope = "anon"

    def caller(self, request: Request) -> str | None:
        """The address, as the nearest trusted proxy saw it."""
        if request.user and request.user.is_authenticated:
            return None
        return network_of(client_address(request))


class UserThrottle(Window):
    """People and their keys, by person."""

    scope = "user"

    def caller(self, request: Request) -> str | None:
        """The person's id."""
        return str(request.user.pk) if request.user and request.user.is_authenticated else None


def _rates() -> dict[str, str]:
    """Rates by scope. Read at each request, so that they can change without a restart of the tests' process."""
    framework: dict[str, Any] = settings.REST_FRAMEWORK
    rates: dict[str, str] = framework["DEFAULT_THROTTLE_RATES"]
    return rates


def rate(text: str) -> tuple[int, int]:
    """Requests and seconds of "600/min".

    Raises:
        ValueError: it is written otherwise.
    """
    found = _RATE.fullmatch(text)
    if not found or found[2] not in SECONDS:
        raise ValueError(f"A rate reads 600/min, not {text!r}.")
    return int(found[1]), SECONDS[found[2]]


def client_address(request: Request) -> str:
    """The caller's address. X-Forwarded-For is believed only as far as our own proxies wrote it."""
    proxies = int(settings.ALLAUTH_TRUSTED_PROXY_COUNT)
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return str(forwarded[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))


def network_of(address: str) -> str:
    """The address, or the /64 of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
