"""Crises, memberships, actors."""

import factory

from apps.crises.models import Actor, Crisis, Membership
from tests.factories.accounts import UserFactory


class CrisisFactory(factory.django.DjangoModelFactory):
    """An active crisis."""

    class Meta:
        model = Crisis

    slug = factory.Sequence(lambda n: f"crisis-{n}")
    names = factory.LazyAttribute(lambda o: {"en": o.slug.title()})


class MembershipFactory(factory.django.DjangoModelFactory):
    """A user's role in a crisis."""

    class Meta:
        model = Membership

    crisis = factory.SubFactory(CrisisFactory)
    user = factory.SubFactory(UserFactory)
    role = "partner"


class ActorFactory(factory.django.DjangoModelFactory):
    """A party under a neutral name."""

    class Meta:
        model = Actor

    name = factory.Sequence(lambda n: f"Party {n}")
