"""Asking the API as somebody of the cast."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

Ask = Callable[..., Any]


def client_of(user: Any) -> Client:
    """A browser in which the user is signed in; nobody's for an anonymous one."""
    client = Client()
    if user is not None and user.is_authenticated:
        client.force_login(user)
    return client


@pytest.fixture
def ask(db: None) -> Ask:
    """GET an address under /api/v1/ and read the answer, which has to be a 200 unless another status is expected."""

    def get(path: str, user: Any = None, expect: int = 200, **query: Any) -> Any:
        response: HttpResponse = client_of(user).get(f"/api/v1/{path}", query)
        assert response.status_code == expect, response.content.decode()
        return response.json()

    return get
