"""Good rows become items, bad ones are refused with a reason."""

from dataclasses import dataclass
from datetime import date

import pytest

from apps.core.rows import LARGEST, Row, read


@dataclass(frozen=True)
class Thing:
    key: str
    people: int


def thing(row: Row) -> Thing | None:
    if row.flag("skip"):
        return None
    return Thing(row.required("id"), row.count("people"))


def test_rows_that_are_left_out_by_rule_are_not_refused() -> None:
    parsed = read([{"id": "a", "people": 1}, {"id": "b", "skip": "Y"}], thing, is_complete=True)

    assert parsed.items == [Thing("a", 1)]
    assert not parsed.rejects
    assert parsed.is_complete


def test_a_refused_row_is_kept_as_it_came_under_its_id() -> None:
    parsed = read([{"id": "a", "people": "lots"}], thing)

    reject = parsed.rejects[0]
    assert (reject.reason, reject.key) == ('"people" is not a whole number.', "a")
    assert reject.item == '{"id": "a", "people": "lots"}'


def test_a_refused_row_with_an_unreadable_id_still_has_its_reason() -> None:
    parsed = read([{"id": ["a"], "people": 1}], thing)

    assert (parsed.rejects[0].reason, parsed.rejects[0].key) == ('"id" is not a text.', "")


def test_a_bad_row_among_good_ones_does_not_make_the_payload_incomplete() -> None:
    assert read([{"id": "a"}, {"id": "b", "people": 2}], thing, is_complete=True).is_complete


def test_a_row_cut_short_does() -> None:
    parsed = read([{"id": "a"}], thing, columns=("id", "people"), is_complete=True)

    assert not parsed.is_complete
    assert parsed.rejects[0].reason == "The row is cut short."


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (4, 4),
        (4.0, 4),
        ("4", 4),
        (" 4 ", 4),
        ("4.0", 4),
        ("4.", 4),
        (0, 0),
        ("0", 0),
        (None, None),
        ("", None),
        ("-", None),
    ],
)
def test_counts_are_read_as_sources_write_them(cell: object, number: int | None) -> None:
    assert Row({"people": cell}).maybe_count("people") == number


@pytest.mark.parametrize(
    "cell",
    [4.5, "4.5", "4,000", "٤", "1e3", "1_000", True, [4], {"n": 4}, float("inf"), float("nan"), "9" * 5_000],
)
def test_what_is_no_count_is_not_guessed_at(cell: object) -> None:
    with pytest.raises(ValueError, match="is not a whole number"):
        Row({"people": cell}).maybe_count("people")


@pytest.mark.parametrize("cell", [-1, "-1", LARGEST + 1, "99999999999"])
def test_counts_have_bounds(cell: object) -> None:
    with pytest.raises(ValueError, match=r"below zero|too large"):
        Row({"people": cell}).count("people")


def test_texts_are_one_clean_line() -> None:
    row = Row({"name": " Al\u202e Bab\n\x00town  ", "long": "x" * 400, "number": 7, "plain": " حلب "})

    assert row.text("name") == "Al Bab town"
    assert row.text("long", limit=10) == "x" * 9 + "…"
    assert (row.text("number"), row.text("plain"), row.text("absent")) == ("7", "حلب", "")


@pytest.mark.parametrize(
    ("cell", "flag"),
    [("Y", True), ("n", False), (True, True), (False, False), ("1", True), (0, False), ("", None), ("perhaps", None)],
)
def test_flags_are_yes_no_or_not_said(cell: object, flag: bool | None) -> None:
    assert Row({"has_hrp": cell}).flag("has_hrp") is flag


def test_days_may_be_required_or_not() -> None:
    row = Row({"on": "2025-01-31T00:00:00", "to": None})

    assert row.day("on") == date(2025, 1, 31)
    assert row.maybe_day("to") is None
    with pytest.raises(ValueError, match='"to" is missing'):
        row.day("to")


def test_codes_must_be_known() -> None:
    assert Row({"type": "BA"}).one_of("type", {"BA", "SA"}) == "BA"
    with pytest.raises(ValueError, match="'XX' is not known"):
        Row({"type": "XX"}).one_of("type", {"BA", "SA"})
