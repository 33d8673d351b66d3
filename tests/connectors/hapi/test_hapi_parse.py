"""HAPI's bulk tables and JSON pages become the same rows."""

import json
from datetime import date
from pathlib import Path

import pytest

from apps.connectors.hapi import parse
from apps.core.payloads import Malformed

PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def page(*rows: dict[str, object]) -> bytes:
    return json.dumps({"data": rows}).encode()


def rows_of(name: str) -> list[dict[str, object]]:
    return list(json.loads(payload(name))["data"])


def test_rows_that_hapi_marks_as_wrong_are_refused_with_its_words() -> None:
    parsed = parse.presences(payload("operational_presence.csv"))

    assert {reject.reason for reject in parsed.rejects} == {
        "HAPI marks the row as wrong: Unknown sector Abris et Non vivres.",
        "HAPI marks the row as wrong: Unknown sector Cash multi-sectoriel.",
    }
    assert len(parsed.rejects) == 3
    assert len(parsed.items) == 38
    assert parsed.is_complete


def test_a_presence_names_organisation_sector_and_area() -> None:
    presence = next(item for item in parse.presences(payload("operational_presence.csv")).items if item.acronym == "MI")

    assert presence.name == "Malteser International"
    assert (presence.sector_code, presence.sector_name) == ("NUT", "Nutrition")
    assert (presence.area.iso3, presence.area.pcode, presence.area.level) == ("COD", "CD5206", 2)
    assert presence.area.provider_admin2_name == "Bondo"
    assert (presence.from_date, presence.to_date) == (date(2017, 5, 9), date(2029, 12, 30))


def test_a_national_row_has_no_pcode_and_the_country_code_is_not_taken_for_one() -> None:
    national = parse.presences(payload("operational_presence.csv")).items[0].area

    assert (national.iso3, national.pcode, national.level) == ("COD", "", 0)


def test_a_row_has_the_same_key_in_the_table_and_on_the_page() -> None:
    on_page = parse.presences(payload("operational_presence_page.json")).items
    in_table = {item.key: item for item in parse.presences(payload("operational_presence.csv")).items}

    assert [in_table[item.key].name for item in on_page] == [item.name for item in on_page]
    assert [in_table[item.key].to_date for item in on_page] == [item.to_date for item in on_page]


def test_a_byte_order_mark_does_not_hide_the_first_column() -> None:
    assert payload("population.csv").startswith(b"\xef\xbb\xbf")
    assert {item.area.iso3 for item in parse.populations(payload("population.csv")).items} == {"CAF", "COD"}


def test_population_keeps_zero_and_knows_the_whole_from_its_parts() -> None:
    parsed = parse.populations(payload("population.csv"))
    country = [item for item in parsed.items if item.area.iso3 == "COD" and item.area.level == 0]

    whole = next(item for item in country if item.is_whole)
    girls = next(item for item in country if (item.gender, item.age_range) == ("f", "0-4"))
    assert whole.people > girls.people
    assert (girls.min_age, girls.max_age) == (0, 4)
    assert (whole.min_age, whole.max_age) == (None, None)
    assert all("Duplicate row" in reject.reason for reject in parsed.rejects)


def test_a_warning_stays_beside_its_row() -> None:
    parsed = parse.populations(payload("population.csv"))

    assert "PCode mismatch CF125 != Boganangone" in {item.origin.warning for item in parsed.items}


def test_returns_carry_both_countries_and_zero_was_said() -> None:
    parsed = parse.returns(payload("returnees.csv"))
    afghan = next(
        item for item in parsed.items if item.origin_iso3 == "AFG" and item.gender == "f" and item.min_age == 60
    )

    assert (afghan.asylum_iso3, afghan.people, afghan.max_age) == ("AFG", 5, None)
    assert {item.population_group for item in parsed.items} <= {"RET", "RDP"}
    assert any(item.people == 0 for item in parsed.items)
    assert all("Non matching country code" in reject.reason for reject in parsed.rejects)


def test_conflict_rows_without_events_and_deaths_are_left_out() -> None:
    parsed = parse.conflict_counts(payload("conflict_events_synthetic.json"))

    assert not parsed.rejects
    assert all(item.events or item.fatalities for item in parsed.items)
    assert [item.event_type for item in parsed.items if item.area.pcode == "SD01001"] == [
        "political_violence",
        "civilian_targeting",
    ]


def test_conflict_counts_read_alike_from_table_and_page() -> None:
    from_page = parse.conflict_counts(payload("conflict_events_synthetic.json"))
    from_table = parse.conflict_counts(payload("conflict_events_synthetic.csv"))

    def figures(items: list[parse.ConflictCount]) -> list[tuple[object, ...]]:
        return [(item.key, item.events, item.fatalities, item.from_date, item.to_date) for item in items]

    assert figures(from_table.items) == figures(from_page.items)


def test_unknown_deaths_are_not_zero_deaths() -> None:
    parsed = parse.conflict_counts(payload("conflict_events_synthetic.json"))
    national = next(item for item in parsed.items if item.area.level == 0 and item.event_type == "demonstration")

    assert (national.events, national.fatalities) == (3, None)


def test_a_placeholder_for_an_unspecified_area_is_no_pcode() -> None:
    row = rows_of("conflict_events_synthetic.json")[-1]
    assert row["admin2_code"] == "SDN-XXX-XXX"

    assert parse.conflict_counts(page(row)).items[0].area.pcode == ""


def test_idp_stocks_of_one_place_stay_apart_by_round_and_assessment() -> None:
    parsed = parse.idp_stocks(payload("idps_synthetic.json"))
    fasher = [item for item in parsed.items if item.area.pcode == "SD02158"]

    assert [(item.reporting_round, item.assessment_type, item.people) for item in fasher] == [
        (13, "BA", 41000),
        (14, "BA", 43500),
        (14, "SA", 9800),
    ]
    assert len({item.key for item in fasher}) == 3
    assert any(item.people == 0 for item in parsed.items), "an empty area was visited and found empty"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"assessment_type": "XX"}, "\"assessment_type\" 'XX' is not known."),
        ({"population": -4}, '"population" is below zero.'),
        ({"population": None}, '"population" is missing.'),
        ({"population": "many"}, '"population" is not a whole number.'),
        ({"population": True}, '"population" is not a whole number.'),
        ({"population": 99_999_999_999}, '"population" is too large to be true.'),
        ({"location_code": "Sudan"}, "\"location_code\" 'SUDAN' is not an ISO 3166 alpha-3 code."),
        ({"operation": ""}, '"operation" is missing.'),
        ({"operation": {"name": "x"}}, '"operation" is not a text.'),
        ({"reference_period_start": "9999-01-01T00:00:00"}, "Year 9999 is out of bounds (1900 to 2099)."),
        ({"reference_period_end": "2024-01-01T00:00:00"}, "The reference period ends before it begins."),
    ],
)
def test_one_bad_row_is_refused_and_the_others_stay(change: dict[str, object], reason: str) -> None:
    good, bad = rows_of("idps_synthetic.json")[:2]

    parsed = parse.idp_stocks(page(good, {**bad, **change}))

    assert [item.people for item in parsed.items] == [41000]
    assert [reject.reason for reject in parsed.rejects] == [reason]


def test_two_rows_that_contradict_each_other_are_not_averaged() -> None:
    row = rows_of("idps_synthetic.json")[0]

    parsed = parse.idp_stocks(page(row, row, {**row, "population": 7}))

    assert [item.people for item in parsed.items] == [41000]
    assert [reject.reason for reject in parsed.rejects] == [
        "Another row has the same key and says otherwise; the first stays."
    ]


def test_a_table_cut_off_in_a_row_is_not_complete() -> None:
    whole = payload("returnees.csv")

    parsed = parse.returns(whole[: whole.rindex(b",RET,") + 9])

    assert not parsed.is_complete
    assert parsed.rejects[-1].reason == "The row is cut short."
    assert parsed.items


def test_a_row_of_tags_under_the_header_is_passed_over() -> None:
    header, rest = payload("returnees.csv").split(b"\n", 1)
    tags = b",".join(b"#country" for _ in header.split(b","))

    assert parse.returns(b"\n".join([header, tags, rest])) == parse.returns(payload("returnees.csv"))


def test_a_very_long_key_fits_its_column_and_stays_distinct() -> None:
    row = rows_of("idps_synthetic.json")[0]
    names = ["x" * 290, "x" * 289 + "y"]

    keys = [
        item.key for item in parse.idp_stocks(page(*({**row, "provider_admin1_name": name} for name in names))).items
    ]

    assert len(set(keys)) == 2
    assert all(len(key) <= parse.MAX_KEY for key in keys)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"error": "Missing app identifier"}', "HAPI answers: Missing app identifier."),
        (b'{"detail": "Not found"}', "HAPI answers: Not found."),
        (b'{"rows": []}', "The answer holds no rows."),
        (b"[1, 2]", "The answer holds no rows."),
        (b"<!DOCTYPE html><html></html>", "The answer is a web page, not CSV."),
        (b'{"data": [{"location_code": "SD', "The answer is not valid JSON, or was cut off."),
        (b"", "The answer is empty."),
        ("location_code\nSudán\n".encode("latin-1"), "The answer is not UTF-8 text."),
        (b'{"data": ["\x00"]}', "The answer contains NUL characters."),
        (b"location_code,population\nSDN,4\n", "The table lacks columns:"),
    ],
)
def test_an_unreadable_answer_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse.idp_stocks(body)

    assert str(caught.value).startswith(reason)


def test_a_short_page_is_the_last_one_and_refused_rows_fill_it_too() -> None:
    body = page({"location_code": "?"}, {})

    assert not parse.is_last(body, page_size=2)
    assert parse.is_last(body, page_size=3)
    assert parse.is_last(b"<html>", page_size=2)
