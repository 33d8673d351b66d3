"""How many people are displaced on a day. Stocks are never added across rounds, series or cohorts, nor to flows.

Of each series and cohort the latest round by date counts, never by number; a round that visited some places only
replaces just those. A stock of any age is the latest until a later one comes; it is told with its day, and with the
time past which it should be confirmed before use.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce

from apps.picture import suspicions
from apps.picture.events import Amount, unit_of
from apps.picture.left_out import MOST_IDS
from apps.picture.rules import LeftOut, Rule
from apps.records import past
from apps.records.filters import Asked
from apps.records.vocabularies import Accuracy, Scope, Unit
from apps.sources.models import Round

# The one place that says how long a count of displaced people holds that names no time of its own.
HOLDS = timedelta(days=366)
LEVELS = range(4)
# Places are told apart as they are known, not as they are shown: only the sum leaves.
COLUMNS = ("id", "cohort", "dataset_id", "area_id", "place_name", "location_accuracy", "round__to_date",
           "round__coverage", "round__number", "stale_after", "exact",
           *(f"adm{level}_pcode" for level in LEVELS))  # fmt: skip
SAID = ("id", "canonical_id", "as_of_date", "low", "best", "high", "unit", "household_size", "source_id",
        "published_at", "created_at")  # fmt: skip
Line = dict[str, Any]


@dataclass(frozen=True)
class Stock:
    """People of one cohort, as one series counts them, on a day. `expires`: of each record, when to confirm it."""

    dataset: int
    cohort: str
    is_named: bool  # whether the viewer may read the cohort's name
    amount: Amount
    as_of_date: date
    round: str | None
    expires: tuple[datetime, ...]
    sources: frozenset[int]
    newest: datetime
    records: tuple[UUID, ...]
    figures: tuple[UUID, ...]
    places: frozenset[tuple[Any, ...]]
    left_out: tuple[LeftOut, ...]


def latest(asked: Asked, record_arms: Sequence[Any], metric: str, until: date | None) -> list[Stock]:
    """The latest stock of each series and cohort up to a day, the newest first."""
    if asked.kind is None or asked.kind.claim is None:
        return []
    said: list[Line] = []
    counts: dict[tuple[int, str], int] = {}
    for records in record_arms:
        standing = records.filter(measure="stock").order_by().values("id")
        for claims in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
            used = claims.filter(_counts_people(asked, metric, until), canonical__in=standing).order_by()
            if asked.revision is None:
                window, counts = _of_the_latest(used)
                used = used.filter(window)
            said.extend(used.values(*SAID))
    wanted = {line["canonical_id"] for line in said}
    rows: dict[UUID, Line] = {}
    for records in record_arms if wanted else ():
        found = past.with_sight(records.filter(id__among=wanted), asked.held).order_by().values(*COLUMNS)
        rows |= {row["id"]: row for row in found}
    groups: dict[tuple[int, str], list[Line]] = {}
    for line in _one_a_record(said):
        row = rows[line["canonical_id"]]
        groups.setdefault((row["dataset_id"], row["cohort"]), []).append(_in_people(line, asked) | {"row": row})
    doubted = suspicions.pairs_of(asked, [list(wanted)]) if len(wanted) > 1 else []
    found = [
        _stock(key, lines, earlier=max(0, counts.get(key, 0) - len(lines)), doubted=doubted, zone=asked.zone)
        for key, lines in groups.items()
    ]
    return sorted(found, key=lambda stock: (-stock.as_of_date.toordinal(), stock.cohort))


def _counts_people(asked: Asked, metric: str, until: date | None) -> Q:
    unit = unit_of(asked)
    counted = Q(unit=unit)
    if unit == Unit.PEOPLE:
        counted |= Q(unit=Unit.HOUSEHOLDS, household_size__isnull=False)
    everybody = Q(group__in=["all", "idps"], sex="all", age_band="all")
    standing = Q(is_adopted=True, scope=Scope.STOCK, metric=metric) & ~Q(quantifier="not_given")
    return everybody & standing & counted & (Q(as_of_date__lte=until) if until is not None else Q())


def _of_the_latest(used: Any) -> tuple[Q, dict[tuple[int, str], int]]:
    """What to read of these figures, and how many there are of each series and cohort.

    Rounds that a later one of every place has replaced are not read: a series may have seventy.
    """
    every_place = Q(canonical__round=None) | Q(canonical__round__coverage=Round.Coverage.FULL)
    day = Coalesce(F("canonical__round__to_date"), F("as_of_date"))
    groups = used.values_list("canonical__dataset_id", "canonical__cohort")
    wanted, counts = Q(pk__in=[]), {}
    for dataset, cohort, since, count in groups.annotate(day=Max(day, filter=every_place), n=Count("id")):
        counts[dataset, cohort] = count
        later = Q(canonical__round__to_date__gte=since) | Q(canonical__round=None, as_of_date__gte=since)
        wanted |= Q(canonical__dataset=dataset, canonical__cohort=cohort) & (later if since else Q())
    return wanted, counts


def _one_a_record(said: Iterable[Line]) -> list[Line]:
    """A record that gives people and households, or several days: its latest number of people."""
    best: dict[UUID, Line] = {}
    for line in said:
        rival = best.get(line["canonical_id"])
        if rival is None or _rank(rival) < _rank(line):
            best[line["canonical_id"]] = line
    return list(best.values())


def _rank(line: Line) -> tuple[Any, ...]:
    return line["as_of_date"], line["unit"] == Unit.PEOPLE, line["id"]


def _in_people(line: Line, asked: Asked) -> Line:
    """Households of a declared size as people, marked as derived."""
    is_derived = line["unit"] == Unit.HOUSEHOLDS and unit_of(asked) == Unit.PEOPLE
    line = line | {"derived": is_derived}
    if not is_derived:
        return line
    whole: dict[str, Callable[[Any], int]] = {"low": math.floor, "best": round, "high": math.ceil}
    for bound, as_whole in whole.items():
        if line[bound] is not None:
            line[bound] = as_whole(line[bound] * line["household_size"])
    return line


def _stock(
    key: tuple[int, str], lines: list[Line], *, earlier: int, doubted: suspicions.Pairs, zone: ZoneInfo
) -> Stock:
    standing = _of_latest_round(lines)
    counted = list(_without_parts(standing))
    newest = max(counted, key=lambda line: line["as_of_date"])
    bests, highs = [line["best"] for line in counted], [line["high"] for line in counted]
    lows = {line["canonical_id"]: line["low"] or 0 for line in counted}
    doubt = suspicions.weigh(doubted, lows)
    amount = Amount(
        len(counted),
        sum(lows.values()) - doubt.less,
        sum(bests) if None not in bests else None,
        sum(highs) if None not in highs else None,
        derived=sum(line["derived"] for line in counted),
        suspected=doubt.records,
    )
    return Stock(
        *key,
        all(line["row"]["exact"] for line in counted),
        amount,
        newest["as_of_date"],
        newest["row"]["round__number"],
        expires=tuple(_expires(line, zone) for line in counted),
        sources=frozenset(line["source_id"] for line in counted),
        newest=max(line["published_at"] or line["created_at"] for line in counted),
        records=tuple(line["canonical_id"] for line in counted),
        figures=tuple(line["id"] for line in counted),
        places=frozenset(_place(line) for line in counted),
        left_out=(
            *_left_out(Rule.ONE_ROUND, lines, standing, earlier),
            *_left_out(Rule.COUNTED_WITH_ITS_AREA, standing, counted),
        ),
    )


def _left_out(rule: Rule, before: list[Line], after: list[Line], unread: int = 0) -> list[LeftOut]:
    kept = {line["id"] for line in after}
    gone = [line["canonical_id"] for line in before if line["id"] not in kept]
    count = len(gone) + unread
    return [LeftOut(rule, count, count, tuple(gone[:MOST_IDS]))] if count else []


def _expires(line: Line, zone: ZoneInfo) -> datetime:
    """When to confirm a count before use: the time it names, or HOLDS after its day."""
    told: datetime | None = line["row"]["stale_after"]
    return told or datetime.combine(line["as_of_date"] + HOLDS, time.min, zone)


def _of_latest_round(lines: list[Line]) -> list[Line]:
    """One line a place: of the last full round, replaced where later rounds went."""

    def day(line: Line) -> date:
        found: date = line["row"]["round__to_date"] or line["as_of_date"]
        return found

    full = [day(line) for line in lines if line["row"]["round__coverage"] in (None, Round.Coverage.FULL)]
    since = max(full, default=date.min)
    by_place: dict[tuple[Any, ...], Line] = {}
    for line in sorted(lines, key=lambda line: (day(line), line["id"])):
        if day(line) >= since:
            by_place[_place(line)] = line
    return list(by_place.values())


def _place(line: Line) -> tuple[Any, ...]:
    """A place; a line without any stands for itself."""
    known = (line["row"]["area_id"], line["row"]["place_name"])
    return known if any(known) else (line["canonical_id"],)


def _without_parts(lines: Iterable[Line]) -> Iterable[Line]:
    """Lines that no other line's area holds: a district inside a counted governorate is in its number already."""
    rows = [(line, line["row"]) for line in lines]
    wholes = {(_level(row), row[f"adm{_level(row)}_pcode"]) for _, row in rows if not _is_site(row)}
    for line, row in rows:
        above = range(_level(row) + (1 if _is_site(row) else 0))
        if not any((level, row[f"adm{level}_pcode"]) in wholes for level in above):
            yield line


def _level(row: Line) -> int:
    return max((level for level in LEVELS if row[f"adm{level}_pcode"]), default=0)


def _is_site(row: Line) -> bool:
    """Known more precisely than to an area."""
    return row["location_accuracy"] in {Accuracy.POINT, Accuracy.SETTLEMENT}
