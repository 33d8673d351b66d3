"""Facts, made by the actions that make them in the product: never by writing rows past them.

Each function takes what matters to the test and fills the rest with plain values.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from apps.access import actions as access
from apps.access.models import AccessConstraint, Asset, AssetStatus
from apps.displacement import actions as displacement
from apps.displacement.models import Displacement
from apps.incidents import actions as incidents
from apps.incidents.models import Incident
from apps.records.drafts import ClaimDraft, StatusDraft
from apps.records.figures import bounds
from tests.factories.sources import DatasetFactory, SourceFactory

NOW = datetime(2024, 12, 2, 12, 0, tzinfo=UTC)
DAY = date(2024, 11, 30)
ALEPPO = (37.16, 36.20)
numbers = count(1)


def claim(metric: str = "killed", number: int | None = 3, quantifier: str = "exact", **changes: Any) -> ClaimDraft:
    """A figure as its quantifier reads it."""
    said = bounds(quantifier if number is not None else "not_given", number)
    fields: dict[str, Any] = {
        "key": f"{metric}-{changes.get('group', 'all')}-{changes.get('attributed_to', 'Observers')}",
        "metric": metric,
        "attributed_to": "Observers",
        "quantifier": quantifier if number is not None else "not_given",
        "low": said.low,
        "best": said.best,
        "high": said.high,
        "published_at": NOW,
    }
    return ClaimDraft(**{**fields, **changes})


def incident(
    *,
    dataset: Any = None,
    crisis: Any = None,
    by: Any = None,
    now: datetime = NOW,
    claims: Sequence[ClaimDraft] = (),
    fields: dict[str, Any] | None = None,
    released: bool = False,
    **changes: Any,
) -> Incident:
    """An incident taken in through the action; `released` lets the public read it."""
    dataset = dataset or DatasetFactory()
    values: dict[str, Any] = {
        "external_id": f"incident-{next(numbers)}",
        "title": "Air strikes reported",
        "start_date": DAY,
        "end_date": changes.get("start_date", DAY),
        "location": ALEPPO,
        "location_accuracy": "settlement",
        "place_name": "Aleppo",
        "fields": {
            "category": "explosions",
            "subcategory": "air_drone_strike",
            "category_scheme": "acled",
            **(fields or {}),
        },
        "claims": tuple(claims),
    }
    draft = incidents.IncidentDraft(**{**values, **changes})
    row = incidents.record(draft=draft, dataset=dataset, crisis=crisis, by=by, now=now)
    return _maybe_released(row, released, now)


def moved(
    *,
    dataset: Any = None,
    crisis: Any = None,
    by: Any = None,
    now: datetime = NOW,
    claims: Sequence[ClaimDraft] = (),
    fields: dict[str, Any] | None = None,
    released: bool = False,
    **changes: Any,
) -> Displacement:
    """A displacement taken in through the action: a flow unless told otherwise."""
    dataset = dataset or DatasetFactory(counts="displacements")
    values: dict[str, Any] = {
        "external_id": f"displacement-{next(numbers)}",
        "title": "People displaced",
        "start_date": DAY,
        "end_date": changes.get("start_date", DAY),
        "location": ALEPPO,
        "location_accuracy": "settlement",
        "place_name": "Aleppo",
        "fields": {"measure": "flow", "category": "internal_displacements", "cause": "conflict", **(fields or {})},
        "claims": tuple(claims) or (claim("displaced", 14_000, "more_than"),),
    }
    draft = displacement.DisplacementDraft(**{**values, **changes})
    row = displacement.record(draft=draft, dataset=dataset, crisis=crisis, by=by, now=now)
    return _maybe_released(row, released, now)


def asset(*, source: Any = None, now: datetime = NOW, **changes: Any) -> Asset:
    """An airport unless told otherwise."""
    source = source or SourceFactory()
    values: dict[str, Any] = {
        "external_id": f"asset-{next(numbers)}",
        "type": "airport",
        "name": "Aleppo International Airport",
        "geometry": (37.224, 36.181),
        "country_iso3": "SYR",
        "codes": {"icao": "OSAP"},
    }
    draft = access.AssetDraft(**{**values, **changes})
    access.register_assets(source=source, drafts=[draft], now=now)
    return Asset.objects.get(source=source, external_id=draft.external_id)


def status(
    *,
    of: Asset | None = None,
    value: str = "closed",
    attributed_to: str = "Observers",
    cause: str = "insecurity",
    dataset: Any = None,
    crisis: Any = None,
    by: Any = None,
    now: datetime = NOW,
    released: bool = False,
    **changes: Any,
) -> AssetStatus:
    """What one speaker says of an asset's status."""
    of = of or asset()
    dataset = dataset or DatasetFactory(counts="status")
    said = StatusDraft(key=attributed_to, value=value, attributed_to=attributed_to, cause=cause, observed_at=now)
    values: dict[str, Any] = {
        "external_id": f"status-{next(numbers)}",
        "title": f"{of.name}: {value}",
        "start_date": DAY,
        "end_date": DAY,
        "location": (of.geometry.point_on_surface.x, of.geometry.point_on_surface.y),
        "location_accuracy": "point",
        "place_name": of.name,
        "fields": {"asset_id": of.pk},
        "claims": (said,),
    }
    draft = access.AssetStatusDraft(**{**values, **changes})
    access.report_status(drafts=[draft], dataset=dataset, crisis=crisis, by=by, now=now)
    row = AssetStatus.objects.get(source=dataset.source, external_id=draft.external_id)
    return _maybe_released(row, released, now)


def constraint(
    *,
    dataset: Any = None,
    crisis: Any = None,
    by: Any = None,
    now: datetime = NOW,
    released: bool = False,
    fields: dict[str, Any] | None = None,
    **changes: Any,
) -> AccessConstraint:
    """An access constraint that stands for no asset."""
    dataset = dataset or DatasetFactory(counts="statements")
    values: dict[str, Any] = {
        "external_id": f"constraint-{next(numbers)}",
        "title": "Travel permits refused",
        "start_date": DAY,
        "end_date": DAY,
        "location": ALEPPO,
        "location_accuracy": "adm2",
        "fields": {"type": "movement", **(fields or {})},
    }
    draft = access.ConstraintDraft(**{**values, **changes})
    access.record_constraints(drafts=[draft], dataset=dataset, crisis=crisis, by=by, now=now)
    row = AccessConstraint.objects.get(source=dataset.source, external_id=draft.external_id)
    return _maybe_released(row, released, now)


def _maybe_released(row: Any, released: bool, now: datetime) -> Any:
    """Public and released, for tests of what anybody may read."""
    if released:
        type(row).objects.filter(pk=row.pk).update(sensitivity=0, released_at=now)
    row.refresh_from_db()
    return row
