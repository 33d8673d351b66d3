"""USGS earthquakes, their other ids, and what was deleted."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from apps.connectors.usgs import parse
from apps.connectors.usgs.parse import Deletion, Earthquake
from apps.core.payloads import Malformed

PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def one(**changes: Any) -> bytes:
    """The first recorded quake of 2026 with changed properties, or another `id` or `geometry`."""
    feature = json.loads(payload("day_2026.geojson"))["features"][0]
    for name, value in changes.items():
        (feature if name in {"id", "geometry"} else feature["properties"])[name] = value
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_an_earthquake_is_read() -> None:
    quake = parse.earthquakes(payload("day_2026.geojson")).items[0]

    assert isinstance(quake, Earthquake)
    assert quake == Earthquake(
        key="us6000ty43",
        version="2026-09-28T09:30:37.040000Z",
        aliases=("attm2hmu",),
        is_reviewed=True,
        occurred_at=datetime(2026, 9, 28, 9, 13, 39, 402_000, tzinfo=UTC),
        updated_at=datetime(2026, 9, 28, 9, 30, 37, 40_000, tzinfo=UTC),
        location=(-129.6785, 50.171),
        depth_km=10.0,
        magnitude=5.2,
        magnitude_type="mww",
        place="190 km WSW of Port McNeill, Canada",
        alert="",
        has_tsunami_message=True,
        url="https://earthquake.usgs.gov/earthquakes/eventpage/us6000ty43",
    )
    assert quake.title == "M 5.2 earthquake, 190 km WSW of Port McNeill, Canada"


def test_blasts_are_left_out() -> None:
    parsed = parse.earthquakes(payload("all_week_2018.geojson"))
    assert len(parsed.items) == 10
    assert parsed.rejects == []


def test_quakes_below_magnitude_zero_and_above_the_sea_are_kept() -> None:
    quakes = {quake.key: quake for quake in parse.earthquakes(payload("all_week_2018.geojson")).items}
    smallest, highest = quakes["mb80280489"], quakes["nc72965336"]
    assert isinstance(smallest, Earthquake)
    assert isinstance(highest, Earthquake)
    assert smallest.magnitude == -0.07
    assert highest.depth_km == -1.31
    assert highest.aliases == ("nn00620885",)


def test_an_unknown_magnitude_is_not_zero() -> None:
    (quake,) = parse.earthquakes(one(mag=None, place=None)).items
    assert isinstance(quake, Earthquake)
    assert quake.magnitude is None
    assert quake.title == "Earthquake"


def test_a_deleted_earthquake_is_a_deletion_whatever_else_is_missing() -> None:
    body = one(status="deleted", type=None, mag=None, time=None, geometry=None)
    assert parse.earthquakes(body).items == [Deletion("us6000ty43", "2026-09-28T09:30:37.040000Z", ("attm2hmu",))]


def test_the_newest_of_two_editions_stands() -> None:
    older = json.loads(one(updated=1_790_000_000_000, mag=5.0))["features"][0]
    newer = json.loads(one(updated=1_790_600_000_000, mag=5.4))["features"][0]
    for features in ([older, newer], [newer, older]):
        parsed = parse.earthquakes(json.dumps({"features": features}).encode())
        assert [quake.magnitude for quake in parsed.items if isinstance(quake, Earthquake)] == [5.4]


def test_two_rows_of_one_moment_that_differ_contradict_each_other() -> None:
    first, second = (json.loads(one(mag=mag))["features"][0] for mag in (5.0, 5.4))
    parsed = parse.earthquakes(json.dumps({"features": [first, second, first]}).encode())
    assert len(parsed.items) == 1
    assert [reject.key for reject in parsed.rejects] == ["us6000ty43"]


def test_no_content_is_no_earthquake() -> None:
    assert parse.earthquakes(b"").items == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, '"id" is missing.'),
        ({"updated": None}, "Not a time in milliseconds."),
        ({"time": "2026-09-28"}, "Not a time in milliseconds."),
        ({"time": 253_402_300_799_000}, "Year 9999 is out of bounds (1900 to 2099)."),
        ({"type": None}, '"type" is missing.'),
        ({"geometry": None}, "The earthquake has no point."),
        ({"geometry": {"coordinates": [0, 0, 10]}}, "Coordinates are 0/0."),
        (
            {"geometry": {"coordinates": [50.25, -129.5, 10]}},
            "Latitude -129.5 is out of range; latitude and longitude look swapped.",
        ),
        ({"mag": "5.2"}, "Magnitude '5.2' cannot be."),
        ({"mag": 12}, "Magnitude '12' cannot be."),
    ],
)
def test_a_bad_earthquake_is_refused_with_a_reason(change: dict[str, Any], reason: str) -> None:
    parsed = parse.earthquakes(one(**change))
    assert parsed.items == []
    assert [reject.reason for reject in parsed.rejects] == [reason]


@pytest.mark.parametrize("depth", [None, "10", 5_000, True])
def test_a_depth_that_cannot_be_is_not_known(depth: Any) -> None:
    (quake,) = parse.earthquakes(one(geometry={"coordinates": [10, 20, depth]})).items
    assert isinstance(quake, Earthquake)
    assert quake.depth_km is None


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"features": {}}'])
def test_other_json_is_not_a_collection(body: bytes) -> None:
    with pytest.raises(Malformed, match="not a collection of earthquakes"):
        parse.earthquakes(body)
