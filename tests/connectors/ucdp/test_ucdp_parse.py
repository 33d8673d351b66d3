"""UCDP's events from the table and from the API."""

import csv
import gzip
import io
import json
from datetime import date
from pathlib import Path

import pytest

from apps.connectors.ucdp import parse
from apps.core.payloads import Malformed

PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def written() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gzip.decompress(payload("ged_syria.csv.gz")).decode())))


def table(*rows: dict[str, str]) -> bytes:
    lines = io.StringIO()
    writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()


def only(**cells: str) -> parse.Event:
    parsed = parse.table(table({**written()[0], **cells}))
    assert not parsed.rejects
    return parsed.items[0]


def test_the_packed_table_is_read_whole() -> None:
    parsed = parse.table(payload("ged_syria.csv.gz"))

    assert not parsed.rejects
    assert parsed.is_complete
    assert [item.key for item in parsed.items] == [row["id"] for row in written()]


def test_the_unpacked_table_reads_alike() -> None:
    assert parse.table(gzip.decompress(payload("ged_syria.csv.gz"))) == parse.table(payload("ged_syria.csv.gz"))


def test_an_event_names_its_sides_place_and_deaths() -> None:
    event = next(item for item in parse.table(payload("ged_syria.csv.gz")).items if item.key == "214797")

    assert event.iso3 == "SYR"
    assert event.violence_label == "State-based conflict"
    assert (event.side_a, event.side_b) == (
        parse.Side("Government of Syria", 118),
        parse.Side("Syrian insurgents", 4456),
    )
    assert (event.place_name, event.location) == ("Teir Maaleh village", (36.707602, 34.802462))
    assert (event.start_date, event.end_date) == (date(2016, 1, 1), date(2016, 1, 1))
    assert event.deaths == parse.Deaths(side_a=2, side_b=2, civilians=0, unknown=0, low=4, best=4, high=4)
    assert event.report_offices == ("SOHR",)


@pytest.mark.parametrize(
    ("where_prec", "accuracy"),
    [("1", "settlement"), ("2", "adm3"), ("3", "adm2"), ("4", "adm1"), ("5", "adm1"), ("6", "adm0"), ("7", "adm0")],
)
def test_no_event_is_placed_finer_than_ucdp_is_sure_of(where_prec: str, accuracy: str) -> None:
    assert only(where_prec=where_prec).accuracy == accuracy


@pytest.mark.parametrize(
    ("date_prec", "precision"), [("1", "day"), ("2", "few_days"), ("3", "week"), ("4", "month"), ("5", "year")]
)
def test_the_precision_of_the_time_is_carried_over(date_prec: str, precision: str) -> None:
    assert only(date_prec=date_prec).time_precision == precision


def test_an_estimate_outside_its_own_range_widens_it_and_is_told() -> None:
    below, above = only(low="5", best="3", high="9"), only(low="1", best="8", high="4")

    assert (below.deaths.low, below.deaths.best, below.deaths.high) == (3, 3, 9)
    assert (above.deaths.low, above.deaths.best, above.deaths.high) == (1, 8, 8)
    assert below.caveats == above.caveats
    assert "widened" in below.caveats[0]
    assert only(low="1", best="3", high="9").caveats == ()


def test_the_parts_of_the_deaths_add_up_to_the_best_estimate() -> None:
    deaths = [item.deaths for item in parse.table(payload("ged_syria.csv.gz")).items]

    assert all(one.side_a + one.side_b + one.civilians + one.unknown == one.best for one in deaths)
    assert any(one.civilians and one.unknown for one in deaths)


def test_offices_are_named_once_and_the_newest_report_dates_the_event() -> None:
    event = only(source_office="SOHR;Airwars;SOHR", source_date="2016-01-23;2016-02-08;n/a")

    assert event.report_offices == ("SOHR", "Airwars")
    assert event.last_reported_on == date(2016, 2, 8)


def test_headlines_and_articles_are_not_read() -> None:
    event = only(source_headline="Somebody's headline", source_article="Somebody's article", source_original="x")

    assert "Somebody's" not in repr(event)


def test_events_filed_under_israel_get_no_country_from_the_number() -> None:
    assert only(country="Israel", country_id="666").iso3 == ""


def test_the_pages_of_the_api_read_like_the_table() -> None:
    pages = [parse.page(payload(f"gedevents_page{number}.json")) for number in (0, 1)]
    in_table = {item.key: item for item in parse.table(payload("ged_syria.csv.gz")).items}

    events = [event for page in pages for event in page.parsed.items]
    assert len(events) == pages[0].total == 8
    assert events == [in_table[event.key] for event in events]
    assert parse.next_url(payload("gedevents_page0.json")).endswith("page=1")
    assert parse.next_url(payload("gedevents_page1.json")) == ""
    assert not any(page.parsed.is_complete for page in pages), "a page is not its window"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"id": ""}, '"id" is missing.'),
        ({"type_of_violence": "4"}, '"type_of_violence" 4 is not known.'),
        ({"where_prec": "8"}, '"where_prec" 8 is not known.'),
        ({"best": "-1"}, '"best" is below zero.'),
        ({"best": "many"}, '"best" is not a whole number.'),
        ({"side_a": ""}, '"side_a" is missing.'),
        ({"date_end": "2015-12-31"}, "The event ends before it begins."),
        ({"date_start": "9999-01-01"}, "Year 9999 is out of bounds (1900 to 2099)."),
        ({"date_start": "2016-02-30"}, "Not a date: '2016-02-30'."),
        (
            {"latitude": "136.7", "longitude": "34.8"},
            "Latitude 136.7 is out of range; latitude and longitude look swapped.",
        ),
        ({"latitude": "", "longitude": ""}, "Longitude is missing."),
        ({"latitude": "0", "longitude": "0"}, "Coordinates are 0/0."),
    ],
)
def test_one_bad_event_is_refused_and_the_others_stay(cells: dict[str, str], reason: str) -> None:
    first, second = written()[:2]

    parsed = parse.table(table({**first, **cells}, second))

    assert [reject.reason for reject in parsed.rejects] == [reason]
    assert [item.key for item in parsed.items] == [second["id"]]
    assert parsed.rejects[0].key == cells.get("id", first["id"])


def test_an_id_that_comes_twice_with_other_figures_is_refused() -> None:
    first = written()[0]

    parsed = parse.table(table(first, first, {**first, "best": "99", "high": "99"}))

    assert [item.deaths.best for item in parsed.items] == [4]
    assert [reject.key for reject in parsed.rejects] == [first["id"]]


def test_a_table_cut_off_between_cells_is_not_complete() -> None:
    body = table(*written()[:3])

    parsed = parse.table(body[: body.rindex(b",1,2016")])

    assert len(parsed.items) == 2
    assert not parsed.is_complete
    assert parsed.rejects[0].reason == "The row is cut short."


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The answer is empty."),
        (b"<html>Service unavailable</html>", "The answer is a web page, not CSV."),
        (b"id,best\n1,2\n", "The table lacks columns:"),
        (b"\xff\xfe\x00", "The answer is not UTF-8 text."),
        (b"\x1f\x8b not gzip", "The compressed table is damaged or was cut off."),
    ],
)
def test_an_unreadable_table_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse.table(body)

    assert str(caught.value).startswith(reason)


def test_a_packed_table_cut_off_is_malformed() -> None:
    with pytest.raises(Malformed, match="cut off"):
        parse.table(payload("ged_syria.csv.gz")[:-200])


def test_a_small_answer_that_unpacks_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MAX_BYTES", 2_000_000)

    with pytest.raises(Malformed, match="more than 2 MB"):
        parse.table(gzip.compress(b"0" * 3_000_000))


@pytest.mark.parametrize(
    "body",
    [
        b"<html></html>",
        b"",
        b"[]",
        b'{"TotalCount": 3}',
        b'{"Result": []}',
        b'{"Result": [{"id": 1',
        b'{"Result": "no"}',
    ],
)
def test_an_unreadable_page_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed, match=r".+\."):
        parse.page(body)
    assert parse.next_url(body) == ""


def test_items_that_are_no_events_are_refused_one_by_one() -> None:
    page = json.loads(payload("gedevents_page0.json"))
    page["Result"] = [None, "x", page["Result"][0], [1]]

    parsed = parse.page(json.dumps(page).encode()).parsed

    assert len(parsed.items) == 1
    assert [reject.reason for reject in parsed.rejects] == ["The item is not an object."] * 3
