"""Taking back a whole revision: what it set is put back, where it still stands; else nothing is changed and it is said.

Nothing is erased by it. Records that it made get a tombstone, statements are retracted, decisions revoked; links and
what constraints bear on are deleted, and come back if that is undone in turn. What follows from other columns (the
figure used, the root of a merge, the place as released) is never put back but worked out anew.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.crises.clearance import Clearance
from apps.ledger.actions import name_undone, open_revision
from apps.ledger.models import Change, Revision
from apps.ledger.versioned import kind_of
from apps.records import kinds, placing, roots
from apps.records.actions import settle
from apps.records.kinds import Kind
from apps.records.models import Link, Redaction, SuspectedDuplicate
from apps.records.past import versions_of
from apps.records.placing import released_title
from apps.records.touched import Shift, Touched, rows_of, touched_by

# A feed's revision of more rows than this is undone only by somebody who said so twice.
MANY = 100
# Of a record: how it stands. Whatever else is put back may change what is released of its place and title.
STANDING = {"verification", "basis", "released_at", "released_by", "removed_at", "removed_reason", "stays_removed",
            "merged_into", "confirmed_at", "confirmed_by"}  # fmt: skip


class Difference(NamedTuple):
    """A column that no longer holds what the revision set, as stored text; `column` is empty where the row is gone."""

    kind: str
    id: UUID
    title: str
    column: str
    was_set_to: str | None
    is_now: str | None


class CannotUndo(Exception):
    """Something else was changed since. Nothing was changed now."""

    def __init__(self, differences: Collection[Difference] = (), why: str = "") -> None:
        super().__init__(why or _("What it set was changed since."))
        self.differences = list(differences)


class NeverUndone(CannotUndo):
    """The revision redacted something: what was destroyed stays so."""


class NeedsConfirming(CannotUndo):
    """The revision of a feed wrote very many rows, `count` of them: ask again with `confirm`."""

    def __init__(self, count: int) -> None:
        super().__init__(why=_("It wrote %(count)d rows: say that you mean all of them.") % {"count": count})
        self.count = count


def undo(*, revision_id: int, by: User, now: datetime, reason: str, confirm: bool = False) -> int:
    """Take back everything a revision did and return the new revision, whose `undoes` names it.

    Undoing an undo does again what was undone.

    Raises:
        CannotUndo: rows no longer hold what it set (`differences`), or what came since stands in the way.
        NeverUndone: it redacted something.
        NeedsConfirming: a feed's revision of more than MANY rows, without `confirm`.
        Revision.DoesNotExist: there is none of that number.
    """
    try:
        with transaction.atomic():
            return _undo(revision_id, by, now, reason, confirm)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        name = getattr(diagnosis, "constraint_name", None) or str(error).split("\n", 1)[0]
        raise CannotUndo(why=_("What came since stands in its way (%(rule)s).") % {"rule": name}) from error


def _undo(revision_id: int, by: User, now: datetime, reason: str, confirm: bool) -> int:
    # From here on nobody else writes facts: what is compared below stays so until it is written.
    number = open_revision(by=by, now=now, reason=reason)
    undone = Revision.objects.get(pk=revision_id)
    if _redacts(revision_id):
        raise NeverUndone(why=_("What was redacted is gone for good."))
    every = touched_by(revision_id)
    if number == revision_id or not every:
        raise CannotUndo(why=_("There is nothing to take back."))
    if undone.by_id is None and rows_of(every) > MANY and not confirm:
        raise NeedsConfirming(rows_of(every))
    shifts = {each.kind: each.shifts() for each in every}
    differences = [found for each in every for found in _differences(each, shifts[each.kind])]
    differences += _resting_on(every)
    if differences:
        raise CannotUndo(differences)
    name_undone(revision=number, undone=undone)
    for each in every:
        _take_back(each, shifts[each.kind], _Act(by, now, reason))
    if any(each.deleted for each in every):
        connection.check_constraints()
    _follow(every, shifts, now)
    return number


@dataclass(frozen=True)
class _Act:
    """Who undoes, when and why."""

    by: User
    now: datetime
    reason: str


def _redacts(revision_id: int) -> bool:
    redactions = Redaction.objects.filter(revision=revision_id)
    changes = Change.objects.filter(revision=revision_id, action=Change.Action.REDACTED)
    return redactions.exists() or changes.exists()


def _differences(touched: Touched, shifts: Collection[Shift]) -> list[Difference]:
    """What stands otherwise than the revision left it, but for what is worked out from other rows."""
    gone = (touched.created | touched.updated) - touched.lives
    back = touched.deleted & touched.lives
    moved = [shift for shift in shifts if not shift.still_stands]
    rows = touched.model.objects.in_bulk({shift.id for shift in moved} | back)
    kind = _kind_of_record(touched.model)
    follows = kind.follows if kind is not None else None
    found = [Difference(touched.kind, pk, "", "", "", None) for pk in sorted(gone)]
    found += [Difference(touched.kind, pk, str(rows[pk]), "", None, "") for pk in sorted(back)]
    for shift in moved:
        row = rows[shift.id]
        if follows is None or shift.column not in follows(row):
            found.append(Difference(touched.kind, shift.id, str(row), shift.column, shift.was_set_to, shift.is_now))
    return found


def _resting_on(every: Collection[Touched]) -> list[Difference]:
    """What came since and rests on records that the revision made: figures, links, records merged into them."""
    own = {pk for each in every for pk in each.created | each.updated}
    found: list[Any] = []
    for each in every:
        kind = _kind_of_record(each.model)
        if kind is None or not each.created:
            continue
        found += kind.record.objects.filter(merged_into__in=each.created)
        found += Link.objects.filter(Q(from_id__in=each.created) | Q(to_id__in=each.created))
        if kind.claim is not None:
            found += kind.claim.objects.filter(canonical__in=each.created).exclude(status="retracted")
    return [Difference(kind_of(type(row)), row.pk, str(row), "", None, "") for row in found if row.pk not in own]


def _kind_of_record(model: Any) -> Kind | None:
    return next((kind for kind in kinds.every() if kind.record is model), None)


def _kind_of_claim(model: Any) -> Kind | None:
    return next((kind for kind in kinds.every() if model in (kind.claim, kind.decision)), None)


def _take_back(touched: Touched, shifts: Collection[Shift], act: _Act) -> None:
    """Rows of one model: put back what was changed, bring back what was deleted, withdraw what was made."""
    columns = sorted({shift.column for shift in shifts if shift.id in touched.updated})
    if columns:
        _restore(touched, columns)
    if touched.has_figures and touched.updated:
        # Settling supersedes again where a later word of the same speaker stands.
        stood = touched.model.objects.filter(pk__in=touched.updated).exclude(status="retracted")
        stood.exclude(status="current", superseded_by=None).update(
            status="current", superseded_by=None, is_adopted=False
        )
    if touched.deleted:
        _bring_back(touched)
    if touched.created:
        _withdraw(touched, act)


def _restore(touched: Touched, names: list[str]) -> None:
    """Put columns back where they still hold what the revision set."""
    columns = [touched.names[name] for name in names]
    sets = [
        f'"{column}" = CASE WHEN {touched.word("b", column)} IS DISTINCT FROM {touched.word("a", column)}'
        f" AND {touched.word('l', column)} IS NOT DISTINCT FROM {touched.word('a', column)}"
        f' THEN {touched.word("b", column)} ELSE l."{column}" END'
        for column in columns
    ]
    if touched.has_figures:
        sets.append("is_adopted = false")
    if "merged_into" in names:
        sets.append("canonical_id = CASE WHEN b.merged_into_id IS NULL THEN l.id ELSE l.canonical_id END")
    read = ", ".join(f'"{column}"' for column in ("id", *columns))
    sql = f"""
        UPDATE {touched.table} l SET {", ".join(sets)}
        FROM {touched.after(read)} a JOIN {touched.before(read)} b ON b.id = a.id
        WHERE l.id = a.id AND ({", ".join(touched.word("a", column) for column in columns)})
            IS DISTINCT FROM ({", ".join(touched.word("b", column) for column in columns)})
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, touched.given)


def _bring_back(touched: Touched) -> None:
    """Insert deleted rows as they stood; none of them is used until it is settled."""
    kept = [each.column for each in touched.model._meta.concrete_fields if not each.generated]
    instead = {"version": "version + 1", "is_adopted": "false"}
    values = [instead.get(column, f'"{column}"') for column in kept]
    sql = f"""
        INSERT INTO {touched.table} ({", ".join(f'"{column}"' for column in kept)})
        SELECT {", ".join(values)} FROM {touched.past} WHERE rev_to = %(revision)s AND id = ANY(%(deleted)s)
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {"revision": touched.revision, "deleted": list(touched.deleted)})


def _withdraw(touched: Touched, act: _Act) -> None:
    """Take back rows that the revision made, each in the way its kind knows."""
    names = {each.name for each in touched.model._meta.fields}
    rows = touched.model.objects.filter(pk__in=touched.created)
    if touched.has_figures:
        rows.update(status="retracted", superseded_by=None, is_adopted=False)
    elif "revoked_at" in names:
        rows.update(revoked_at=act.now, revoked_by=act.by)
    elif "stays_removed" not in names and "removed_at" in names:
        rows.update(removed_at=act.now)
    elif "removed_at" in names:
        following = [row.pk for row in rows if (kind := _kind_of_record(touched.model)) and _follows(kind, row)]
        removed = {"removed_at": act.now, "removed_reason": act.reason[:300]}
        rows.exclude(pk__in=following).update(**removed, stays_removed=True)
        # What follows from another record may follow again. One that others rest on by now is left to conclude.
        rows.filter(pk__in=following, rev=touched.revision).update(**removed)
    else:
        rows.delete()


def _follows(kind: Kind, row: Any) -> bool:
    return kind.follows is not None and "state" in kind.follows(row)


def _follow(every: Collection[Touched], shifts: dict[str, list[Shift]], now: datetime) -> None:
    """What follows from what was put back: roots, places as released, figures used, statuses and their constraints."""
    canonicals: dict[str, set[UUID]] = {}
    for each in every:
        kind = _kind_of_record(each.model)
        if kind is not None:
            canonicals.setdefault(kind.code, set()).update(each.canonicals)
            merged = {shift.id for shift in shifts[each.kind] if shift.column == "merged_into"} | each.deleted
            canonicals[kind.code] |= roots.find_anew(kind=kind, ids=merged) if merged else set()
            _release_anew(each, shifts[each.kind], lambda row, kind=kind: _placed(row, kind))  # type: ignore[misc]
        elif (finish := kinds.finish_of(each.model)) is not None:
            _release_anew(each, shifts[each.kind], finish)
        elif (owner := _kind_of_claim(each.model)) is not None:
            canonicals.setdefault(owner.code, set()).update(each.canonicals or _trees(each))
    for code, ids in canonicals.items():
        settle(kind=kinds.get(code), canonical_ids=ids, now=now)


def _trees(touched: Touched) -> set[UUID]:
    """Roots of the records that decisions belong to."""
    rows = touched.model.objects.filter(pk__in=touched.lives | touched.deleted)
    return set(rows.values_list("record__canonical_id", flat=True))


def _release_anew(touched: Touched, shifts: Collection[Shift], finish: Callable[[Any], None]) -> None:
    """Work out what is released of rows whose place, title or strictness was put back."""
    ids = {shift.id for shift in shifts if shift.column not in STANDING} & touched.updated
    if not ids:
        return
    columns = [
        each.name for each in touched.model._meta.concrete_fields
        if (each.name.startswith("released_") and each.name not in STANDING)
        or each.name in {"is_generalised", "sensitivity", "location_release"}
    ]  # fmt: skip
    changed = []
    for row in touched.model.objects.filter(pk__in=ids):
        before = [getattr(row, name) for name in columns]
        finish(row)
        if [getattr(row, name) for name in columns] != before:
            changed.append(row)
    touched.model.objects.bulk_update(changed, columns, batch_size=500)


def _placed(row: Any, kind: Kind) -> None:
    ground = placing.no_finer(placing.ground_of(row.area), row.location_accuracy)
    twins = placing.generalise(row.location, row.location_accuracy, row.place_name, ground, row.location_release)
    for name, value in twins.items():
        setattr(row, name, value)
    if kind.finish is not None:
        kind.finish(row)
    row.released_title = released_title(row)


def may_undo(held: Clearance, revision_id: int) -> bool:
    """Whether the viewer reviews the crisis of every record a revision touched, and may read all it touched.

    Infrastructure belongs to no crisis: whoever reviews one and is cleared for it may.
    """
    every = touched_by(revision_id)
    return bool(held.reviews) and bool(every) and all(_may_take_back(held, each) for each in every)


def _may_take_back(held: Clearance, touched: Touched) -> bool:
    ids = touched.created | touched.updated | touched.deleted
    past = versions_of(touched.model)
    if touched.model in (Link, SuspectedDuplicate):
        ends = [
            end for model in (touched.model, past) for row in model.objects.filter(id__in=ids) for end in _ends(row)
        ]
        return all(_reviews_records(held, kinds.get(code).record, [pk]) for code, pk in ends)
    names = {each.name for each in touched.model._meta.fields}
    levels = [
        row for model in (touched.model, past) if "sensitivity" in names
        for row in model.objects.filter(id__in=ids).values_list("sensitivity", flat=True)
    ]  # fmt: skip
    strictest = max(levels, default=0)
    if "crisis" in names:
        return _reviews_records(held, touched.model, ids)
    if "record" not in names:
        return strictest <= max(held.by_crisis.values(), default=0)
    record = touched.model._meta.get_field("record").remote_field.model
    owners = {
        pk for model in (touched.model, past)
        for pk in model.objects.filter(id__in=ids).values_list("record_id", flat=True)
    }  # fmt: skip
    return _reviews_records(held, record, owners, strictest)


def _ends(row: Any) -> list[tuple[str, UUID]]:
    if hasattr(row, "from_kind"):
        return [(row.from_kind, row.from_id), (row.to_kind, row.to_id)]
    return [(row.kind, row.first_id), (row.kind, row.second_id)]


def _reviews_records(held: Clearance, model: Any, ids: Collection[UUID], strictest: int = 0) -> bool:
    """Whether all these records, as they are and as they were, lie in crises the viewer reviews, within clearance."""
    for source in (model, versions_of(model)):
        for crisis_id, sensitivity in source.objects.filter(id__in=ids).values_list("crisis_id", "sensitivity"):
            if crisis_id not in held.reviews or max(sensitivity, strictest) > held.level(crisis_id):
                return False
    return True
