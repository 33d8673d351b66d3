"""A record on a page of its own, with everything that was done to it; whoever reviews its crisis can undo."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.crises.clearance import clearance
from apps.dashboard.days import zone_of
from apps.dashboard.queries.record import read_record, resource_named
from apps.ledger.models import Revision
from apps.picture.wording import label_of
from apps.records.undoing import CannotUndo, NeedsConfirming, may_undo, undo

LONGEST_REASON = 1_000


@require_safe
@cache_control(private=True, no_cache=True)
def record(request: HttpRequest, code: str, record_id: UUID) -> HttpResponse:
    """The record as its reader may know it: figures side by side, where they come from, and its history."""
    return _page(request, code, record_id)


@never_cache
@login_required
@require_POST
def undo_change(request: HttpRequest, code: str, record_id: UUID) -> HttpResponse:
    """Take back a whole change, `revision`, with a `reason`; says what stands otherwise where it cannot."""
    number, reason = request.POST.get("revision", ""), request.POST.get("reason", "").strip()[:LONGEST_REASON]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Http404
    if not may_undo(clearance(request.user), int(number)):
        raise PermissionDenied
    if not reason:
        return _page(request, code, record_id, problem=_("Say why: others will read it."), revision=int(number))
    try:
        undo(
            revision_id=int(number), by=request.user, now=timezone.now(), reason=reason,  # type: ignore[arg-type]
            confirm="confirm" in request.POST,
        )  # fmt: skip
    except Revision.DoesNotExist as error:
        raise Http404 from error
    except CannotUndo as error:
        return _refused(request, code, record_id, int(number), error)
    messages.success(request, _("The change is undone."))
    if _is_there(request, code, record_id):
        return redirect("dashboard:record", code=code, record_id=record_id)
    return redirect("dashboard:map")


def _refused(request: HttpRequest, code: str, record_id: UUID, number: int, error: CannotUndo) -> HttpResponse:
    """The same page with what stands in the way, column by column."""
    differences = [
        {"title": each.title, "column": label_of(each.column) if each.column else "",
         "was_set_to": each.was_set_to, "is_now": each.is_now}
        for each in error.differences
    ]  # fmt: skip
    return _page(
        request, code, record_id,
        problem=str(error), revision=number, differences=differences, asks=isinstance(error, NeedsConfirming),
    )  # fmt: skip


def _is_there(request: HttpRequest, code: str, record_id: UUID) -> bool:
    return _read(request, code, record_id) is not None


def _read(request: HttpRequest, code: str, record_id: UUID) -> Any:
    resource = resource_named(code)
    if resource is None:
        return None
    language = (get_language() or "en").split("-")[0]
    return read_record(
        resource=resource, record_id=record_id, viewer=request.user, now=timezone.now(), language=language
    )


def _page(request: HttpRequest, code: str, record_id: UUID, **refused: Any) -> HttpResponse:
    page = _read(request, code, record_id)
    if page is None:
        raise Http404
    crisis = page.entry.row.crisis
    context = {"page": page, "entry": page.entry, "zone": zone_of(crisis), "selected": crisis, "record_id": record_id}
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "dashboard/record.html", context | refused, status=status)
