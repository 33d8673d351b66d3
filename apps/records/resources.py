"""A kind of record as the world reads it: its columns, its filters, and how rows become flat."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from apps.records import fields, filters, pages, past
from apps.records.fields import Field
from apps.records.filters import Asked, Filter
from apps.records.kinds import Kind
from apps.records.pages import Cursor, Order, Page

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Resource:
    """What a fact app says once of its records, for lists, tables, tiles, exports and the schema.

    `complete` turns rows of `columns` into flat rows with exactly the names of `fields`, in as many queries for a
    thousand rows as for one.
    """

    kind: Kind
    fields: tuple[Field, ...]
    filters: tuple[Filter, ...]
    columns: tuple[str, ...]
    complete: Callable[[Rows, Asked], Rows]

    @property
    def code(self) -> str:
        """As in addresses: "incidents"."""
        return self.kind.resource

    def matching(self, asked: Asked) -> list[Any]:
        """Querysets that together hold each record asked for once."""
        return filters.matching(self.kind.record, self.filters, asked)

    def settled(self, asked: Asked) -> Asked:
        """The same question with its codes looked up. Raises parameters.BadParameters."""
        return filters.settle(self.filters, replace(asked, kind=self.kind))

    def page(
        self, asked: Asked, *, order: Order, limit: int, cursor: Cursor | None = None, with_count: bool = False
    ) -> Page:
        """One page of flat rows, each with its `geojson` (text or None) beside the columns of `fields`."""
        arms = [past.with_sight(arm, asked.held) for arm in self.matching(asked)]
        page = pages.take(arms, order=order, limit=limit, columns=self.columns, cursor=cursor, with_count=with_count)
        return replace(page, rows=self.flat(page.rows, asked))

    def one(self, asked: Asked) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The row and the flat row of the one record asked for by `ids`; None where the viewer may not see it."""
        for arm in self.matching(asked):
            row = past.with_sight(arm, asked.held).values(*self.columns).first()
            if row is not None:
                return row, self.flat([row], asked)[0]
        return None

    def by_id(self, asked: Asked, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
        """Flat rows of these records by id, as they are now; those that the viewer may not see are missing."""
        asked = replace(asked, kind=self.kind, values={"ids": tuple(ids)}, revision=None)
        arms = [past.with_sight(arm, asked.held) for arm in self.matching(asked)] if ids else []
        rows = [row for arm in arms for row in arm.order_by().values(*self.columns)]
        return {row["id"]: row for row in self.flat(rows, asked)}

    def flat(self, rows: Sequence[dict[str, Any]], asked: Asked) -> Rows:
        """Flat rows in the order of `fields`."""
        shown = [past.as_shown(row) for row in rows]
        fields.learn(shown, asked.names)
        return self.complete(shown, asked)
