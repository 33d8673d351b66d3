"""How many people are displaced on a day. Stocks are never added across rounds, datasets or cohorts, nor to flows.

Of each dataset and cohort the latest round by date counts; a round that visited some places only replaces just those.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.picture.events import Amount
from apps.records import past
from apps.records.filters import Asked
from apps.records.vocabularies import Accuracy, Scope
from apps.sources.models import Round

LEVELS = range(4)
# Places are told apart as they are known, not as they are shown: only the sum leaves.
COLUMNS = ("id", "cohort", "dataset_id", "area_id", "place_name", "location_accuracy", "round__to_date",
           "round__coverage", "round__number", *(f"adm{level}_pcode" for level in LEVELS))  # fmt: skip


@dataclass(frozen=True)
class Stock:
    """People of one cohort, as one dataset counts them, on a day."""

    dataset: int
    cohort: str
    amount: Amount
    as_of_date: date
    round: str | None


def latest(asked: Asked, record_arms: Sequence[Any], metric: str, until: date | None) -> list[Stock]:
    """The latest stock of each dataset and cohort up to a day, the newest first."""
    if asked.kind is None or asked.kind.claim is None:
        return []
    rows: dict[Any, dict[str, Any]] = {}
    for records in record_arms:
        rows |= {row["id"]: row for row in records.filter(measure="stock").order_by().values(*COLUMNS)}
    said = []
    for claims in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
        used = claims.filter(
            is_adopted=True, scope=Scope.STOCK, metric=metric, unit="people", group__in=["all", "idps"], sex="all",
            age_band="all", canonical__measure="stock",
        )  # fmt: skip
        if until is not None:
            used = used.filter(as_of_date__lte=until)
        said.extend(used.order_by().values_list("canonical_id", "as_of_date", "low", "best", "high"))
    groups: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for record, as_of, low, best, high in said:
        row = rows.get(record)
        if row is not None:
            line = row | {"as_of": as_of, "low": low, "best": best, "high": high}
            groups.setdefault((row["dataset_id"], row["cohort"]), []).append(line)
    found = [_stock(dataset, cohort, lines) for (dataset, cohort), lines in groups.items()]
    return sorted(found, key=lambda stock: (-stock.as_of_date.toordinal(), stock.cohort))


def _stock(dataset: int, cohort: str, lines: list[dict[str, Any]]) -> Stock:
    counted = list(_without_parts(_of_latest_round(lines)))
    newest = max(counted, key=lambda line: line["as_of"])
    bests, highs = [line["best"] for line in counted], [line["high"] for line in counted]
    amount = Amount(
        len(counted),
        sum(line["low"] or 0 for line in counted),
        sum(bests) if None not in bests else None,
        sum(highs) if None not in highs else None,
    )
    return Stock(dataset, cohort, amount, newest["as_of"], newest["round__number"])


def _of_latest_round(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line a place: of the last full round, replaced where later rounds went."""

    def day(line: dict[str, Any]) -> date:
        found: date = line["round__to_date"] or line["as_of"]
        return found

    full = [day(line) for line in lines if line["round__coverage"] in (None, Round.Coverage.FULL)]
    since = max(full, default=date.min)
    by_place: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line in sorted(lines, key=day):
        if day(line) >= since:
            by_place[_place(line)] = line
    return list(by_place.values())


def _place(line: dict[str, Any]) -> tuple[Any, ...]:
    """A place; a line without any stands for itself."""
    known = (line["area_id"], line["place_name"])
    return known if any(known) else (line["id"],)


def _without_parts(lines: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Lines that no other line's area holds: a district inside a counted governorate is in its number already."""
    lines = list(lines)
    wholes = {(_level(line), line[f"adm{_level(line)}_pcode"]) for line in lines if not _is_site(line)}
    for line in lines:
        above = range(_level(line) + (1 if _is_site(line) else 0))
        if not any((level, line[f"adm{level}_pcode"]) in wholes for level in above):
            yield line


def _level(line: dict[str, Any]) -> int:
    return max((level for level in LEVELS if line[f"adm{level}_pcode"]), default=0)


def _is_site(line: dict[str, Any]) -> bool:
    """Known more precisely than to an area."""
    return line["location_accuracy"] in {Accuracy.POINT, Accuracy.SETTLEMENT}
