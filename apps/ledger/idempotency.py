"""Writes that come twice: the first answer is kept and given again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.ledger.models import IdempotencyKey

WRITTEN = 201


class SaidOtherwise(Exception):
    """The same key came with another body; the first answer stands beside it in `answer`."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__("This was sent before with other contents.")
        self.answer = answer


@transaction.atomic
def answer_once(
    *, actor: User, key: str, body_sha256: str, now: datetime, write: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Call `write` the first time an actor sends this key, and remember what it returns; else give that again.

    The second value says whether it was written now. Two at once: the second waits for the first to commit. When
    `write` fails nothing is remembered.

    Raises:
        SaidOtherwise: the key was used for another body.
    """
    row, is_new = IdempotencyKey.objects.get_or_create(
        actor=actor,
        key=key,
        defaults={"body_sha256": body_sha256, "status": WRITTEN, "answer": {}, "created_at": now},
    )
    if not is_new:
        if row.body_sha256 != body_sha256:
            raise SaidOtherwise(row.answer)
        return row.answer, False
    answer = write()
    IdempotencyKey.objects.filter(pk=row.pk).update(answer=answer)
    return answer, True


def count_since(*, actor: User, prefix: str, since: datetime) -> int:
    """How many writes of a kind an actor has made since then, by the beginning of their keys."""
    return IdempotencyKey.objects.filter(actor=actor, key__startswith=prefix, created_at__gte=since).count()
