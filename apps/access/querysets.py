"""Questions about infrastructure."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet

from apps.accounts.levels import Audience
from apps.crises.models import Crisis
from apps.records.visibility import clearance_of


def of_crises(crises: Iterable[int]) -> Q:
    """The condition on assets: in a country of one of these crises, or with a status reported in one.

    An asset belongs to no crisis, but who may know of it follows from where it stands.
    """
    ids = sorted(crises)
    own = Crisis.objects.filter(pk__in=ids).annotate(country=Func(F("countries"), function="unnest")).values("country")
    ground = Crisis.objects.filter(pk__in=ids, areas__isnull=False).values("areas__country_iso3")
    statuses = apps.get_model("access", "AssetStatus").objects.filter(asset=OuterRef("id"), crisis__in=ids)
    return Q(country_iso3__in=own) | Q(country_iso3__in=ground) | Q(Exists(statuses))


class AssetQuerySet(QuerySet[Any]):
    """Chainable questions about assets."""

    def visible_to(self, viewer: Any) -> "AssetQuerySet":
        """Public ones for everyone; sensitive ones for those cleared in a crisis that the asset stands in."""
        held = clearance_of(viewer)
        seen = Q(audience__lte=Audience.PUBLIC)
        if held.elsewhere:
            seen |= Q(audience__lte=int(held.elsewhere), country_iso3="")
        by_level: dict[int, list[int]] = {}
        for crisis_id, level in held.by_crisis.items():
            by_level.setdefault(int(level), []).append(crisis_id)
        for level, crises in sorted(by_level.items()):
            seen |= Q(audience__lte=level) & of_crises(crises)
        return self.filter(seen)

    def of_types(self, types: list[str]) -> "AssetQuerySet":
        """Assets of these types."""
        return self.filter(type__in=types)
