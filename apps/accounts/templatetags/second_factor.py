"""Whether the person in front of the page must set up a second factor."""

from typing import Any

from django import template

from apps.accounts import second_factor
from apps.accounts.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def second_factor_is_asked(context: dict[str, Any]) -> bool:
    """True while the role asks for one that is not set up."""
    user = context["request"].user
    return isinstance(user, User) and second_factor.is_asked_of(user) and not second_factor.has_one(user)
