"""One record on the workbench: everything that is said of it, question by question, and who settled what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.picture.details import record_whole
from apps.picture.facts import of_kind
from apps.picture.history import Entry, history_of
from apps.records import past
from apps.records.filters import Asked
from apps.records.kinds import Kind
from apps.records.resources import Resource
from apps.records.settling import question_of, question_text
from apps.records.vocabularies import Accuracy, ClaimStatus
from apps.sources.models import SourceReliability
from apps.triage.queries import waiting
from apps.triage.queries.desk import Desk
from apps.triage.queries.rows import Row, row_of
from apps.triage.queries.sketch import Sketch, draw


@dataclass(frozen=True)
class Said:
    """One reported figure or statement, with what its reader may know of it."""

    claim: Any
    is_used: bool
    is_rival: bool  # stands, answers the same as the one used, and says otherwise
    may_be_chosen: bool
    reliability: str  # for coordinators only
    number: int = 0  # 1–9: the key that chooses it


@dataclass(frozen=True)
class Choice:
    """A person's choice that stands: which, by whom, why."""

    id: UUID
    by: str
    at: Any
    reason: str


@dataclass(frozen=True)
class Question:
    """One thing that is asked of a record, and every answer to it."""

    key: str  # as forms name it
    label: str
    is_harm: bool
    is_number: bool
    depth: int
    said: tuple[Said, ...]  # what stands, the one used first
    past: tuple[Said, ...]  # superseded and retracted
    choice: Choice | None
    is_open: bool  # answers differ and nobody has chosen since

    @property
    def used(self) -> Any:
        """The claim used, or None."""
        return next((said.claim for said in self.said if said.is_used), None)

    @property
    def rivals(self) -> tuple[Said, ...]:
        """What may be weighed against each other."""
        return tuple(said for said in self.said if said.may_be_chosen)


@dataclass(frozen=True)
class Bench:
    """A record, whole, as the workbench shows it."""

    resource: Resource
    row: Row
    flat: dict[str, Any]
    record: Any
    questions: tuple[Question, ...]
    merged: tuple[Any, ...]
    zone: ZoneInfo
    sees_ratings: bool
    is_exact: bool

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return self.resource.kind

    @property
    def accuracy(self) -> str:
        """How precisely its place is known, as this person is shown it."""
        code = self.flat["location_accuracy"]
        return _(str(Accuracy(code).label)) if code in Accuracy.values else ""

    @property
    def map_address(self) -> str:
        """The record on the map; empty where nothing is drawn."""
        if not self.flat["geojson"] or not self.row.crisis:
            return ""
        days = {"since": self.row.start.isoformat(), "until": self.row.end.isoformat()}
        record = f"{self.kind.resource}/{self.row.id}"
        return "/?" + urlencode({"crisis": self.row.crisis, **days, "record": record})

    @property
    def reliability(self) -> str:
        """How far its source is trusted, in words; for coordinators."""
        grades = self.flat.get("source_reliability") or ()
        general = next((each["grade"] for each in grades if not each["metric_group"]), "")
        return _(str(general)) if general else ""

    @property
    def sketch(self) -> Sketch | None:
        """Its place within its area, drawn."""
        return draw(self.flat)


def bench_of(desk: Desk, kind: str, pk: UUID) -> Bench | None:
    """The workbench of a record, or None where it is not this person's to settle."""
    resource = of_kind(kind)
    if resource is None:
        return None
    record = record_of(desk, resource, pk)
    if record is None:
        return None
    asked = Asked(held=desk.held, names=desk.names, kind=resource.kind, values={"ids": (pk,)})
    found = resource.one(asked)
    flat = record_whole(resource, asked)
    if found is None or flat is None:
        return None
    is_exact = bool(found[0]["exact"])
    crisis = desk.names.crises.get(record.crisis_id)
    sees_ratings = desk.held.is_coordinator_of(record.crisis_id)
    return Bench(
        resource=resource,
        row=replace(row_of(kind, flat, desk), is_whole=is_exact),
        flat=flat,
        record=record,
        questions=tuple(_questions(desk, resource.kind, pk, is_exact=is_exact, ratings=sees_ratings)),
        merged=tuple(_merged(desk, resource.kind, pk)),
        zone=crisis.time_zone if crisis else ZoneInfo("UTC"),
        sees_ratings=sees_ratings,
        is_exact=is_exact,
    )


def history(desk: Desk, bench: Bench) -> list[Entry]:
    """Who changed it, when and why, as far as this person may know."""
    asked = Asked(held=desk.held, names=desk.names, kind=bench.kind, values={"ids": (bench.row.id,)})
    found = bench.resource.one(asked)
    return history_of(bench.resource, found[0], asked) if found is not None else []


def record_of(desk: Desk, resource: Resource, pk: UUID) -> Any:
    """The row itself, if it is this person's to settle."""
    seen = resource.kind.record.objects.reviewed_by(desk.held).filter(pk=pk)
    return seen.select_related("crisis", "source", "dataset", "confirmed_by", "released_by").first()


def claims_of(desk: Desk, kind: Kind, pk: UUID) -> list[Any]:
    """Every statement on a record and those merged into it that this person may see."""
    if kind.claim is None:
        return []
    (arm,) = past.claim_arms(kind.claim, desk.held)
    related = ["source", "dataset", "record", *(["metric", "area"] if waiting.has_figures(kind.claim) else [])]
    rows = arm.filter(canonical=pk).select_related(*related).defer(*_heavy(kind.claim))
    return list(rows.order_by("-published_at", "-created_at", "id"))


def _heavy(model: Any) -> list[str]:
    """Outlines weigh up to a megabyte each."""
    if not waiting.has_figures(model):
        return []
    return [f"area__{name}" for name in model._meta.get_field("area").remote_field.model.HEAVY_FIELDS]


def _questions(desk: Desk, kind: Kind, pk: UUID, *, is_exact: bool, ratings: bool) -> Iterable[Question]:
    """Questions in the order of the metrics, wholes before their parts."""
    claims = claims_of(desk, kind, pk)
    _blank_words([claim for claim in claims if not (is_exact and claim.whole)])
    open_claims = set()
    if claims:
        open_claims = set(waiting.rivals(kind).filter(canonical=pk).values_list("pk", flat=True))
    by_question: dict[tuple[Any, ...], list[Any]] = {}
    for claim in claims:
        by_question.setdefault(question_of(claim), []).append(claim)
    choices = _choices(kind, pk, is_exact=is_exact, by_name=ratings)
    grades = _grades(claims) if ratings else {}
    place = {metric: position for position, metric in enumerate(desk.names.metrics)}
    groups = sorted(by_question.values(), key=lambda group: _rank(group, place))
    number = 0
    for index, group in enumerate(groups):
        question = _question(desk, group, choices, grades, open_claims, key=str(index))
        said = []
        for each in question.said:
            number += 1 if each.may_be_chosen and len(question.rivals) > 1 else 0
            has_key = each.may_be_chosen and len(question.rivals) > 1 and number <= 9
            said.append(replace(each, number=number if has_key else 0))
        yield replace(question, said=tuple(said))


def _rank(group: Sequence[Any], place: dict[str, int]) -> tuple[Any, ...]:
    first = group[0]
    stands = any(claim.status == ClaimStatus.CURRENT for claim in group)
    return (
        not stands,
        place.get(getattr(first, "metric_id", ""), 0),
        getattr(first, "part_of_id", None) is not None,
        getattr(first, "group", "all") != "all",
    )


def _question(
    desk: Desk, group: Sequence[Any], choices: dict[str, Any], grades: dict[Any, str], opened: set[UUID], *, key: str
) -> Question:
    used = next((claim for claim in group if claim.is_adopted), None)
    current = sorted(
        (claim for claim in group if claim.status == ClaimStatus.CURRENT),
        key=lambda claim: (not claim.is_adopted, claim.is_held),
    )
    first = used or (current or group)[0]
    choice = choices.get(question_text(first))
    is_number = hasattr(first, "metric_id")

    def said(claim: Any) -> Said:
        stands = claim.status == ClaimStatus.CURRENT and not claim.is_held
        grade = grades.get((claim.source_id, claim.metric.group if is_number else "access"), "")
        grade = grade or grades.get((claim.source_id, ""), "")
        return Said(claim, claim.is_adopted, stands and claim is not used, stands, grade)

    return Question(
        key=key,
        label=desk.names.metrics.get(first.metric_id, first.metric_id) if is_number else "",
        is_harm=is_number and first.metric.is_harm,
        is_number=is_number,
        depth=1 if getattr(first, "part_of_id", None) else 0,
        said=tuple(said(claim) for claim in current),
        past=tuple(said(claim) for claim in group if claim.status != ClaimStatus.CURRENT),
        choice=choice if choice and used is not None else None,
        is_open=any(claim.pk in opened for claim in group),
    )


def _choices(kind: Kind, pk: UUID, *, is_exact: bool, by_name: bool) -> dict[str, Choice]:
    """The choices that stand, by question: those whose claim is the one used."""
    if kind.decision is None:
        return {}
    found = kind.decision.objects.filter(record__canonical=pk, revoked_at=None, claim__is_adopted=True)
    rows = found.select_related("by__organisation").order_by("at", "id")
    return {
        row.question: Choice(row.pk, _by(row.by, by_name=by_name), row.at, row.reason if is_exact else "")
        for row in rows
    }


def _by(user: Any, *, by_name: bool) -> str:
    """The name for coordinators, the organisation for others."""
    if user is not None and by_name:
        return str(user)
    return str(user.organisation) if user is not None and user.organisation else _("coordination")


def _grades(claims: Sequence[Any]) -> dict[Any, str]:
    """How far each source is trusted, in words, by source and group of metrics."""
    rows = SourceReliability.objects.filter(source__in={claim.source_id for claim in claims})
    return {(row.source_id, row.metric_group): row.get_grade_display() for row in rows}


def _blank_words(claims: Iterable[Any]) -> None:
    """Free text may name the place that is withheld."""
    for claim in claims:
        claim.excerpt = claim.url = ""
        claim.attributed_to = _("withheld")
        if hasattr(claim, "detour"):
            claim.detour = ""


def _merged(desk: Desk, kind: Kind, pk: UUID) -> Iterable[Any]:
    """Records that were merged into this one, as far as this person could see them before."""
    rows = kind.record.objects.filter(past.may_see_unmerged(desk.held), merged_into=pk).select_related("source")
    found: Iterable[Any] = rows.filter(crisis__in=sorted(desk.held.reviews)).order_by("created_at")
    return found
