"""The four kinds of record as the world reads them, in one list for whatever looks across them."""

from apps.access.fields import CONSTRAINTS, STATUSES
from apps.displacement.fields import RESOURCE as DISPLACEMENT
from apps.incidents.fields import RESOURCE as INCIDENTS
from apps.records.resources import Resource

FACTS: tuple[Resource, ...] = (INCIDENTS, DISPLACEMENT, CONSTRAINTS, STATUSES)


def of_kind(code: str) -> Resource | None:
    """The resource of a kind of record, by the kind's code."""
    return next((resource for resource in FACTS if resource.kind.code == code), None)
