"""What the bar on top of every page says of the queue."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from apps.triage.queries import lists
from apps.triage.queries.desk import Desk


class Waiting:
    """Whether the reader works in a queue, and how many records wait there."""

    def __init__(self, user: Any) -> None:
        desk = Desk(user, now=timezone.now(), language="en")
        self.is_open = desk.is_open
        count = lists.waiting_for(desk)
        self.count = f"{lists.MANY}+" if count > lists.MANY else str(count or "")


def queue(request: HttpRequest) -> dict[str, Any]:
    """`queue_waiting`, worked out only where a page for somebody signed in asks for it."""
    return {"queue_waiting": SimpleLazyObject(lambda: Waiting(request.user))}
