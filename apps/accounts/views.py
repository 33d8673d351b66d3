"""One's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts import actions, second_factor
from apps.accounts.adapter import set_language
from apps.accounts.forms import ProfileForm
from apps.accounts.models import User


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name and language, and the way to password, second factor, sessions and keys."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  login_required
    said = request.POST if request.method == "POST" else None
    initial = {"first_name": user.first_name, "last_name": user.last_name, "language": user.language}
    form = ProfileForm(said, initial=initial)
    if said is not None and form.is_valid():
        actions.change_profile(user=user, **form.cleaned_data, by=user, now=timezone.now())
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your account has been changed."))
        response = redirect("accounts:account")
        set_language(response, form.cleaned_data["language"])
        return response
    context = {
        "form": form,
        "has_second_factor": second_factor.has_one(user),
        "is_asked_for_it": second_factor.is_asked_of(user),
    }
    return render(request, "accounts/account.html", context)
