"""Two records side by side: what each says, and where they differ."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.periods import in_words
from apps.picture import duplicates
from apps.picture.facts import of_kind
from apps.triage.queries.desk import Desk, Wanted
from apps.triage.queries.lists import read_rows
from apps.triage.queries.rows import Row
from apps.triage.words import SENSITIVITY, VERIFICATION


@dataclass(frozen=True)
class Line:
    """One thing both records say something of."""

    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return self.first != self.second


@dataclass(frozen=True)
class Candidate:
    """A record that may tell of the same thing."""

    row: Row
    score: int | None  # of 100; None: found by words
    why: tuple[str, ...] = ()


def lines(first: Row, second: Row) -> list[Line]:
    """What two rows say, line by line."""
    return [Line(label, one, other) for (label, one), (_label, other) in zip(_told(first), _told(second), strict=True)]


def _told(row: Row) -> list[tuple[str, str]]:
    figures = "; ".join(
        f"{told.label} {told.words} ({told.speaker})" if told.speaker else f"{told.label} {told.words}"
        for told in row.told
    )
    return [
        (_("Title"), row.title),
        (_("What"), row.what),
        (_("Where"), row.place),
        (_("When"), in_words(row.start, row.end)),
        (_("Source"), row.source),
        (_("Figures used"), figures),
        (_("Review"), str(VERIFICATION.get(row.verification, row.verification))),
        (_("Who may read it"), str(SENSITIVITY.get(row.sensitivity, row.sensitivity))),
    ]


def why_alike(reasons: dict[str, Any]) -> tuple[str, ...]:
    """What makes two records look alike, in words."""
    told = []
    if (km := reasons.get("km")) is not None:
        told.append(_("%(km)s km apart") % {"km": f"{km:g}"} if km else _("same place"))
    if (days := reasons.get("days")) is not None:
        told.append(
            ngettext("%(days)s day apart", "%(days)s days apart", days) % {"days": days} if days else _("same day")
        )
    if reasons.get("category") in (True, 1):
        told.append(_("same kind of event"))
    if isinstance(text := reasons.get("text"), int | float) and text:
        told.append(_("words alike: %(percent)s %%") % {"percent": round(text * 100)})
    return tuple(told)


def alike(desk: Desk, bench: Any, *, most: int = 6) -> dict[UUID, tuple[float | None, dict[str, Any]]]:
    """Score and reasons of the records most like this one: suspected ones first, as far as this person reads places."""
    found = {
        each["id"]: (each["score"], each["reasons"])
        for each in duplicates.suspected(bench.kind, bench.row.id, desk.held)[:most]
    }
    if len(found) < most:
        for each in duplicates.candidates(bench.kind, bench.record, limit=most, viewer=desk.held):
            found.setdefault(each.id, (each.score, each.reasons.as_json()))
    return found


def candidates(desk: Desk, bench: Any, find: str, *, most: int = 6) -> list[Candidate]:
    """Records that may tell of the same thing: suspected ones, and those found by words."""
    kind, pk = bench.row.kind, bench.row.id
    near = alike(desk, bench, most=most)
    worded = [other for other in found_by_words(desk, kind, pk, find) if other not in near]
    known = read_rows(desk, [(kind, other) for other in (*near, *worded)])
    found = []
    for other in (*near, *worded):
        if (kind, other) in known:
            score, reasons = near.get(other, (None, {}))
            percent = None if score is None else round(score * 100)
            found.append(Candidate(known[kind, other], percent, why_alike(reasons)))
    return found


def found_by_words(desk: Desk, kind: str, pk: UUID, words: str, *, most: int = 10) -> list[UUID]:
    """Other records of this kind with these words in title or place, the newest first."""
    resource = of_kind(kind)
    if resource is None or not words:
        return []
    asked = desk.asked(Wanted(q=words))
    ((_resource, arm),) = desk.records(asked, kind)
    return list(arm.exclude(pk=pk).order_by("-start_date", "-id").values_list("pk", flat=True)[:most])
