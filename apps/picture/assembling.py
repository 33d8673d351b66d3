"""One key figure out of what each kind of record says: the series that counts, the others beside it, what is out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.displacement.actions import KIND as DISPLACEMENT
from apps.picture import previous
from apps.picture.baselines import Baselines, Chosen
from apps.picture.events import NOTHING, Amount, Key
from apps.picture.figures import FRESH, STOCK, Age, Change, Counted, Figure
from apps.picture.left_out import MOST_IDS, Members
from apps.picture.rules import LeftOut, Rule
from apps.picture.spans import days
from apps.picture.stated import Totals
from apps.picture.stocks import Stock
from apps.records.filters import Asked

# Cohorts that narrow nothing: everybody whom a series counts.
EVERYBODY = frozenset({"", "all"})


@dataclass(frozen=True)
class Question:
    """What is asked, with the series that count, and the moment from which records are seen as to be confirmed."""

    asked: Asked
    baselines: Baselines
    parts: frozenset[UUID]  # events that other events hold
    seen_from: datetime
    explain: bool = False

    def baseline(self, measure: str) -> Chosen | None:
        """The series that counts over the whole period."""
        return self.baselines.of(measure, *days(self.asked.values, self.asked.zone))


@dataclass(frozen=True)
class Part:
    """What one kind of record says of the metrics. `resource` as in addresses."""

    resource: str
    inside: Mapping[Key, Amount]
    spanning: Mapping[Key, Amount]
    stated: Totals
    sources: Mapping[str, tuple[frozenset[int], datetime | None]]
    left_out: Mapping[str, Sequence[LeftOut]]
    ages: Mapping[Key, Age]
    members: Mapping[Key, Members]
    straddlers: Mapping[Key, Members]
    is_full: bool = True  # whether `left_out` was looked for
    repeated: int = 0  # records that may tell of what another one tells of
    people: Sequence[Stock] = ()


@dataclass(frozen=True)
class Before:
    """The same sums over the period before; `ends` is None where the period is open."""

    ends: previous.Ends | None = None
    sums: Mapping[Key, Amount] = field(default_factory=dict)
    people: Sequence[Stock] = ()
    incidents: int | None = None


def figure(code: str, question: Question, parts: Sequence[Part], before: Before) -> Figure:
    """One key figure."""
    asked, own = question.asked, question.baseline(code)
    people = [stock for part in parts for stock in part.people] if code == STOCK else []
    stock = main_stock(people, own)
    counted = [_stock(each, asked, question.seen_from) for each in people] or _series(code, parts, asked)
    headline = None if own is None else next((each for each in counted if each.key == own.dataset), None)
    if people:
        headline = next((each for each, of in zip(counted, people, strict=True) if of is stock), None)
    who = frozenset().union(*(part.sources.get(code, (frozenset(), None))[0] for part in parts))
    when = [last for part in parts if (last := part.sources.get(code, (None, None))[1]) is not None]
    newest = max((*when, *(each.newest for each in people)), default=None)
    return Figure(
        code=code,
        label=asked.names.metrics.get(code, code),
        stated=_stated(code, parts, asked),
        events_sum=headline if not people else None,
        stock=headline if people else None,
        by_dataset=counted,
        excluded=tuple(_excluded(code, own, headline, counted, parts, stock, people)),
        is_excluded_full=bool(people) or all(part.is_full for part in parts),
        previous=_change(code, own, headline, stock, before),
        sources=len(who.union(*(each.sources for each in people))),
        newest=newest.astimezone(asked.zone).date() if newest else None,
    )


def main_stock(people: Sequence[Stock], own: Chosen | None) -> Stock | None:
    """The stock that counts: of the series and cohort chosen; without a chosen cohort everybody, or the only one."""
    if own is None:
        return None
    of_series = [stock for stock in people if stock.dataset == own.dataset]
    if own.cohort:
        return next((stock for stock in of_series if stock.cohort == own.cohort), None)
    everybody = [stock for stock in of_series if stock.cohort.casefold() in EVERYBODY]
    only = everybody or of_series
    return only[0] if len(only) == 1 else None


def _series(code: str, parts: Iterable[Part], asked: Asked) -> list[Counted]:
    return [
        Counted(
            resource=part.resource,
            **_named(key[1], asked),
            amount=part.inside.get(key, NOTHING),
            spanning=part.spanning.get(key, NOTHING),
            age=part.ages.get(key, FRESH),
            members=part.members.get(key, Members()),
        )
        for part in parts
        for key in sorted(key for key in {*part.inside, *part.spanning} if key[0] == code)
    ]


def _stock(stock: Stock, asked: Asked, seen_from: datetime) -> Counted:
    return Counted(
        resource=DISPLACEMENT.resource,
        **_named(stock.dataset, asked),
        amount=stock.amount,
        cohort=(stock.cohort if stock.is_named else "…") or None,
        as_of_date=stock.as_of_date,
        round=stock.round,
        age=Age.of(stock.expires, seen_from),
        members=Members(stock.amount.records, stock.amount.records, stock.records[:MOST_IDS], stock.figures[:MOST_IDS]),
    )


def _named(dataset: int, asked: Asked) -> dict[str, Any]:
    row = asked.names.datasets[dataset]
    named = {"dataset": row["slug"], "dataset_name": row["name"], "attribution": row["attribution"]}
    return named | {"key": dataset}


def _stated(code: str, parts: Sequence[Part], asked: Asked) -> list[dict[str, Any]]:
    rows = [
        _shown(row, asked) | {"resource": part.resource}
        for part in parts
        for row in part.stated.standing
        if row["metric_id"] == code
    ]
    return sorted(rows, key=lambda row: row["group"] != "all")


def _shown(row: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    source = asked.names.sources[row["source_id"]]
    said = ("low", "best", "high", "quantifier", "attributed_to", "scope", "from_date", "to_date", "counts_from",
            "as_of_date", "group", "sex", "age_band", "unit", "is_adopted")  # fmt: skip
    return {name: row[name] for name in said} | {"record": row["canonical_id"], "source": source["slug"]}


def _excluded(
    code: str,
    own: Chosen | None,
    headline: Counted | None,
    counted: Sequence[Counted],
    parts: Sequence[Part],
    stock: Stock | None,
    people: Sequence[Stock],
) -> Iterable[LeftOut]:
    """What stayed out, in the order of the rules."""
    found = [*_totals(code, parts)]
    if people:
        found += _other_stocks(own, stock, people)
        found += stock.left_out if stock else [each for one in people for each in one.left_out]
    else:
        others = [each for each in counted if own is not None and each is not headline]
        found += _of(Rule.ONE_SERIES, [each.members for each in others], sum(each.amount.records for each in others))
        across = [headline] if headline else counted
        straddlers = [members for part in parts for key, members in part.straddlers.items() if key[0] == code]
        found += _of(Rule.WHOLLY_INSIDE, straddlers, sum(each.spanning.records for each in across))
    if headline and headline.amount.suspected:
        found.append(LeftOut(Rule.DUPLICATES_WIDEN, headline.amount.suspected, headline.amount.suspected))
    found += [each for part in parts for each in part.left_out.get(code, ())]
    return sorted(_together(found), key=lambda each: list(Rule).index(each.rule))


def _totals(code: str, parts: Sequence[Part]) -> Iterable[LeftOut]:
    standing = [row["canonical_id"] for part in parts for row in part.stated.standing if row["metric_id"] == code]
    if standing:
        records = tuple(dict.fromkeys(standing))
        yield LeftOut(Rule.TOTALS_STAND_APART, len(records), len(standing), records[:MOST_IDS])
    replaced = sum(part.stated.replaced.get(code, 0) for part in parts)
    if replaced:
        yield LeftOut(Rule.LATER_TOTAL_REPLACES, 0, replaced)


def _other_stocks(own: Chosen | None, stock: Stock | None, people: Sequence[Stock]) -> Iterable[LeftOut]:
    if own is None:
        return
    others = [each for each in people if each is not stock]
    of_series = [each for each in others if each.dataset == own.dataset]
    elsewhere = [each for each in others if each.dataset != own.dataset]
    for rule, stocks in ((Rule.ONE_STOCK_SERIES, elsewhere), (Rule.ONE_COHORT, of_series)):
        ids = tuple(pk for each in stocks for pk in each.records)
        if ids:
            yield LeftOut(rule, len(ids), len(ids), ids[:MOST_IDS])


def _of(rule: Rule, members: Iterable[Members], records: int) -> list[LeftOut]:
    ids = tuple(pk for each in members for pk in each.record_ids)
    return [LeftOut(rule, records, records, ids[:MOST_IDS])] if records else []


def _together(found: Iterable[LeftOut]) -> Iterable[LeftOut]:
    """Each rule once: two kinds of record may be kept out by one."""
    by_rule: dict[Rule, LeftOut] = {}
    for each in found:
        before = by_rule.get(each.rule, LeftOut(each.rule, 0, 0))
        by_rule[each.rule] = LeftOut(
            each.rule,
            before.records + each.records,
            before.figures + each.figures,
            tuple(dict.fromkeys((*before.ids, *each.ids)))[:MOST_IDS],
        )
    return by_rule.values()


def _change(
    code: str, own: Chosen | None, headline: Counted | None, stock: Stock | None, before: Before
) -> Change | None:
    if before.ends is None or own is None or headline is None:
        return None
    if stock is not None:
        then = main_stock(before.people, own)
        if then is None or then.as_of_date >= stock.as_of_date:
            return None
        # A round that reached other places counts other people.
        is_alike = then.places == stock.places
        return previous.change(stock.amount, then.amount, before.ends, is_alike=is_alike, as_of_date=then.as_of_date)
    earlier = before.sums.get((code, own.dataset))
    return previous.change(headline.amount, earlier, before.ends, is_alike=True) if earlier else None
