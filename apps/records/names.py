"""Names, codes and labels of what rows point to, read once for a whole answer in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q

from apps.crises.clearance import Clearance, Standing, hidden_crises
from apps.crises.models import Crisis
from apps.geo.models import AdminArea, name_in
from apps.records.models import Metric, Term
from apps.sources.models import Dataset, Source


@dataclass(frozen=True, kw_only=True)
class CrisisName(Standing):
    """What an answer says of a crisis."""

    slug: str
    time_zone: ZoneInfo


@dataclass(frozen=True)
class AreaName:
    """What an answer says of an area."""

    id: int
    pcode: str
    name: str
    edition: str


class Names:
    """Look-ups of one answer. Small tables are read whole, large ones for the rows at hand; each at most once."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._areas: dict[int, AreaName] = {}
        self._areas_by_pcode: dict[str, AreaName] = {}

    @cached_property
    def crises(self) -> dict[int, CrisisName]:
        """Every crisis by id."""
        columns = ("id", "slug", "time_zone", "parent_id", "status", "sensitivity")
        return {
            row["id"]: CrisisName(
                id=row["id"],
                parent_id=row["parent_id"],
                is_exercise=row["status"] == Crisis.Status.EXERCISE,
                sensitivity=row["sensitivity"],
                slug=row["slug"],
                time_zone=_zone(row["time_zone"]),
            )
            for row in Crisis.objects.values(*columns)
        }

    def crises_seen_by(self, held: Clearance) -> dict[str, CrisisName]:
        """The crises a viewer may know of, by slug: exercises and sensitive ones are for their members."""
        hidden = hidden_crises(held, self.crises.values())
        return {crisis.slug: crisis for crisis in self.crises.values() if crisis.id not in hidden}

    def hidden_crises(self, held: Clearance) -> list[int]:
        """Ids of the others."""
        seen = {crisis.id for crisis in self.crises_seen_by(held).values()}
        return sorted(set(self.crises) - seen)

    def with_children(self, crisis_ids: Iterable[int]) -> frozenset[int]:
        """These crises and all below them."""
        found = set(crisis_ids)
        while True:
            below = {crisis.id for crisis in self.crises.values() if crisis.parent_id in found} - found
            if not below:
                return frozenset(found)
            found |= below

    @cached_property
    def datasets(self) -> dict[int, Mapping[str, Any]]:
        """slug, name, licence, attribution of every dataset by id."""
        return {row["id"]: row for row in Dataset.objects.values("id", "slug", "name", "licence", "attribution")}

    @cached_property
    def sources(self) -> dict[int, Mapping[str, Any]]:
        """slug and name of every source by id."""
        return {row["id"]: row for row in Source.objects.values("id", "slug", "name")}

    @cached_property
    def terms(self) -> dict[tuple[str, str], str]:
        """Labels by vocabulary and code."""
        rows = Term.objects.values_list("vocabulary", "code", "labels")
        return {(vocabulary, code): name_in(labels, self.language) for vocabulary, code, labels in rows}

    @cached_property
    def metrics(self) -> dict[str, str]:
        """Labels of metrics by code, in the order they are shown."""
        return {code: name_in(labels, self.language) for code, labels in Metric.objects.values_list("code", "labels")}

    def term(self, vocabulary: str, code: str) -> str | None:
        """The label of a code; the code itself where no row has it, None for none."""
        return (self.terms.get((vocabulary, code)) or code.replace("_", " ")) if code else None

    def learn_areas(self, ids: Iterable[int | None], pcodes: Iterable[str | None] = ()) -> None:
        """Read the areas that rows point to, in one query."""
        wanted = {pk for pk in ids if pk is not None} - set(self._areas)
        codes = {code for code in pcodes if code} - set(self._areas_by_pcode)
        if not wanted and not codes:
            return
        columns = ("id", "pcode", "names", "edition__version", "edition__is_current")
        found = AdminArea.objects.filter(Q(pk__in=wanted) | Q(pcode__in=codes)).order_by("edition__is_current")
        for pk, pcode, names, edition, _ in found.values_list(*columns):
            area = AreaName(pk, pcode, name_in(names, self.language), edition)
            self._areas[pk] = area
            # Several editions may hold one code: the one in force comes last and stays.
            self._areas_by_pcode[pcode] = area

    def area(self, pk: int | None) -> AreaName | None:
        """An area that was learned."""
        return self._areas.get(pk) if pk is not None else None

    def area_of(self, pcode: str | None) -> AreaName | None:
        """An area that was learned, by its code."""
        return self._areas_by_pcode.get(pcode) if pcode else None


def as_text(key: UUID | str | None) -> str | None:
    """A key as text, or None."""
    return str(key) if key is not None else None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
