"""Every route, for everybody, in every format and with every filter: who reads which canary.

A route that nobody has said how to call fails here, and so does a line on a route that is gone: see routes.py.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import override_settings

from tests.cast import assemble
from tests.factories.shipped import ship_rows
from tests.quick import quick_settings
from tests.visibility.people import EVERYONE, Caller, callers
from tests.visibility.routes import Call, routes, ways
from tests.visibility.world import Canary, World, build

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
# Thousands as pages write them: 7,300,131.
SEPARATED = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3})")
EXPECTED = {200, 302, 400, 401, 403, 404, 405, 410}
GROUPS = ("v1:", "admin", "")


def group_of(name: str) -> str:
    """Which third of the walk a route belongs to."""
    return next(group for group in GROUPS if name.startswith(group))


def test_every_route_has_a_line_and_every_line_a_route():
    known, there = set(ways()), set(routes())
    assert there - known == set(), "Say in tests/visibility/routes.py how these are called."
    assert known - there == set(), "These lines are about routes that are gone."


@dataclass(frozen=True)
class Stage:
    """The world and all who walk it."""

    world: World
    callers: dict[str, Caller]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once, in a transaction around the module; each test takes back what it wrote itself."""
    quick = override_settings(**quick_settings(tmp_path_factory.getbasetemp()))
    with django_db_blocker.unblock(), transaction.atomic():
        with quick:
            ship_rows()
            world = build(assemble())
            stage = Stage(world, callers(world.cast))
        yield stage
        transaction.set_rollback(True)


@pytest.mark.parametrize("group", GROUPS, ids=["api", "administration", "pages"])
@pytest.mark.parametrize("name", EVERYONE)
def test_nobody_reads_what_is_not_for_them(name, group, stage, caplog):
    caplog.set_level(logging.CRITICAL, "django.request")  # refusals by the thousand
    world, caller = stage.world, stage.callers[name]
    leaks: dict[str, str] = {}
    found: set[str] = set()
    for route, way in sorted(ways().items()):
        if group_of(route) != group:
            continue
        for call in way(route, world, caller):
            told = answer(caller, call)
            for canary in told_in(world, told, call):
                found.add(canary.text)
                if name not in canary.readers and not any(fnmatch(route, on) for on in canary.open_on):
                    leaks.setdefault(canary.text, f"{route}: {call.path}?{urlencode(call.query or {})}")
    assert not leaks, "\n".join(f"{text} on {where}" for text, where in sorted(leaks.items()))
    if group == GROUPS[0]:
        # Whoever is cleared does read: a walk that finds nothing proves nothing.
        assert bool(found) == any(name in canary.readers for canary in world.canaries)


def answer(caller: Caller, call: Call) -> str:
    """Status, headers and body of an answer, as one text. What a redirect leads to is a route of its own."""
    caches["throttle"].clear()
    response = caller.client.generic(call.method, f"{call.path}?{urlencode(call.query or {})}")
    assert response.status_code in EXPECTED, (response.status_code, call)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    heads = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    # What a refusal repeats of this request is said on the next page.
    caller.client.cookies.pop("messages", None)
    return SEPARATED.sub("", f"{heads} {body.decode()}")


def told_in(world: World, told: str, call: Call) -> Iterator[Canary]:
    """The canaries in an answer, but for those the caller named in asking."""
    asked = f"{call.path} {' '.join(map(str, (call.query or {}).values()))}"
    return (canary for canary in world.canaries if canary.text in told and canary.text not in asked)
