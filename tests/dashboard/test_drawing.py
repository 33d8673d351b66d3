"""The geometry of the printed map."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dashboard import drawing

ALEPPO = (36.0, 35.2, 38.2, 36.8)
longitudes = st.floats(-170, 170)
latitudes = st.floats(-80, 80)


def test_a_frame_holds_what_it_was_made_for_with_a_margin():
    frame = drawing.frame([ALEPPO])
    west, south, east, north = frame.extent
    assert west < 36.0
    assert south < 35.2
    assert east > 38.2
    assert north > 36.8


@given(longitudes, latitudes, st.floats(0, 20), st.floats(0, 10))
def test_every_corner_of_the_extent_lands_on_the_paper(west, south, breadth, height):
    frame = drawing.frame([(west, south, west + breadth, south + height)])
    for corner in ((west, south), (west + breadth, south + height)):
        x, y = frame.place(corner)
        assert 0 <= x <= frame.width
        assert 0 <= y <= frame.height


@given(longitudes, latitudes, st.floats(0, 20), st.floats(0, 10))
def test_no_map_is_too_flat_or_too_tall_for_the_page(west, south, breadth, height):
    frame = drawing.frame([(west, south, west + breadth, south + height)])
    assert drawing.FLATTEST - 0.01 <= frame.height / frame.width <= drawing.TALLEST + 0.01


def test_a_single_point_gets_ground_around_it():
    frame = drawing.frame([(37.16, 36.2, 37.16, 36.2)])
    assert frame.place((37.16, 36.2)) == pytest.approx((frame.width / 2, frame.height / 2))


def test_nothing_to_draw_is_said_so():
    with pytest.raises(ValueError, match="nothing"):
        drawing.frame([])


def test_a_path_leaves_out_what_the_eye_cannot_tell():
    frame = drawing.frame([ALEPPO])
    fine = [(36.5 + step / 100_000, 36.0) for step in range(1000)] + [(37.5, 36.0), (37.0, 36.5), (36.5, 36.0)]
    drawn = drawing.path([fine], frame)
    assert drawn.startswith("M")
    assert drawn.endswith("Z")
    assert drawn.count("L") < 10


def test_a_ring_too_small_to_see_is_not_drawn():
    frame = drawing.frame([ALEPPO])
    assert drawing.path([[(36.5, 36.0), (36.500001, 36.0), (36.500001, 36.000001), (36.5, 36.0)]], frame) == ""


def test_paths_hold_numbers_with_points_alone():
    drawn = drawing.path([[(36.0, 35.2), (38.2, 35.2), (38.2, 36.8), (36.0, 35.2)]], drawing.frame([ALEPPO]))
    assert re.fullmatch(r"M(-?\d+\.\d -?\d+\.\dL?)+Z", drawn)


@pytest.mark.parametrize(
    ("extent", "km"),
    [(ALEPPO, 50), ((21.0, 8.0, 39.0, 22.0), 500), ((37.1, 36.1, 37.2, 36.3), 5)],
)
def test_the_scale_bar_is_a_round_length_that_fits(extent, km):
    frame = drawing.frame([extent])
    bar = drawing.scale_bar(frame)
    assert bar.km == km
    assert 0 < bar.length <= frame.width / 4


def test_names_never_cover_each_other_or_a_symbol():
    frame = drawing.frame([ALEPPO])
    wanted = [(f"Place {n}", (300.0 + n, 200.0), 12.0) for n in range(12)]
    written = drawing.write_names(wanted, frame, taken=[(300.0, 200.0)])
    places = [(label.x, label.y) for label in written]
    assert 1 <= len(written) < len(wanted)
    assert len(set(places)) == len(places)


def test_names_stay_on_the_paper():
    frame = drawing.frame([ALEPPO])
    (label,) = drawing.write_names([("A long name at the edge", (frame.width - 4, 100.0), 12.0)], frame)
    assert label.anchor == "end"
