"""How one record hangs together with others, as far as the viewer may see the other end."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.picture.facts import of_kind
from apps.records.filters import Asked, matching
from apps.records.models import Link
from apps.records.past import standing_at, title_shown, with_sight

OUT, IN = "out", "in"
TITLE = ("id", "title", "released_title", "title_today", "is_generalised", "exact")


def links_of(kind: str, record_id: UUID, asked: Asked) -> list[dict[str, Any]]:
    """relation, direction (out: this record is the subject), kind, id, title of each visible other end."""
    touching = Q(from_kind=kind, from_id=record_id) | Q(to_kind=kind, to_id=record_id)
    ends: list[tuple[str, str, str, UUID]] = []
    for arm in standing_at(Link, asked.revision):
        for row in arm.filter(touching).order_by("created_at"):
            is_subject = (row.from_kind, row.from_id) == (kind, record_id)
            other = (row.to_kind, row.to_id) if is_subject else (row.from_kind, row.from_id)
            ends.append((row.relation, OUT if is_subject else IN, *other))
    titles = _titles({(end[2], end[3]) for end in ends}, asked)
    return [
        {"relation": relation, "direction": direction, "kind": of, "id": pk, "title": titles[of, pk]}
        for relation, direction, of, pk in ends
        if (of, pk) in titles
    ]


def _titles(ends: set[tuple[str, UUID]], asked: Asked) -> dict[tuple[str, UUID], str]:
    """Titles as shown of those ends that the viewer sees."""
    found = {}
    for kind in {kind for kind, _ in ends}:
        resource = of_kind(kind)
        if resource is None:
            continue
        ids = [pk for of, pk in ends if of == kind]
        for arm in matching(resource.kind.record, (), replace(asked, kind=resource.kind, values={})):
            for row in with_sight(arm, asked.held).filter(id__in=ids).values(*TITLE):
                found[kind, row["id"]] = title_shown(row)
    return found
