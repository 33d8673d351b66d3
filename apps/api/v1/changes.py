"""The change feed: a copy of the lists that follows it stays equal to them."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import schema
from apps.api.v1 import assets
from apps.api.v1.base import ApiView
from apps.api.v1.cursors import FeedCursor
from apps.api.v1.lists import FEW_ROWS, LIMIT, located
from apps.ledger.models import Change
from apps.ledger.queries import made_at, newest
from apps.picture.changes import ASSET, MODELS, Followed, Key, Position, Transition, follow, heirs
from apps.picture.facts import FACTS
from apps.records.fields import Field
from apps.records.filters import Asked
from apps.records.parameters import BadParameter, BadParameters, BadValue, Parameter

SINCE = Parameter(
    "since",
    "The cursor of an earlier answer, or of a list's X-Changes-Cursor header. Without it: from the beginning.",
    str,
)
CHANGE = schema.row(
    "ChangeOfRecord",
    (
        Field("kind", "text", f"One of: {', '.join(MODELS)}."),
        Field("id", "id"),
        Field("version", "integer", "Of the record as given here; null where it is gone."),
        Field("action", "text", f"One of: {', '.join(Change.Action.values)}. removed: it left your sight."),
        Field("at", "moment"),
        Field("reason", "text", "For those who review the crisis."),
        Field("merged_into", "id", "The record it was merged into, where you can read that one."),
    ),
    record=serializers.JSONField(
        allow_null=True, help_text="The record as its list gives it now; null where it is gone."
    ),
)
CHANGES = type(
    "ChangesSerializer",
    (serializers.Serializer,),
    {
        "changes": CHANGE(many=True),
        "cursor": serializers.CharField(help_text="Give it as `since` next time."),
        "more": serializers.BooleanField(help_text="There are further changes already: ask on at once."),
    },
)


class ChangeFeed(ApiView):
    """What changed since a cursor, in the order of the ledger."""

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Everything the address may hold."""
        return (SINCE, LIMIT)

    def get(self, request: Request) -> Response:
        """The next changes. 410 where the cursor means nothing any more: take the lists again."""
        values = self.read(self.parameters())
        asked = self.ask(values)
        cursor = _cursor(values.get("since"))
        if cursor is not None:
            cursor.stand(asked)
        # Read before the changes: what is committed up to here is in sight of every statement below.
        upto, moment = newest()
        after = cursor.position if cursor is not None else Position()
        followed = follow(asked, after, upto, values.get("limit", FEW_ROWS))
        reached = followed.position.revision
        here = FeedCursor.at(asked, followed.position, moment if reached == upto else made_at(reached))
        return Response({"changes": rows(followed, asked), "cursor": here.text(), "more": followed.more})


def _cursor(text: str | None) -> FeedCursor | None:
    if text is None:
        return None
    try:
        return FeedCursor.read(text)
    except BadValue as error:
        raise BadParameters(BadParameter("since", error.detail)) from error


def rows(followed: Followed, asked: Asked) -> list[dict[str, Any]]:
    """Changes with the records as they are now. Of a record that changed several times each change holds it."""
    told = followed.transitions
    found = _records({(each.kind, each.id) for each in told if not each.is_gone}, asked)
    merged = heirs(asked, [(each.kind, each.id) for each in told if each.is_gone])
    # One that left the sight since it was looked at: its own change, which lies ahead, will tell.
    return [
        _row(each, found.get((each.kind, each.id)), merged)
        for each in told
        if each.is_gone or (each.kind, each.id) in found
    ]


def _row(each: Transition, record: dict[str, Any] | None, merged: dict[Key, UUID]) -> dict[str, Any]:
    shown = None if each.is_gone else record
    return {
        "kind": each.kind,
        "id": each.id,
        "version": shown["version"] if shown else None,
        "action": each.action,
        "at": each.at,
        "reason": each.reason or None,
        "merged_into": merged.get((each.kind, each.id)) if each.is_gone else None,
        "record": shown,
    }


def _records(keys: set[Key], asked: Asked) -> dict[Key, dict[str, Any]]:
    """The records as their lists give them."""
    found: dict[Key, dict[str, Any]] = {}
    for resource in FACTS:
        ids = {pk for kind, pk in keys if kind == resource.kind.code}
        found |= {(resource.kind.code, pk): located(row) for pk, row in resource.by_id(asked, ids).items()}
    ids = {pk for kind, pk in keys if kind == ASSET}
    if ids:
        found |= {(ASSET, row["id"]): located(row) for row in assets.by_id(asked, ids)}
    return found


schema.describe_detail(ChangeFeed, "changes", "What changed since a cursor", CHANGES, ChangeFeed.parameters())
