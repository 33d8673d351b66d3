"""Writes on infrastructure, its status, and access constraints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction

from apps.access.models import (
    AccessConstraint,
    Asset,
    AssetStatus,
    StatusClaim,
    StatusDecision,
    Traffic,
)
from apps.access.standing import (
    carry,
    conclude,
    follows_its_status,
    follows_statements,
    follows_status,
    has_ended,
    keeps_apart,
    keeps_joined,
    standing_for,
)
from apps.accounts.levels import Audience, LocationRelease, Sensitivity
from apps.accounts.models import User
from apps.crises.models import Crisis
from apps.crises.queries import Rules
from apps.geo.models import SRID, AdminArea
from apps.geo.queries import areas_at
from apps.ledger.actions import open_revision
from apps.records import actions as records
from apps.records import placing
from apps.records.closing import coarser, rule_of
from apps.records.drafts import RecordDraft, StatusDraft, Tally, digest
from apps.records.joining import join
from apps.records.kinds import Kind
from apps.records.pacing import Pace
from apps.records.refusing import store_in_halves
from apps.sources.models import Dataset, Source


def follow_asset(row: AssetStatus) -> None:
    """A status tells where its asset is: it travels no further than the asset does, and no more precisely."""
    asset = row.asset
    row.sensitivity = max(row.sensitivity, asset.sensitivity)
    release = coarser(row.location_release, asset.location_release)
    if release == row.location_release:
        return
    row.location_release = release
    twins = placing.generalise(
        row.location, row.location_accuracy, row.place_name, placing.ground_of(row.area), release
    )
    for name, value in twins.items():
        setattr(row, name, value)


def type_of_asset(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """The protocol knows a status by the type of its infrastructure: a checkpoint's holds shorter than a road's."""
    return tuple(Asset.objects.filter(pk=fields["asset_id"]).values_list("type", flat=True))


STATUS_KIND = Kind(
    "asset_status", "asset-status", AssetStatus, StatusClaim, StatusDecision,
    finish=follow_asset, conclude=conclude, follows=follows_statements, keeps_apart=keeps_apart,
    keeps_joined=keeps_joined, along=standing_for, carry=carry, words=type_of_asset,
)  # fmt: skip
CONSTRAINT_KIND = Kind(
    "access_constraint", "access-constraints", AccessConstraint, is_over=has_ended, follows=follows_status,
    keeps_apart=follows_its_status, keeps_joined=follows_its_status,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AssetDraft:
    """A piece of infrastructure before it is stored. `geometry` is a point (lon, lat) or GeoJSON text.

    Without sensitivity or location release it gets those of the protocol that ships for its type.
    """

    external_id: str
    type: str
    name: str
    geometry: tuple[float, float] | str
    country_iso3: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    sensitivity: int | None = None
    location_release: str | None = None
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
    """Make or correct assets by (source, external id). Equal content changes nothing.

    A correction never opens an asset that people closed here. Of a source, items that cannot be stored come back as
    rejects; a person is told at once: raises.
    """
    rules, pace = Rules(None), Pace()

    def store(chunk: Sequence[AssetDraft]) -> Tally:
        standing = Asset.objects.filter(source=source, removed_at=None, external_id__in=[d.external_id for d in chunk])
        known = dict(standing.values_list("external_id", "content_hash"))
        news = [draft for draft in chunk if known.get(draft.external_id) != digest(draft)]
        unchanged = Tally(unchanged=len(chunk) - len(news))
        if not news:
            return unchanged
        areas = areas_at([(point.x, point.y) for draft in news for point in [draft.shape().point_on_surface]])
        with transaction.atomic():
            open_revision(by=by, now=now, reason=f"Infrastructure of {source.name}")
            began = perf_counter()
            stored = _register_chunk(source, news, areas, rules, now)
        pace.took(len(news), perf_counter() - began)
        return unchanged + stored

    tally = Tally()
    for chunk in pace.chunks(drafts):
        if by is not None:
            tally += store(chunk)
            continue
        parts, rejects = store_in_halves(chunk, store)
        tally += sum(parts, Tally(rejects=rejects))
    return tally


def _register_chunk(
    source: Source, drafts: Sequence[AssetDraft], areas: Sequence[int | None], rules: Rules, now: datetime
) -> Tally:
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
            rule = rules.of("asset", draft.type)
            row = Asset(source=source, external_id=draft.external_id, created_at=now)
            row.sensitivity = rule.sensitivity if draft.sensitivity is None else draft.sensitivity
            row.location_release = draft.location_release or rule.location_release
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
    row.sensitivity = max(row.sensitivity, draft.sensitivity or 0)
    row.location_release = coarser(row.location_release, draft.location_release or row.location_release)
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
    """Take in what is said of assets' status; decide each, and open or end the constraints that stand for them.

    An asset has one status for each kind of traffic and crisis: the second report of it, whoever's, is a statement on
    the first.
    """
    terms = records.Terms.of(dataset=dataset, crisis=crisis, by=by, now=now)
    firsts, seconds = _apart(drafts, terms)
    tally = records.take_in(kind=STATUS_KIND, drafts=firsts, terms=terms, reason=reason).tally

    def store(chunk: Sequence[AssetStatusDraft]) -> Tally:
        return sum((_report_second(draft, terms, reason) for draft in chunk), Tally())

    if by is not None:
        return tally + store(seconds)
    parts, rejects = store_in_halves(seconds, store) if seconds else ([], ())
    return sum(parts, tally + Tally(rejects=rejects))


def _apart(
    drafts: Sequence[AssetStatusDraft], terms: records.Terms
) -> tuple[list[AssetStatusDraft], list[AssetStatusDraft]]:
    """Drafts that make a status or correct their own, and those of assets whose status another item gives."""
    found = AssetStatus.objects.filter(
        asset__in=[draft.fields["asset_id"] for draft in drafts], crisis=terms.crisis, merged_into=None, removed_at=None
    ).values_list("asset_id", "applies_to", "source_id", "external_id")
    giver = {(asset, traffic): (source, item) for asset, traffic, source, item in found}
    own_items = AssetStatus.objects.filter(
        source=terms.dataset.source, external_id__in=[draft.external_id for draft in drafts]
    ).exclude(merged_into=None)
    merged = set(own_items.values_list("external_id", flat=True))
    firsts: list[AssetStatusDraft] = []
    seconds: list[AssetStatusDraft] = []
    for draft in drafts:
        item = (terms.dataset.source_id, draft.external_id)
        is_first = giver.setdefault(_answered_by(draft), item) == item or draft.external_id in merged
        (firsts if is_first else seconds).append(draft)
    return firsts, seconds


def _answered_by(draft: AssetStatusDraft) -> tuple[UUID, str]:
    return draft.fields["asset_id"], str(draft.fields.get("applies_to", Traffic.ALL))


def _report_second(draft: AssetStatusDraft, terms: records.Terms, reason: str) -> Tally:
    """What a second item says joins the status that stands; if that came to nothing, it makes the status after all."""
    asset_id, traffic = _answered_by(draft)
    status = (
        AssetStatus.objects.filter(asset=asset_id, applies_to=traffic, crisis=terms.crisis)
        .filter(merged_into=None, removed_at=None)
        .select_related("asset")
        .first()
    )
    if status is None:
        return records.take_in(kind=STATUS_KIND, drafts=[draft], terms=terms, reason=reason).tally
    rule = rule_of(STATUS_KIND, draft.fields, terms.rules)
    sensitivity = max(rule.sensitivity if draft.sensitivity is None else draft.sensitivity, status.asset.sensitivity)
    if status.audience == Audience.PUBLIC and not terms.dataset.source.releases_on_arrival:
        # Held on a status that everybody reads: an unreviewed word neither shows there nor decides.
        sensitivity = max(sensitivity, Sensitivity.PARTNERS)
    return join(kind=STATUS_KIND, record=status, draft=draft, terms=terms, sensitivity=sensitivity, reason=reason)


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
        records.settle(kind=STATUS_KIND, canonical_ids=[status.canonical_id], now=now)
    return claim


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
    assets = {draft.external_id: draft.asset_ids for draft in drafts}

    def bear_on(taken: records.Intake) -> None:
        by_id = {pk: assets[external_id] for external_id, pk in taken.touched.items()}
        for row in AccessConstraint.objects.filter(pk__in=list(by_id)):
            row.assets.set(by_id[row.pk])

    return records.take_in(kind=CONSTRAINT_KIND, drafts=drafts, terms=terms, reason=reason, beside=bear_on).tally
