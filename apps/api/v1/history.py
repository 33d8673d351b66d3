"""What was done to one record, by whom and why: a page of changes, the newest first."""

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.fields import CONSTRAINTS, STATUSES
from apps.api import schema
from apps.api.v1.base import KNOWN_AT
from apps.api.v1.lists import CURSOR, FEW_ROWS, LIMIT, DetailView
from apps.displacement.fields import RESOURCE as DISPLACEMENT
from apps.incidents.fields import RESOURCE as INCIDENTS
from apps.picture.details import ids_of
from apps.picture.history import ACTIONS, Entry, history_of
from apps.records import parameters
from apps.records.fields import Field, code
from apps.records.parameters import BadParameter, BadParameters, known_token
from apps.records.resources import Resource

FIELDS = (
    Field("known_at", "text", "Asks for the record as it stood after this change."),
    Field("at", "moment", "When it became known here."),
    Field("by", "text", "The name for those who review the crisis, the organisation for others."),
    Field("reason", "text", "For those who review the crisis; of merges and removals for all who read the record."),
    Field("actions", "texts", f"What was done: {', '.join(ACTIONS)}; v1 may add to them."),
    Field("undoes", "text", "`known_at` of the change that this one took back."),
    Field("undone_by", "text", "`known_at` of the change that took this one back."),
)
CHANGED = schema.row(
    "ChangedColumn",
    (
        code("column", "The column, or `figure`, `figure_used`, `choice`, `merged`.", ()),
        Field("label", "text"),
        Field("before", "text", "In words, as the reader may know it; null: nothing was there."),
        Field("after", "text"),
    ),
)


class HistoryView(DetailView):
    """The changes of one record that the caller may know of."""

    resource: ClassVar[Resource]

    def get(self, request: Request, record_id: UUID) -> Response:
        """A page of them, or 404 where the record is not the caller's to read."""
        values = self.read(PARAMETERS)
        asked = self.ask({"lang": values.get("lang"), **ids_of(record_id)}, kind=self.resource.kind)
        found = self.resource.one(asked)
        if found is None:
            return self.found(None)
        entries = history_of(self.resource, found[0], asked)
        until, before = values.get("known_at"), _before(values.get("cursor"))
        newest = self.ask({"known_at": until}).revision if until is not None else None
        wanted = [
            each
            for each in entries
            if (before is None or each.revision < before) and (newest is None or each.revision <= newest)
        ]
        limit = values.get("limit", FEW_ROWS)
        page = wanted[:limit]
        body: dict[str, Any] = {"results": [_flat(each) for each in page], "next": None}
        if len(wanted) > limit:
            body["next"] = self.next_address(known_token(page[-1].revision))
        return Response(body)

    def next_address(self, cursor: str) -> str:
        """The same question from there on."""
        query = self.request.GET.copy()
        query["cursor"] = cursor
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        found = parameters.known_time(cursor)
    except parameters.BadValue as error:
        raise BadParameters(BadParameter("cursor", error.detail)) from error
    if not isinstance(found, int):
        raise BadParameters(BadParameter("cursor", "It stands in `next`; it is not made by hand."))
    return found


def _flat(entry: Entry) -> dict[str, Any]:
    return {
        "known_at": known_token(entry.revision),
        "at": entry.at,
        "by": entry.by,
        "reason": entry.reason,
        "actions": entry.actions,
        "changes": [asdict(each) for each in entry.changes],
        "undoes": known_token(entry.undoes) if entry.undoes else None,
        "undone_by": known_token(entry.undone_by) if entry.undone_by else None,
    }


PARAMETERS = (LIMIT, CURSOR, KNOWN_AT)
ROW = schema.row("HistoryEntry", FIELDS, changes=CHANGED(many=True))


def _view(resource: Resource, name: str) -> type[HistoryView]:
    """The view of one kind, described."""
    view = type(f"{name}History", (HistoryView,), {"resource": resource, "__doc__": HistoryView.__doc__})
    schema.describe_page(
        view, resource.code, f"{resource.code}_history", "Who changed it, when and why", ROW, PARAMETERS
    )
    return view


INCIDENT = _view(INCIDENTS, "Incident")
MOVED = _view(DISPLACEMENT, "Displacement")
CONSTRAINT = _view(CONSTRAINTS, "Constraint")
STATUS = _view(STATUSES, "Status")
