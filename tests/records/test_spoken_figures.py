"""Figures as words: exactly as strong as they were said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.records.figures import bounds, spoken


@pytest.mark.parametrize(
    ("quantifier", "number", "upper", "words"),
    [
        ("more_than", 300, None, "> 300"),
        ("at_least", 20, None, "≥ 20"),
        ("at_most", 50, None, "≤ 50"),
        ("less_than", 50, None, "< 50"),
        ("about", 4_000, None, "about 4,000"),
        ("between", 120, 150, "120–150"),
        ("between", 7, 7, "7"),
        ("exact", 4, None, "4"),
        ("exact", 0, None, "0"),
        ("not_given", None, None, "?"),
    ],
)
def test_a_figure_is_as_strong_as_it_was_said(quantifier, number, upper, words):
    said = bounds(quantifier, number, upper)

    assert spoken(said.low, said.best, said.high, quantifier) == words


def test_the_best_estimate_of_a_range_is_what_is_shown():
    assert spoken(2, 4, 9, "exact") == "4"


def test_a_range_without_a_best_estimate_is_shown_as_a_range():
    assert spoken(2, None, 9, "exact") == "2–9"


def test_about_is_said_in_the_language_of_the_reader():
    assert spoken(4_000, 4_000, 4_000, "about", about="نحو {}") == "نحو 4,000"


@given(
    quantifier=st.sampled_from(["exact", "about", "at_least", "more_than", "at_most"]),
    number=st.integers(min_value=0, max_value=10**12),
)
def test_the_number_that_was_said_is_the_number_that_is_read(quantifier, number):
    said = bounds(quantifier, number)

    assert f"{number:,}" in spoken(said.low, said.best, said.high, quantifier)
