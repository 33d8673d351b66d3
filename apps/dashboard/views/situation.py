"""The printable situation page of one crisis."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.accounts.levels import Audience, Sensitivity
from apps.dashboard.days import BadAddress, read_days, today_in, zone_of
from apps.dashboard.queries.situation import crisis_known_to, read_situation
from apps.dashboard.queries.sketch import draw
from apps.records.reading import note_listed

# How a page says for whom it was made, and the word for it in addresses.
AUDIENCES = {
    int(Audience.PUBLIC): ("public", _("Public")),
    int(Audience.PARTNERS): ("partners", _("Partners only — do not forward")),
    int(Audience.RESTRICTED): ("restricted", _("Restricted — do not forward")),
    int(Audience.CONFIDENTIAL): ("confidential", _("Confidential — for the coordinators of this crisis only")),
}


@require_safe
@cache_control(private=True, no_cache=True)
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    """What is known of a crisis over some days: `?since=&until=&audience=`, all optional."""
    crisis = crisis_known_to(request.user, slug)
    if crisis is None:
        raise Http404
    now = timezone.now()
    try:
        days = read_days(request.GET.dict(), crisis, now)
        audience = _audience(request.GET.get("audience", ""))
    except BadAddress as error:
        context = {"selected": crisis, "problem": str(error), "today": today_in(crisis, now)}
        return render(request, "dashboard/situation_refused.html", context, status=HTTPStatus.BAD_REQUEST)
    found = read_situation(crisis=crisis, days=days, viewer=request.user, now=now, audience=audience)
    strict = [entry.row.crisis_id for entry in found.entries if entry.row.sensitivity == Sensitivity.CONFIDENTIAL]
    note_listed(kind="situation", crises=strict, by=request.user, now=now)
    context = {
        "selected": crisis,
        "situation": found,
        "sketch": draw(found),
        "now": now,
        "zone": zone_of(crisis),
        "audience": AUDIENCES[min(found.audience, max(AUDIENCES))],
        "audiences": _choices(found.may_read, found.reads),
    }
    return render(request, "dashboard/situation.html", context)


def _audience(word: str) -> int | None:
    """The audience an address asks for.

    Raises:
        BadAddress: there is no such audience.
    """
    if not word:
        return None
    known = {code: level for level, (code, _words) in AUDIENCES.items()}
    if word not in known:
        message = gettext("There is no audience “%(word)s”. There are: %(known)s.")
        raise BadAddress(message % {"word": word[:40], "known": ", ".join(known)})
    return known[word]


def _choices(may_read: int, reads: int) -> list[dict[str, Any]]:
    """The audiences a reader may print for: the own one and every wider one."""
    return [
        {"code": code, "words": words, "is_chosen": level == reads}
        for level, (code, words) in AUDIENCES.items()
        if level <= may_read
    ]
