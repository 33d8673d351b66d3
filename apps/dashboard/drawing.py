"""The geometry of a small map: projecting, thinning, laying out symbols and names. Pure, lengths in drawing units.

Drawn by the server as SVG, so that the page prints, and works without scripts.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Position = tuple[float, float]  # longitude, latitude in degrees, or x, y in drawing units
Extent = tuple[float, float, float, float]  # west, south, east, north

WIDTH = 720.0
# A drawing is never flatter nor taller than this share of its width: the page has room for no more.
FLATTEST, TALLEST = 0.5, 0.9
MARGIN = 0.04
KM_PER_DEGREE = 111.32
# Vertices nearer to the one before than this are left out: the eye cannot tell.
FINEST = 0.7
# Symbols nearer to each other than this are drawn as one with their number.
CELL = 18.0
LETTER = 6.2  # the width of a letter of a label, on average
LABEL_HEIGHT = 13.0


@dataclass(frozen=True)
class Frame:
    """A plate carrée true to scale at its middle latitude."""

    extent: Extent
    height: float
    scale: float  # units for a degree of latitude
    squeeze: float  # a degree of longitude, in degrees of latitude

    @property
    def width(self) -> float:
        """In drawing units."""
        return WIDTH

    def place(self, position: Position) -> Position:
        """Longitude and latitude as x and y from the top left corner."""
        west, _, _, north = self.extent
        return (position[0] - west) * self.squeeze * self.scale, (north - position[1]) * self.scale

    def holds(self, position: Position) -> bool:
        """Whether a longitude and latitude lies inside."""
        west, south, east, north = self.extent
        return west <= position[0] <= east and south <= position[1] <= north

    def meets(self, extent: Extent) -> bool:
        """Whether any of that extent lies inside."""
        west, south, east, north = self.extent
        return extent[0] <= east and extent[2] >= west and extent[1] <= north and extent[3] >= south


def frame(extents: Iterable[Extent]) -> Frame:
    """A frame around all of these extents, with a margin.

    Raises:
        ValueError: there is nothing to draw.
    """
    found = list(extents)
    if not found:
        raise ValueError("There is nothing to draw.")
    west, south = min(each[0] for each in found), min(each[1] for each in found)
    east, north = max(each[2] for each in found), max(each[3] for each in found)
    # A single point gets some ground around it: about 20 km.
    breadth, tall = max(east - west, 0.2), max(north - south, 0.2)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    squeeze = max(math.cos(math.radians(middle_y)), 0.05)
    breadth, tall = breadth * (1 + 2 * MARGIN), tall * (1 + 2 * MARGIN)
    share = min(max(tall / (breadth * squeeze), FLATTEST), TALLEST)
    breadth = max(breadth, tall / share / squeeze)
    tall = breadth * squeeze * share
    extent = (middle_x - breadth / 2, middle_y - tall / 2, middle_x + breadth / 2, middle_y + tall / 2)
    scale = WIDTH / (breadth * squeeze)
    return Frame(extent, tall * scale, scale, squeeze)


def path(rings: Iterable[Sequence[Position]], on: Frame) -> str:
    """Closed rings as SVG path text, thinned to what the eye can tell apart."""
    pieces = []
    for ring in rings:
        points = _thinned([on.place(position) for position in ring])
        if len(points) >= 3:
            pieces.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(pieces)


def line(points: Sequence[Position], on: Frame) -> str:
    """An open line as SVG path text."""
    placed = _thinned([on.place(position) for position in points])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed) if len(placed) >= 2 else ""


def _thinned(points: Sequence[Position]) -> list[Position]:
    kept: list[Position] = []
    for point in points:
        if not kept or abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= FINEST:
            kept.append(point)
    return kept


@dataclass(frozen=True)
class ScaleBar:
    """A round length and how long it is drawn."""

    km: int
    length: float


def scale_bar(on: Frame) -> ScaleBar:
    """The longest of 1, 2, 5, 10 … km that is at most a quarter of the width."""
    km_per_unit = KM_PER_DEGREE / on.scale
    lengths = [step * 10**power for power in range(5) for step in (1, 2, 5)]
    km = max((each for each in lengths if each <= WIDTH / 4 * km_per_unit), default=1)
    return ScaleBar(km, km / km_per_unit)


@dataclass(frozen=True)
class Label:
    """A name and where it is written."""

    text: str
    x: float
    y: float
    anchor: str  # start, middle, end


def write_names(
    wanted: Sequence[tuple[str, Position, float]], on: Frame, taken: Sequence[Position] = ()
) -> list[Label]:
    """Names beside their points, in order of importance; one that fits nowhere without covering others is left out.

    `wanted`: text, x and y, and how far from the point to write (0: on the point itself). `taken`: symbols' places.
    """
    boxes: list[Extent] = [(x - 9, y - 9, x + 9, y + 9) for x, y in taken]
    labels: list[Label] = []
    for text, (x, y), distance in wanted:
        for label, box in _candidates(text, x, y, distance):
            inside = box[0] >= 2 and box[1] >= 2 and box[2] <= on.width - 2 and box[3] <= on.height - 2
            if inside and not any(_overlap(box, other) for other in boxes):
                labels.append(label)
                boxes.append(box)
                break
    return labels


def _candidates(text: str, x: float, y: float, distance: float) -> list[tuple[Label, Extent]]:
    width, half = len(text) * LETTER, LABEL_HEIGHT / 2
    if distance == 0:
        return [
            (Label(text, x, y + up + 4, "middle"), (x - width / 2, y + up - half, x + width / 2, y + up + half))
            for up in (0.0, -16.0, 16.0, -32.0, 32.0)
        ]
    return [
        (Label(text, x + distance, y + 4, "start"), (x + distance, y - half, x + distance + width, y + half)),
        (Label(text, x - distance, y + 4, "end"), (x - distance - width, y - half, x - distance, y + half)),
        (
            Label(text, x, y - distance, "middle"),
            (x - width / 2, y - distance - LABEL_HEIGHT + 2, x + width / 2, y - distance + 2),
        ),
        (
            Label(text, x, y + distance + 9, "middle"),
            (x - width / 2, y + distance - 2, x + width / 2, y + distance + LABEL_HEIGHT - 2),
        ),
    ]


def _overlap(one: Extent, other: Extent) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]
