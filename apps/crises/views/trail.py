"""The audit trail of a crisis, for its coordinators."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.crises import queries
from apps.crises.audit_words import about, in_words
from apps.crises.forms import TrailForm
from apps.crises.models import Crisis
from apps.crises.views import for_coordinators

ROWS = 50


@for_coordinators
@require_safe
def trail(request: HttpRequest, crisis: Crisis) -> HttpResponse:
    """Who did what, newest first. `?verb=…&by=<user id>&since=<day>&until=<day>&page=…`."""
    form = TrailForm(request.GET or None, people=queries.people_in_trail(crisis), auto_id=False)
    asked = form.cleaned_data if form.is_valid() else {}
    page = Paginator(queries.trail_of(crisis, asked), ROWS).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "crisis": crisis,
        "selected": crisis,
        "tab": "audit",
        "form": form,
        "page": page,
        "entries": [(entry, in_words(entry.verb), about(entry)) for entry in page],
        "kept": kept.urlencode(),
        "audit_days": settings.AUDIT_DAYS,
    }
    return render(request, "crises/audit.html", context)
