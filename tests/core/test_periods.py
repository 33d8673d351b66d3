"""Days and moments from what sources write."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.periods import day, from_milliseconds, moment


@pytest.mark.parametrize("text", ["2025-05-08", "2025-05-08T00:00:00", "2025-05-08 9:59", "2025-05-08T11:00:00.000Z "])
def test_a_day_is_the_written_day(text: str) -> None:
    assert day(text) == date(2025, 5, 8)


@pytest.mark.parametrize("text", ["", "8 May 2025", "2025-13-01", "20250508", "2025-05-08x", "٢٠٢٥-٠٥-٠٨"])
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        day(text)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "1899-12-31", "2100-01-01"])
def test_years_no_record_can_mean_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        day(text)
    with pytest.raises(ValueError, match="out of bounds"):
        moment(f"{text}T12:00:00Z")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-21T03:00:00", datetime(2026, 9, 21, 3, tzinfo=UTC)),
        ("2026-09-21T03:00:00Z", datetime(2026, 9, 21, 3, tzinfo=UTC)),
        ("2026-09-21 03:00:00+02:00", datetime(2026, 9, 21, 1, tzinfo=UTC)),
        ("2025-01-05T13:10:23.83", datetime(2025, 1, 5, 13, 10, 23, 830_000, tzinfo=UTC)),
        ("2025-01-05T13:10:23.1234567Z", datetime(2025, 1, 5, 13, 10, 23, 123_456, tzinfo=UTC)),
        ("2025-01-05", datetime(2025, 1, 5, tzinfo=UTC)),
        ("Tue, 10 Dec 2024 18:09:57 GMT", datetime(2024, 12, 10, 18, 9, 57, tzinfo=UTC)),
        ("Sun, 7 Oct 2018 19:52:00 -0200", datetime(2018, 10, 7, 21, 52, tzinfo=UTC)),
        ("10 Dec 2024 18:09 EST", datetime(2024, 12, 10, 23, 9, tzinfo=UTC)),
        ("Tue, 10 Dec 2024 18:09:57 CEST", datetime(2024, 12, 10, 16, 9, 57, tzinfo=UTC)),
        ("Tue, 10 Dec 2024 18:09:57 AFT", datetime(2024, 12, 10, 13, 39, 57, tzinfo=UTC)),
        ("Tue, 10 Dec 2024 18:09:57", datetime(2024, 12, 10, 18, 9, 57, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(text: str, expected: datetime) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Tue, 10 Dec 2024",
        "2024-01-01T00:00:00+99:99",
        "2024-01-01T25:00:00",
        "Tue, 99 Dec 2024 18:00 GMT",
    ],
)
def test_what_is_not_a_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a date and time"):
        moment(text)


def test_a_zone_name_with_several_meanings_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone 'IST' is not known"):
        moment("Tue, 10 Dec 2024 18:09:57 IST")


def test_milliseconds_are_counted_from_1970() -> None:
    assert from_milliseconds(1_517_966_773_840) == datetime(2018, 2, 7, 1, 26, 13, 840_000, tzinfo=UTC)
    assert from_milliseconds(-1_000).year == 1969


@pytest.mark.parametrize("value", [None, True, "1517966773840", float("nan"), 10**30, -(10**14), 253_402_300_799_000])
def test_other_milliseconds_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"milliseconds|out of bounds"):
        from_milliseconds(value)


@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_a_value_error(text: str) -> None:
    try:
        value = moment(text)
    except ValueError:
        return
    assert value.tzinfo is UTC
    assert 1900 <= value.year < 2100
