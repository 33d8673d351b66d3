"""Who took part in incidents, as far as a viewer may know. Who did it is more dangerous than how many."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from apps.accounts.levels import Sensitivity
from apps.crises.clearance import Clearance
from apps.geo.models import name_in
from apps.incidents.models import Incident, IncidentActor
from apps.records.past import standing_at


def _within(held: Clearance) -> Q:
    """The condition on parties: their own sensitivity lies within the viewer's clearance in the incident's crisis."""
    seen = Q(sensitivity=Sensitivity.PUBLIC)
    if held.elsewhere:
        seen |= Q(sensitivity__lte=int(held.elsewhere), record__crisis=None)
    for crisis_id, level in held.by_crisis.items():
        seen |= Q(sensitivity__lte=int(level), record__crisis=crisis_id)
    return seen


def parties_seen_by(held: Clearance) -> Any:
    """Parties that the viewer may know of."""
    return IncidentActor.objects.filter(_within(held))


def parties_of(incident_id: UUID, held: Clearance, language: str, revision: int | None = None) -> list[dict[str, str]]:
    """Name and role of each party to one incident, which the viewer is known to see; as it stood at a revision.

    Who was named then and has been made stricter since is not told.
    """
    stricter = IncidentActor.objects.filter(pk=OuterRef("id")).exclude(_within(held))
    rows = [
        row
        for arm in standing_at(IncidentActor, revision)
        for row in arm.filter(_within(held), ~Exists(stricter), record=incident_id).values_list(
            "actor__names", "actor__name", "role"
        )
    ]
    return [
        {"name": name_in(names, language) or name, "role": role}
        for names, name, role in sorted(rows, key=lambda row: (row[2], row[1]))
    ]


def actors_named_to(held: Clearance) -> Any:
    """Ids of the actors named in an incident that the viewer sees, in a part that the viewer sees."""
    incidents = Incident.objects.visible_to(held)
    return parties_seen_by(held).filter(record__in=incidents.values("pk")).values("actor")
