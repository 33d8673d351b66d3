"""The ten callers that every route is walked as, and how each of them asks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from apps.accounts.actions import issue_key
from apps.accounts.levels import Role
from apps.accounts.models import User
from apps.crises.models import Membership
from tests.cast import Cast
from tests.factories.accounts import UserFactory

# Role by role: who they are stands in tests/cast.py. Felix is field staff who reported nothing; `key` is Pavel's key.
EVERYONE = ("nobody", "pavel", "key", "felix", "fatima", "omar", "imran", "cora", "carl", "sam")
PARTNERS = frozenset({"pavel", "key", "felix", "fatima", "imran", "cora"})
RESTRICTED = frozenset({"imran", "cora"})
COORDINATOR = frozenset({"cora"})
# Fatima's own report, seen by her colleague Omar too as long as it is not confidential.
OWN = frozenset({"fatima", "omar"})
ALL = frozenset(EVERYONE)
NO_ONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Caller:
    """A client that asks in somebody's name. `user` is None for nobody."""

    name: str
    user: User | None
    client: Client


def callers(cast: Cast) -> dict[str, Caller]:
    """Everybody. All who sign in are staff, for being staff must open nothing; Sam has every right on tables."""
    felix = UserFactory(username="felix")
    Membership.objects.create(crisis=cast.aleppo, user=felix, role=Role.FIELD)
    User.objects.exclude(username="sam").update(is_staff=True)
    _row, key = issue_key(user=cast.pavel, name="Partner", scope="read", now=timezone.now() - timedelta(days=1))
    people: dict[str, Any] = {name: getattr(cast, name, None) for name in EVERYONE} | {"felix": felix}
    people["nobody"] = None
    found = {name: Caller(name, user, _client(user)) for name, user in people.items() if name != "key"}
    return found | {"key": Caller("key", cast.pavel, Client(headers={"authorization": f"Bearer {key}"}))}


def _client(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client
