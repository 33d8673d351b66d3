"""Writes on crises, their members and baselines, and the parties to them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from apps.accounts.models import User
from apps.crises.models import Actor, ActorName, Baseline, Crisis, Membership
from apps.sources.models import Dataset, Source


def open_crisis(*, slug: str, **fields: Any) -> tuple[Crisis, bool]:
    """Get or make a crisis; the second value says whether it is new. One that exists is left as it is."""
    return Crisis.objects.get_or_create(slug=slug, defaults=fields)


def add_member(*, crisis: Crisis, user: User, role: str, now: datetime) -> Membership:
    """Give a user a role in a crisis, its protocol accepted. A role held already is left as it is."""
    return Membership.objects.get_or_create(
        crisis=crisis, user=user, defaults={"role": role, "protocol_accepted_at": now}
    )[0]


def choose_baseline(
    *,
    crisis: Crisis,
    measure: str,
    dataset: Dataset,
    cohort: str = "",
    since: date | None,
    until: date | None,
    reason: str,
    by: User,
) -> Baseline:
    """Say which series counts for a measure from a day on, and of a stock which cohort.

    A choice made already is left as it is.
    """
    return Baseline.objects.get_or_create(
        crisis=crisis,
        measure=measure,
        from_date=since,
        defaults={"dataset": dataset, "cohort": cohort, "to_date": until, "reason": reason, "by": by},
    )[0]


def introduce_actor(*, name: str, names: Mapping[str, str], kind: str, known_as: Mapping[Source, list[str]]) -> Actor:
    """Give a party its neutral name, and say what each source calls it."""
    actor, _ = Actor.objects.get_or_create(name=name, defaults={"names": dict(names), "kind": kind})
    for source, theirs in known_as.items():
        for one in theirs:
            ActorName.objects.get_or_create(source=source, name=one, defaults={"actor": actor})
    return actor


def name_actors(*, names: set[str], source: Source) -> dict[str, Actor]:
    """The actor behind each name a source uses. A new name makes an actor of that name, to be given a neutral one."""
    rows = ActorName.objects.filter(source=source, name__in=names).select_related("actor")
    known = {row.name: row.actor for row in rows}
    for name in sorted(names - set(known)):
        actor, _ = Actor.objects.get_or_create(name=name)
        ActorName.objects.create(actor=actor, source=source, name=name)
        known[name] = actor
    return known
