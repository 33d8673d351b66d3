"""Questions about infrastructure."""

from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.levels import Audience
from apps.records.visibility import clearance_of


class AssetQuerySet(QuerySet[Any]):
    """Chainable questions about assets. An asset belongs to no crisis: clearance elsewhere counts."""

    def visible_to(self, viewer: Any) -> "AssetQuerySet":
        """Public ones for everyone; sensitive ones up to the viewer's highest clearance in any crisis."""
        held = clearance_of(viewer)
        highest = max([int(held.elsewhere), *map(int, held.by_crisis.values())], default=int(Audience.PUBLIC))
        return self.filter(Q(audience__lte=min(highest, int(Audience.CONFIDENTIAL))))

    def of_types(self, types: list[str]) -> "AssetQuerySet":
        """Assets of these types."""
        return self.filter(type__in=types)
