"""When two act on one record at once: what changed since the second looked, by whom, and how to say it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.ids import uuid7
from apps.ledger.models import Change, Revision
from apps.ledger.versioned import kind_of
from apps.records import past, visibility
from apps.records.kinds import Kind
from apps.triage.queries.desk import Desk


@dataclass(frozen=True)
class Since:
    """One change made since: when, by whom, why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Conflict:
    """What the second person is told: who did what since, what is different, which figure is used now."""

    since: tuple[Since, ...]
    differences: tuple[str, ...]
    used: Any = None  # the claim used now, where that is what changed
    speaker: str = ""
    is_of_figures: bool = False
    expected: dict[str, str] = field(default_factory=dict)


def told(desk: Desk, deed: Any, meanwhile: Any) -> Conflict:
    """From the refusal of an action: ChangedMeanwhile or DecidedMeanwhile.

    Where the place is withheld from the reader, so are the words that may name it: what was written, said and why.
    """
    record = deed.record
    is_exact = type(record).objects.filter(visibility.sees_exact(desk.held), pk=record.pk).exists()
    if hasattr(meanwhile, "differences"):
        seen = past.versions_of(type(record)).objects.filter(id=record.pk, version=deed.expected_version)
        since = _since(record, seen.values_list("rev_to", flat=True).first(), is_exact=is_exact)
        return Conflict(since, tuple(meanwhile.differences) if is_exact else ())
    changes = (Since(meanwhile.at, _name(meanwhile.by), ""),) if meanwhile.at else ()
    used = meanwhile.used
    said_by = visibility.speaker(used.attributed_to, used.source.name, exact=is_exact) if used is not None else ""
    return Conflict(changes, (), used=used, speaker=said_by or "", is_of_figures=True)


def _since(record: Any, revision: int | None, *, is_exact: bool) -> tuple[Since, ...]:
    """The revisions that touched a record from this one on."""
    if revision is None:
        return ()
    touched = Change.objects.filter(kind=kind_of(record), record_id=record.pk, revision__gte=revision)
    found = Revision.objects.filter(pk__in=touched.values("revision")).select_related("by").order_by("pk")
    return tuple(Since(each.at, _name(each.by), each.reason if is_exact else "") for each in found)


def _name(user: Any) -> str:
    """Those who work in one queue know each other by name."""
    return str(user) if user is not None else _("its source")


def repeated(said: Mapping[str, Any], bench: Any, conflict: Conflict) -> list[tuple[str, str]]:
    """The fields of a form that says the same again, knowing what stands now."""
    left_out = {"csrfmiddlewaretoken", "token", "expected_version", "expected", "expected_decision"}
    lists: Any = said
    fields = [(name, value) for name in lists if name not in left_out for value in lists.getlist(name)]
    fields += [("token", str(uuid7())), ("expected_version", str(bench.record.version))]
    if conflict.is_of_figures:
        question = next((each for each in bench.questions if each.used == conflict.used and conflict.used), None)
        fields.append(("expected", str(conflict.used.pk) if conflict.used else ""))
        fields.append(("expected_decision", str(question.choice.id) if question and question.choice else ""))
    return fields


def decision_of(kind: Kind, pk: UUID, decision: UUID | None) -> Any:
    """A choice that stands on a record or one merged into it."""
    if kind.decision is None or decision is None:
        return None
    return kind.decision.objects.filter(record__canonical=pk, pk=decision).select_related("record").first()


def merged_of(desk: Desk, kind: Kind, pk: UUID, other: UUID | None) -> Any:
    """A record that was merged into this one."""
    rows = kind.record.objects.filter(past.may_see_unmerged(desk.held), merged_into=pk, pk=other)
    return rows.filter(crisis__in=sorted(desk.held.reviews)).first()
