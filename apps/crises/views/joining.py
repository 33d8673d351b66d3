"""Accepting an invitation, and the sharing protocol that comes with it."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.crises import actions, members, queries
from apps.crises.forms import AcceptForm, NewcomerForm
from apps.crises.models import Invitation
from apps.crises.protocol_words import in_words
from apps.crises.views import user_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered and asked; accepted by whoever is signed in, or with a new account."""
    found = queries.invitation_behind(token)
    if found is None:
        return _closed(request, str(_("This link is no invitation. Look whether you have copied all of it.")))
    user = request.user if isinstance(request.user, User) else None
    try:
        members.may_accept(found, user, timezone.now())
    except members.Refused as refusal:
        return _closed(request, str(refusal.sentence))
    said = request.POST if request.method == "POST" else None
    form: AcceptForm = NewcomerForm(said, email=found.email) if user is None else AcceptForm(said)
    if said is not None and form.is_valid():
        return _accept(request, found, user, form)
    status = HTTPStatus.OK if said is None else HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"invitation": found, "form": form, "lines": list(in_words(found.crisis))}
    return render(request, "crises/invitation.html", context, status=status)


def _accept(request: HttpRequest, found: Invitation, user: User | None, form: AcceptForm) -> HttpResponse:
    now = timezone.now()
    try:
        if user is not None:
            actions.accept_invitation(invitation=found, by=user, now=now)
            messages.success(request, _("You are a member now."))
            return redirect("dashboard:map")
        actions.accept_as_newcomer(
            invitation=found,
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            language=get_language() or "en",
            now=now,
        )
    except members.Refused as refusal:
        return _closed(request, str(refusal.sentence))
    except IntegrityError:
        # Two took the same name at the same moment: the form is shown once more and says so.
        return redirect(request.path)
    messages.success(request, _("Your account is ready. Sign in with it."))
    return redirect("account_login")


def _closed(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "crises/invitation_closed.html", {"sentence": sentence}, status=HTTPStatus.GONE)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def protocol(request: HttpRequest, slug: str) -> HttpResponse:
    """How information is shared in a crisis one works in; accepted here by whoever has not been asked before."""
    user = user_of(request)
    crisis = queries.crisis_worked_in(user, slug)
    if crisis is None:
        raise Http404
    now = timezone.now()
    own = queries.own_membership(user, crisis, now)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if own is not None and request.method == "POST" and form.is_valid():
        actions.accept_protocol(membership=own, by=user, now=now)
        return redirect("crises:protocol", slug=slug)
    context = {
        "crisis": crisis,
        "selected": crisis,
        "tab": "protocol",
        "own": own,
        "form": form,
        "lines": list(in_words(crisis)),
        "coordinates": queries.coordinated_crisis(user, slug) is not None,
    }
    return render(request, "crises/protocol.html", context)
