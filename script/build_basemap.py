"""Build the offline base map in static/map/ from Natural Earth (public domain).

    python script/build_basemap.py DIRECTORY

DIRECTORY holds countries-50m.json and land-10m.json (world-atlas), ne_50m_admin_0_boundary_lines_land.json and
ne_10m_admin_0_disputed_areas.json. Written:

- boundaries.json  GeoJSON lines; `class` is international | disputed | undetermined, `between` the ISO 3166 codes of
  both sides, `place` the name of a disputed place
- land.json        TopoJSON, one object `land`, without any border, for the world and regions
- land/<column>_<row>.json  the same, finer, in squares counted from 180° west and 90° south; land/index.json names them
- labels.json      country names with a point each: UN members and observers, and Western Sahara

Natural Earth draws who controls the ground. RULES turns that into what United Nations maps say: a line that the
parties or the General Assembly do not accept is never drawn as an international boundary.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.gis.geos import GEOSGeometry, LineString, Polygon

OUTPUT = Path(__file__).resolve().parent.parent / "static" / "map"
NEAR = 0.03  # degrees within which a line touches a country: both come from the same 1:50m drawing
LINE_TOLERANCE = 0.008  # degrees, about 900 m: finer than the 1:50m drawing itself
WORLD_STEP, WORLD_TOLERANCE = 0.02, 0.03  # degrees: the grid of the world's land, and how far its coast may be off
SQUARE_STEP, SQUARE_TOLERANCE = 0.004, 0.004
SQUARE = 15  # degrees
OVERLAP = 0.05  # degrees by which squares overlap, so that no seam shows between them
HALF_WORLD, POLE = 180, -85  # degrees
MOVES_OF_A_RING = 3  # fewer enclose nothing
SHORTEST_OUTLINE = 0.2  # degrees: shorter remains of an outline are where two scales disagree
SMALLEST_ISLAND = 0.0004  # square degrees, about 5 km2
SMALLEST_ISLET = 0.00002

INTERNATIONAL, DISPUTED, UNDETERMINED = "international", "disputed", "undetermined"
CLASSES = {"Disputed": DISPUTED, "Line of control": UNDETERMINED, "Indefinite": UNDETERMINED}


class Rule(NamedTuple):
    """Lines between two neighbours, all along or inside a box (west, south, east, north), are of this class."""

    place: str
    between: tuple[str, str]
    line_class: str | None  # None: not drawn
    box: tuple[float, float, float, float] | None = None


RULES = [
    Rule("Abyei", ("Sudan", "S. Sudan"), UNDETERMINED, (27.6, 9.2, 29.1, 10.3)),
    Rule("Sudan and South Sudan", ("Sudan", "S. Sudan"), UNDETERMINED),
    Rule("Hala'ib Triangle", ("Egypt", "Sudan"), DISPUTED, (33.15, 21.5, 37.5, 23.5)),
    Rule("Ilemi Triangle", ("S. Sudan", "Kenya"), UNDETERMINED, (34.3, 4.5, 36.0, 5.6)),
    Rule("Ilemi Triangle", ("Kenya", "Ethiopia"), UNDETERMINED, (34.3, 4.5, 36.0, 5.6)),
    Rule("Somaliland", ("Somalia", "Somaliland"), UNDETERMINED),
    # The berm is a defence line inside Western Sahara; the boundary with Morocco is the parallel in DRAWN.
    Rule("Western Sahara", ("Morocco", "W. Sahara"), None),
    Rule("Gaza", ("Egypt", "Israel"), DISPUTED, (34.1, 31.2, 34.6, 31.7)),
    Rule("Gaza", ("Israel", "Palestine"), DISPUTED, (34.1, 31.1, 34.6, 31.7)),
    Rule("West Bank", ("Israel", "Palestine"), DISPUTED),
    Rule("West Bank", ("Jordan", "Palestine"), DISPUTED),
    Rule("Golan Heights", ("Syria", "Israel"), DISPUTED),
    Rule("Golan Heights", ("Jordan", "Israel"), DISPUTED, (35.58, 32.66, 35.85, 32.8)),
    Rule("Golan Heights", ("Lebanon", "Israel"), DISPUTED, (35.58, 33.2, 35.95, 33.5)),
    Rule("Blue Line", ("Lebanon", "Israel"), DISPUTED),
    Rule("Northern Cyprus", ("N. Cyprus", "Cyprus"), DISPUTED),
    Rule("Crimea", ("Ukraine", "Russia"), DISPUTED, (32.4, 44.3, 36.7, 46.3)),
    Rule("Kosovo", ("Serbia", "Kosovo"), DISPUTED),
    Rule("Kashmir", ("Pakistan", "India"), UNDETERMINED, (73.0, 32.7, 77.9, 37.1)),
    Rule("Kashmir", ("Pakistan", "China"), DISPUTED),
    Rule("Aksai Chin", ("India", "China"), DISPUTED, (76.0, 32.0, 80.5, 36.5)),
    Rule("Korean Demilitarized Zone", ("South Korea", "North Korea"), UNDETERMINED),
]

# The other side of a disputed place, from its outline: (place, Natural Earth's name, class, degrees around lines
# already drawn in which the outline is left out).
OUTLINES = [
    ("Golan Heights", "Golan Heights", DISPUTED, 0.045),
    ("Abyei", "Abyei", UNDETERMINED, 0.05),
    ("Aksai Chin", "Aksai Chin", DISPUTED, 0.08),
    ("Kashmir", "Siachen Glacier", UNDETERMINED, 0.03),
    ("Ilemi Triangle", "Ilemi Triangle", UNDETERMINED, 0.05),
]

# Lines that Natural Earth lacks, from the treaties' own words.
DRAWN = [
    (
        "Western Sahara",
        DISPUTED,
        ("ESH", "MAR"),
        [(-13.17, 27.667), (-8.667, 27.667)],
    ),
    (
        "Hala'ib Triangle",
        DISPUTED,
        ("EGY", "SDN"),
        [(34.1, 22.0), (34.15, 22.2), (34.69, 22.3), (34.94, 22.86), (35.2, 22.78), (35.62, 23.14)],
    ),
    ("Bir Tawil", DISPUTED, ("EGY", "SDN"), [(33.16, 22.0), (33.56, 21.72), (34.0, 21.77), (34.1, 22.0)]),
]

LABELS_LEFT_OUT = {
    *("Kosovo", "N. Cyprus", "Somaliland", "Taiwan", "Siachen Glacier", "Antarctica", "Greenland", "Puerto Rico"),
    *("New Caledonia", "Falkland Is.", "Hong Kong", "Macao", "Fr. S. Antarctic Lands", "S. Geo. and the Is."),
    *("Isle of Man", "Fr. Polynesia", "Åland", "Faeroe Is.", "Heard I. and McDonald Is."),
}
UN_NAMES = {
    "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Cabo Verde": "Cabo Verde",
    "Central African Rep.": "Central African Republic",
    "Dem. Rep. Congo": "Democratic Republic of the Congo",
    "Dominican Rep.": "Dominican Republic",
    "Eq. Guinea": "Equatorial Guinea",
    "Macedonia": "North Macedonia",
    "Palestine": "State of Palestine",
    "S. Sudan": "South Sudan",
    "Solomon Is.": "Solomon Islands",
    "Turkey": "Türkiye",
    "W. Sahara": "Western Sahara",
    "eSwatini": "Eswatini",
}
# ISO 3166-1 gives these no number; the code is that of the administrative areas they are published with.
UNNUMBERED = {"Kosovo": "XKXKX", "N. Cyprus": "CYCYP", "Somaliland": "SOSOM"}
# ISO 3166-1: number, two-letter and three-letter code.
ISO = """
004AFAFG 008ALALB 010AQATA 012DZDZA 016ASASM 020ADAND 024AOAGO 028AGATG 031AZAZE 032ARARG 036AUAUS 040ATAUT 044BSBHS
048BHBHR 050BDBGD 051AMARM 052BBBRB 056BEBEL 060BMBMU 064BTBTN 068BOBOL 070BABIH 072BWBWA 074BVBVT 076BRBRA 084BZBLZ
086IOIOT 090SBSLB 092VGVGB 096BNBRN 100BGBGR 104MMMMR 108BIBDI 112BYBLR 116KHKHM 120CMCMR 124CACAN 132CVCPV 136KYCYM
140CFCAF 144LKLKA 148TDTCD 152CLCHL 156CNCHN 158TWTWN 162CXCXR 166CCCCK 170COCOL 174KMCOM 175YTMYT 178CGCOG 180CDCOD
184CKCOK 188CRCRI 191HRHRV 192CUCUB 196CYCYP 203CZCZE 204BJBEN 208DKDNK 212DMDMA 214DODOM 218ECECU 222SVSLV 226GQGNQ
231ETETH 232ERERI 233EEEST 234FOFRO 238FKFLK 239GSSGS 242FJFJI 246FIFIN 248AXALA 250FRFRA 254GFGUF 258PFPYF 260TFATF
262DJDJI 266GAGAB 268GEGEO 270GMGMB 275PSPSE 276DEDEU 288GHGHA 292GIGIB 296KIKIR 300GRGRC 304GLGRL 308GDGRD 312GPGLP
316GUGUM 320GTGTM 324GNGIN 328GYGUY 332HTHTI 334HMHMD 336VAVAT 340HNHND 344HKHKG 348HUHUN 352ISISL 356ININD 360IDIDN
364IRIRN 368IQIRQ 372IEIRL 376ILISR 380ITITA 384CICIV 388JMJAM 392JPJPN 398KZKAZ 400JOJOR 404KEKEN 408KPPRK 410KRKOR
414KWKWT 417KGKGZ 418LALAO 422LBLBN 426LSLSO 428LVLVA 430LRLBR 434LYLBY 438LILIE 440LTLTU 442LULUX 446MOMAC 450MGMDG
454MWMWI 458MYMYS 462MVMDV 466MLMLI 470MTMLT 474MQMTQ 478MRMRT 480MUMUS 484MXMEX 492MCMCO 496MNMNG 498MDMDA 499MEMNE
500MSMSR 504MAMAR 508MZMOZ 512OMOMN 516NANAM 520NRNRU 524NPNPL 528NLNLD 531CWCUW 533AWABW 534SXSXM 535BQBES 540NCNCL
548VUVUT 554NZNZL 558NINIC 562NENER 566NGNGA 570NUNIU 574NFNFK 578NONOR 580MPMNP 581UMUMI 583FMFSM 584MHMHL 585PWPLW
586PKPAK 591PAPAN 598PGPNG 600PYPRY 604PEPER 608PHPHL 612PNPCN 616PLPOL 620PTPRT 624GWGNB 626TLTLS 630PRPRI 634QAQAT
638REREU 642ROROU 643RURUS 646RWRWA 652BLBLM 654SHSHN 659KNKNA 660AIAIA 662LCLCA 663MFMAF 666PMSPM 670VCVCT 674SMSMR
678STSTP 682SASAU 686SNSEN 688RSSRB 690SCSYC 694SLSLE 702SGSGP 703SKSVK 704VNVNM 705SISVN 706SOSOM 710ZAZAF 716ZWZWE
724ESESP 728SSSSD 729SDSDN 732EHESH 740SRSUR 744SJSJM 748SZSWZ 752SESWE 756CHCHE 760SYSYR 762TJTJK 764THTHA 768TGTGO
772TKTKL 776TOTON 780TTTTO 784AEARE 788TNTUN 792TRTUR 795TMTKM 796TCTCA 798TVTUV 800UGUGA 804UAUKR 807MKMKD 818EGEGY
826GBGBR 831GGGGY 832JEJEY 833IMIMN 834TZTZA 840USUSA 850VIVIR 854BFBFA 858UYURY 860UZUZB 862VEVEN 876WFWLF 882WSWSM
887YEYEM 894ZMZMB
"""


class Country(NamedTuple):
    """A polygon of the world file: its two-letter and three-letter code, empty where it has none."""

    name: str
    iso2: str
    iso3: str
    shape: GEOSGeometry


class Border(NamedTuple):
    """A classified line, not yet simplified."""

    line_class: str
    between: tuple[str, ...]
    place: str
    line: GEOSGeometry


def main(directory: Path) -> None:
    """Build and write every file."""
    topology = read(directory / "countries-50m.json")
    countries = list(read_countries(topology))
    borders = list(classified(read(directory / "ne_50m_admin_0_boundary_lines_land.json"), countries))
    borders += outlines(read(directory / "ne_10m_admin_0_disputed_areas.json"), borders)
    borders += [Border(kind, between, place, LineString(points)) for place, kind, between, points in DRAWN]
    world = land(land_polygons(topology, SMALLEST_ISLAND), WORLD_STEP, WORLD_TOLERANCE)
    write("boundaries.json", {"type": "FeatureCollection", "features": [as_feature(border) for border in borders]})
    write("land.json", world)
    write("labels.json", labels(countries))
    fine = dict(squares(land_polygons(read(directory / "land-10m.json"), SMALLEST_ISLET)))
    for name, square in fine.items():
        write(f"land/{name}.json", square)
    write("land/index.json", {"square": SQUARE, "names": sorted(fine)})


def write(name: str, content: Any) -> None:
    """Write one file and print its size in bytes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    file = OUTPUT / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")
    print(name, len(text.encode()))


def read(path: Path) -> Any:
    """The file's JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_countries(topology: Any) -> Iterator[Country]:
    """Every country of the topology, with its outline as drawn there."""
    codes = {pair[:3]: pair[3:] for pair in ISO.split()}
    arcs = decoded_arcs(topology)
    for geometry in topology["objects"]["countries"]["geometries"]:
        parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [[ring(arcs, ids) for ids in part] for part in parts]
        shape = GEOSGeometry(json.dumps({"type": "MultiPolygon", "coordinates": rings})).buffer(0)
        name = geometry["properties"]["name"]
        code = codes.get(str(geometry.get("id")), UNNUMBERED.get(name, ""))
        yield Country(name, code[:2], code[2:], unprojected(shape))


def decoded_arcs(topology: Any) -> list[list[tuple[float, float]]]:
    """Arcs of a quantised TopoJSON as longitude and latitude."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(arc)
    return arcs


def ring(arcs: list[list[tuple[float, float]]], ids: list[int]) -> list[tuple[float, float]]:
    """Join arcs; a negative id is the arc backwards."""
    points: list[tuple[float, float]] = []
    for index in ids:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def unprojected(shape: GEOSGeometry) -> GEOSGeometry:
    """Drop the reference system: everything here is in degrees, and GEOS refuses to mix."""
    shape.srid = None
    return shape


def classified(lines: Any, countries: list[Country]) -> Iterator[Border]:
    """Every Natural Earth line, cut and classed by the first rule that fits each part."""
    near = [(country, country.shape.buffer(NEAR)) for country in countries]
    prepared = [(country, area.prepared, Polygon.from_bbox(area.extent)) for country, area in near]
    for feature in lines["features"]:
        rest = unprojected(GEOSGeometry(json.dumps(feature["geometry"])))
        middle = rest.interpolate_normalized(0.5)
        sides = [country for country, area, box in prepared if box.intersects(middle) and area.intersects(middle)]
        names, codes = {side.name for side in sides}, tuple(sorted({side.iso3 for side in sides if side.iso3}))
        for rule in RULES:
            if names != set(rule.between) or rest.empty:
                continue
            inside = rest.intersection(Polygon.from_bbox(rule.box)) if rule.box else rest
            rest = rest.difference(inside) if rule.box else LineString()
            if rule.line_class and not inside.empty:
                yield Border(rule.line_class, codes, rule.place, inside)
        if not rest.empty:
            drawn_as = feature["properties"]["featurecla"].split(" (")[0]
            yield Border(CLASSES.get(drawn_as, INTERNATIONAL), codes, "", rest)


def outlines(areas: Any, drawn: list[Border]) -> list[Border]:
    """The sides of disputed places on which no line has been drawn yet."""
    shapes = {
        feature["properties"]["BRK_NAME"]: unprojected(GEOSGeometry(json.dumps(feature["geometry"])).buffer(0))
        for feature in areas["features"]
    }
    found = []
    for place, name, line_class, gap in OUTLINES:
        window = Polygon.from_bbox(shapes[name].buffer(1).extent)
        close = [border.line for border in drawn if border.line.intersects(window)]
        edge = shapes[name].boundary
        for line in close:
            edge = edge.difference(line.buffer(gap))
        found += [
            Border(line_class, (), place, part) for part in lines_of(edge.merged) if part.length > SHORTEST_OUTLINE
        ]
    return found


def lines_of(shape: GEOSGeometry) -> list[GEOSGeometry]:
    """The lines of a geometry, whatever it is made of."""
    if shape.geom_type == "LineString":
        return [shape]
    return (
        [line for part in shape for line in lines_of(part)] if shape.num_geom > 1 or "Multi" in shape.geom_type else []
    )


def as_feature(border: Border) -> dict[str, Any]:
    """GeoJSON with three decimals, about 100 m."""
    lines = [line.simplify(LINE_TOLERANCE) for line in lines_of(border.line)]
    points = [[[round(x, 3), round(y, 3)] for x, y in line.coords] for line in lines]
    properties = {"class": border.line_class, "between": list(border.between), "place": border.place}
    return {
        "type": "Feature",
        "properties": {name: value for name, value in properties.items() if value},
        "geometry": {"type": "MultiLineString", "coordinates": points},
    }


def land_polygons(topology: Any, smallest: float) -> list[Polygon]:
    """The land of the topology as polygons with holes; islands and lakes below `smallest` square degrees left out."""
    arcs = decoded_arcs(topology)
    (geometry,) = topology["objects"]["land"]["geometries"]
    polygons = []
    for part in geometry["arcs"]:
        rings = [unwrapped(ring(arcs, ids)) for ids in part]
        large = [points for points in rings if len(points) > MOVES_OF_A_RING and Polygon(points).area >= smallest]
        if large and large[0] is rings[0]:
            polygons += halves(Polygon(*large))
    return polygons


def unwrapped(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A ring that steps across 180° goes on eastwards beyond it. Antarctica's step along the pole is none."""
    pairs = zip(points, points[1:], strict=False)
    if not any(abs(a[0] - b[0]) > HALF_WORLD and min(a[1], b[1]) > POLE for a, b in pairs):
        return points
    return [(x + 2 * HALF_WORLD if x < 0 else x, y) for x, y in points]


def halves(polygon: Polygon) -> list[Polygon]:
    """What of an unwrapped polygon lies before 180°, and what beyond, moved back to where it belongs."""
    if polygon.extent[2] <= HALF_WORLD:
        return [polygon]
    valid = polygon.buffer(0)
    before = polygons_of(valid & Polygon.from_bbox((-HALF_WORLD, -90, HALF_WORLD, 90)))
    beyond = polygons_of(valid & Polygon.from_bbox((HALF_WORLD, -90, 3 * HALF_WORLD, 90)))
    return before + [Polygon(*[[(x - 2 * HALF_WORLD, y) for x, y in edge.coords] for edge in each]) for each in beyond]


def land(polygons: list[Polygon], step: float, tolerance: float) -> dict[str, Any]:
    """TopoJSON of one object `land`, simplified and on a grid of `step` degrees; every ring is an arc of its own."""
    arcs: list[list[list[int]]] = []
    kept = []
    for polygon in polygons:
        rings = [steps(edge.simplify(tolerance, preserve_topology=True).coords, step) for edge in polygon]
        rings = [moves for moves in rings if len(moves) > MOVES_OF_A_RING]
        if rings:
            kept.append([[len(arcs) + place] for place in range(len(rings))])
            arcs += rings
    return {
        "type": "Topology",
        "transform": {"scale": [step, step], "translate": [-180, -90]},
        "objects": {"land": {"type": "MultiPolygon", "arcs": kept}},
        "arcs": arcs,
    }


def squares(polygons: list[Polygon]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and TopoJSON of every square that holds land."""
    valid = [unprojected(polygon.buffer(0)) for polygon in polygons]
    for column in range(360 // SQUARE):
        for row in range(180 // SQUARE):
            west, south = column * SQUARE - 180, row * SQUARE - 90
            box = (west - OVERLAP, south - OVERLAP, west + SQUARE + OVERLAP, south + SQUARE + OVERLAP)
            window = Polygon.from_bbox((max(box[0], -180), max(box[1], -90), min(box[2], 180), min(box[3], 90)))
            inside = [part for shape in valid if shape.intersects(window) for part in polygons_of(shape & window)]
            if inside:
                yield f"{column}_{row}", land(inside, SQUARE_STEP, SQUARE_TOLERANCE)


def polygons_of(shape: GEOSGeometry) -> list[Polygon]:
    """The polygons of a geometry, whatever it is made of."""
    if isinstance(shape, Polygon):
        return [] if shape.empty else [shape]
    return [polygon for part in shape for polygon in polygons_of(part)] if shape.num_geom > 1 else []


def steps(points: Any, step: float) -> list[list[int]]:
    """Grid steps from point to point, the first from the lower left corner; standing still is left out."""
    moves, x, y = [], 0, 0
    for longitude, latitude in points:
        column, row = round((longitude + 180) / step), round((latitude + 90) / step)
        if not moves or (column, row) != (x, y):
            moves.append([column - x, row - y])
        x, y = column, row
    return moves


def labels(countries: list[Country]) -> list[dict[str, Any]]:
    """Names with a point inside the largest part, the largest countries first; `size` is in square degrees."""
    found = []
    for country in countries:
        if not country.iso2 or country.name in LABELS_LEFT_OUT:
            continue
        parts = list(country.shape) if country.shape.geom_type == "MultiPolygon" else [country.shape]
        largest = max(parts, key=lambda part: part.area)
        if largest.area < 0.05 and country.name != "Palestine":
            continue
        point = largest.point_on_surface
        found.append(
            {
                "code": country.iso2,
                "name": UN_NAMES.get(country.name, country.name),
                "at": [round(point.x, 2), round(point.y, 2)],
                "size": round(largest.area, 1),
            }
        )
    return sorted(found, key=lambda label: -label["size"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
