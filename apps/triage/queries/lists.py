"""The lists of the queue, page by page, and how many wait in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Exists, OuterRef, Q, Value

from apps.picture.facts import of_kind
from apps.records import pages, past
from apps.records.filters import Asked
from apps.records.kinds import Kind
from apps.records.models import SuspectedDuplicate
from apps.records.pages import Cursor, Order
from apps.sources.models import QuarantinedItem
from apps.triage import tabs
from apps.triage.queries import waiting
from apps.triage.queries.desk import ORDERS, Desk, Wanted
from apps.triage.queries.rows import Row, row_of

PAGE = 25
# The bar on top of every page says "99+" beyond it.
MANY = 99


@dataclass(frozen=True)
class Pair:
    """Two records that may tell of one thing, as a list shows them."""

    id: UUID
    score: float | None  # None: not for this person
    first: Row
    second: Row
    reasons: dict[str, Any]

    @property
    def both(self) -> tuple[Row, Row]:
        """The two."""
        return self.first, self.second


@dataclass(frozen=True)
class Listed:
    """One page of a list: records, pairs or quarantined items, and where the next page begins."""

    rows: Sequence[Any]
    cursor: str | None


def page_of(desk: Desk, wanted: Wanted, *, cursor: str = "", limit: int = PAGE) -> Listed:
    """One page of what is asked for.

    Raises:
        parameters.BadParameters: an area, source or word that nobody knows.
        parameters.BadValue: the cursor is of another list.
    """
    order = ORDERS[wanted.order]
    if wanted.tab == tabs.QUARANTINE:
        order = replace(order, column="last_seen_at")
    behind = Cursor.read(cursor, order) if cursor else None
    if wanted.tab == tabs.QUARANTINE:
        found = pages.take([_items(desk, wanted)], order=order, limit=limit, columns=ITEM_COLUMNS, cursor=behind)
        return Listed(found.rows, found.cursor)
    if wanted.tab == tabs.DUPLICATES:
        found = pages.take(_pairs(desk, wanted), order=order, limit=limit, columns=PAIR_COLUMNS, cursor=behind)
        return Listed(_read_pairs(desk, found.rows), found.cursor)
    found = pages.take(_arms(desk, wanted), order=order, limit=limit, columns=("queue_kind",), cursor=behind)
    keys = [(row["queue_kind"], row["id"]) for row in found.rows]
    known = read_rows(desk, keys)
    return Listed([known[key] for key in keys if key in known], found.cursor)


def counts(desk: Desk, wanted: Wanted) -> dict[str, int]:
    """How many wait in each list, narrowed as asked. Two statements and one for the items.

    Raises:
        parameters.BadParameters: as page_of.
    """
    asked = desk.asked(wanted)
    seen = list(desk.records(asked, wanted.kind))
    arms = [
        _number(waiting.narrow(arm, tab, resource.kind, desk.held, desk.now), tab)
        for tab in tabs.OF_RECORDS
        for resource, arm in seen
        if resource.kind.claim is not None or tab not in tabs.OF_CLAIMS
    ]
    arms += [_number(pairs, tabs.DUPLICATES) for pairs in _pairs(desk, wanted)]
    found = dict.fromkeys((*tabs.OF_RECORDS, tabs.DUPLICATES), 0)
    if arms:
        for row in arms[0].union(*arms[1:], all=True):
            found[row["tab"]] += row["n"]
    return found | {tabs.QUARANTINE: _items(desk, wanted).count()}


def _number(rows: Any, tab: str) -> Any:
    return rows.order_by().values(tab=Value(tab, output_field=CharField())).annotate(n=Count("pk"))


def waiting_for(desk: Desk) -> int:
    """How many records nobody has reviewed, at most MANY + 1: what the bar on top of every page says."""
    if not desk.is_open:
        return 0
    heads = [
        waiting.narrow(arm, tabs.REVIEW, resource.kind, desk.held, desk.now).order_by().values("pk")[: MANY + 1]
        for resource, arm in desk.records(desk.asked())
    ]
    return min(int(heads[0].union(*heads[1:], all=True).count()), MANY + 1)


def _arms(desk: Desk, wanted: Wanted) -> list[Any]:
    """What waits on one list of records, kind by kind."""
    found = []
    for resource, arm in desk.records(desk.asked(wanted), wanted.kind):
        if resource.kind.claim is None and wanted.tab in tabs.OF_CLAIMS:
            continue
        rows = waiting.with_kind(waiting.narrow(arm, wanted.tab, resource.kind, desk.held, desk.now), resource.kind)
        found.append(waiting.with_harm(rows, resource.kind) if wanted.order == "harm" else rows)
    return found


def read_rows(desk: Desk, keys: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], Row]:
    """Rows as a list shows them, for what the viewer may see of these records of this desk's crises."""
    wanted: dict[str, list[UUID]] = {}
    for kind, pk in keys:
        wanted.setdefault(kind, []).append(pk)
    found = {}
    for kind, ids in wanted.items():
        resource = of_kind(kind)
        if resource is None:
            continue
        asked = Asked(held=desk.held, names=desk.names, kind=resource.kind, values={"ids": tuple(ids)})
        ((_, arm),) = desk.records(asked, kind)
        rows = list(past.with_sight(arm, desk.held).values(*resource.columns))
        for flat in resource.flat(rows, asked):
            found[kind, flat["id"]] = row_of(kind, flat, desk)
    return found


def records_of(desk: Desk, keys: Iterable[tuple[str, UUID, int]]) -> list[tuple[Kind, Any, int]]:
    """The rows themselves with the version that was looked at, in this order; those not of this desk are left out."""
    found = []
    for code, pk, version in keys:
        resource = of_kind(code)
        if resource is None:
            continue
        record = resource.kind.record.objects.reviewed_by(desk.held).filter(pk=pk).first()
        if record is not None:
            found.append((resource.kind, record, version))
    return found


PAIR_COLUMNS = ("kind", "first_id", "second_id", "reasons")


def _pairs(desk: Desk, wanted: Wanted) -> list[Any]:
    """Open suspicions between records of this desk; a filter is met by either of the two."""
    every, asked = desk.asked(), desk.asked(wanted)
    found = []
    for (resource, seen), (_, chosen) in zip(
        desk.records(every, wanted.kind), desk.records(asked, wanted.kind), strict=True
    ):
        pairs = SuspectedDuplicate.objects.filter(kind=resource.kind.code, state=SuspectedDuplicate.State.OPEN)
        pairs = pairs.filter(*(Exists(seen.filter(pk=OuterRef(end))) for end in ("first_id", "second_id")))
        if asked.values:
            either = (Exists(chosen.filter(pk=OuterRef(end))) for end in ("first_id", "second_id"))
            pairs = pairs.filter(Q(next(either)) | Q(next(either)))
        found.append(pairs)
    return found


def _read_pairs(desk: Desk, rows: Sequence[dict[str, Any]]) -> list[Pair]:
    ends = [(row["kind"], row[end]) for row in rows for end in ("first_id", "second_id")]
    known = read_rows(desk, ends)
    found = []
    for row in rows:
        first, second = (known.get((row["kind"], row[end])) for end in ("first_id", "second_id"))
        if first is not None and second is not None:
            # How alike they are was worked out from where they are: not for those who are not told where.
            reads_both = first.is_whole and second.is_whole
            found.append(Pair(row["id"], row["score"] if reads_both else None, first, second,
                              row["reasons"] if reads_both else {}))  # fmt: skip
    return found


ITEM_COLUMNS = (
    "source__name", "source__slug", "source__connector", "key", "reason", "item", "first_seen_at", "last_seen_at",
    "times_seen",
)  # fmt: skip


def _items(desk: Desk, wanted: Wanted) -> Any:
    """Items set aside, of sources that serve one of this desk's crises or none in particular."""
    crisis = desk.crisis(wanted)
    slugs = [crisis.slug] if crisis else [each.slug for each in desk.crises]
    mine = Q(source__options__crisis__in=slugs) | ~Q(source__options__has_key="crisis")
    found = QuarantinedItem.objects.filter(mine, state=QuarantinedItem.State.WAITING)
    if wanted.source:
        found = found.filter(source__slug=wanted.source)
    if wanted.q:
        found = found.filter(Q(reason__icontains=wanted.q) | Q(key__icontains=wanted.q))
    return found


def item_of(desk: Desk, pk: UUID) -> QuarantinedItem | None:
    """One item set aside, if it is this desk's."""
    found: QuarantinedItem | None = _items(desk, Wanted()).filter(pk=pk).select_related("source").first()
    return found


def neighbours(desk: Desk, wanted: Wanted, kind: str, pk: UUID, beside: UUID | None) -> tuple[Any, Any]:
    """What comes before and after a record or pair in a list, as (kind, id, other of a pair); None at the ends."""
    order = ORDERS[wanted.order]
    if wanted.tab == tabs.DUPLICATES:
        arms = _pairs(desk, wanted)
        at = _pair_at(kind, pk, beside)
    else:
        arms = _arms(desk, wanted)
        at = _record_at(kind, pk, order)
    if at is None:
        return None, None
    back = replace(order, is_descending=not order.is_descending)
    return _first(arms, back, at), _first(arms, order, at)


def _first(arms: Sequence[Any], order: Order, at: Cursor) -> tuple[str, UUID, UUID | None] | None:
    """The first row behind a cursor."""
    is_pair = bool(arms) and arms[0].model is SuspectedDuplicate
    columns = PAIR_COLUMNS if is_pair else ("queue_kind",)
    rows = pages.take(arms, order=order, limit=1, columns=columns, cursor=at).rows
    if not rows:
        return None
    row = rows[0]
    return (row["kind"], row["first_id"], row["second_id"]) if is_pair else (row["queue_kind"], row["id"], None)


def _record_at(kind: str, pk: UUID, order: Order) -> Cursor | None:
    resource = of_kind(kind)
    if resource is None:
        return None
    rows = resource.kind.record.objects.filter(pk=pk)
    if order.column == "harm":
        rows = waiting.with_harm(rows, resource.kind)
    value = rows.order_by().values_list(order.column, flat=True).first()
    return None if value is None else Cursor(value, pk)


def _pair_at(kind: str, pk: UUID, beside: UUID | None) -> Cursor | None:
    if beside is None:
        return None
    first, second = sorted((pk, beside))
    pair = SuspectedDuplicate.objects.filter(kind=kind, first_id=first, second_id=second).first()
    return None if pair is None else Cursor(pair.score, pair.pk)


def still_waits(desk: Desk, wanted: Wanted, kind: str, pk: UUID) -> bool:
    """Whether a record is still on a list after something was done with it."""
    if wanted.tab not in tabs.OF_RECORDS:
        return False
    return any(arm.filter(pk=pk).exists() for arm in _arms(desk, replace(wanted, kind=kind)))
