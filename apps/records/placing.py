"""Where a record is, and what of that may be shown: computed at write, the same for every reader, never random."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point

from apps.geo.models import SRID, AdminArea
from apps.geo.queries import areas_at, resolve_code
from apps.records.drafts import RecordDraft
from apps.records.vocabularies import ACCURACY_ORDER, RELEASE_ORDER

# Degrees: the grid of a settlement, for points known more precisely than they may be shown.
SETTLEMENT_GRID = 0.05
LEVEL_OF_ACCURACY = {"adm3": 3, "adm2": 2, "adm1": 1, "adm0": 0}
LEVEL_OF_RELEASE = {"adm3": 3, "adm2": 2, "adm1": 1}


@dataclass(frozen=True)
class Ground:
    """An area and the areas above it, without their polygons."""

    area: AdminArea
    by_level: dict[int, AdminArea]


def find_grounds(drafts: Sequence[RecordDraft]) -> list[Ground | None]:
    """The area of each draft, in their order: by its code where one is given, else by its point, in one query."""
    ids: list[int | None] = [None] * len(drafts)
    codes = {draft.area_code for draft in drafts if draft.area_code}
    by_code = {code: areas[0].pk for code in codes if (areas := resolve_code(code))}
    unresolved: list[int] = []
    for index, draft in enumerate(drafts):
        ids[index] = by_code.get(draft.area_code)
        if ids[index] is None and draft.location is not None:
            unresolved.append(index)
    points = [location for index in unresolved if (location := drafts[index].location) is not None]
    for index, area in zip(unresolved, areas_at(points), strict=True):
        ids[index] = area
    grounds = _read({pk for pk in ids if pk is not None})
    return [grounds.get(pk) if pk is not None else None for pk in ids]


def ground_of(area: AdminArea | None) -> Ground | None:
    """One area with those above it."""
    return _read({area.pk}).get(area.pk) if area is not None else None


def _read(pks: Iterable[int]) -> dict[int, Ground]:
    light = AdminArea.objects.defer("boundary", "outline_mid", "outline_low")
    known = {area.pk: area for area in light.filter(pk__in=set(pks))}
    frontier = set(known)
    while frontier:
        parents = {parent for pk in frontier if (parent := known[pk].parent_id) is not None} - set(known)
        fetched = {area.pk: area for area in light.filter(pk__in=parents)}
        known |= fetched
        frontier = set(fetched)
    grounds = {}
    for pk in pks:
        chain: dict[int, AdminArea] = {}
        step: AdminArea | None = known[pk]
        while step is not None:
            chain[step.level] = step
            step = known.get(step.parent_id) if step.parent_id else None
        grounds[pk] = Ground(known[pk], chain)
    return grounds


def place(draft: RecordDraft, ground: Ground | None, release: str) -> dict[str, Any]:
    """The placed columns of a record: as known, and as released under `release`."""
    known = Point(*draft.location, srid=SRID) if draft.location is not None else None
    ground = no_finer(ground, draft.location_accuracy)
    if known is None and ground is not None:
        known = ground.area.label_point
    placed: dict[str, Any] = {
        "location": known,
        "location_accuracy": draft.location_accuracy,
        "place_name": draft.place_name,
        "location_release": release,
        "provider_area_name": draft.provider_area_name,
        "provider_area_code": draft.provider_area_code,
        "area_id": ground.area.pk if ground else None,
        **_pcodes("", ground),
    }
    return placed | generalise(known, draft.location_accuracy, draft.place_name, ground, release)


def generalise(
    known: Point | None, accuracy: str, place_name: str, ground: Ground | None, release: str
) -> dict[str, Any]:
    """The released twins. A place known no finer than it may be shown is released as it is."""
    if RELEASE_ORDER[release] <= ACCURACY_ORDER.index(accuracy):
        return {
            "is_generalised": False,
            "released_location": known,
            "released_area_id": ground.area.pk if ground else None,
            "released_place_name": place_name,
            **_pcodes("released_", ground),
        }
    if release == "withheld":
        point, shown_ground = None, None
    elif release == "settlement":
        point, shown_ground = _snap(known), ground
    else:
        shown_ground = _above(ground, LEVEL_OF_RELEASE[release])
        point = shown_ground.area.label_point if shown_ground else None
    return {
        "is_generalised": True,
        "released_location": point,
        "released_area_id": shown_ground.area.pk if shown_ground else None,
        # The name of a place known more precisely than it may be shown gives it away: a clinic's, a street's.
        "released_place_name": "",
        **_pcodes("released_", shown_ground),
    }


def released_title(row: Any) -> str:
    """What stands in for a title where place and text are withheld: the kind of thing and no more."""
    if not row.is_generalised:
        return str(row.title)
    return f"{row._meta.verbose_name.capitalize()}, {getattr(row, 'category', '') or 'details withheld'}".replace(
        "_", " "
    )


def _snap(point: Point | None) -> Point | None:
    """The grid point nearest to a point."""
    if point is None:
        return None
    x, y = (round(value / SETTLEMENT_GRID) * SETTLEMENT_GRID for value in (point.x, point.y))
    return Point(x, y, srid=SRID)


def no_finer(ground: Ground | None, accuracy: str) -> Ground | None:
    """An event known to its governorate happened in the governorate, not in the district its point falls in."""
    level = LEVEL_OF_ACCURACY.get(accuracy)
    return ground if level is None else _above(ground, level)


def _above(ground: Ground | None, level: int) -> Ground | None:
    """The ground at a level, or the nearest above it that exists."""
    if ground is None or ground.area.level <= level:
        return ground
    at = max((found for found in ground.by_level if found <= level), default=None)
    if at is None:
        return None
    return Ground(ground.by_level[at], {key: area for key, area in ground.by_level.items() if key <= at})


def _pcodes(prefix: str, ground: Ground | None) -> dict[str, str]:
    """The copied P-codes, empty below the ground's own level."""
    by_level = ground.by_level if ground else {}
    return {f"{prefix}adm{level}_pcode": by_level[level].pcode if level in by_level else "" for level in range(4)}
