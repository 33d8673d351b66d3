"""How many records there are of what was asked for, who reported on them, and how new the newest is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, DateTimeField, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Least

from apps.picture import events
from apps.picture.figures import FRESH, Age
from apps.records import past
from apps.records.filters import Asked
from apps.records.vocabularies import ClaimStatus, Scope

# When it was said; where nobody says when, when it happened, but not after we learned it.
_TOLD = Least(Coalesce("reported_at", "ended_at", "started_at", Cast("end_date", DateTimeField())), "created_at")

# What rollups do not hold: claims that stand for a day or a period of their own.
STATED = ~Q(scope=Scope.EVENT) | Q(as_of_date__isnull=False)


@dataclass(frozen=True)
class Tally:
    """Records that overlap the period, and of them those wholly inside."""

    inside: int = 0
    found: int = 0
    newest: datetime | None = None


def tally(record_arms: Iterable[Any], inside: Q, which: Q | None = None) -> Tally:
    """Count these records. `which` of them are counted; the newest is that of all."""
    total = Tally()
    for arm in record_arms:
        row = arm.order_by().aggregate(
            inside=Count("pk", filter=inside & (which or Q())) if inside or which else Count("pk"),
            found=Count("pk", filter=which) if which else Count("pk"),
            newest=Max(_TOLD),
        )
        newest = [each for each in (total.newest, row["newest"]) if each is not None]
        total = Tally(total.inside + row["inside"], total.found + row["found"], max(newest, default=None))
    return total


def sources(
    asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str], until: date | None = None, which: Q | None = None
) -> dict[str, tuple[frozenset[int], datetime | None]]:
    """Who reported on each metric, and when last. What stands for a later day than `until` says nothing of these.

    Figures held back are in no count, not even in this one. `which` narrows the claims that are asked.
    """
    found: dict[str, tuple[frozenset[int], datetime | None]] = {}
    if asked.kind is None or asked.kind.claim is None:
        return found
    stood = Q(status=ClaimStatus.CURRENT) | Q(status=ClaimStatus.SUPERSEDED, scope=Scope.RUNNING_TOTAL)
    if until is not None:
        stood &= Q(as_of_date=None) | Q(as_of_date__lte=until)
    for records in record_arms:
        standing = records.order_by().values("id")
        for claims in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
            said = claims.filter(
                stood, which or Q(), metric__in=metrics, canonical__in=standing, is_held=False
            ).order_by()
            rows = said.values_list("metric_id").annotate(
                who=ArrayAgg("source_id", distinct=True), when=Max(Coalesce("published_at", "created_at"))
            )
            for metric, who, when in rows:
                known, last = found.get(metric, (frozenset(), None))
                found[metric] = (known | set(who), max(last, when) if last else when)
    return found


def ages(asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str], moment: datetime) -> dict[events.Key, Age]:
    """Of each sum, when the first of its records is to be confirmed, and how many are past that time by then."""
    found: dict[events.Key, Age] = {}
    for records in record_arms:
        perishable = records.filter(stale_after__isnull=False).order_by()
        if not perishable.exists():
            continue
        expires = Subquery(perishable.filter(pk=OuterRef("canonical_id")).values("stale_after")[:1])
        for claims in events.used(asked, [perishable], metrics):
            rows = claims.annotate(expires=expires).values_list("metric_id", "canonical__dataset_id")
            counted = rows.annotate(first=Min("expires"), stale=Count("id", filter=Q(expires__lt=moment)))
            for metric, dataset, first, stale in counted:
                before = found.get((metric, dataset), FRESH)
                found[metric, dataset] = before.joined(Age(first, stale))
    return found
