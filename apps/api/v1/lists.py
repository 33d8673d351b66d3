"""Lists and single rows: pages by key, JSON or GeoJSON, from one flat row."""

from typing import Any, ClassVar

import orjson
from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.renderers import GeoJsonRenderer, JsonRenderer
from apps.api.v1.base import FORMAT, KNOWN_AT, LANG, ApiView
from apps.api.v1.cursors import FeedCursor
from apps.ledger.queries import made_at, newest
from apps.picture.changes import Position
from apps.records import filters, pages, parameters, reading
from apps.records.fields import Field
from apps.records.filters import Asked, Filter
from apps.records.pages import Cursor, Order, Page
from apps.records.parameters import BadParameter, BadParameters, BadValue, Parameter, known_token
from apps.records.resources import Resource

MOST_ROWS = 1_000
FEW_ROWS = 100

LIMIT = Parameter(
    "limit",
    f"Rows of a page, 1 to {MOST_ROWS}.",
    parameters.number(1, MOST_ROWS),
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": FEW_ROWS},
)
CURSOR = Parameter("cursor", "Stands in `next`; not made by hand.", str)
COUNT = Parameter(
    "count", "exact: say how many match.", parameters.one_of(["exact"]), {"type": "string", "enum": ["exact"]}
)


def controls(orders: tuple[str, ...], *, known_at: bool) -> tuple[Parameter, ...]:
    """The parameters that shape a list rather than narrow it."""
    order = Parameter(
        "order", f"One of: {', '.join(orders)}.", parameters.one_of(orders), {"type": "string", "enum": list(orders)}
    )
    return (LIMIT, CURSOR, order, COUNT, *((KNOWN_AT,) if known_at else ()))


class Placed(ApiView):
    """An answer whose rows have a place: GeoJSON too."""

    renderer_classes = [JsonRenderer, GeoJsonRenderer]
    formats = (FORMAT, LANG)

    @property
    def is_geojson(self) -> bool:
        """Whether GeoJSON was negotiated."""
        return bool(self.request.accepted_renderer.format == GeoJsonRenderer.format)


class ListView(ApiView):
    """A list. Subclasses say which rows there are and how they read; those with a place are Placed too."""

    fields: ClassVar[tuple[Field, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    orders: ClassVar[tuple[str, ...]]
    has_past: ClassVar[bool] = False

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Everything the address may hold."""
        return (*controls(cls.orders, known_at=cls.has_past), *(each.parameter for each in cls.filters))

    def order(self, text: str) -> Order:
        """The order of that name."""
        raise NotImplementedError

    def page(self, asked: Asked, *, order: Order, limit: int, cursor: Cursor | None, with_count: bool) -> Page:
        """One page of flat rows, each with its `geojson` where rows have a place."""
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        """One page."""
        values = self.read(self.parameters())
        asked = self.settled(self.ask(values))
        # Taken before the rows: what is committed meanwhile is told again by the feed, which does no harm.
        taken_at = self.place_in_feed(asked)
        order = self.order(values.get("order", self.orders[0]))
        page = self.page(
            asked,
            order=order,
            limit=values.get("limit", FEW_ROWS),
            cursor=_cursor(values.get("cursor"), order),
            with_count="count" in values,
        )
        return Response(self.body(page, asked), headers=taken_at)

    def place_in_feed(self, asked: Asked) -> dict[str, str]:
        """The header that says from where to follow the changes, for lists that the feed tells of."""
        return {}

    def settled(self, asked: Asked) -> Asked:
        """The same question with its codes looked up."""
        return filters.settle(self.filters, asked)

    def body(self, page: Page, asked: Asked) -> dict[str, Any]:
        """The answer in the format that was negotiated."""
        body: dict[str, Any]
        if not isinstance(self, Placed):
            body = {"results": page.rows}
        elif self.is_geojson:
            body = {"type": "FeatureCollection", "features": [feature(row) for row in page.rows]}
        else:
            body = {"results": [located(row) for row in page.rows]}
        body["next"] = self.next_address(page, asked)
        if page.count is not None:
            body["count"] = page.count
        if asked.revision is not None:
            body["known_at"] = known_token(asked.revision)
        return body

    def next_address(self, page: Page, asked: Asked) -> str | None:
        """The same question from the cursor on, pinned to the revision it was first answered at."""
        if page.cursor is None:
            return None
        query = self.request.GET.copy()
        query["cursor"] = page.cursor
        if asked.revision is not None:
            query["known_at"] = known_token(asked.revision)
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")


def _cursor(text: str | None, order: Order) -> Cursor | None:
    if text is None:
        return None
    try:
        return Cursor.read(text, order)
    except BadValue as error:
        raise BadParameters(BadParameter("cursor", error.detail)) from error


def located(row: dict[str, Any]) -> dict[str, Any]:
    """A flat row with its `location` (GeoJSON or null)."""
    geometry = row.pop("geojson")
    row["location"] = orjson.Fragment(geometry) if geometry is not None else None
    return row


def feature(row: dict[str, Any]) -> dict[str, Any]:
    """A flat row as a GeoJSON feature."""
    geometry = row.pop("geojson")
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": orjson.Fragment(geometry) if geometry is not None else None,
        "properties": row,
    }


def renamed(row: dict[str, Any], **names: str) -> dict[str, Any]:
    """A row with columns under other names."""
    return {names.get(column, column): value for column, value in row.items()}


class TableView(ListView):
    """A list of one table, the newest key last."""

    orders = ("id", "-id")
    columns: ClassVar[tuple[str, ...]]
    read_key: ClassVar[Any] = pages.plain_number

    def order(self, text: str) -> Order:
        """By key."""
        read = type(self).read_key
        return Order("id", text.startswith("-"), read, read_key=read)

    def rows(self, asked: Asked) -> Any:
        """The rows the viewer may see; filters come on top."""
        raise NotImplementedError

    def arms(self, asked: Asked) -> list[Any]:
        """Querysets that together hold those rows once: several where rows have a past."""
        return [self.rows(asked)]

    def flat(self, rows: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """Rows with exactly the names of `fields`."""
        raise NotImplementedError

    def page(self, asked: Asked, *, order: Order, limit: int, cursor: Cursor | None, with_count: bool) -> Page:
        """One page."""
        arms = [filters.narrow(arm, self.filters, asked) for arm in self.arms(asked)]
        page = pages.take(arms, order=order, limit=limit, columns=self.columns, cursor=cursor, with_count=with_count)
        return Page(self.flat(page.rows, asked), page.cursor, page.count)


class Followed(ListView):
    """A list whose rows the change feed tells of."""

    def place_in_feed(self, asked: Asked) -> dict[str, str]:
        """From where to follow it."""
        revision, moment = newest()
        if asked.revision is not None:
            revision, moment = asked.revision, made_at(asked.revision)
        return {"X-Changes-Cursor": FeedCursor.at(asked, Position.end_of(revision), moment).text()}


class RecordListView(Placed, Followed):
    """A list of one kind of record."""

    resource: ClassVar[Resource]
    has_past = True
    orders = ("-start_date", "start_date", "-reported_at", "reported_at", "-created_at", "created_at")

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Everything the address may hold."""
        return (*controls(cls.orders, known_at=True), *(each.parameter for each in cls.resource.filters))

    def order(self, text: str) -> Order:
        """By one of the record's times."""
        return pages.record_order(text)

    def settled(self, asked: Asked) -> Asked:
        """The same question with its codes looked up."""
        return self.resource.settled(asked)

    def page(self, asked: Asked, *, order: Order, limit: int, cursor: Cursor | None, with_count: bool) -> Page:
        """One page."""
        page = self.resource.page(asked, order=order, limit=limit, cursor=cursor, with_count=with_count)
        kind, who = self.resource.kind.code, self.request.user
        reading.note_rows(kind=kind, rows=page.rows, names=asked.names, by=who, now=timezone.now())
        return page


class DetailView(ApiView):
    """One row. What one may not see is not found."""

    def found(self, body: Any) -> Response:
        """The answer, or 404."""
        if body is None:
            raise NotFound("There is nothing here under this id that you can read.")
        return Response(body)


class PlacedDetailView(Placed, DetailView):
    """One row with a place, as JSON or as one feature."""

    def found(self, body: Any) -> Response:
        """The answer, or 404."""
        return super().found(body and (feature(body) if self.is_geojson else located(body)))
