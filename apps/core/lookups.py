"""Lookups that Django does not have. Registered when the app is loaded."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BigAutoField, Lookup, UUIDField


@BigAutoField.register_lookup
@UUIDField.register_lookup
class Among(Lookup):
    """`id__among=ids`: one of many ids, sent as one array.

    `in` makes a parameter of each, and at hundreds of them Django takes longer to write the statement than PostgreSQL
    to answer it.
    """

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column = ANY (array)`."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*params, self.rhs)
