"""The people of the demo: one for each role, and an administrator who holds none."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from apps.accounts.actions import register_organisation
from apps.accounts.levels import Role
from apps.accounts.models import User

OFFICE = ("DEMO", "Demo coordination office", "United Nations")
RELIEF = ("RELIEF", "Demo relief organisation", "International NGO")
PARTNER = ("PARTNER", "Demo partner organisation", "International NGO")


@dataclass(frozen=True)
class Person:
    """One sign-in of the demo."""

    username: str
    organisation: tuple[str, str, str]
    role: Role | None = None
    is_administrator: bool = False


PEOPLE = (
    Person("admin", OFFICE, is_administrator=True),
    Person("coordinator", OFFICE, Role.COORDINATOR),
    Person("manager", OFFICE, Role.MANAGER),
    Person("field", RELIEF, Role.FIELD),
    Person("partner", PARTNER, Role.PARTNER),
)


def load(now: datetime) -> str:
    """Make the users that are missing. The password is the demo's, whatever the rules for real ones say."""
    made = 0
    for person in PEOPLE:
        if User.objects.filter(username=person.username).exists():
            continue
        acronym, name, type_name = person.organisation
        user = User(
            username=person.username,
            first_name="Demo",
            last_name=person.username,
            organisation=register_organisation(acronym=acronym, name=name, type_name=type_name),
            # In the administration a role decides who sees which facts: the administrator, who holds none, sees few.
            is_staff=person.is_administrator or person.role in {Role.COORDINATOR, Role.MANAGER},
            is_superuser=person.is_administrator,
            date_joined=now,
        )
        user.set_password(settings.DEMO_PASSWORD or None)
        user.save()
        made += 1
    return f"{made} people"


def person(username: str) -> User:
    """One of the demo's people."""
    return User.objects.select_related("organisation").get(username=username)
