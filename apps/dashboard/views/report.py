"""Reporting from the field: a form that works on a phone, on a bad network, without scripts."""

import hashlib
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.access.models import StatusClaim
from apps.accounts.models import User
from apps.core.texts import catalogue
from apps.crises.clearance import crises_to_report_in
from apps.crises.models import Crisis
from apps.dashboard import actions
from apps.dashboard.days import zone_of
from apps.dashboard.forms.kinds import FORMS
from apps.dashboard.forms.report import ReportForm
from apps.dashboard.queries.reports import own_reports_of, receipt
from apps.ledger.idempotency import SaidOtherwise

KINDS = [
    ("incident", gettext_lazy("Something happened"), gettext_lazy("An attack, an accident, a flood, a curfew …")),
    ("movement", gettext_lazy("People on the move"), gettext_lazy("People who fled, stay displaced, or came back")),
    ("status", gettext_lazy("Road, crossing or airport"), gettext_lazy("Open, restricted, closed or destroyed")),
]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Choose a kind, fill in, send. `?kind=incident|movement|status&crisis=<slug>`."""
    user = _user(request)
    crises = crises_to_report_in(user)
    if not crises:
        return _nobody_asked(request)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    context: dict[str, Any] = {"kinds": KINDS, "own": own_reports_of(user), "selected": crises[0]}
    context["catalogue"] = catalogue(get_language() or "en")
    if kind not in FORMS:
        return render(request, "dashboard/report.html", context)
    data = request.POST if request.method == "POST" else None
    asked = next((crisis for crisis in crises if crisis.slug == request.GET.get("crisis")), None)
    initial = {"crisis": asked} if asked else {}
    form = FORMS[kind](data, user=user, crises=crises, now=timezone.now(), initial=initial)
    context |= {"kind": kind, "kind_words": next(words for code, words, _about in KINDS if code == kind), "form": form}
    if data is not None and form.is_valid():
        return _send(request, form, context)
    status = HTTPStatus.OK if data is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "dashboard/report_form.html", context, status=status)


def _send(request: HttpRequest, form: ReportForm, context: dict[str, Any]) -> HttpResponse:
    """Store the report, or say what stands in the way and keep everything that was typed."""
    crisis: Crisis = form.cleaned_data["crisis"]
    try:
        sent = actions.send(
            report=form.draft(),
            crisis=crisis,
            body_sha256=_digest(request.POST),
            by=_user(request),
            now=form.now,
        )
    except SaidOtherwise as error:
        context["sent_before"] = error.answer
        return _again(request, form, context, HTTPStatus.CONFLICT)
    except actions.Taken:
        return _again(request, form, context, HTTPStatus.CONFLICT)
    except actions.TooMany:
        form.add_error(None, _("You have sent very many reports within an hour. Wait a little and send again."))
        return render(request, "dashboard/report_form.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    return redirect("dashboard:report-sent", kind=sent["kind"], report_id=sent["id"])


def _again(request: HttpRequest, form: ReportForm, context: dict[str, Any], status: HTTPStatus) -> HttpResponse:
    """The same form with a new id: sent once more it becomes a report of its own."""
    data = request.POST.copy()
    data["id"] = str(uuid4())
    context["form"] = type(form)(data, user=form.user, crises=form.crises, now=form.now)
    context["form"].is_valid()
    return render(request, "dashboard/report_form.html", context, status=status)


def _digest(posted: QueryDict) -> str:
    """What was sent, whatever the order of its fields."""
    pairs = sorted((name, *posted.getlist(name)) for name in posted if name != "csrfmiddlewaretoken")
    return hashlib.sha256(repr(pairs).encode()).hexdigest()


def _nobody_asked(request: HttpRequest) -> HttpResponse:
    """For those without a role: whom to ask."""
    crises = Crisis.objects.visible_to(request.user).select_related("lead_organisation")
    return render(request, "dashboard/report_refused.html", {"open": crises}, status=HTTPStatus.FORBIDDEN)


@never_cache
@login_required
@require_safe
def sent(request: HttpRequest, kind: str, report_id: UUID) -> HttpResponse:
    """The receipt: what was stored, under which id, and that it waits for review."""
    now = timezone.now()
    stored = receipt(_user(request), kind, report_id, now)
    if stored is None:
        raise Http404
    name, record = ("statement", stored.record) if isinstance(stored, StatusClaim) else ("entry", stored.row)
    context = {name: stored, "report_id": report_id, "zone": zone_of(record.crisis), "selected": record.crisis}
    return render(request, "dashboard/report_sent.html", context)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  both views ask for a sign-in
    return request.user
