"""The place in the change feed that a caller holds: sealed, so that it tells nothing and cannot be made by hand.

It ends where it would lie: when the caller's rights changed since, or when the database is another one or an older
one than it was taken from. The moment of its revision tells: a restored ledger counts on, but at other moments.
"""

import base64
import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from apps.ledger.queries import made_at
from apps.picture.changes import Position
from apps.records.filters import Asked
from apps.records.parameters import BadValue

CANNOT_READ = "Follow `cursor` as it was given; without `since` the feed starts at the beginning."


class Ended(Exception):
    """The place is none any more: start again from the lists."""


@dataclass(frozen=True)
class FeedCursor:
    """A position, the moment of its revision in microseconds, the caller's rights, and the newest crisis known."""

    position: Position
    moment: int
    rights: str
    newest_crisis: int

    @classmethod
    def at(cls, asked: Asked, position: Position, moment: datetime | None) -> "FeedCursor":
        """The caller's place in the ledger."""
        newest = max((crisis.id for crisis in asked.names.crises_seen_by(asked.held).values()), default=0)
        return cls(position, _micros(moment), rights_of(asked, newest), newest)

    def text(self) -> str:
        """The sealed form."""
        said = [*self.position, self.moment, self.rights, self.newest_crisis]
        return _seal().encrypt(orjson.dumps(said)).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "FeedCursor":
        """From the sealed form.

        Raises:
            BadValue: it was not sealed here.
        """
        try:
            sealed = text.encode("ascii") + b"=" * (-len(text) % 4)
            revision, change, moment, rights, newest = orjson.loads(_seal().decrypt(sealed))
        except (InvalidToken, ValueError) as error:
            raise BadValue(CANNOT_READ) from error
        return cls(Position(revision, change), moment, rights, newest)

    def stand(self, asked: Asked) -> None:
        """Make sure that the place still means what it meant.

        Raises:
            Ended: the rights are others now, or the ledger is.
        """
        if self.rights != rights_of(asked, self.newest_crisis):
            raise Ended("What you may read has changed since.")
        if self.position.revision and _micros(made_at(self.position.revision)) != self.moment:
            raise Ended("The ledger this place was taken from is no longer the one kept here.")


def rights_of(asked: Asked, newest_crisis: int) -> str:
    """A fingerprint of all that decides what the caller sees, but for crises that were not there yet."""
    known = sorted(crisis.id for crisis in asked.names.crises_seen_by(asked.held).values())
    said = [_plain(asdict(asked.held)), [pk for pk in known if pk <= newest_crisis]]
    return hashlib.sha256(orjson.dumps(said, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _plain(value: Any) -> Any:
    """Sets in order, keys as text."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    return value


def _micros(moment: datetime | None) -> int:
    return round(moment.timestamp() * 1_000_000) if moment is not None else 0


def _seal() -> MultiFernet:
    """Keys derived from the site's own, the old ones still readable while they are kept."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"change feed" + key.encode()).digest())) for key in keys]
    )
