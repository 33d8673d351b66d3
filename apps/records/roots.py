"""The root of each merge tree, worked out anew from who is merged into whom; no claim ever moves, its root does."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection

from apps.records.kinds import Kind

# Every record of the trees below these, each with the end of its way up.
ROOTS = """
WITH RECURSIVE below AS (
    SELECT id, merged_into_id FROM {records} WHERE id = ANY(%(ids)s)
    UNION SELECT r.id, r.merged_into_id FROM {records} r JOIN below ON r.merged_into_id = below.id
), up AS (
    SELECT id, id AS reached, merged_into_id AS next FROM below
    UNION ALL SELECT up.id, r.id, r.merged_into_id FROM up JOIN {records} r ON r.id = up.next
)
SELECT id, reached FROM up WHERE next IS NULL
"""
POINT_RECORDS = """
UPDATE {records} r SET canonical_id = n.root
FROM unnest(%(ids)s::uuid[], %(roots)s::uuid[]) n(id, root) WHERE r.id = n.id AND r.canonical_id <> n.root
"""
# Which figure is used is settled afterwards: until then none is, for each question has one answer at most.
POINT_CLAIMS = """
UPDATE {claims} c SET canonical_id = n.root, is_adopted = false
FROM unnest(%(ids)s::uuid[], %(roots)s::uuid[]) n(id, root) WHERE c.record_id = n.id AND c.canonical_id <> n.root
"""


def find_anew(*, kind: Kind, ids: Collection[UUID]) -> set[UUID]:
    """Set `canonical` of these records, of all merged into them, and of their claims; return the roots found.

    Needs an open revision. Writes only what changes. Settle the roots afterwards, the former ones too.
    """
    names = {"records": _quoted(kind.record), "claims": _quoted(kind.claim) if kind.claim is not None else ""}
    with connection.cursor() as cursor:
        cursor.execute(ROOTS.format(**names), {"ids": list(ids)})
        pairs = cursor.fetchall()
        found = {"ids": [pk for pk, _ in pairs], "roots": [root for _, root in pairs]}
        cursor.execute(POINT_RECORDS.format(**names), found)
        if kind.claim is not None:
            cursor.execute(POINT_CLAIMS.format(**names), found)
    return {root for _, root in pairs}


def _quoted(model: Any) -> str:
    return f'"{model._meta.db_table}"'
