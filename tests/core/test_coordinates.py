"""Points from what sources write."""

import pytest

from apps.core.coordinates import is_missing, overlap, pair, point, wrapped


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (36.2, 37.1, (36.2, 37.1)),
        ("36.2", " 37.1 ", (36.2, 37.1)),
        (180, -90, (180.0, -90.0)),
        (0, 51.5, (0.0, 51.5)),
        (10, 0, (10.0, 0.0)),
    ],
)
def test_a_point_is_read_from_numbers_and_texts(lon: object, lat: object, expected: tuple[float, float]) -> None:
    assert point(lon, lat) == expected


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (None, 1, "longitude is missing"),
        (1, "", "latitude is missing"),
        (1, "Not available", "latitude is missing"),
        ("-", "-", "longitude is missing"),
        (0, 0, "0/0"),
        ("0.0", "-0.0", "0/0"),
        (181, 10, "longitude 181 is out of range"),
        (149.1, -133.2, "latitude -133.2 is out of range"),
        (37.1, 136.2, "look swapped"),
        ("nan", 1, "not a finite number"),
        (1, float("inf"), "not a finite number"),
        (True, 1, "not a number"),
        ([36.2], 1, "not a number"),
        ("36,2", 1, "not a number"),
        (10**400, 1, "not a number"),
    ],
)
def test_a_point_that_cannot_be_says_why(lon: object, lat: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        point(lon, lat)


@pytest.mark.parametrize("text", ["37.1 36.2", "37.1, 36.2", " 37.1,36.2 "])
def test_a_pair_is_latitude_first(text: str) -> None:
    assert pair(text) == (36.2, 37.1)


@pytest.mark.parametrize("text", ["", "37.1", "1 2 3", "a b"])
def test_anything_else_is_no_pair(text: str) -> None:
    with pytest.raises(ValueError, match=r"pair|number"):
        pair(text)


@pytest.mark.parametrize(("lon", "expected"), [(-181.25, 178.75), (183.5, -176.5), (180, 180), (-180, -180), (12, 12)])
def test_longitudes_past_the_antimeridian_are_wrapped(lon: float, expected: float) -> None:
    assert wrapped(lon) == expected


def test_zero_is_not_missing() -> None:
    assert not is_missing(0)
    assert is_missing(" N/A ")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ((36.0, 36.0, 37.0, 37.0), True),
        ((38.0, 36.0, 39.0, 37.0), True),
        ((38.1, 36.0, 39.0, 37.0), False),
        ((36.0, 39.0, 37.0, 40.0), False),
        ((170.0, 30.0, 40.0, 40.0), True),
        ((170.0, 30.0, -170.0, 40.0), False),
    ],
)
def test_boxes_overlap_where_they_share_ground(other: tuple[float, float, float, float], expected: bool) -> None:
    syria = (35.0, 32.0, 38.0, 38.0)
    assert overlap(syria, other) is expected
    assert overlap(other, syria) is expected


def test_boxes_past_the_antimeridian_meet_there() -> None:
    assert overlap((178.0, -20.0, -178.0, -15.0), (-179.0, -18.0, -170.0, -10.0))
    assert overlap((178.0, -20.0, -178.0, -15.0), (170.0, -18.0, -170.0, -10.0))
