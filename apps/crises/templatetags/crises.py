"""Crises by name, and those somebody works in."""

from dataclasses import dataclass
from typing import Any

from django import template

from apps.accounts.models import User
from apps.crises.clearance import clearance
from apps.crises.models import Crisis
from apps.crises.queries import crises_worked_in

register = template.Library()


@dataclass(frozen=True)
class OwnCrisis:
    """A crisis one works in, and whether one coordinates it."""

    crisis: Crisis
    is_coordinated: bool


@register.filter
def named(crisis: Crisis, language: str) -> str:
    """The crisis's name in the language of the page."""
    return crisis.name(language)


@register.simple_tag
def own_crises(user: Any) -> list[OwnCrisis]:
    """The crises the user works in, by slug."""
    if not isinstance(user, User):
        return []
    held = clearance(user)
    return [OwnCrisis(crisis, held.is_coordinator_of(crisis.pk)) for crisis in crises_worked_in(user)]
