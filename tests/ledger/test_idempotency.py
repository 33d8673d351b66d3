"""Writes that come twice are answered once."""

import pytest

from apps.ledger.idempotency import SaidOtherwise, answer_once, count_since
from apps.ledger.models import IdempotencyKey

pytestmark = pytest.mark.django_db
SAME, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def written():
    return []


@pytest.fixture
def once(cast, now, written):
    def call(key="report 1", body=SAME, actor=None):
        def write():
            written.append(key)
            return {"id": len(written)}

        return answer_once(actor=actor or cast.fatima, key=key, body_sha256=body, now=now, write=write)

    return call


def test_the_first_answer_is_given_again(once, written):
    assert once() == ({"id": 1}, True)
    assert once() == ({"id": 1}, False)
    assert written == ["report 1"]


def test_another_body_under_the_same_key_is_told_of_the_first_answer(once):
    once()
    with pytest.raises(SaidOtherwise) as refused:
        once(body=OTHER)
    assert refused.value.answer == {"id": 1}


def test_everybody_has_keys_of_their_own(once, cast, written):
    once()
    assert once(actor=cast.imran, body=OTHER) == ({"id": 2}, True)


def test_a_write_that_fails_is_not_remembered(cast, now, once):
    def fail():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        answer_once(actor=cast.fatima, key="report 1", body_sha256=SAME, now=now, write=fail)
    assert not IdempotencyKey.objects.exists()
    assert once() == ({"id": 1}, True)


def test_writes_of_one_kind_are_counted(once, cast, now):
    once()
    once(key="report 2")
    once(key="other 1")
    assert count_since(actor=cast.fatima, prefix="report ", since=now) == 2
    assert count_since(actor=cast.imran, prefix="report ", since=now) == 0
