"""Who comes to the queue's pages, and what the last act left behind for the next page."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from apps.records import reading
from apps.triage.queries.desk import Desk, Wanted
from apps.triage.queries.rows import Row

DONE = "queue_done"
View = Callable[..., HttpResponse]


def for_reviewers(view: View) -> View:
    """Hand the view the desk of whoever asks; strangers are asked to sign in, others find no page."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        desk = Desk(request.user, now=timezone.now(), language=(get_language() or "en").split("-")[0])
        if not desk.is_open:
            raise Http404
        return view(request, desk, *args, **kwargs)

    return guarded


def wanted_of(request: HttpRequest) -> Wanted:
    """The list that the address speaks of."""
    return Wanted.read({name: request.GET.get(name, "") for name in request.GET})


def queue_address(wanted: Wanted) -> str:
    """The address of a list."""
    words = wanted.address()
    return reverse("triage:queue") + (f"?{words}" if words else "")


def bench_address(wanted: Wanted, kind: str, pk: Any, beside: Any = None) -> str:
    """The address of a record's workbench, as reached from a list."""
    words = "&".join(filter(None, [wanted.address(), urlencode({"beside": beside}) if beside else ""]))
    return reverse("triage:workbench", args=[kind, pk]) + (f"?{words}" if words else "")


def leave(request: HttpRequest, **done: Any) -> None:
    """Keep what was done for the next page: `words`, `revisions`, `title`, `to`, `refused`."""
    request.session[DONE] = done


def pick_up(request: HttpRequest) -> dict[str, Any] | None:
    """What was done last; told once."""
    found: dict[str, Any] | None = request.session.pop(DONE, None)
    return found


def note_shown(desk: Desk, rows: Iterable[Any]) -> None:
    """Note in the audit trail that confidential records were listed. Items set aside are no records."""
    strict = [row for row in rows if isinstance(row, Row) and row.sensitivity == reading.CONFIDENTIAL]
    crises = [reading.crisis_of(row.crisis, desk.names) for row in strict]
    reading.note_listed(kind="queue", crises=crises, by=desk.user, now=desk.now)


def body_of(request: HttpRequest) -> str:
    """A digest of what a form says, apart from what changes with every page."""
    said = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"]
    return hashlib.sha256(urlencode(said, doseq=True).encode()).hexdigest()


def numbers(revisions: Sequence[int]) -> str:
    """Revisions as a form carries them."""
    return ",".join(map(str, revisions))
