"""The days of a page: as addresses write them, and as people say them."""

from datetime import UTC, date, datetime

import pytest

from apps.crises.models import Crisis
from apps.dashboard.days import BadAddress, Days, in_words, read_days, today_in

NOW = datetime(2024, 12, 2, 22, 30, tzinfo=UTC)


def crisis(**fields):
    return Crisis(**{"slug": "aleppo", "names": {"en": "Aleppo"}, "time_zone": "Asia/Damascus", **fields})


def test_days_come_from_the_address():
    assert read_days({"since": "2024-11-27", "until": "2024-12-02"}, crisis(), NOW) == Days(
        date(2024, 11, 27), date(2024, 12, 2)
    )


def test_what_is_left_out_comes_from_the_default_view():
    view = {"since": "2024-11-27", "until": "2024-12-01"}
    assert read_days({}, crisis(default_view=view), NOW) == Days(date(2024, 11, 27), date(2024, 12, 1))


def test_a_crisis_without_a_view_shows_the_week_that_ends_today_where_it_is():
    # Half past ten in the evening in UTC is the next day in Damascus.
    assert today_in(crisis(), NOW) == date(2024, 12, 3)
    assert read_days({}, crisis(), NOW) == Days(date(2024, 11, 27), date(2024, 12, 3))


def test_an_earlier_last_day_moves_a_default_first_day_before_it():
    view = {"since": "2024-11-27", "until": "2024-12-01"}
    assert read_days({"until": "2024-11-10"}, crisis(default_view=view), NOW) == Days(
        date(2024, 11, 4), date(2024, 11, 10)
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"until": "2024-13-01"},
        {"since": "0001-01-01"},
        {"since": "2024-12-02", "until": "2024-12-01"},
        {"since": "2024-11-27T00:00"},
    ],
)
def test_days_that_cannot_be_read_are_refused_in_words(asked):
    with pytest.raises(BadAddress) as refused:
        read_days(asked, crisis(), NOW)
    assert str(refused.value).endswith(".")


def test_a_malformed_default_view_or_time_zone_does_no_harm():
    odd = crisis(default_view={"since": "soon", "until": None}, time_zone="Mars/Olympus")
    assert read_days({}, odd, NOW) == Days(date(2024, 11, 26), date(2024, 12, 2))


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2024, 11, 27), date(2024, 12, 2), "27 November – 2 December 2024"),
        (date(2024, 5, 3), date(2024, 5, 5), "3–5 May 2024"),
        (date(2024, 5, 3), date(2024, 5, 3), "3 May 2024"),
        (date(2023, 12, 30), date(2024, 1, 2), "30 December 2023 – 2 January 2024"),
    ],
)
def test_days_are_said_without_repeating(since, until, words):
    assert in_words(since, until) == words
