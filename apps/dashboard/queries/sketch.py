"""The situation page's map, from the areas of the crisis and the records on the page."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Polygon

from apps.crises.models import Crisis
from apps.dashboard import drawing
from apps.dashboard.drawing import Frame, Label, Position, ScaleBar
from apps.dashboard.queries.entries import Entry
from apps.dashboard.queries.situation import Situation
from apps.geo.models import SRID, AdminArea

# Which of several records in one spot lends its symbol: what people look for first.
PRECEDENCE = ["conflict", "hazard", "health", "event", "access", "flow", "stock"]
MOST_PLACE_NAMES = 14
# Kilometres to a drawing unit below which the outlines of about 1.5 km look coarse.
FINE_BELOW = 0.8
# The share of the records that the usual view must hold.
MOSTLY = 0.75


@dataclass(frozen=True)
class Outline:
    """An area as a path."""

    path: str
    is_affected: bool


@dataclass(frozen=True)
class Mark:
    """A symbol for one record, or for several in one spot."""

    x: float
    y: float
    shape: str
    filling: str
    bar: str  # of access: closed, restricted, open, unknown
    count: int
    title: str


@dataclass(frozen=True)
class Ring:
    """Records known no finer than a district, counted where the district's name would stand."""

    x: float
    y: float
    count: int
    title: str


@dataclass(frozen=True)
class Sketch:
    """Everything the drawing needs."""

    frame: Frame
    land: tuple[str, ...]  # countries, behind everything else and without lines
    outlines: tuple[Outline, ...]
    roads: tuple[str, ...]
    marks: tuple[Mark, ...]
    rings: tuple[Ring, ...]
    area_names: tuple[Label, ...]
    place_names: tuple[Label, ...]
    scale: ScaleBar
    outside: int  # records whose place lies beyond the frame
    withheld: int  # records without a place to show
    attributions: tuple[str, ...]

    @property
    def shapes(self) -> list[str]:
        """The kinds of symbols used, for the legend."""
        used = {mark.shape for mark in self.marks}
        return [shape for shape in PRECEDENCE if shape in used]


def draw(situation: Situation) -> Sketch | None:
    """The map of a crisis's areas and the records of the page; None where there is nothing to draw."""
    entries = situation.entries
    affected, context = _areas(situation.crisis)
    placed = [entry for entry in entries if entry.point is not None]
    extents = _usual_view(situation.crisis, placed) or [_shape(area).extent for area in affected]
    extents = extents or [_around(entry) for entry in placed]
    if not extents:
        return None
    frame = drawing.frame(extents)
    inside = [entry for entry in placed if frame.holds(_position(entry))]
    marks = _marks([entry for entry in inside if not entry.is_coarse], frame)
    rings = _coarse_rings([entry for entry in inside if entry.is_coarse], frame)
    taken = [(mark.x, mark.y) for mark in marks] + [(ring.x, ring.y) for ring in rings]
    place_names = drawing.write_names(_place_names(inside, frame), frame, taken)
    beside = [*taken, *((label.x, label.y) for label in place_names)]
    areas = {area.pk: area for area in (*context, *affected)}
    return Sketch(
        frame=frame,
        land=tuple(_land(frame)),
        outlines=tuple(_outlines(affected, context, frame)),
        roads=tuple(_roads(situation, frame)),
        marks=tuple(marks),
        rings=tuple(rings),
        area_names=tuple(drawing.write_names(_area_names(areas.values(), frame), frame, beside)),
        place_names=tuple(place_names),
        scale=drawing.scale_bar(frame),
        outside=len(placed) - len(inside),
        withheld=len(entries) - len(placed),
        attributions=tuple(sorted({area.edition.attribution for area in areas.values()})),
    )


def _usual_view(crisis: Crisis, placed: Sequence[Entry]) -> list[drawing.Extent]:
    """The crisis's default view, where it holds most of these records; a whole country would make them a blot."""
    box = crisis.default_view.get("bbox")
    if not (isinstance(box, list) and len(box) == 4 and all(isinstance(side, int | float) for side in box)):
        return []
    west, south, east, north = box
    inside = sum(west <= entry.point.x <= east and south <= entry.point.y <= north for entry in placed if entry.point)
    return [(west, south, east, north)] if inside >= MOSTLY * len(placed) else []


def _areas(crisis: Crisis) -> tuple[list[AdminArea], list[AdminArea]]:
    """The crisis's areas (a whole country as its governorates), and the governorates of its countries around them."""
    light = AdminArea.objects.defer("boundary", "outline_mid").select_related("edition")
    own = list(light.filter(crises=crisis, outline_low__isnull=False))
    countries = {area.country_iso3 for area in own} | set(crisis.countries)
    around = list(light.current().at_level(1).filter(country_iso3__in=countries, outline_low__isnull=False))
    whole = {area.country_iso3 for area in own if area.level == 0}
    affected = [area for area in own if area.level > 0]
    affected += [area for area in around if area.country_iso3 in whole and area not in affected]
    return affected, [area for area in around if area not in affected]


def _land(frame: Frame) -> Iterable[str]:
    """The ground of all countries within the frame. No lines: those of the crisis's own areas are drawn over it."""
    box = Polygon.from_bbox(frame.extent)
    box.srid = SRID
    countries = AdminArea.objects.at_level(0).filter(edition__country_iso3="", edition__is_current=True)
    for outline in countries.filter(boundary__bboverlaps=box).values_list("outline_low", flat=True):
        if outline is not None:
            yield drawing.path(_rings(outline.intersection(box)), frame)


def _rings(shape: Any) -> Iterable[Sequence[Position]]:
    """The rings of polygons; lines and points, where a shape only touches the frame, have none."""
    if shape.geom_type == "Polygon":
        yield from shape.coords
    elif shape.geom_type in {"MultiPolygon", "GeometryCollection"}:
        for part in shape:
            yield from _rings(part)


def _outlines(affected: Sequence[AdminArea], context: Sequence[AdminArea], frame: Frame) -> Iterable[Outline]:
    """Context first: it lies beneath. Where the frame is small, the outlines are the finer ones."""
    shapes = {area.pk: _shape(area) for area in (*context, *affected)}
    if drawing.KM_PER_DEGREE / frame.scale < FINE_BELOW:
        seen = [pk for pk, shape in shapes.items() if frame.meets(shape.extent)]
        finer = AdminArea.objects.filter(pk__in=seen, outline_mid__isnull=False)
        shapes |= dict(finer.values_list("pk", "outline_mid"))
    for areas, is_affected in ((context, False), (affected, True)):
        for area in areas:
            if frame.meets(shapes[area.pk].extent):
                yield Outline(drawing.path(_rings(shapes[area.pk]), frame), is_affected)


def _shape(area: AdminArea) -> Any:
    """The light outline: only areas that have one are read."""
    return area.outline_low


def _position(entry: Entry) -> Position:
    assert entry.point is not None  # noqa: S101  only placed entries are drawn
    return entry.point.x, entry.point.y


def _around(entry: Entry) -> drawing.Extent:
    x, y = _position(entry)
    return x, y, x, y


def _bar(entry: Entry) -> str:
    status = str(getattr(entry.row, "status", ""))
    if entry.kind == "access_constraint":
        return "open" if entry.row.state == "ended" else "restricted"
    return {"destroyed": "closed", "abandoned": "closed"}.get(status, status)


def _marks(entries: Sequence[Entry], frame: Frame) -> list[Mark]:
    """One symbol for each spot; a constraint that stands for infrastructure shares its symbol."""
    cells: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind == "access_constraint" and entry.row.stands_for_id:
            continue
        x, y = frame.place(_position(entry))
        cells[round(x / drawing.CELL), round(y / drawing.CELL)].append(entry)
    marks = []
    for members in cells.values():
        first = min(members, key=lambda entry: PRECEDENCE.index(entry.shape))
        x, y = frame.place(_position(first))
        title = "; ".join(entry.title for entry in members[:5])
        bar = _bar(first) if first.shape == "access" else ""
        marks.append(Mark(x, y, first.shape, first.filling, bar, len(members), title))
    return sorted(marks, key=lambda mark: mark.y)


def _coarse_rings(entries: Sequence[Entry], frame: Frame) -> list[Ring]:
    spots: dict[tuple[float, float], list[Entry]] = defaultdict(list)
    for entry in entries:
        if not (entry.kind == "access_constraint" and entry.row.stands_for_id):
            spots[_position(entry)].append(entry)
    return [
        Ring(*frame.place(spot), len(members), members[0].area or members[0].place) for spot, members in spots.items()
    ]


def _roads(situation: Situation, frame: Frame) -> Iterable[str]:
    """Roads whose course this reader may see."""
    for row in (row for group in situation.infrastructure for row in group.rows if row.is_named):
        course: Any = row.entry.row.asset.released_geometry
        if course is not None and course.geom_type == "LineString" and (drawn := drawing.line(course.coords, frame)):
            yield drawn


def _place_names(entries: Sequence[Entry], frame: Frame) -> list[tuple[str, Position, float]]:
    """The places named most often, each once."""
    named = Counter(entry.place for entry in entries if entry.place and not entry.is_coarse)
    first = {entry.place: entry for entry in reversed(entries)}
    return [(name, frame.place(_position(first[name])), 12.0) for name, _ in named.most_common(MOST_PLACE_NAMES)]


def _area_names(areas: Iterable[AdminArea], frame: Frame) -> list[tuple[str, Position, float]]:
    """Largest first."""
    seen = [area for area in areas if frame.holds((area.label_point.x, area.label_point.y))]
    ordered = sorted(seen, key=lambda area: -area.area_sqkm)
    return [(area.name, frame.place((area.label_point.x, area.label_point.y)), 0.0) for area in ordered]
