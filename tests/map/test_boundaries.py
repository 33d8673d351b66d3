"""The committed base map, place by place: a path from one side to the other tells how each line is drawn."""

import json
from pathlib import Path

import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "static" / "map"
CLASSES = {"international", "disputed", "undetermined"}
LARGEST, LARGEST_SQUARE = 400_000, 80_000  # bytes
SQUARES = [file for file in (FOLDER / "land").glob("*.json") if file.name != "index.json"]


@pytest.fixture(scope="module")
def boundaries():
    text = (FOLDER / "boundaries.json").read_text(encoding="utf-8")
    return [
        (feature["properties"], GEOSGeometry(json.dumps(feature["geometry"])))
        for feature in json.loads(text)["features"]
    ]


def land_of(file):
    return json.loads(file.read_text(encoding="utf-8"))


def crossed(boundaries, *points):
    """Classes of the lines that a path over these points crosses."""
    path = LineString(points, srid=4326)
    return {properties["class"] for properties, line in boundaries if line.intersects(path)}


CONTESTED = {
    "Crimea and the rest of Ukraine": [(33.6, 46.5), (34.2, 45.5)],
    "Golan Heights and Israel": [(35.5, 32.95), (35.75, 33.0)],
    "Golan Heights and the rest of Syria": [(35.75, 33.0), (36.05, 33.0)],
    "Golan Heights and Jordan": [(35.72, 32.8), (35.72, 32.62)],
    "Golan Heights and Lebanon": [(35.7, 33.45), (35.78, 33.2)],
    "West Bank and Israel": [(35.2, 32.2), (34.9, 32.2)],
    "West Bank and Jordan": [(35.3, 32.0), (35.75, 32.0)],
    "Gaza and Israel": [(34.38, 31.42), (34.6, 31.38)],
    "Gaza and Egypt": [(34.27, 31.3), (34.15, 31.24)],
    "Israel and Lebanon": [(35.3, 32.95), (35.3, 33.25)],
    "Western Sahara and Morocco": [(-11.0, 27.3), (-11.0, 28.2)],
    "Kashmir along the line of control": [(74.6, 34.3), (74.3, 35.2)],
    "Kashmir and China": [(75.8, 35.6), (75.8, 36.8)],
    "Siachen": [(76.5, 35.4), (77.2, 35.2)],
    "Aksai Chin and Ladakh": [(77.6, 34.3), (79.0, 34.6)],
    "Aksai Chin and the rest of China": [(79.5, 35.0), (81.0, 35.2)],
    "Arunachal Pradesh and China": [(94.5, 28.0), (94.5, 29.9)],
    "Abyei and Sudan": [(28.4, 9.7), (28.4, 10.5)],
    "Abyei and South Sudan": [(28.4, 9.7), (28.4, 9.0)],
    "Sudan and South Sudan": [(31.0, 9.3), (31.0, 10.4)],
    "Hala'ib Triangle and Sudan": [(35.5, 22.4), (35.5, 21.6)],
    "Hala'ib Triangle and Egypt": [(34.9, 22.5), (34.4, 23.1)],
    "Ilemi Triangle and South Sudan": [(35.2, 4.8), (34.7, 5.6)],
    "Ilemi Triangle and Kenya": [(35.2, 4.8), (35.2, 4.3)],
    "Kosovo and Serbia": [(21.0, 42.7), (21.0, 43.4)],
    "Northern Cyprus": [(33.3, 35.0), (33.3, 35.3)],
    "Somaliland and the rest of Somalia": [(47.8, 9.5), (49.5, 9.5)],
    "Korea": [(127.2, 37.8), (127.2, 38.7)],
    "Ogaden and Somalia": [(44.5, 5.2), (46.2, 5.0)],
}

SETTLED = {
    "Syria and Türkiye": [(38.5, 36.4), (38.5, 37.1)],
    "Syria and Iraq": [(40.5, 34.8), (41.8, 34.0)],
    "Kosovo and Albania": [(20.7, 42.2), (20.2, 42.2)],
    "Somalia and Djibouti": [(43.3, 11.1), (42.8, 11.3)],
    "Sudan and Chad": [(23.0, 13.5), (21.5, 13.5)],
    "Egypt and Sudan in the west": [(28.0, 22.5), (28.0, 21.5)],
    "Ukraine and Russia in the east": [(38.5, 49.0), (40.8, 49.5)],
    "Western Sahara and Mauritania": [(-13.5, 23.0), (-12.0, 22.5)],
}


@pytest.mark.parametrize("path", CONTESTED.values(), ids=CONTESTED.keys())
def test_a_contested_line_is_drawn_and_never_as_an_international_boundary(boundaries, path):
    classes = crossed(boundaries, *path)
    assert classes
    assert "international" not in classes


@pytest.mark.parametrize("path", SETTLED.values(), ids=SETTLED.keys())
def test_a_settled_border_is_drawn_as_an_international_boundary(boundaries, path):
    assert crossed(boundaries, *path) == {"international"}


def test_the_defence_line_inside_western_sahara_is_not_drawn(boundaries):
    assert crossed(boundaries, (-14.0, 25.5), (-12.2, 25.5)) == set()


def test_western_sahara_reaches_the_parallel_agreed_for_its_northern_edge(boundaries):
    edges = [line for properties, line in boundaries if properties.get("place") == "Western Sahara"]
    assert [round(line.extent[3], 1) for line in edges] == [27.7]


def test_no_international_line_separates_crimea_from_the_mainland_it_is_listed_with(boundaries):
    crimea = GEOSGeometry("SRID=4326;POLYGON((32.3 44.2,36.7 44.2,36.7 46.25,32.3 46.25,32.3 44.2))")
    inside = [properties["class"] for properties, line in boundaries if line.intersects(crimea)]
    assert set(inside) == {"disputed"}


def test_every_line_has_a_known_class(boundaries):
    assert {properties["class"] for properties, _ in boundaries} == CLASSES


def test_lines_name_the_countries_on_their_sides_so_that_a_crisis_can_replace_them(boundaries):
    syrian = {
        code for properties, _ in boundaries if "SYR" in properties.get("between", []) for code in properties["between"]
    }
    assert syrian == {"SYR", "TUR", "IRQ", "JOR", "LBN", "ISR"}


def test_the_files_are_small_enough_for_a_field_office():
    sizes = {file.name: file.stat().st_size for file in FOLDER.glob("*.json")}
    assert set(sizes) >= {"boundaries.json", "land.json", "labels.json"}
    assert max(sizes.values()) < LARGEST


def test_land_carries_no_border():
    assert {tuple(land_of(file)["objects"]) for file in [FOLDER / "land.json", *SQUARES]} == {("land",)}


def test_every_named_square_of_finer_land_is_there_and_small():
    index = land_of(FOLDER / "land" / "index.json")
    assert sorted(index["names"]) == sorted(file.stem for file in SQUARES)
    assert max(file.stat().st_size for file in SQUARES) < LARGEST_SQUARE


def test_no_edge_of_land_runs_across_the_map():
    assert longest_step(FOLDER / "land.json", north_of=-60) < 16
    assert max(longest_step(file, north_of=-60) for file in SQUARES) < 16


def longest_step(file, *, north_of):
    """Degrees of longitude of the longest edge. Antarctica may have one along the pole."""
    topology = land_of(file)
    step = topology["transform"]["scale"][0]
    arcs = [arc for arc in topology["arcs"] if arc[0][1] * step - 90 > north_of]
    return max((abs(dx) * step for arc in arcs for dx, _ in arc[1:]), default=0)


def test_names_are_those_of_member_states_and_observers():
    names = {label["name"] for label in json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))}
    assert {"Ukraine", "State of Palestine", "Western Sahara", "South Sudan", "Türkiye"} <= names
    assert not names & {"Crimea", "N. Cyprus", "Northern Cyprus", "Somaliland", "Kosovo", "Taiwan", "Golan Heights"}
