"""IDMC's displacement updates in both layouts, and the disaster rows of GIDD."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from apps.connectors.idmc import parse
from apps.core.payloads import Malformed

PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def updates(name: str) -> dict[str, parse.Update]:
    parsed = parse.updates(payload(name))
    assert not parsed.rejects
    return {item.key: item for item in parsed.items}


def changed(**cells: object) -> bytes:
    """The first update of the 2025 layout, some cells changed, before an update that is left as it was."""
    rows = json.loads(payload("idu_2025_layout.json"))
    return json.dumps([{**rows[0], **cells}, rows[1]]).encode()


@pytest.mark.parametrize(
    ("key", "shown_day"),
    [
        ("126716", date(2023, 11, 7)),  # written 2023-11-06T11:00:00.000Z, summer time at the office
        ("123887", date(2023, 10, 10)),
    ],
)
def test_the_old_layout_means_the_day_after_the_one_it_writes(key: str, shown_day: date) -> None:
    update = updates("idu_2023_layout.json")[key]

    assert (update.start_date, update.end_date) == (shown_day, shown_day)
    assert f"{shown_day:%d/%m/%Y}" in update.event_name


def test_the_old_layout_in_winter_time_means_the_next_day_too() -> None:
    written = [row for row in json.loads(payload("idu_2023_layout.json")) if "T12:00" in row["displacement_start_date"]]
    read = updates("idu_2023_layout.json")

    assert written
    for row in written:
        before = date.fromisoformat(row["displacement_start_date"][:10])
        assert (read[str(row["id"])].start_date - before).days == 1


def test_the_new_layout_means_the_day_it_writes() -> None:
    update = updates("idu_2025_layout.json")["183483"]

    assert (update.start_date, update.end_date) == (date(2025, 5, 7), date(2025, 5, 8))


def test_the_moment_of_entry_is_not_shifted() -> None:
    assert updates("idu_2023_layout.json")["126716"].created_at == datetime(2023, 11, 8, 19, 37, 23, 870_000, UTC)


def test_triangulated_figures_are_left_out() -> None:
    roles = [row["role"] for row in json.loads(payload("idu_2025_layout.json"))]
    assert roles.count("Triangulation") == 1

    assert len(updates("idu_2025_layout.json")) == len(roles) - 1


@pytest.mark.parametrize(
    ("qualifier", "quantifier"),
    [
        ("total", "exact"),
        ("approximately", "about"),
        ("more than", "more_than"),
        ("more than or equal to", "at_least"),
        ("Less than", "less_than"),
        ("less than or equal to", "at_most"),
        ("some new word", "about"),
        (None, "about"),
    ],
)
def test_qualifiers_become_quantifiers_and_an_unknown_one_claims_no_exactness(
    qualifier: str | None, quantifier: str
) -> None:
    assert parse.updates(changed(qualifier=qualifier)).items[0].quantifier == quantifier


def test_a_conflict_figure_carries_its_places_speakers_and_source() -> None:
    update = updates("idu_2025_layout.json")["183483"]

    assert (update.figure, update.cause, update.term) == (10000, "conflict", "sheltered")
    assert update.speakers == ("Local Authorities", "State Authorities")
    assert update.source_url.startswith("https://www.theweek.in/")
    assert [place.role for place in update.places].count("destination") == 1
    assert update.places[0].location == (74.343498, 34.208691)
    assert update.places[0].accuracy == "adm3"


def test_the_middle_of_several_places_is_no_better_than_a_province() -> None:
    several = updates("idu_2025_layout.json")["183483"]
    one = updates("idu_2025_layout.json")["183454"]

    assert (len(several.places), several.accuracy) == (6, "adm1")
    assert (len(one.places), one.accuracy) == (1, "adm3")


def test_places_whose_lists_do_not_match_keep_their_names_only() -> None:
    update = parse.updates(changed(locations_name="A; B", locations_coordinates="1, 2", locations_accuracy="")).items[0]

    assert [(place.name, place.location, place.accuracy) for place in update.places] == [
        ("A", None, "adm1"),
        ("B", None, "adm1"),
    ]


def test_the_old_layout_knows_no_accuracy_and_claims_none() -> None:
    update = updates("idu_2023_layout.json")["126716"]

    assert (update.accuracy, update.places) == ("adm1", ())
    assert update.location == (76.27562, 10.44581)


def test_the_centroid_is_read_latitude_first() -> None:
    update = parse.updates(changed(latitude=None, longitude=None, centroid="[33.5, 74.25]")).items[0]

    assert update.location == (74.25, 33.5)


def test_pop_up_text_loses_its_mark_up_and_keeps_its_words() -> None:
    update = updates("idu_2023_layout.json")["126716"]

    assert "<" not in update.summary
    assert update.summary.startswith("India: 2 displacements (in relief camp)")
    assert update.source_url == "https://ndmindia.mha.gov.in/NDMINDIA-CMS/viewWhatsNewPdf-D1181"


def test_a_link_that_could_run_a_script_is_dropped() -> None:
    assert parse.updates(changed(source_url="javascript:alert(1)", standard_popup_text="")).items[0].source_url == ""


def test_glide_numbers_are_found_among_the_codes() -> None:
    update = parse.updates(changed(event_codes="FL-2025-000021-SYR; MDRSY001")).items[0]

    assert update.event_codes == ("FL-2025-000021-SYR", "MDRSY001")
    assert update.glide_numbers == ("FL-2025-000021-SYR",)


def test_an_end_before_the_start_is_told_and_not_used() -> None:
    update = parse.updates(changed(displacement_end_date="2025-05-01")).items[0]

    assert update.start_date == update.end_date == date(2025, 5, 7)
    assert update.caveats == ("The source gives an end before the start; the start stands for both.",)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"figure": None}, '"figure" is missing.'),
        ({"figure": -5}, '"figure" is below zero.'),
        ({"id": None}, '"id" is missing.'),
        ({"iso3": "India"}, "\"iso3\" 'INDIA' is not a country code."),
        ({"latitude": 95.0}, "Latitude 95 is out of range; latitude and longitude look swapped."),
        ({"latitude": 74.2, "longitude": 181.0}, "Longitude 181 is out of range."),
        (
            {"displacement_start_date": "9999-12-31", "displacement_date": ""},
            "Year 9999 is out of bounds (1900 to 2099).",
        ),
        ({"displacement_start_date": "", "displacement_date": None}, '"displacement_start_date" is missing.'),
        ({"created_at": "yesterday"}, "Not a date and time: 'yesterday'."),
    ],
)
def test_one_bad_update_is_refused_and_the_others_stay(cells: dict[str, Any], reason: str) -> None:
    parsed = parse.updates(changed(**cells))

    assert [reject.reason for reject in parsed.rejects] == [reason]
    assert [item.key for item in parsed.items] == ["183454"]


def test_a_dump_is_the_whole_of_its_window() -> None:
    assert parse.updates(payload("idu_2025_layout.json")).is_complete


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body>Bad gateway</body></html>", "The answer is a web page, not JSON."),
        (b"", "The answer is empty."),
        (b'{"detail": "Invalid client"}', "The answer is not a list of displacement figures."),
        (b'[{"message": "hello"}]', "No item of the answer carries a displacement figure."),
        (b'[{"id": 1, "figure": 4', "The answer is not valid JSON, or was cut off."),
        (b'[{"figure": "\xff"}]', "The answer is not UTF-8 text."),
        (b'[{"figure": 1, "country": "\x00"}]', "The answer contains NUL characters."),
    ],
)
def test_an_unreadable_dump_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason[:20]) as caught:
        parse.updates(body)

    assert str(caught.value) == reason


def test_the_table_and_the_pages_of_disasters_read_alike() -> None:
    in_table = parse.disasters([payload("gidd_disasters.csv")])
    on_pages = parse.disasters([payload("gidd_disasters_page0.json"), payload("gidd_disasters_page1.json")])

    assert not in_table.rejects
    assert not on_pages.rejects
    assert in_table.is_complete
    assert not on_pages.is_complete, "two cut-down pages are not the 22,119 rows they speak of"
    flood = next(item for item in in_table.items if item.event_name == "Syria: Flood - Raqqa - 15/05/2017")
    assert (flood.iso3, flood.hazard_type, flood.new_displacements) == ("SYR", "Flood", 2280)
    assert flood.displaced_at_year_end is None
    assert flood.time_precision == "week"


def test_pages_that_hold_all_they_speak_of_are_complete() -> None:
    page = json.loads(payload("gidd_disasters_page0.json"))
    page["count"] = len(page["results"])

    assert parse.disasters([json.dumps(page).encode()]).is_complete


def test_namesakes_of_one_day_get_keys_of_their_own_that_do_not_depend_on_the_order() -> None:
    header, *lines = payload("gidd_disasters.csv").decode().splitlines(keepends=True)
    floods = [line for line in lines if "China: Flood - 01/01/2009" in line]
    assert len(floods) == 4

    def keys(rows: list[str]) -> dict[int | None, str]:
        parsed = parse.disasters(["".join([header, *rows]).encode()])
        return {item.new_displacements: item.key for item in parsed.items}

    assert len(set(keys(floods).values())) == 4
    assert keys(floods) == keys(floods[::-1])


def test_one_event_has_a_row_for_each_of_its_years() -> None:
    parsed = parse.disasters([payload("gidd_disasters.csv")])
    hato = [item for item in parsed.items if "Typhoon Hato" in item.event_name]

    assert len({item.year for item in hato}) == len({item.key for item in hato}) == len(hato) == 2


def test_event_codes_are_read_from_the_table_as_well() -> None:
    parsed = parse.disasters([payload("gidd_disasters.csv")])

    assert any(item.glide_numbers for item in parsed.items)
    assert all(not code.startswith(("[", "'")) for item in parsed.items for code in item.event_codes)


def test_a_disaster_that_ends_before_it_begins_is_kept_with_a_remark() -> None:
    backwards = [item for item in parse.disasters([payload("gidd_disasters.csv")]).items if item.caveats]

    assert backwards
    assert all(item.start_date == item.end_date for item in backwards)


def test_a_disaster_without_any_figure_is_refused() -> None:
    page = json.loads(payload("gidd_disasters_page0.json"))
    page["results"] = [{**page["results"][0], "new_displacement": None, "total_displacement": None}]

    parsed = parse.disasters([json.dumps(page).encode()])

    assert [reject.reason for reject in parsed.rejects] == ["The row has no figure."]
    assert parsed.rejects[0].key == page["results"][0]["event_name"]


@pytest.mark.parametrize(
    "body", [b"<html></html>", b"", b'{"results": []}', b'{"count": 4}', b"iso3,year\nSYR,2020\n", b'{"count": 1, "res']
)
def test_an_unreadable_page_of_disasters_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed, match=r".+\."):
        parse.disasters([body])


def test_a_short_page_is_the_last_one() -> None:
    rows = len(json.loads(payload("gidd_disasters_page0.json"))["results"])

    assert not parse.is_last(payload("gidd_disasters_page0.json"), page_size=rows)
    assert parse.is_last(payload("gidd_disasters_page0.json"), page_size=rows + 1)
    assert parse.is_last(b"<html>", page_size=rows)
