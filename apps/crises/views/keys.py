"""API keys: one's own, and those that open a crisis one coordinates."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import actions as accounts
from apps.crises import actions, queries
from apps.crises.forms import KeyForm
from apps.crises.models import Crisis
from apps.crises.views import for_coordinators, user_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """One's keys, and a new one, which is shown this once."""
    user, now = user_of(request), timezone.now()
    said = request.POST if request.method == "POST" else None
    crises = queries.crises_worked_in(user)
    form = KeyForm(said, crises=crises)
    shown: dict[str, Any] = {}
    status = HTTPStatus.OK
    if said is not None and form.is_valid():
        _row, shown["key"] = actions.issue_key(user=user, now=now, **form.cleaned_data)
        form = KeyForm(crises=crises)
    elif said is not None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    keys = [(key, key.is_valid_at(now)) for key in queries.own_keys(user)]
    return render(request, "crises/own_keys.html", {"form": form, "keys": keys, **shown}, status=status)


@never_cache
@login_required
@require_POST
def revoke_own(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End one of one's keys."""
    user = user_of(request)
    key = queries.own_key(user, key_id)
    if key is None:
        raise Http404
    accounts.revoke_key(key=key, by=user, now=timezone.now())
    messages.success(request, _("The key %(prefix)s… opens nothing any more.") % {"prefix": key.prefix})
    return redirect("crises:keys")


@for_coordinators
@require_safe
def of_crisis(request: HttpRequest, crisis: Crisis) -> HttpResponse:
    """Whose keys open the crisis."""
    context = {
        "crisis": crisis,
        "selected": crisis,
        "tab": "keys",
        "keys": queries.keys_opening(crisis, timezone.now()).prefetch_related("restrictions__crisis"),
    }
    return render(request, "crises/keys.html", context)


@for_coordinators
@require_POST
def revoke_in(request: HttpRequest, crisis: Crisis, key_id: UUID) -> HttpResponse:
    """End a key that opens the crisis."""
    now = timezone.now()
    key = queries.key_opening(crisis, key_id, now)
    if key is None:
        raise Http404
    actions.revoke_key_in(crisis=crisis, key=key, by=user_of(request), now=now)
    messages.success(request, _("The key %(prefix)s… opens nothing any more.") % {"prefix": key.prefix})
    return redirect("crises:crisis-keys", slug=crisis.slug)
