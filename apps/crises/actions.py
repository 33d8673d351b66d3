"""Writes on crises, their members and baselines, and the parties to them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from apps.accounts.models import User
from apps.crises.models import Actor, ActorName, Baseline, Crisis, Membership
from apps.geo.models import AdminArea
from apps.sources.models import Dataset, Source


def register_crisis(*, slug: str, areas: Iterable[AdminArea] = (), **fields: Any) -> Crisis:
    """Get or make a crisis; one that is there keeps what people have set since."""
    crisis, is_new = Crisis.objects.get_or_create(slug=slug, defaults=fields)
    if is_new:
        crisis.areas.set(areas)
    return crisis


def admit(*, crisis: Crisis, user: User, role: str, now: datetime) -> Membership:
    """Give a user a role in a crisis, its protocol accepted; a role held already stays."""
    return Membership.objects.get_or_create(
        crisis=crisis, user=user, defaults={"role": role, "protocol_accepted_at": now}
    )[0]


def choose_baseline(
    *,
    crisis: Crisis,
    measure: str,
    dataset: Dataset,
    reason: str,
    by: User,
    from_date: date | None = None,
    to_date: date | None = None,
) -> Baseline:
    """Say which series counts for a measure from a day on; a choice made already stays."""
    return Baseline.objects.get_or_create(
        crisis=crisis,
        measure=measure,
        from_date=from_date,
        defaults={"dataset": dataset, "to_date": to_date, "reason": reason, "by": by},
    )[0]


def register_actor(
    *, name: str, names: Mapping[str, str], kind: str, known_as: Mapping[Source, Iterable[str]]
) -> Actor:
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
