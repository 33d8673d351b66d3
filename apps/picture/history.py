"""Who changed a record, when and why: what stood before and after, in the words that the reader may read.

Told is what the reader could have asked for with `known_at` at each revision, and how one differs from the next. What
is withheld or held back today is told of no moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.models import Revision
from apps.picture.wording import figure_in_words, in_words, label_of
from apps.records import past, statements
from apps.records.fields import Field
from apps.records.filters import Asked
from apps.records.models import Redaction
from apps.records.resources import Resource
from apps.records.statements import Sight

ACTIONS = {
    "created": gettext_lazy("came in"),
    "opened": gettext_lazy("can be read since"),
    "corrected": gettext_lazy("corrected"),
    "reviewed": gettext_lazy("reviewed"),
    "verified": gettext_lazy("verified"),
    "released": gettext_lazy("released"),
    "unreleased": gettext_lazy("release taken back"),
    "removed": gettext_lazy("removed"),
    "restored": gettext_lazy("restored"),
    "merged": gettext_lazy("another record merged into it"),
    "unmerged": gettext_lazy("a merge taken back"),
    "redacted": gettext_lazy("redacted"),
    "figure_added": gettext_lazy("figure reported"),
    "figure_corrected": gettext_lazy("reported figure corrected"),
    "figure_retracted": gettext_lazy("reported figure withdrawn"),
    "figure_restored": gettext_lazy("reported figure stands again"),
    "figure_used": gettext_lazy("another figure used"),
    "figure_chosen": gettext_lazy("figure used chosen by a person"),
    "choice_revoked": gettext_lazy("choice of the figure used revoked"),
    "undone": gettext_lazy("an earlier change undone"),
}
# What a change of these columns is called; of any other it is a correction.
RELEASED, VERIFICATION = "is_released", "verification"
# Told of the record's figures apart, or counted by the database.
UNTOLD = {"version", "figures", "created_at"}


@dataclass(frozen=True)
class Changed:
    """One column, or one figure, before and after; None: nothing was there."""

    column: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Entry:
    """What one revision did to one record, as its reader may know it."""

    revision: int
    at: datetime
    by: str
    reason: str | None
    actions: tuple[str, ...]
    changes: tuple[Changed, ...]
    undoes: int | None
    undone_by: int | None

    @property
    def words(self) -> list[str]:
        """What was done, as people say it."""
        return [str(ACTIONS[action]) for action in self.actions]


@dataclass
class _Told:
    """Actions and changes by revision, as they are found."""

    actions: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[int, list[Changed]] = field(default_factory=lambda: defaultdict(list))

    def tell(self, revision: int, action: str, *changes: Changed) -> None:
        if action not in self.actions[revision]:
            self.actions[revision].append(action)
        self.changes[revision] += changes


def history_of(resource: Resource, row: Mapping[str, Any], asked: Asked) -> list[Entry]:
    """Every change of a record that the viewer may know of, the newest first. `row` is as Resource.one gives it."""
    told = _Told()
    _tell_of_record(told, resource, row["id"], asked)
    _tell_of_merges(told, resource, row["id"], asked)
    _tell_of_figures(told, resource, row, asked)
    _tell_of_redactions(told, resource, row["id"], asked)
    newest = asked.revision
    numbers = [number for number in told.actions if newest is None or number <= newest]
    found = Revision.objects.filter(id__in=numbers).select_related("by__organisation").order_by("-id")
    undone = dict(Revision.objects.filter(undoes__in=numbers).order_by("id").values_list("undoes", "id"))
    owner = resource.kind.record.objects.filter(pk=row["id"]).values_list("reporting_organisation", flat=True).first()
    return [_entry(each, told, row, asked, owner, undone.get(each.pk)) for each in found]


def _entry(
    revision: Revision, told: _Told, row: Mapping[str, Any], asked: Asked, owner: UUID | None, undone_by: int | None
) -> Entry:
    actions = told.actions[revision.pk]
    reviews = row["crisis_id"] in asked.held.reviews
    is_told = reviews or (row["exact"] and bool({"merged", "unmerged", "removed"} & set(actions)))
    return Entry(
        revision=revision.pk,
        at=revision.at,
        by=_by(revision, asked, owner, reviews=reviews),
        reason=(revision.reason or None) if is_told else None,
        actions=(*(["undone"] if revision.undoes_id else []), *actions),
        changes=tuple(told.changes[revision.pk]),
        undoes=revision.undoes_id,
        undone_by=undone_by,
    )


def _by(revision: Revision, asked: Asked, owner: UUID | None, *, reviews: bool) -> str:
    """The name for those who review the crisis; the organisation for others, unless it is the reporter's own."""
    if revision.by is None:
        return _("a source")
    if reviews:
        return str(revision.by)
    organisation = revision.by.organisation
    if organisation is None:
        return _("coordination")
    if organisation.pk == owner and asked.held.organisation_id != owner:
        return _("a reporter")
    return str(organisation)


def _tell_of_record(told: _Told, resource: Resource, pk: UUID, asked: Asked) -> None:
    """The record's own columns, from one state to the next."""
    model = resource.kind.record
    rows: list[dict[str, Any]] = []
    for arm in past.every_state(model, asked.held):
        ends = ("rev_to",) if past.is_past(arm) else ()
        found = past.with_sight(arm.filter(id=pk), asked.held)
        rows.extend({"rev_to": None, **row} for row in found.values(*resource.columns, "rev", *ends))
    rows.sort(key=lambda row: row["rev"])
    spans = [(row["rev"], row["rev_to"]) for row in rows]
    flats = resource.flat(rows, asked)
    columns = list(_columns(resource.fields))
    if spans:
        first = _first_revisions(model, [pk])[pk]
        told.tell(spans[0][0], "created" if spans[0][0] == first else "opened")
    for ((_began, ended), before), ((begins, _ends), after) in pairwise(zip(spans, flats, strict=True)):
        if ended is not None and ended != begins:
            told.tell(ended, "removed")
            told.tell(begins, "restored")
        for action, change in _differences(columns, before, after):
            told.tell(begins, action, change)


def _first_revisions(model: Any, ids: Sequence[UUID]) -> dict[UUID, int]:
    """The revision in which each of these rows came to be."""
    found: dict[UUID, int] = {}
    for source in (past.versions_of(model), model):
        for pk, first in source.objects.filter(id__in=ids).order_by().values_list("id").annotate(first=Min("rev")):
            found[pk] = min(first, found.get(pk, first))
    return found


def _columns(fields: Sequence[Field]) -> Iterator[Field]:
    """The columns that are compared: no figures, which are told by speaker, and no code that has a label beside it."""
    names = {each.name for each in fields}
    figures = tuple(f"{name.removesuffix('_claims')}_" for name in names if name.endswith("_claims"))
    for each in fields:
        if each.name not in UNTOLD and not each.name.startswith(figures) and f"{each.name}_label" not in names:
            yield each


def _differences(
    columns: Iterable[Field], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, Changed]]:
    """Each column that differs, with what such a change is called."""
    for each in columns:
        was, now = before[each.name], after[each.name]
        if was != now:
            change = Changed(each.name, label_of(each.name), in_words(each, was), in_words(each, now))
            yield _action(each.name, now), change
    if before["geojson"] != after["geojson"]:
        yield "corrected", Changed("location", label_of("location"), _point(before), _point(after))


def _action(column: str, now: Any) -> str:
    if column == RELEASED:
        return "released" if now else "unreleased"
    if column == VERIFICATION:
        return "verified" if now == "verified" else "reviewed"
    return "corrected"


def _point(flat: Mapping[str, Any]) -> str | None:
    """Latitude and longitude of a place as shown."""
    if flat["geojson"] is None:
        return None
    longitude, latitude = orjson.loads(flat["geojson"])["coordinates"]
    return f"{latitude:.5g}, {longitude:.5g}"


def _tell_of_merges(told: _Told, resource: Resource, pk: UUID, asked: Asked) -> None:
    """Records that were merged into this one, or taken out again, as far as the viewer could read them."""
    model = resource.kind.record
    seen = past.may_see_unmerged(asked.held)
    touched = {
        found
        for source in (model, past.versions_of(model))
        for found in source.objects.filter(merged_into=pk).values_list("id", flat=True)
    }
    readable = set(model.objects.filter(seen, id__in=touched).values_list("id", flat=True))
    for other in readable:
        states: list[dict[str, Any]] = []
        for source in (model, past.versions_of(model)):
            rows = past.with_sight(source.objects.filter(id=other), asked.held)
            states.extend(rows.values("rev", "merged_into_id", *TITLE))
        states.sort(key=lambda state: state["rev"])
        for before, after in pairwise(states):
            was, now = before["merged_into_id"] == pk, after["merged_into_id"] == pk
            if was != now:
                titles = past.title_shown(after)
                merge = Changed("merged", label_of("merged"), titles if was else None, titles if now else None)
                told.tell(after["rev"], "merged" if now else "unmerged", merge)


TITLE = ("title", "released_title", "title_today", "is_generalised", "exact")


def _tell_of_figures(told: _Told, resource: Resource, row: Mapping[str, Any], asked: Asked) -> None:
    """Reported figures and statements: added, corrected, taken back, used."""
    model = resource.kind.claim
    if model is None:
        return
    rows: list[dict[str, Any]] = []
    for arm in past.every_claim_state(model, asked.held):
        found = arm.filter(canonical=row["id"]).order_by()
        rows.extend(found.values(*statements.columns_of(model), "rev"))
    rows.sort(key=lambda each: (each["rev"], str(each["id"])))
    crisis = asked.names.crises.get(row["crisis_id"])
    sight = {row["id"]: Sight(resource.kind.code, crisis.slug if crisis else None, row["exact"], ratings=False)}
    first = _first_revisions(model, [each["id"] for each in rows])
    latest: dict[UUID, dict[str, Any]] = {}
    used: dict[str, str] = {}
    for state, flat in zip(rows, statements.flat(rows, sight, asked.names), strict=True):
        before = latest.get(flat["id"])
        for action, change in _steps(before, flat, used, is_new=state["rev"] == first[flat["id"]]):
            told.tell(state["rev"], action, change)
        latest[flat["id"]] = flat
    _tell_of_choices(told, resource, latest)


def _steps(
    before: Mapping[str, Any] | None, flat: Mapping[str, Any], used: dict[str, str], *, is_new: bool
) -> Iterator[tuple[str, Changed]]:
    """What one state of one figure says that the one before did not. `used` remembers the figure used by label."""
    label, words = flat["metric_label"] or _("Status"), figure_in_words(flat)
    if before is None and is_new:
        yield "figure_added", Changed("figure", label, None, words)
    elif before is not None:
        was = figure_in_words(before)
        if was != words:
            yield "figure_corrected", Changed("figure", label, was, words)
        if (before["status"] == "retracted") != (flat["status"] == "retracted"):
            gone = flat["status"] == "retracted"
            change = Changed("figure", label, was if gone else None, None if gone else words)
            yield ("figure_retracted" if gone else "figure_restored"), change
        if flat["is_adopted"] and not before["is_adopted"]:
            yield "figure_used", Changed("figure_used", label, used.get(label), words)
    if flat["is_adopted"]:
        used[label] = words


def _tell_of_choices(told: _Told, resource: Resource, claims: Mapping[UUID, Mapping[str, Any]]) -> None:
    """People's choices among the figures that the viewer sees."""
    if resource.kind.decision is None:
        return
    for source in (resource.kind.decision, past.versions_of(resource.kind.decision)):
        for rev, claim, revoked in source.objects.filter(claim__in=list(claims)).values_list(
            "rev", "claim", "revoked_at"
        ):
            flat = claims[claim]
            label, words = flat["metric_label"] or _("Status"), figure_in_words(flat)
            if revoked is None:
                told.tell(rev, "figure_chosen", Changed("choice", label, None, words))
            else:
                told.tell(rev, "choice_revoked", Changed("choice", label, words, None))


def _tell_of_redactions(told: _Told, resource: Resource, pk: UUID, asked: Asked) -> None:
    """That something was destroyed, and of which columns; never what."""
    for redaction in Redaction.objects.filter(kind=resource.kind.code, record_id=pk):
        told.tell(
            redaction.revision,
            "redacted",
            *(Changed(name, label_of(name), None, None) for name in redaction.fields),
        )
