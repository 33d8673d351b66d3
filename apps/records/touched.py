"""What one revision did to every versioned row: made it, changed it, deleted it, and what stands of that today.

A row as the revision left it is the live one, or the kept one that begins with the revision; as it was before, the kept
one that the revision ended. Everything is compared in the database, whatever the type of the column.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from apps.ledger.versioned import Versioned, kind_of, owner_of

# Worked out from the others whenever they change, or counted by the database.
DERIVED = {"id", "rev", "version", "created_at", "canonical", "is_adopted", "is_held", "superseded_by",
           "is_generalised"}  # fmt: skip
# How far the source's item was read: after an undo its next correction counts, the same word again does not.
OF_THE_INTAKE = {"content_hash"}
PEOPLES = {"released_at", "released_by"}


@dataclass(frozen=True)
class Shift:
    """One column of one row that a revision set, as text: before it, as set, and as it stands now."""

    id: UUID
    column: str
    before: str | None
    was_set_to: str | None
    is_now: str | None

    @property
    def still_stands(self) -> bool:
        """Whether the row still holds what the revision set."""
        return self.was_set_to == self.is_now


@dataclass
class Touched:
    """What a revision did to the rows of one model, by id."""

    model: Any
    revision: int
    created: set[UUID] = field(default_factory=set)
    updated: set[UUID] = field(default_factory=set)
    deleted: set[UUID] = field(default_factory=set)
    lives: set[UUID] = field(default_factory=set)  # those of them that have a row today
    canonicals: set[UUID] = field(default_factory=set)  # of records and claims: then, before, and today

    @property
    def kind(self) -> str:
        """The code of the model."""
        return kind_of(self.model)

    @property
    def has_figures(self) -> bool:
        """Whether these are statements, which settling supersedes and puts to use."""
        return any(each.name == "superseded_by" for each in self.model._meta.fields)

    def __len__(self) -> int:
        return len(self.created) + len(self.updated) + len(self.deleted)

    @cached_property
    def names(self) -> dict[str, str]:
        """Columns that are people's and sources' word, by the field's name."""
        return {each.name: each.column for each in self.model._meta.concrete_fields if is_word(each)}

    @property
    def table(self) -> str:
        """The live table, quoted."""
        return f'"{self.model._meta.db_table}"'

    @property
    def past(self) -> str:
        """The table of its past, quoted."""
        return f'"{self.model._meta.db_table}_version"'

    @property
    def given(self) -> dict[str, Any]:
        """Parameters of every statement built here."""
        return {"revision": self.revision, "ids": list(self.created | self.updated | self.deleted)}

    def after(self, columns: str) -> str:
        """Rows as the revision left them."""
        where = "rev = %(revision)s AND id = ANY(%(ids)s)"
        return (
            f"(SELECT {columns} FROM {self.table} WHERE {where} "  # noqa: S608  identifiers of our own models
            f"UNION ALL SELECT {columns} FROM {self.past} WHERE {where})"
        )

    def before(self, columns: str) -> str:
        """Rows as they stood when the revision was opened."""
        return f"(SELECT {columns} FROM {self.past} WHERE rev_to = %(revision)s AND id = ANY(%(ids)s))"  # noqa: S608

    def word(self, alias: str, column: str) -> str:
        """A column's value; whether a statement is superseded follows from the others."""
        if self.has_figures and column == "status":
            return f"CASE {alias}.status WHEN 'superseded' THEN 'current' ELSE {alias}.status END"
        return f'{alias}."{column}"'

    def shifts(self) -> list[Shift]:
        """Every column that the revision set. Of new rows those alone that hold something else today."""
        columns = ", ".join(f'"{column}"' for column in ("id", *self.names.values()))
        values = ", ".join(
            f"('{name}', {', '.join(f'({self.word(alias, column)})::text' for alias in 'bal')})"
            for name, column in self.names.items()
        )
        return [
            Shift(*row)
            for row in self._rows(f"""
                SELECT a.id, d.name, d.before, d.after, d.live
                FROM {self.after(columns)} a LEFT JOIN {self.before(columns)} b ON b.id = a.id
                JOIN {self.table} l ON l.id = a.id
                CROSS JOIN LATERAL (VALUES {values}) d(name, before, after, live)
                WHERE CASE WHEN b.id IS NULL THEN d.live IS DISTINCT FROM d.after
                           ELSE d.before IS DISTINCT FROM d.after END
                ORDER BY a.id, d.name
            """)  # noqa: S608
        ]

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, self.given)
            return list(cursor.fetchall())


def is_word(each: Any) -> bool:
    """Whether a column says something of its own; the others are derived, or keys."""
    if each.generated or each.name in DERIVED | OF_THE_INTAKE:
        return False
    return each.name in PEOPLES or not each.name.startswith("released_")


def versioned_models() -> list[Any]:
    """Every model whose past is kept, what others point at first."""
    found = [model for model in apps.get_models() if issubclass(model, Versioned)]
    return sorted(found, key=lambda model: (owner_of(model) is not None, hasattr(model, "claim")))


def touched_by(revision: int) -> list[Touched]:
    """What a revision did, model by model; those it left alone are missing."""
    changed = _changed_ids(revision)
    return [each for model in versioned_models() if (each := _touched(model, revision, changed)) is not None]


def _changed_ids(revision: int) -> dict[str, list[UUID]]:
    """Ids by kind, as the revision's changes name them: a row with a record is named by its record."""
    ids: dict[str, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind, record_id FROM ledger_change WHERE revision_id = %s", [revision])
        for kind, pk in cursor.fetchall():
            ids.setdefault(kind, []).append(pk)
    return ids


def _touched(model: Any, revision: int, changed: dict[str, list[UUID]]) -> Touched | None:
    owner = owner_of(model)
    named = changed.get(kind_of(owner or model), [])
    if not named:
        return None
    found = Touched(model, revision)
    candidates = named if owner is None else list(_belonging(found, named))
    is_settled = any(each.name == "canonical" for each in model._meta.fields)
    columns = "id, canonical_id" if is_settled else "id"
    tree = [f"{alias}.canonical_id" if is_settled else "NULL::uuid" for alias in "abl"]
    sql = f"""
        SELECT coalesce(a.id, b.id), a.id IS NOT NULL, b.id IS NOT NULL, l.id IS NOT NULL, {", ".join(tree)}
        FROM {found.after(columns)} a FULL JOIN {found.before(columns)} b ON b.id = a.id
        LEFT JOIN {found.table} l ON l.id = coalesce(a.id, b.id)
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {"revision": revision, "ids": candidates})
        for pk, stood_after, stood_before, lives, *roots in cursor.fetchall():
            group = found.created if not stood_before else found.updated if stood_after else found.deleted
            group.add(pk)
            if lives:
                found.lives.add(pk)
            found.canonicals |= {root for root in roots if root is not None}
    return found if len(found) else None


def _belonging(found: Touched, record_ids: list[UUID]) -> Iterator[UUID]:
    """Rows of these records, live or kept. A claim's change is told of the root of its tree, as it then was."""
    key = "canonical_id" if found.has_figures else "record_id"
    sql = f"""
        SELECT id FROM {found.table} WHERE {key} = ANY(%(ids)s)
        UNION SELECT id FROM {found.past} WHERE {key} = ANY(%(ids)s)
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ids": record_ids})
        yield from (pk for (pk,) in cursor.fetchall())


def rows_of(every: Collection[Touched]) -> int:
    """How many rows a revision wrote."""
    return sum(map(len, every))
