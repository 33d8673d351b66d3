"""Writes on infrastructure, its status, and access constraints."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction

from apps.access.models import (
    IMPASSABLE,
    AccessConstraint,
    Asset,
    AssetStatus,
    ClosureCause,
    ConstraintType,
    Status,
    StatusClaim,
    StatusDecision,
)
from apps.accounts.levels import LocationRelease
from apps.accounts.models import User
from apps.crises.models import Crisis
from apps.geo.models import SRID, AdminArea
from apps.geo.queries import areas_at
from apps.ledger.actions import open_revision
from apps.records import actions as records
from apps.records import placing
from apps.records.drafts import RecordDraft, StatusDraft, Tally, digest
from apps.records.kinds import Kind
from apps.sources.models import Dataset, Source

STATUS_KIND = Kind("asset_status", "asset-status", AssetStatus, StatusClaim, StatusDecision)
CONSTRAINT_KIND = Kind("access_constraint", "access-constraints", AccessConstraint)

# Which of the nine constraint types a closed asset stands for, by the cause given.
TYPE_OF_CAUSE = {
    ClosureCause.HAZARD: ConstraintType.PHYSICAL,
    ClosureCause.WEATHER: ConstraintType.PHYSICAL,
    ClosureCause.DAMAGE: ConstraintType.PHYSICAL,
    ClosureCause.REPAIR: ConstraintType.PHYSICAL,
    ClosureCause.INSECURITY: ConstraintType.INSECURITY,
    ClosureCause.ADMINISTRATIVE: ConstraintType.MOVEMENT,
    ClosureCause.UNKNOWN: ConstraintType.MOVEMENT,
}


@dataclass(frozen=True, kw_only=True)
class AssetDraft:
    """A piece of infrastructure before it is stored. `geometry` is a point (lon, lat) or GeoJSON text."""

    external_id: str
    type: str
    name: str
    geometry: tuple[float, float] | str
    country_iso3: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    sensitivity: int = 0
    location_release: str = LocationRelease.EXACT
    is_permanently_closed: bool = False

    def shape(self) -> GEOSGeometry:
        """The geometry, SRID 4326."""
        if isinstance(self.geometry, str):
            return GEOSGeometry(self.geometry, srid=SRID)
        return Point(*self.geometry, srid=SRID)


@dataclass(frozen=True, kw_only=True)
class AssetStatusDraft(RecordDraft):
    """What is said of one asset's status. `fields` needs `asset_id`; `claims` are StatusDrafts."""


@dataclass(frozen=True, kw_only=True)
class ConstraintDraft(RecordDraft):
    """An access constraint before it is stored. `fields` needs `type`; see models.AccessConstraint."""

    asset_ids: tuple[UUID, ...] = ()


def register_assets(*, source: Source, drafts: Sequence[AssetDraft], now: datetime, by: User | None = None) -> Tally:
    """Make or correct assets by (source, external id). Equal content changes nothing."""
    tally = Tally()
    for start in range(0, len(drafts), records.CHUNK):
        chunk = drafts[start : start + records.CHUNK]
        standing = Asset.objects.filter(source=source, removed_at=None, external_id__in=[d.external_id for d in chunk])
        known = dict(standing.values_list("external_id", "content_hash"))
        news = [draft for draft in chunk if known.get(draft.external_id) != digest(draft)]
        tally += Tally(unchanged=len(chunk) - len(news))
        if not news:
            continue
        areas = areas_at([(point.x, point.y) for draft in news for point in [draft.shape().point_on_surface]])
        with transaction.atomic():
            open_revision(by=by, now=now, reason=f"Infrastructure of {source.name}")
            tally += _register_chunk(source, news, areas, now)
    return tally


def _register_chunk(source: Source, drafts: Sequence[AssetDraft], areas: Sequence[int | None], now: datetime) -> Tally:
    ids = [draft.external_id for draft in drafts]
    known = {row.external_id: row for row in Asset.objects.filter(source=source, external_id__in=ids)}
    fresh, changed, unchanged = [], [], 0
    for draft, area in zip(drafts, areas, strict=True):
        content = digest(draft)
        row = known.get(draft.external_id)
        if row is not None and row.content_hash == content and row.removed_at is None:
            unchanged += 1
            continue
        if row is None:
            row = Asset(source=source, external_id=draft.external_id, created_at=now)
            known[draft.external_id] = row
            fresh.append(row)
        elif row not in fresh:
            changed.append(row)
        _fill_asset(row, draft, area, content)
    Asset.objects.bulk_create(fresh)
    if changed:
        Asset.objects.bulk_update(
            changed,
            ["type", "name", "names", "codes", "country_iso3", "geometry", "released_geometry", "area", "sensitivity",
             "location_release", "is_permanently_closed", "content_hash", "removed_at"],
            batch_size=500,
        )  # fmt: skip
    return Tally(len(fresh), len(changed), unchanged)


def _fill_asset(row: Asset, draft: AssetDraft, area_id: int | None, content: str) -> None:
    row.type, row.name, row.country_iso3 = draft.type, draft.name, draft.country_iso3
    row.names, row.codes = dict(draft.names), dict(draft.codes)
    row.geometry, row.area_id = draft.shape(), area_id
    row.sensitivity, row.location_release = draft.sensitivity, draft.location_release
    row.is_permanently_closed, row.content_hash, row.removed_at = draft.is_permanently_closed, content, None
    release_asset(row)


def release_asset(row: Asset) -> None:
    """Work out an asset's geometry as those without exact sight may see it. Queries only where it is coarser."""
    if row.location_release == LocationRelease.EXACT:
        row.released_geometry = row.geometry
        return
    ground = placing.ground_of(AdminArea.objects.light().filter(pk=row.area_id).first())
    middle = row.geometry.point_on_surface
    row.released_geometry = placing.generalise(middle, "point", row.name, ground, row.location_release)[
        "released_location"
    ]


def report_status(
    *,
    drafts: Sequence[AssetStatusDraft],
    dataset: Dataset,
    crisis: Crisis | None = None,
    by: User | None = None,
    now: datetime,
    reason: str = "",
) -> Tally:
    """Take in what is said of assets' status; decide each, and open or end the constraints that stand for them."""
    terms = records.Terms.of(dataset=dataset, crisis=crisis, by=by, now=now)
    with transaction.atomic():
        done = records.take_in(kind=STATUS_KIND, drafts=drafts, terms=terms, reason=reason)
        conclude(status_ids=list(done.touched.values()), terms=terms)
    return done.tally


def add_statement(
    *, status: AssetStatus, draft: StatusDraft, dataset: Dataset, by: User | None, now: datetime
) -> StatusClaim:
    """Add one more statement to an asset's status, and decide it anew."""
    terms = records.Terms.of(dataset=dataset, crisis=status.crisis, by=by, now=now)
    with transaction.atomic():
        open_revision(by=by, now=now, reason=f"{draft.attributed_to}: {draft.value}")
        claim = StatusClaim(record=status, canonical_id=status.canonical_id, created_at=now, stated_by=by)
        holder = AssetStatusDraft(
            external_id=status.external_id, title=status.title, start_date=status.start_date, end_date=status.end_date
        )
        records.fill_claim(claim, draft, holder, terms)
        claim.save(force_insert=True)
        records.settle(kind=STATUS_KIND, canonical_ids=[status.canonical_id])
        conclude(status_ids=[status.canonical_id], terms=terms)
    return claim


def conclude(*, status_ids: Collection[UUID], terms: records.Terms) -> None:
    """Derive each status from its statements, and keep exactly one constraint standing for each closed asset."""
    for status in AssetStatus.objects.filter(pk__in=status_ids).select_related("asset", "crisis"):
        claims = list(status.all_claims.filter(status="current", is_held=False))
        used = next((claim for claim in claims if claim.is_adopted), None)
        decided = used.value if used else Status.UNKNOWN
        is_disputed = len({claim.value for claim in claims}) > 1
        observed_at = used.observed_at if used else None
        if (status.status, status.is_disputed, status.observed_at) != (decided, is_disputed, observed_at):
            status.status, status.is_disputed, status.observed_at = decided, is_disputed, observed_at
            status.save(update_fields=["status", "is_disputed", "observed_at"])
        if decided in IMPASSABLE and used is not None:
            _stand_for(status, used, terms)
        else:
            _end_constraint(status, terms)


def _stand_for(status: AssetStatus, used: StatusClaim, terms: records.Terms) -> None:
    """Open the constraint of a closed asset, or bring the one that stands up to date."""
    kind = TYPE_OF_CAUSE[ClosureCause(used.cause)]
    standing = AccessConstraint.objects.filter(stands_for=status, state=AccessConstraint.State.ONGOING, removed_at=None)
    if standing.filter(type=kind).exists():
        return
    if standing.exists():
        standing.update(type=kind)
        return
    row = AccessConstraint(stands_for=status, type=kind, created_at=terms.now, title=status.title)
    row.canonical_id = row.pk
    # The constraint stands where the status stands, for the same readers, on the same word.
    for name in COPIED:
        setattr(row, name, getattr(status, name))
    row.summary = f"{status.asset.name}: {used.get_value_display()}, says {used.attributed_to}."
    row.save(force_insert=True)
    row.assets.add(status.asset)


COPIED = [
    "crisis", "source", "dataset", "document", "url", "how_known", "reporting_organisation", "reported_by",
    "location", "location_accuracy", "area", "adm0_pcode", "adm1_pcode", "adm2_pcode", "adm3_pcode", "place_name",
    "location_release", "released_location", "released_area", "released_adm0_pcode", "released_adm1_pcode",
    "released_adm2_pcode", "released_adm3_pcode", "released_place_name", "is_generalised", "released_title",
    "start_date", "end_date", "started_at", "time_precision", "reported_at", "stale_after",
    "verification", "basis", "sensitivity", "released_at", "released_by",
]  # fmt: skip


def _end_constraint(status: AssetStatus, terms: records.Terms) -> None:
    standing = AccessConstraint.objects.filter(stands_for=status, state=AccessConstraint.State.ONGOING)
    day = max(status.end_date, status.start_date)
    standing.update(state=AccessConstraint.State.ENDED, end_date=day, ended_at=None)


def record_constraints(
    *,
    drafts: Sequence[ConstraintDraft],
    dataset: Dataset,
    crisis: Crisis | None = None,
    by: User | None = None,
    now: datetime,
    reason: str = "",
) -> Tally:
    """Take in access constraints of one dataset. Idempotent by external id."""
    terms = records.Terms.of(dataset=dataset, crisis=crisis, by=by, now=now)
    with transaction.atomic():
        done = records.take_in(kind=CONSTRAINT_KIND, drafts=drafts, terms=terms, reason=reason)
        assets: dict[Any, tuple[UUID, ...]] = {
            done.touched[draft.external_id]: draft.asset_ids for draft in drafts if draft.external_id in done.touched
        }
        for row in AccessConstraint.objects.filter(pk__in=list(assets)):
            row.assets.set(assets[row.pk])
    return done.tally


def verify_status(*, status: AssetStatus, by: User, now: datetime, reason: str, basis: str, verification: str) -> None:
    """Review a status and the constraint that stands for it together."""
    with transaction.atomic():
        records.verify(record=status, verification=verification, by=by, now=now, reason=reason, basis=basis)
        for row in status.constraints.filter(removed_at=None):
            records.verify(record=row, verification=verification, by=by, now=now, reason=reason, basis=basis)


def release_status(*, status: AssetStatus, by: User, now: datetime, reason: str) -> None:
    """Release a status and the constraint that stands for it together."""
    with transaction.atomic():
        records.release(record=status, by=by, now=now, reason=reason)
        for row in status.constraints.filter(removed_at=None):
            records.release(record=row, by=by, now=now, reason=reason)
