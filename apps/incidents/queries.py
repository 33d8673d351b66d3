"""Who took part in incidents, as far as a viewer may know. Who did it is more dangerous than how many."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.accounts.levels import Sensitivity
from apps.crises.clearance import Clearance
from apps.geo.models import name_in
from apps.incidents.models import Incident, IncidentActor


def parties_seen_by(held: Clearance) -> Any:
    """Parties whose own sensitivity lies within the viewer's clearance in the incident's crisis."""
    seen = Q(sensitivity=Sensitivity.PUBLIC)
    if held.elsewhere:
        seen |= Q(sensitivity__lte=int(held.elsewhere), record__crisis=None)
    for crisis_id, level in held.by_crisis.items():
        seen |= Q(sensitivity__lte=int(level), record__crisis=crisis_id)
    return IncidentActor.objects.filter(seen)


def parties_of(incident_id: UUID, held: Clearance, language: str) -> list[dict[str, str]]:
    """Name and role of each party to one incident, which the viewer is known to see."""
    rows = parties_seen_by(held).filter(record=incident_id).order_by("role", "actor__name")
    return [
        {"name": name_in(names, language) or name, "role": role}
        for names, name, role in rows.values_list("actor__names", "actor__name", "role")
    ]


def actors_named_to(held: Clearance) -> Any:
    """Ids of the actors named in an incident that the viewer sees, in a part that the viewer sees."""
    incidents = Incident.objects.visible_to(held)
    return parties_seen_by(held).filter(record__in=incidents.values("pk")).values("actor")
