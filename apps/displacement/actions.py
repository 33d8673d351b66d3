"""Writes on displacement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.crises.models import Crisis
from apps.displacement.models import Displacement, DisplacementClaim, DisplacementDecision
from apps.geo.models import AdminArea
from apps.records import actions as records
from apps.records import placing
from apps.records.drafts import ClaimDraft, RecordDraft, Tally
from apps.records.kinds import Kind
from apps.sources.models import Dataset, Document, Source


def release_ends(row: Displacement) -> None:
    """Compute the released twins of origin and destination, as the record's own place has them.

    An end known more precisely than it may be shown is named in the title and the texts too: the record is generalised.
    """
    for end in ("origin", "destination"):
        area, point = getattr(row, f"{end}_area"), getattr(row, f"{end}_location")
        accuracy = getattr(row, f"{end}_accuracy") or _finest(area, point)
        ground = placing.no_finer(placing.ground_of(area), accuracy)
        twin = placing.generalise(point, accuracy, "", ground, row.location_release)
        setattr(row, f"released_{end}_location", twin["released_location"])
        setattr(row, f"released_{end}_area_id", twin["released_area_id"])
        row.is_generalised = row.is_generalised or twin["is_generalised"]


def _finest(area: AdminArea | None, point: Point | None) -> str:
    """How precisely an end is known of which nobody says so: as precisely as it can be."""
    if point is not None:
        return "point"
    return "adm0" if area is None else f"adm{min(area.level, 3)}"


def keeps_apart(row: Displacement, root: Displacement) -> str:
    """People in a place and people on the move are counted apart."""
    if row.measure != root.measure:
        return _("The number of people in a place is not merged with a movement of people.")
    return ""


KIND = Kind(
    "displacement", "displacement", Displacement, DisplacementClaim, DisplacementDecision,
    finish=release_ends, keeps_apart=keeps_apart, is_of_a_day=True,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DisplacementDraft(RecordDraft):
    """A movement or a stock before it is stored. `fields` needs `measure` and `category`; see models.Displacement."""


def record_many(
    *,
    drafts: Sequence[DisplacementDraft],
    dataset: Dataset,
    crisis: Crisis | None = None,
    by: User | None = None,
    now: datetime,
    reason: str = "",
) -> Tally:
    """Take in displacement of one dataset. Idempotent by external id; a correction updates the same row."""
    terms = records.Terms.of(dataset=dataset, crisis=crisis, by=by, now=now)
    return records.take_in(kind=KIND, drafts=drafts, terms=terms, reason=reason).tally


def record(
    *, draft: DisplacementDraft, dataset: Dataset, crisis: Crisis | None, by: User | None, now: datetime
) -> Displacement:
    """Take in one movement or stock and return it."""
    record_many(drafts=[draft], dataset=dataset, crisis=crisis, by=by, now=now)
    return Displacement.objects.get(source=dataset.source, external_id=draft.external_id)


def add_figures(
    *,
    displacement: Displacement,
    claims: Sequence[ClaimDraft],
    dataset: Dataset,
    document: Document | None = None,
    by: User | None,
    now: datetime,
    reason: str = "",
) -> int:
    """Add what one more speaker says of a displacement; figures already there, by key, are left as they are."""
    terms = records.Terms.of(dataset=dataset, crisis=displacement.crisis, by=by, now=now)
    return records.add_claims(
        kind=KIND, record=displacement, claims=claims, terms=terms, document=document, reason=reason
    )


def withdraw(*, source: Source, external_ids: Sequence[str], now: datetime, reason: str, by: User | None = None) -> int:
    """Leave tombstones on rows that their source deleted."""
    gone = Displacement.objects.filter(source=source, external_id__in=list(external_ids))
    return records.withdraw(kind=KIND, records=gone, by=by, now=now, reason=reason)


def withdraw_missing(*, dataset: Dataset, crisis: Crisis | None, kept: set[str], now: datetime, reason: str) -> int:
    """Leave tombstones on rows of a dataset that a complete answer no longer holds."""
    standing = Displacement.objects.filter(dataset=dataset, crisis=crisis, removed_at=None)
    return records.withdraw(kind=KIND, records=standing.exclude(external_id__in=kept), by=None, now=now, reason=reason)
