"""Chunks as large as the ledger's lock can be held for."""

from apps.records.pacing import FIRST, GOAL, LEAST, MOST, Pace


def test_chunks_are_all_items_in_their_order():
    pace, items = Pace(), list(range(5 * FIRST + 7))
    assert [item for chunk in pace.chunks(items) for item in chunk] == items


def test_what_takes_too_long_is_halved_and_what_is_quick_grows_step_by_step():
    pace = Pace()
    pace.took(FIRST, 2 * GOAL)
    assert pace.size == FIRST // 2
    pace.took(pace.size, GOAL / 100)
    assert pace.size == FIRST


def test_it_stays_within_its_bounds():
    pace = Pace()
    pace.took(FIRST, 1_000)
    assert pace.size == LEAST
    for _ in range(20):
        pace.took(pace.size, 0)
    assert pace.size == MOST


def test_a_few_new_items_of_a_chunk_say_how_long_a_whole_one_takes():
    pace = Pace()
    pace.took(1, GOAL)
    assert pace.size == LEAST


def test_the_next_chunk_follows_what_the_last_one_took():
    pace, sizes = Pace(), []
    for chunk in pace.chunks(range(FIRST * 4)):
        sizes.append(len(chunk))
        pace.took(len(chunk), GOAL / 2)
    assert sizes == [FIRST, 2 * FIRST, FIRST]
