"""The figures of a record on a list: the one used, who says it, how many there are, how far they lie apart."""

from datetime import date

import pytest

from tests.factories import facts

pytestmark = pytest.mark.django_db


def row_of(ask, user=None, **query):
    (row,) = ask("incidents", user, **query)["results"]
    return row


def test_the_figure_used_stands_with_who_says_it_and_the_spread_of_all(ask):
    facts.incident(
        released=True,
        claims=[
            facts.claim("killed", 4, credibility=1, attributed_to="Hospital"),
            facts.claim("killed", 7, attributed_to="Police"),
            facts.claim("injured", 19),
        ],
    )
    row = row_of(ask)
    assert (row["killed_best"], row["killed_attributed_to"], row["killed_scope"]) == (4, "Hospital", "event")
    assert (row["killed_claims"], row["killed_spread_low"], row["killed_spread_high"]) == (2, 4, 7)
    assert (row["injured_best"], row["injured_claims"], row["injured_spread_low"]) == (19, 1, None)
    assert row["figures"] == 3


def test_an_open_upper_bound_leaves_the_spread_open(ask):
    facts.incident(
        released=True,
        claims=[
            facts.claim("killed", 300, "more_than", attributed_to="A"),
            facts.claim("killed", 20, attributed_to="B"),
        ],
    )
    row = row_of(ask)
    assert (row["killed_spread_low"], row["killed_spread_high"]) == (20, None)


def test_all_people_come_before_a_part_of_them(ask):
    part = facts.claim("killed", 20, "at_least", group="civilians", key="part", part_of_key="whole")
    facts.incident(released=True, claims=[facts.claim("killed", 300, "more_than", key="whole"), part])
    row = row_of(ask)
    assert (row["killed_group"], row["killed_low"], row["killed_quantifier"]) == ("all", 301, "more_than")


def test_without_a_figure_of_all_people_the_widest_group_is_shown_by_name(ask):
    facts.incident(released=True, claims=[facts.claim("killed", 2, group="journalists"),
                                          facts.claim("killed", 20, group="civilians")])  # fmt: skip
    row = row_of(ask)
    assert (row["killed_group"], row["killed_best"]) == ("civilians", 20)


def test_not_known_is_null_and_none_is_zero(ask):
    facts.incident(released=True, claims=[facts.claim("killed", 0), facts.claim("injured", None)])
    row = row_of(ask)
    assert row["killed_best"] == 0
    assert (row["injured_low"], row["injured_best"], row["injured_quantifier"]) == (None, None, "not_given")


def test_a_held_figure_is_in_no_count_and_no_spread_but_of_the_cleared(ask, cast):
    facts.incident(
        crisis=cast.aleppo,
        released=True,
        claims=[facts.claim("killed", 3), facts.claim("killed", 99, attributed_to="Held", sensitivity=3)],
    )
    for user in (None, cast.pavel, cast.fatima, cast.imran, cast.carl):
        row = row_of(ask, user)
        assert (row["killed_claims"], row["killed_spread_high"], row["figures"]) == (1, None, 1)
    row = row_of(ask, cast.cora)
    assert (row["killed_claims"], row["killed_best"]) == (2, 3)


def test_a_displacement_shows_what_its_measure_is_about(ask):
    stock = facts.claim("idps", 5_000, scope="stock", as_of_date=date(2024, 11, 30))
    facts.moved(
        released=True, claims=[facts.claim("injured", 2), stock], fields={"measure": "stock", "category": "idps"}
    )
    (row,) = ask("displacement")["results"]
    assert (row["metric"], row["figure_best"], row["figure_as_of_date"]) == ("idps", 5_000, "2024-11-30")
    assert row["figure_scope"] == "stock"


def test_a_status_says_who_reports_it_and_that_reports_differ(ask, now):
    facts.status(released=True)
    (row,) = ask("asset-status")["results"]
    assert (row["status"], row["status_attributed_to"], row["cause"], row["is_disputed"]) == (
        "closed", "Observers", "insecurity", False,
    )  # fmt: skip
    assert (row["asset_type"], row["asset_name"]) == ("airport", "Aleppo International Airport")
