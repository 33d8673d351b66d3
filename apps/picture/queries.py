"""Key figures of a crisis or an area: what was stated, what the records come to, what is reachable.

The rules: events add up only within the dataset that is the crisis's baseline for the measure; stated totals are added
to nothing; a record counts where it lies wholly inside the period, those that straddle its ends stand apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import DateTimeField, F, Max, Q
from django.db.models.functions import Cast, Coalesce, Least

from apps.access.fields import CONSTRAINTS, STATUSES
from apps.crises.models import Baseline
from apps.displacement.fields import RESOURCE as DISPLACEMENT
from apps.incidents.fields import RESOURCE as INCIDENTS
from apps.incidents.models import Incident
from apps.picture import events, reach, stated, stocks
from apps.picture.events import NOTHING, Amount
from apps.picture.facts import FACTS
from apps.picture.spans import days, inside
from apps.records import past
from apps.records.filters import Asked
from apps.records.resources import Resource

FLOWS = ("killed", "injured", "displaced", "returns")
STOCK = "idps"
FIGURES = ("killed", "injured", "displaced", STOCK, "returns")
PERIOD = ("since", "until")
FEW = 1_000
Found = Mapping[str, Sequence[Any]]  # by resource: the records that overlap the period


@dataclass(frozen=True)
class Counted:
    """What one dataset comes to. `amount` counts records wholly inside the period, `spanning` those across its ends."""

    dataset: str
    dataset_name: str
    attribution: str
    amount: Amount
    spanning: Amount = NOTHING
    cohort: str | None = None
    as_of_date: date | None = None
    round: str | None = None


@dataclass(frozen=True)
class Figure:
    """One key figure. `events_sum` is the baseline's; `stock` the baseline's latest; others stand in `by_dataset`."""

    code: str
    label: str
    stated: Sequence[Mapping[str, Any]] = ()
    events_sum: Counted | None = None
    stock: Counted | None = None
    by_dataset: Sequence[Counted] = ()
    sources: int = 0
    newest: date | None = None


@dataclass(frozen=True)
class KeyFigures:
    """The picture in numbers."""

    figures: Sequence[Figure] = ()
    access: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    constraints: Sequence[Mapping[str, Any]] = ()
    incidents: int = 0
    incidents_spanning: int = 0
    newest_information: datetime | None = None


def key_figures(asked: Asked) -> KeyFigures:
    """Everything the strip above the map says. `asked.values` hold the shared filters, codes looked up."""
    found = {resource.code: _few(_matching(resource, asked)) for resource in FACTS}
    parts = [_part(INCIDENTS, found, asked), _movements(found, asked)]
    figures = [_figure(code, asked, parts) for code in FIGURES]
    stands = _without(asked, "since")
    until = days(asked.values, asked.zone)[1]
    incidents = _count(_inside(found[INCIDENTS.code], asked))
    return KeyFigures(
        figures=figures,
        access=reach.by_status(stands, _matching(STATUSES, stands)),
        constraints=[
            {**row, "label": asked.names.term("access-constraint-types", row["type"])}
            for row in reach.in_force(_matching(CONSTRAINTS, stands), until)
        ],
        incidents=incidents,
        incidents_spanning=_count(found[INCIDENTS.code]) - incidents,
        newest_information=_newest_information(found),
    )


@dataclass(frozen=True)
class _Part:
    """What one kind of record says of the metrics."""

    inside: Mapping[events.Key, Amount]
    spanning: Mapping[events.Key, Amount]
    stated: Sequence[Mapping[str, Any]]
    sources: Mapping[str, tuple[frozenset[int], datetime | None]]
    people: Sequence[stocks.Stock] = ()


def _movements(found: Found, asked: Asked) -> _Part:
    part = _part(DISPLACEMENT, found, asked)
    until = days(asked.values, asked.zone)[1]
    anytime = replace(_without(asked, *PERIOD), kind=DISPLACEMENT.kind)
    return replace(part, people=stocks.latest(anytime, _matching(DISPLACEMENT, anytime), STOCK, until))


def _part(resource: Resource, found: Found, asked: Asked) -> _Part:
    asked = replace(asked, kind=resource.kind)
    since, until = days(asked.values, asked.zone)
    overlapping = found[resource.code]
    return _Part(
        inside=events.amounts(asked, _inside(overlapping, asked), FLOWS),
        spanning=events.amounts(asked, _straddling(overlapping, asked), FLOWS),
        stated=stated.totals(asked, _matching(resource, _without(asked, *PERIOD)), FIGURES, since, until),
        sources=_sources(asked, overlapping),
    )


def _matching(resource: Resource, asked: Asked) -> list[Any]:
    return resource.matching(replace(asked, kind=resource.kind))


def _few(arms: Iterable[Any]) -> list[Any]:
    """Few records are asked for by key from here on, which spares every sum the same search for them."""
    pinned = []
    for arm in arms:
        keys = list(arm.order_by().values_list("pk", flat=True)[: FEW + 1])
        pinned.append(arm if len(keys) > FEW else arm.model.objects.filter(pk__in=keys))
    return pinned


def _inside(arms: Sequence[Any], asked: Asked) -> list[Any]:
    """Of these records those wholly inside the period."""
    period = inside(asked.values.get("since"), asked.values.get("until"), asked.zone)
    return [arm.filter(period) for arm in arms]


def _straddling(arms: Sequence[Any], asked: Asked) -> list[Any]:
    """Of these records those that reach beyond the period."""
    period = inside(asked.values.get("since"), asked.values.get("until"), asked.zone)
    return [arm.exclude(period) for arm in arms] if period else []


def _without(asked: Asked, *names: str) -> Asked:
    return replace(asked, values={name: value for name, value in asked.values.items() if name not in names})


def _count(arms: Iterable[Any]) -> int:
    return sum(arm.filter(kind=Incident.Kind.EVENT).order_by().count() for arm in arms)


def _sources(asked: Asked, record_arms: Sequence[Any]) -> dict[str, tuple[frozenset[int], datetime | None]]:
    """Who reported on each metric in the period, and when last."""
    found: dict[str, tuple[frozenset[int], datetime | None]] = {}
    for records in record_arms:
        for claims in past.claim_arms(asked.kind.claim, asked.held, asked.revision):  # type: ignore[union-attr]
            said = claims.filter(status="current", metric__in=FIGURES, canonical__in=records.order_by().values("id"))
            rows = (
                said.order_by()
                .values_list("metric_id")
                .annotate(who=ArrayAgg("source_id", distinct=True), when=Max(Coalesce("published_at", "created_at")))
            )
            for metric, who, when in rows:
                known, last = found.get(metric, (frozenset(), None))
                found[metric] = (known | set(who), max(last, when) if last else when)
    return found


def _figure(code: str, asked: Asked, parts: Sequence[_Part]) -> Figure:
    baseline = _baseline(code, asked)
    said = sorted(
        (_shown(row, asked) for part in parts for row in part.stated if row["metric_id"] == code),
        key=lambda row: row["group"] != "all",
    )
    counted = _counted_stocks(parts, asked) if code == STOCK else _counted_events(code, parts, asked)
    own = [each for key, each in counted if key == baseline]
    who = frozenset().union(*(part.sources.get(code, (frozenset(), None))[0] for part in parts))
    when = [last for part in parts if (last := part.sources.get(code, (None, None))[1]) is not None]
    return Figure(
        code=code,
        label=asked.names.metrics.get(code, code),
        stated=said,
        events_sum=own[0] if own and code != STOCK else None,
        stock=own[0] if own and code == STOCK else None,
        by_dataset=[each for _, each in counted],
        sources=len(who),
        newest=max(when).astimezone(asked.zone).date() if when else None,
    )


def _counted_events(code: str, parts: Sequence[_Part], asked: Asked) -> list[tuple[int, Counted]]:
    found = []
    for part in parts:
        for dataset in sorted({key[1] for key in (*part.inside, *part.spanning) if key[0] == code}):
            amount, across = part.inside.get((code, dataset), Amount()), part.spanning.get((code, dataset), Amount())
            found.append((dataset, Counted(**_named(dataset, asked), amount=amount, spanning=across)))
    return found


def _counted_stocks(parts: Sequence[_Part], asked: Asked) -> list[tuple[int, Counted]]:
    return [
        (
            stock.dataset,
            Counted(
                **_named(stock.dataset, asked),
                amount=stock.amount,
                cohort=stock.cohort or None,
                as_of_date=stock.as_of_date,
                round=stock.round,
            ),
        )
        for part in parts
        for stock in part.people
    ]


def _named(dataset: int, asked: Asked) -> dict[str, Any]:
    row = asked.names.datasets[dataset]
    return {"dataset": row["slug"], "dataset_name": row["name"], "attribution": row["attribution"]}


def _shown(row: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    source = asked.names.sources[row["source_id"]]
    said = ("low", "best", "high", "quantifier", "attributed_to", "scope", "from_date", "to_date", "counts_from",
            "as_of_date", "group", "sex", "age_band", "unit", "is_adopted")  # fmt: skip
    return {name: row[name] for name in said} | {"record": row["canonical_id"], "source": source["slug"]}


def _baseline(code: str, asked: Asked) -> int | None:
    """The one dataset that counts for the measure in every crisis asked for, over the whole period; else None.

    A crisis without a baseline of its own has its parent's.
    """
    if "crisis" not in asked.values:
        return None
    since, until = days(asked.values, asked.zone)
    rows = Baseline.objects.filter(measure=code).order_by(F("from_date").asc(nulls_first=True))
    begun = Q(from_date=None) | Q(from_date__lte=since) if since else Q(from_date=None)
    ended = Q(to_date=None) | Q(to_date__gte=until) if until else Q(to_date=None)
    by_crisis = dict(rows.filter(begun, ended).values_list("crisis_id", "dataset_id"))
    chosen = set()
    for crisis_id in asked.values["crisis"]:
        at: int | None = crisis_id
        while at is not None and at not in by_crisis:
            at = asked.names.crises[at].parent_id
        chosen.add(by_crisis.get(at) if at is not None else None)
    chosen |= {by_crisis[pk] for pk in asked.covered_crises() if pk in by_crisis}
    return chosen.pop() if len(chosen) == 1 else None


def _newest_information(found: Found) -> datetime | None:
    """When the newest thing was said; where nobody says when, when it happened, but not after we learned it."""
    end_of_day = Cast("end_date", DateTimeField())
    told = Least(Coalesce("reported_at", "ended_at", "started_at", end_of_day), "created_at")
    moments = []
    for arms in found.values():
        for arm in arms:
            newest = arm.order_by().aggregate(newest=Max(told))["newest"]
            if newest is not None:
                moments.append(newest)
    return max(moments, default=None)
