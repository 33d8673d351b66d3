"""The members of a crisis, for its coordinators."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Organisation
from apps.crises import actions, mail, queries
from apps.crises.forms import InviteForm, OrganisationForm, RoleForm
from apps.crises.members import Refused
from apps.crises.models import Crisis
from apps.crises.views import for_coordinators, user_of


@for_coordinators
@require_safe
def members(request: HttpRequest, crisis: Crisis) -> HttpResponse:
    """Who works in the crisis and as what, who is invited, and how to invite."""
    return _page(request, crisis)


@for_coordinators
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, crisis: Crisis) -> HttpResponse:
    """Invite one person, and show the link this once."""
    if request.method == "GET":
        return redirect("crises:members", slug=crisis.slug)
    by = user_of(request)
    form = InviteForm(request.POST, by=by)
    if not form.is_valid():
        return _page(request, crisis, HTTPStatus.UNPROCESSABLE_ENTITY, invite_form=form)
    try:
        invitation, token = actions.invite(
            crisis=crisis,
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            organisation=form.organisation(),
            by=by,
            now=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, crisis, refusal)
    link = request.build_absolute_uri(reverse("crises:invitation", args=[token]))
    was_mailed = mail.send_invitation(invitation=invitation, link=link)
    return _page(request, crisis, link=link, invited=invitation, was_mailed=was_mailed)


@for_coordinators
@require_POST
def revoke_invitation(request: HttpRequest, crisis: Crisis, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = queries.invitation_in(crisis, invitation_id)
    if invitation is None:
        raise Http404
    by, now = user_of(request), timezone.now()
    return _do(request, crisis, lambda: actions.revoke_invitation(invitation=invitation, by=by, now=now))


@for_coordinators
@require_http_methods(["GET", "POST"])
def add_organisation(request: HttpRequest, crisis: Crisis) -> HttpResponse:
    """Let all people of an organisation take part."""
    if request.method == "GET":
        return redirect("crises:members", slug=crisis.slug)
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return _page(request, crisis, HTTPStatus.UNPROCESSABLE_ENTITY, organisation_form=form)
    by, now = user_of(request), timezone.now()
    return _do(request, crisis, lambda: actions.add_organisation(crisis=crisis, **form.cleaned_data, by=by, now=now))


@for_coordinators
@require_POST
def change(request: HttpRequest, crisis: Crisis, membership_id: int) -> HttpResponse:
    """Give a member another role or an end; `do=end` ends it now."""
    membership = queries.membership_in(crisis, membership_id)
    if membership is None:
        raise Http404
    by, now = user_of(request), timezone.now()
    if request.POST.get("do") == "end":
        return _do(request, crisis, lambda: actions.end_membership(membership=membership, by=by, now=now))
    form = RoleForm(request.POST, crisis=crisis, now=now)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("crises:members", slug=crisis.slug)
    return _do(
        request,
        crisis,
        lambda: actions.change_membership(membership=membership, **form.cleaned_data, by=by, now=now),
    )


def _do(request: HttpRequest, crisis: Crisis, change: Callable[[], object]) -> HttpResponse:
    """Make the change and go back to the list, or say why it may not be."""
    try:
        change()
    except Refused as refusal:
        return _refused(request, crisis, refusal)
    messages.success(request, _("Done."))
    return redirect("crises:members", slug=crisis.slug)


def _refused(request: HttpRequest, crisis: Crisis, refusal: Refused) -> HttpResponse:
    messages.error(request, str(refusal.sentence))
    return redirect("crises:members", slug=crisis.slug)


def _page(request: HttpRequest, crisis: Crisis, status: HTTPStatus = HTTPStatus.OK, **shown: Any) -> HttpResponse:
    now, by = timezone.now(), user_of(request)
    members = [
        {
            "membership": each,
            "is_in_force": each.until is None or each.until > now,
            "is_own": each.user_id == by.pk,
            "form": RoleForm(crisis=crisis, now=now, initial={"role": each.role, "until": each.until}, auto_id=False),
        }
        for each in crisis.memberships.listed()
    ]
    context = {
        "crisis": crisis,
        "selected": crisis,
        "tab": "members",
        "members": members,
        "invitations": [(each, each.state_at(now)) for each in crisis.invitations.waiting().listed()],
        "invite_form": InviteForm(by=by),
        "organisation_form": OrganisationForm(auto_id="organisation_%s"),
        "organisations": Organisation.objects.values_list("acronym", flat=True)[:1000],
        **shown,
    }
    return render(request, "crises/members.html", context, status=status)
