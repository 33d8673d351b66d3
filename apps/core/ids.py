"""Keys: UUIDv7, so that new rows land together in the index."""

import uuid

import uuid_utils


def uuid7() -> uuid.UUID:
    """A time-ordered UUID. Phones and partners may send version 4 instead."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)
