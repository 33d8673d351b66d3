"""Where a point lies, what a code means today, which place a name means."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Q

from apps.geo.folding import fold
from apps.geo.models import AdminArea, AreaLink, BoundaryEdition, Place

Position = tuple[float, float]  # longitude, latitude in degrees
DEEPEST_LEVEL = 4
LEFT_OUT = 0.02  # of an area's ground, before a later edition is said to leave some of it out


@dataclass(frozen=True)
class PlaceMatch:
    """A place that a text may mean. `score` orders matches of one search and says nothing beyond it."""

    place: Place
    spelling: str  # the spelling that matched
    score: float
    distance_km: float | None  # from `near`, where one was given


def areas_at(points: Sequence[Position], *, max_level: int = DEEPEST_LEVEL) -> list[int | None]:
    """AdminArea ids, one for each point and in their order: the deepest current area at or above `max_level`.

    None where no country is named: the open sea, ground of undetermined status. One statement, about 0.1 ms a point;
    SQL over sets calls `geo_area_at(point, max_level)` itself.
    """
    if not points:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select geo_area_at(st_setsrid(st_makepoint(lon, lat), 4326), %s) "
            "from unnest(%s::float8[], %s::float8[]) with ordinality as asked(lon, lat, n) order by n",
            [max_level, [float(lon) for lon, _ in points], [float(lat) for _, lat in points]],
        )
        return [area_id for (area_id,) in cursor.fetchall()]


def area_at(point: Position | Point, *, max_level: int = DEEPEST_LEVEL) -> AdminArea | None:
    """The deepest current area that covers one point, without its polygons."""
    position = (point.x, point.y) if isinstance(point, Point) else point
    (area_id,) = areas_at([position], max_level=max_level)
    return AdminArea.objects.light().get(pk=area_id) if area_id else None


def resolve_code(code: str) -> list[AdminArea]:
    """What a code means in the editions in force, without polygons; empty when nobody knows it.

    Takes a P-code of any edition (older areas are followed through AreaLink to what they became), a place's code
    (answers the area the place lies in) or an ISO 3166 alpha-3 code.
    """
    found = list(AdminArea.objects.current().for_code(code).light())
    if found:
        return found
    older = set(AdminArea.objects.for_code(code).values_list("pk", flat=True))
    if older:
        return _successors(older)
    areas = set(Place.objects.for_code(code).exclude(area=None).values_list("area", flat=True))
    if not areas:
        return []
    return list(AdminArea.objects.current().filter(pk__in=areas).light()) or _successors(areas)


def is_divided(codes: Sequence[str]) -> bool:
    """Whether codes of former editions mean areas in force that hold other ground too, or less than all of theirs.

    A total over such ground needs to know how people are divided, which shares of ground do not say.
    """
    wanted = [code.strip().upper() for code in codes]
    in_force = AdminArea.objects.current().filter(pcode__in=wanted).values("pcode")
    former = AdminArea.objects.filter(pcode__in=wanted, edition__is_current=False).exclude(pcode__in=in_force)
    frontier = set(former.values_list("pk", flat=True))
    seen: set[int] = set()
    while frontier:
        onward = AreaLink.objects.filter(from_area__in=frontier)
        shares: dict[int, float] = {}
        for area, weight in onward.values_list("from_area", "weight"):
            shares[area] = shares.get(area, 0) + float(weight)
        became = set(onward.values_list("to_area", flat=True))
        others = AreaLink.objects.filter(to_area__in=became).exclude(from_area__in=frontier | seen)
        same_edition = others.filter(from_area__edition__in=onward.values("from_area__edition"))
        if any(share < 1 - LEFT_OUT for share in shares.values()) or same_edition.exists():
            return True
        seen |= frontier
        frontier = became - seen
    return False


def descendants(code: str) -> list[int]:
    """Ids of the current areas a code means and of everything below them, by parenthood, never by prefix."""
    ids: set[int] = set()
    for area in resolve_code(code):
        ids.update(AdminArea.objects.under(area).values_list("pk", flat=True))
    return sorted(ids)


def find_places(
    text: str, *, near: Position | None = None, country: str | None = None, limit: int = 10
) -> list[PlaceMatch]:
    """Places by any spelling in any script, best first; near misses count (Idlib finds Idleb, Halab finds Aleppo).

    Ranks an exact spelling before a beginning before a likeness, then the closer to `near`, then the larger.
    `country` is an ISO 3166 alpha-3 code.
    """
    wanted = fold(text)
    if not wanted:
        return []
    lon, lat = near or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(_FIND_PLACES, {"wanted": wanted, "country": country, "lon": lon, "lat": lat, "limit": limit})
        rows = cursor.fetchall()
    heavy = [f"area__{field}" for field in AdminArea.HEAVY_FIELDS]
    places = Place.objects.select_related("area").defer(*heavy).in_bulk([row[0] for row in rows])
    return [PlaceMatch(places[place_id], spelling, score, distance) for place_id, spelling, score, distance in rows]


def _successors(area_ids: set[int]) -> list[AdminArea]:
    """The areas in force that these became; links are followed both ways, at most once through every edition."""
    reached = set(area_ids)
    frontier = set(area_ids)
    for _ in range(BoundaryEdition.objects.count()):
        current = AdminArea.objects.current().filter(pk__in=frontier).light()
        if current:
            return list(current)
        links = AreaLink.objects.filter(Q(from_area__in=frontier) | Q(to_area__in=frontier))
        ends = {end for link in links.values_list("from_area", "to_area") for end in link}
        frontier = ends - reached
        reached |= frontier
        if not frontier:
            break
    return []


# The words are compared folded; `%%` is pg_trgm's "alike" operator, served by the trigram index.
_FIND_PLACES = """
    with alike as (
        select place_id, text,
            similarity(folded, %(wanted)s)
                + case when folded = %(wanted)s then 1 when folded like %(wanted)s || '%%' then 0.3 else 0 end
                + case when is_primary then 0.05 else 0 end as score
        from geo_placename
        where folded %% %(wanted)s or folded like %(wanted)s || '%%'
    ), best as (
        select distinct on (place_id) place_id, text, score from alike order by place_id, score desc, text
    ), placed as (
        select place.id, best.text, best.score, place.population,
            st_distance(place.location::geography, st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326)::geography) / 1000
                as distance
        from best join geo_place place on place.id = best.place_id
        where %(country)s::text is null or place.country_iso3 = %(country)s
    )
    select id, text,
        score + coalesce(0.5 / (1 + distance / 50), 0) + ln(1 + coalesce(population, 0)) / 60 as rank, distance
    from placed order by rank desc, id limit %(limit)s
"""
