"""Event figures added up: within one dataset only, of the figures used, of whole records only.

What was stated as a total never comes here, nor does a situation, nor an event that is part of another event of its
series. Unknown below is at least none; unknown above leaves a sum open.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Cast, Ceil, Coalesce, Floor, Round

from apps.incidents.models import Incident
from apps.records import past
from apps.records.filters import Asked
from apps.records.models import Link
from apps.records.vocabularies import Quantifier, Relation, Scope, Unit

EVERYBODY = Q(group="all", sex="all", age_band="all")


@dataclass(frozen=True)
class Amount:
    """Low, best and high over so many records; None where one of them leaves it open, or where there are none.

    `derived` of the records count households of a declared size; `suspected` may tell of what another one tells of.
    """

    records: int = 0
    low: int | None = None
    best: int | None = None
    high: int | None = None
    derived: int = 0
    suspected: int = 0

    def plus(self, other: "Amount") -> "Amount":
        """Both together: what one leaves open stays open."""
        if not self.records or not other.records:
            return self if self.records else other
        return Amount(
            self.records + other.records,
            (self.low or 0) + (other.low or 0),
            self.best + other.best if self.best is not None and other.best is not None else None,
            self.high + other.high if self.high is not None and other.high is not None else None,
            self.derived + other.derived,
            self.suspected + other.suspected,
        )


NOTHING = Amount()
Key = tuple[str, int]  # metric, dataset


def amounts(asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str]) -> dict[Key, Amount]:
    """Event figures of these records by metric and dataset. `record_arms` hold each countable record once."""
    counted: dict[Key, Amount] = {}
    for claims in used(asked, record_arms, metrics):
        _add(counted, claims, Coalesce(F("low"), 0), F("best"), F("high"))
    return counted


def derived(asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str]) -> dict[Key, Amount]:
    """People behind households of a declared size, of records that give no number of people. Marked as derived."""
    counted: dict[Key, Amount] = {}
    for claims in of_sized_households(asked, record_arms, metrics):
        low, best, high = (F(bound) * F("household_size") for bound in ("low", "best", "high"))
        _add(counted, claims, Coalesce(_whole(Floor(low)), 0), _whole(Round(best)), _whole(Ceil(high)))
    return {key: replace(amount, derived=amount.records) for key, amount in counted.items()}


def used(asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str], unit: str | None = None) -> Iterator[Any]:
    """Querysets of the claims that may be added up: of these records, the figure used of everybody."""
    if asked.kind is None or asked.kind.claim is None:
        return
    whole = EVERYBODY & Q(unit=unit or unit_of(asked), scope=Scope.EVENT, metric__in=metrics, is_adopted=True)
    for records in record_arms:
        standing = records.order_by().values("id")
        for claims in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
            yield claims.filter(whole, canonical__in=standing).exclude(quantifier=Quantifier.NOT_GIVEN).order_by()


def of_sized_households(asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str]) -> Iterator[Any]:
    """Querysets of figures in households with a declared size, where their record gives no number of people."""
    if asked.kind is None or not has_sizes(asked.kind.claim) or unit_of(asked) != Unit.PEOPLE:
        return
    of_people = [
        Q(Exists(claims.filter(canonical=OuterRef("canonical_id"), metric=OuterRef("metric_id"))))
        for claims in used(asked, record_arms, metrics)
    ]
    for claims in used(asked, record_arms, metrics, Unit.HOUSEHOLDS):
        sized = claims.filter(household_size__isnull=False)
        for said in of_people:
            sized = sized.exclude(said)
        yield sized


def has_sizes(claim: Any) -> bool:
    """Whether claims of this model may be of households."""
    return claim is not None and any(field.name == "household_size" for field in claim._meta.fields)


def unit_of(asked: Asked) -> str:
    """What is added up: people, unless households were asked for."""
    (unit,) = asked.values.get("unit", (Unit.PEOPLE,))
    return str(unit)


def countable(records: Any, asked: Asked, parts: Collection[UUID]) -> Any:
    """Without situations, and without the events that another event already holds: see `parts_of_events`."""
    if asked.kind is None or asked.kind.code != "incident":
        return records
    events = records.filter(kind=Incident.Kind.EVENT)
    return events.exclude(id__among=parts) if parts else events


def parts_of_events(asked: Asked) -> frozenset[UUID]:
    """Incidents that another event of the same series, which the viewer sees too, holds as a part."""
    part_of = Q(from_kind="incident", to_kind="incident", relation=Relation.PART_OF)
    holders = Incident.objects.filter(canonical__kind=Incident.Kind.EVENT)
    pairs: list[tuple[UUID, UUID]] = []
    for links in _links(asked.revision):
        pairs += links.filter(part_of, to_id__in=holders.values("pk")).values_list("from_id", "to_id")
    ends = {end for pair in pairs for end in pair}
    if not ends:
        return frozenset()
    rows = Incident.objects.filter(pk__among=ends).values_list("pk", "canonical_id", "canonical__dataset_id")
    stands = {pk: (canonical, dataset) for pk, canonical, dataset in rows}
    wholes = {stands[whole][0] for _, whole in pairs if whole in stands}
    seen = set(Incident.objects.visible_to(asked.held).filter(pk__among=wholes).values_list("pk", flat=True))
    return frozenset(
        stands[part][0]
        for part, whole in pairs
        if part in stands
        and whole in stands
        and stands[whole][0] in seen
        and stands[part][0] != stands[whole][0]
        and stands[part][1] == stands[whole][1]
    )


def _links(revision: int | None) -> list[Any]:
    if revision is None:
        return [Link.objects.order_by()]
    return [
        Link.objects.filter(rev__lte=revision).order_by(),
        past.versions_of(Link).objects.filter(rev__lte=revision, rev_to__gt=revision).order_by(),
    ]


def _add(counted: dict[Key, Amount], claims: Any, low: Any, best: Any, high: Any) -> None:
    rows = claims.values_list("metric_id", "canonical__dataset_id").annotate(
        n=Count("id"), low_sum=Sum(low), best_sum=Sum(best), high_sum=Sum(high), bests=Count("best"),
        highs=Count("high"),
    )  # fmt: skip
    for metric, dataset, n, low_sum, best_sum, high_sum, bests, highs in rows:
        amount = Amount(n, low_sum, best_sum if bests == n else None, high_sum if highs == n else None)
        counted[metric, dataset] = counted.get((metric, dataset), NOTHING).plus(amount)


def _whole(number: Any) -> Any:
    return Cast(number, BigIntegerField())
