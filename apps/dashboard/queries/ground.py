"""Which place or area somebody means who writes its name: for a form that works without scripts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.core import coordinates
from apps.geo.folding import fold
from apps.geo.models import AdminArea, Place
from apps.geo.queries import area_at, find_places, resolve_code
from apps.records.vocabularies import Accuracy

MOST_CHOICES = 8
ACCURACY_OF_LEVEL = {0: "adm0", 1: "adm1", 2: "adm2", 3: "adm3", 4: "adm3"}


@dataclass(frozen=True)
class Spot:
    """A place or area on offer. `key` comes back from the form."""

    key: str
    name: str
    words: str  # what and where it is, to tell two of one name apart
    location: tuple[float, float] | None
    accuracy: str
    area_code: str
    is_same_name: bool = False


def spots(text: str, countries: Sequence[str]) -> list[Spot]:
    """What a name, P-code or "lat, lon" may mean in these countries (ISO3; none: anywhere), best first."""
    text = text.strip()
    if not text:
        return []
    try:
        return [spot_at(coordinates.pair(text))]
    except ValueError:
        pass
    by_code = [_of_area(area, is_same=True) for area in resolve_code(text)]
    if by_code:
        return by_code
    within: list[str | None] = [*countries] or [None]
    matches = [match for country in within for match in find_places(text, country=country, limit=6)]
    places = [
        _of_place(match.place, is_same=fold(match.spelling) == fold(text))
        for match in sorted(matches, key=lambda match: -match.score)
    ]
    return [*places[:MOST_CHOICES], *_areas_named(text, countries)][: MOST_CHOICES + 2]


def spot_of(key: str) -> Spot | None:
    """The spot a form sends back; None when there is no such place any more."""
    kind, _, value = key.partition(":")
    if kind == "place" and value.isdecimal():
        place = Place.objects.filter(pk=int(value)).first()
        return _of_place(place) if place else None
    if kind == "area" and value:
        return next((_of_area(area) for area in resolve_code(value)), None)
    if kind == "at":
        try:
            return spot_at(coordinates.pair(value))
        except ValueError:
            return None
    return None


def spot_at(point: tuple[float, float]) -> Spot:
    """A point as such; `words` name the area it lies in."""
    area = area_at(point)
    lon, lat = point
    return Spot(
        key=f"at:{lat:.6f},{lon:.6f}",
        name="",
        words=f"{lat:.5f}, {lon:.5f}" + (f" · {area.name}" if area else ""),
        location=point,
        accuracy="point",
        area_code=area.pcode if area else "",
        is_same_name=True,
    )


def country_at(point: tuple[float, float]) -> str:
    """ISO3 of the country at a point; empty at sea and where no country is named."""
    area = area_at(point, max_level=0)
    return area.country_iso3 if area else ""


def _areas_named(text: str, countries: Iterable[str]) -> list[Spot]:
    """Governorates, districts and sub-districts of that name in any language, larger ones first."""
    wanted = fold(text)
    known = AdminArea.objects.current().filter(country_iso3__in=list(countries), level__gte=1).light()
    return [
        _of_area(area, is_same=True)
        for area in known.order_by("level", "pcode")
        if any(fold(name) == wanted for name in area.names.values())
    ][:4]


def _of_place(place: Place, *, is_same: bool = False) -> Spot:
    area = AdminArea.objects.light().filter(pk=place.area_id).first() if place.area_id else None
    where = f" · {area.name} {area.pcode}" if area else ""
    return Spot(
        key=f"place:{place.pk}",
        name=place.name,
        words=f"{place.get_kind_display()}{where}",
        location=(place.location.x, place.location.y),
        # A camp, a clinic or a quarter says more than its town may: released as a settlement it is generalised.
        accuracy="settlement" if place.kind == Place.Kind.SETTLEMENT else "point",
        area_code=area.pcode if area else "",
        is_same_name=is_same,
    )


def _of_area(area: AdminArea, *, is_same: bool = False) -> Spot:
    return Spot(
        key=f"area:{area.pcode}",
        name=area.name,
        words=f"{Accuracy(ACCURACY_OF_LEVEL[area.level]).label} · {area.pcode}",
        location=None,
        accuracy=ACCURACY_OF_LEVEL[area.level],
        area_code=area.pcode,
        is_same_name=is_same,
    )
