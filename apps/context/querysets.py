"""Questions about the context of areas."""

from typing import Any

from django.db.models import QuerySet

from apps.crises.clearance import Clearance, clearance
from apps.sources.models import Redistribution


class ContextQuerySet(QuerySet[Any]):
    """Chainable questions about rows of context."""

    def visible_to(self, viewer: Any) -> "ContextQuerySet":
        """Rows whose licence lets them leave; the others only for those who coordinate a crisis."""
        held = viewer if isinstance(viewer, Clearance) else clearance(viewer)
        if held.coordinates:
            return self
        return self.exclude(dataset__redistribution__in=[Redistribution.AGGREGATES_ONLY, Redistribution.INTERNAL])
