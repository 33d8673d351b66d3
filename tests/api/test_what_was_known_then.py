"""A token asks for what was answered then, whatever was written since; or for less, where rules are stricter now."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.api.conftest import client_of
from tests.api.worlds import OPERATIONS, World

RECORDS = ("incidents", "displacement", "access-constraints", "asset-status", "assets", "claims")
# These may take something out of sight that was in sight, which then is not shown of the past either.
CLOSING = {
    "sensitivity", "unrelease", "remove", "move", "generalise", "restrict_asset", "merge", "unmerge", "verify",
    "restore",
}  # fmt: skip
FAR = "2050-01-01"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
Answer = tuple[Any, str, dict[str, str], Any]  # browser, path, query, body


class Witness:
    """Asks everything as everybody, and asks again later with the token of the answer."""

    def __init__(self, viewers: list[Any], paths: tuple[str, ...]) -> None:
        self.browsers = [client_of(viewer) for viewer in viewers]
        self.paths = paths

    def ask(self, browser: Any, path: str, query: dict[str, str], known_at: str) -> Any:
        answer = browser.get(f"/api/v1/{path}", {**query, "known_at": known_at})
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def hear(self) -> list[Answer]:
        """What is answered now, everywhere."""
        asked = [(path, {"limit": "1000"}) for path in self.paths if path in RECORDS]
        asked += [(path, {}) for path in self.paths if path not in RECORDS]
        if "incidents" in self.paths:
            asked.append(("incidents", {"limit": "1000", "format": "geojson"}))
        return [
            (browser, path, query, self.ask(browser, path, query, FAR))
            for browser in self.browsers
            for path, query in asked
        ]


def rows_of(body: Any) -> dict[str, Any]:
    return {row["id"]: row for row in body.get("results", body.get("features", []))}


def run(world: World, witness: Witness, operations: list[Any], middle: int) -> tuple[list[Answer], list[Answer]]:
    """Write, listen, write on; then what was heard, and what is answered to the same questions at its tokens."""
    for operation in operations[:middle]:
        world.act(*operation)
    heard = witness.hear()
    for operation in operations[middle:]:
        world.act(*operation)
    again = [
        (browser, path, query, witness.ask(browser, path, query, body["known_at"]))
        for browser, path, query, body in heard
    ]
    return heard, again


SETTINGS = settings(
    max_examples=5,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def test_where_nothing_was_closed_the_past_answers_exactly_as_it_did(cast):
    world = World(cast)
    witness = Witness([cast.nobody, cast.fatima, cast.cora], (*RECORDS, "summary", "timeline"))

    @SETTINGS
    @given(operations=OPERATIONS, middle=st.integers(1, 8))
    def check(operations: list[Any], middle: int) -> None:
        open_ones = [each for each in operations if each[0] not in CLOSING]
        heard, again = run(world, witness, open_ones, middle)
        for then, now in zip(heard, again, strict=True):
            assert now[3] == then[3], then[1:3]

    check()


def test_whatever_was_closed_the_past_tells_no_more_than_it_did(cast):
    world = World(cast)
    witness = Witness([cast.nobody, cast.pavel, cast.carl], RECORDS)

    @SETTINGS
    @given(operations=OPERATIONS, middle=st.integers(1, 8))
    def check(operations: list[Any], middle: int) -> None:
        heard, again = run(world, witness, operations, middle)
        for then, now in zip(heard, again, strict=True):
            assert set(rows_of(now[3])) <= set(rows_of(then[3])), then[1:3]
            browser, path, query, body = now
            assert witness.ask(browser, path, query, body["known_at"]) == body

    check()
