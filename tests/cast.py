"""The named cast of the tests: who they are, what they hold, in which crisis.

Aleppo and Darfur are two crises. Cora coordinates Aleppo, Imran keeps its information, Fatima reports from its field,
Pavel pulls it as a partner, and Omar is Fatima's colleague with no role of his own. Carl coordinates Darfur. Sam
administers the system and holds no role in any crisis. Nobody is `AnonymousUser`.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from apps.accounts.levels import Role
from apps.accounts.models import Organisation, User
from apps.crises.models import Crisis, Membership
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.crises import CrisisFactory

PASSWORD = "a-long-test-password"


@dataclass(frozen=True)
class Cast:
    """Everybody, by first name."""

    aleppo: Crisis
    darfur: Crisis
    relief: Organisation
    cora: User
    imran: User
    fatima: User
    pavel: User
    omar: User
    carl: User
    sam: User
    nobody: AnonymousUser


def assemble() -> Cast:
    """Make the two crises and the people."""
    aleppo = CrisisFactory(
        slug="aleppo", names={"en": "Aleppo", "ar": "حلب"}, time_zone="Asia/Damascus", countries=["SYR"]
    )
    darfur = CrisisFactory(slug="darfur", names={"en": "Darfur"}, time_zone="Africa/Khartoum", countries=["SDN"])
    relief = OrganisationFactory(acronym="RELIEF", name="Relief Works")
    cora = _member("cora", aleppo, Role.COORDINATOR)
    imran = _member("imran", aleppo, Role.MANAGER)
    fatima = _member("fatima", aleppo, Role.FIELD, organisation=relief)
    pavel = _member("pavel", aleppo, Role.PARTNER)
    carl = _member("carl", darfur, Role.COORDINATOR)
    return Cast(
        aleppo=aleppo,
        darfur=darfur,
        relief=relief,
        cora=cora,
        imran=imran,
        fatima=fatima,
        pavel=pavel,
        omar=UserFactory(username="omar", organisation=relief),
        carl=carl,
        sam=UserFactory(username="sam", is_staff=True, is_superuser=True),
        nobody=AnonymousUser(),
    )


def _member(username: str, crisis: Crisis, role: Role, organisation: Organisation | None = None) -> User:
    user = UserFactory(username=username, organisation=organisation)
    Membership.objects.create(crisis=crisis, user=user, role=role)
    return user
