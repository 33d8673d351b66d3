"""Pages of members, invitations, keys and the audit trail."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from apps.accounts.models import User
from apps.crises.queries import coordinated_crisis


def user_of(request: HttpRequest) -> User:
    """Whoever signed in."""
    assert isinstance(request.user, User)  # noqa: S101  every page here asks for a sign-in
    return request.user


def for_coordinators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the crisis of the address. To those who do not coordinate it, it does not exist."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        crisis = coordinated_crisis(user_of(request), slug)
        if crisis is None:
            raise Http404
        return view(request, crisis, **kwargs)

    return guarded
