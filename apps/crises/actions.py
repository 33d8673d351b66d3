"""Writes on crises and the parties to them."""

from apps.crises.models import Actor, ActorName
from apps.sources.models import Source


def name_actors(*, names: set[str], source: Source) -> dict[str, Actor]:
    """The actor behind each name a source uses. A new name makes an actor of that name, to be given a neutral one."""
    rows = ActorName.objects.filter(source=source, name__in=names).select_related("actor")
    known = {row.name: row.actor for row in rows}
    for name in sorted(names - set(known)):
        actor, _ = Actor.objects.get_or_create(name=name)
        ActorName.objects.create(actor=actor, source=source, name=name)
        known[name] = actor
    return known
