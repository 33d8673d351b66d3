"""GDACS's feed, event list and single events become the same events."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from apps.connectors.gdacs import parse
from apps.core.payloads import Malformed

PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def changed_list(**properties: Any) -> bytes:
    """The recorded list with its first event's properties changed."""
    answer = json.loads(payload("event_list.json"))
    answer["features"] = answer["features"][:1]
    answer["features"][0]["properties"].update(properties)
    return json.dumps(answer).encode()


def test_a_feed_that_begins_with_a_doubled_byte_order_mark_is_read() -> None:
    parsed = parse.feed(payload("rss_2024_double_bom.xml"))
    quake = parsed.items[0]

    assert parsed.rejects == []
    assert [event.key for event in parsed.items] == ["EQ1457082", "EQ1456937"]
    assert (quake.title, quake.alert, quake.episode) == ("Earthquake in United States", "Green", 1608281)
    assert quake.location == (-177.2133, 51.1125)
    assert (quake.severity, quake.severity_unit) == (5.8, "M")
    assert quake.began_at == datetime(2024, 12, 10, 18, 4, 35, tzinfo=UTC)
    assert quake.modified_at == datetime(2024, 12, 10, 20, 9, 43, tzinfo=UTC)
    assert quake.url == "https://www.gdacs.org/report.aspx?eventtype=EQ&eventid=1457082"


def test_a_box_past_the_antimeridian_is_wrapped() -> None:
    west, south, east, north = parse.feed(payload("rss_2024_double_bom.xml")).items[0].box or (0, 0, 0, 0)
    assert west == pytest.approx(178.7867)
    assert (south, east, north) == (47.1125, -173.2133, 55.1125)


def test_a_feed_of_2019_without_times_of_change_is_read() -> None:
    events = {event.key: event for event in parse.feed(payload("rss_24h_2019.xml")).items}

    assert list(events) == ["DR1012728", "DR1013682", "EQ1200043", "TC1000642", "EQ1200035", "EQ1199979"]
    assert events["DR1012728"].title == "Drought Southern Africa-2018"
    assert not events["DR1012728"].is_current
    assert events["EQ1200043"].title == "Earthquake"
    assert events["EQ1200043"].countries == ()
    assert events["TC1000642"].modified_at == events["TC1000642"].last_observed_at
    assert events["TC1000642"].summary.endswith("(120 km/h) wind speeds or higher is 9677.")


def test_an_event_list_is_read_with_its_strings_for_booleans() -> None:
    cyclone, flood, _, over = parse.event_list(payload("event_list.json")).items

    assert cyclone.title == "Tropical cyclone POLO-26"
    assert cyclone.countries == ("MEX",)
    assert cyclone.is_current
    assert not over.is_current
    assert cyclone.began_at == datetime(2026, 9, 21, 3, tzinfo=UTC)
    assert flood.glide_numbers == ("FL-2026-000148-CHN",)


def test_a_magnitude_of_zero_means_not_measured() -> None:
    flood = parse.event_list(payload("event_list.json")).items[1]
    assert (flood.severity, flood.severity_unit, flood.summary) == (None, "", "")


def test_tracks_and_outlines_beside_the_point_are_left_out() -> None:
    parsed = parse.event_list(payload("event_list_tracks.json"))
    assert [event.key for event in parsed.items] == ["TC1001319"]
    assert parsed.items[0].location == (133.8, 28.5)
    assert parsed.rejects == []


def test_a_second_episode_is_a_newer_version_of_the_same_event() -> None:
    (first,) = parse.event(payload("event_flood_episode1.json")).items
    (second,) = parse.event(payload("event_flood_episode2_synthetic.json")).items

    assert first.key == second.key == "FL1102983"
    assert first.version < second.version
    assert (first.alert, second.alert) == ("Orange", "Red")
    assert first.last_observed_at < second.last_observed_at


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_two_episodes_in_one_list_the_newer_stands(order: tuple[int, int]) -> None:
    names = {1: "event_flood_episode1.json", 2: "event_flood_episode2_synthetic.json"}
    features = [json.loads(payload(names[number])) for number in order]
    parsed = parse.event_list(json.dumps({"type": "FeatureCollection", "features": features}).encode())

    assert [event.episode for event in parsed.items] == [2]
    assert parsed.rejects == []


def test_a_single_event_says_the_same_as_the_list() -> None:
    wildfire = parse.event(payload("event_wildfire.json")).items[0]
    assert (wildfire.key, wildfire.title) == ("WF1028649", "Wildfire in China")
    assert wildfire.summary == "Green impact for forestfire in 6638 ha."


def test_temporary_events_wait_until_gdacs_confirms_them() -> None:
    body = changed_list(istemporary="true")
    assert parse.event_list(body).items == []
    assert parse.event_list(body).rejects == []


def test_no_list_claims_to_be_complete() -> None:
    assert not parse.event_list(payload("event_list.json")).is_complete
    assert not parse.feed(payload("rss_24h_2019.xml")).is_complete


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"eventtype": "XX"}, "\"eventtype\" 'XX' is not known."),
        ({"eventid": None}, '"eventid" is missing.'),
        ({"alertlevel": "Purple"}, "\"alertlevel\" 'Purple' is not known."),
        ({"fromdate": "9999-12-31T00:00:00"}, "Year 9999 is out of bounds (1900 to 2099)."),
        ({"todate": "2020-01-01T00:00:00"}, "The event was last observed before it began."),
        ({"fromdate": "yesterday"}, "Not a date and time: 'yesterday'."),
    ],
)
def test_a_bad_event_is_refused_with_a_reason_and_its_text(change: dict[str, Any], reason: str) -> None:
    (reject,) = parse.event_list(changed_list(**change)).rejects
    assert reject.reason == reason
    assert "POLO-26" in reject.item


def test_links_that_are_not_of_the_web_are_dropped() -> None:
    body = changed_list(url={"report": "javascript:alert(1)"})
    assert parse.event_list(body).items[0].url == ""


@pytest.mark.parametrize("bbox", [None, [1, 2], ["a", 1, 2, 3], [10, 0, 5, 1], [0, -91, 1, 1], [1e13, 0, 0, 0]])
def test_a_box_that_is_none_costs_nothing_but_itself(bbox: Any) -> None:
    answer = json.loads(changed_list())
    answer["features"][0]["bbox"] = bbox
    assert parse.event_list(json.dumps(answer).encode()).items[0].box is None


def test_a_box_around_the_globe_is_the_globe() -> None:
    answer = json.loads(changed_list())
    answer["features"][0]["bbox"] = [-190, -10, 190, 10]
    assert parse.event_list(json.dumps(answer).encode()).items[0].box == (-180.0, -10.0, 180.0, 10.0)


@pytest.mark.parametrize("body", [b"<rss/>", b"<feed xmlns='http://www.w3.org/2005/Atom'/>"])
def test_other_xml_is_not_a_feed(body: bytes) -> None:
    with pytest.raises(Malformed, match="not an RSS feed"):
        parse.feed(body)


def test_another_answer_is_not_an_event() -> None:
    with pytest.raises(Malformed, match="not an event"):
        parse.event(payload("event_list.json"))
