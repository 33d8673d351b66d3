"""Records as a page shows them to one viewer: figures, places and texts that viewer may read, and no others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import get_language

from apps.accounts.levels import Audience
from apps.crises.clearance import Clearance
from apps.geo.models import AdminArea, name_in
from apps.picture.facts import of_kind
from apps.records import past, visibility
from apps.records.models import Term
from apps.records.vocabularies import ACCURACY_ORDER, Accuracy, ClaimStatus, Scope
from apps.sources.models import Dataset

# What a place released more coarsely than known is known to, at best.
ACCURACY_OF_RELEASE = {"exact": "point", "settlement": "settlement", "adm3": "adm3", "adm2": "adm2", "adm1": "adm1"}


@dataclass(frozen=True)
class Reported:
    """One reported figure beside the others of its metric."""

    claim: Any
    is_used: bool  # chosen among figures that answer the same question
    depth: int  # 0 for a whole, 1 for a part of the whole above it, …


@dataclass(frozen=True)
class MetricFigures:
    """Everything said of one metric of one record."""

    label: str
    is_harm: bool
    reported: tuple[Reported, ...]


@dataclass(frozen=True)
class Entry:
    """One record as its reader sees it."""

    id: UUID
    kind: str
    title: str
    summary: str
    category: str
    shape: str  # of its symbol: conflict, hazard, health, event, flow, stock, access
    start: date
    end: date
    started_at: datetime | None
    time_precision: str
    place: str
    area: str
    pcode: str
    accuracy: str  # empty: the place is withheld
    point: Point | None
    is_generalised: bool
    verification: str
    verification_words: str
    audience: int
    published_by: str  # set where a source released it on arrival: its word stands for a review of ours
    source: str
    url: str
    origin: str  # of a movement: where from, as far as it may be shown
    is_stale: bool
    dataset: Dataset
    row: Any
    figures: tuple[MetricFigures, ...] = ()
    statements: tuple[Any, ...] = ()  # on the status of infrastructure, latest first
    datasets: tuple[Dataset, ...] = ()  # of its figures and statements

    @property
    def last_said(self) -> date:
        """The last day that somebody said or confirmed it."""
        said: list[datetime | None] = [
            self.row.confirmed_at, getattr(self.row, "observed_at", None), self.row.reported_at,
        ]  # fmt: skip
        return max([self.end, *(moment.date() for moment in said if moment is not None)])

    @property
    def is_coarse(self) -> bool:
        """Known no finer than its district: drawn as a ring."""
        return self.accuracy in {"adm2", "adm1", "adm0"}

    @property
    def accuracy_words(self) -> str:
        """ "district", "settlement"; empty where the place is withheld."""
        return str(Accuracy(self.accuracy).label) if self.accuracy else ""

    @property
    def resource(self) -> str:
        """The kind's name in addresses: "incidents"."""
        of = of_kind(self.kind)
        return of.code if of else ""

    @property
    def filling(self) -> str:
        """Of its symbol: filled once verified, split where disputed, else hollow."""
        return {"verified": "filled", "disputed": "split"}.get(self.verification, "hollow")


@dataclass
class Reader:
    """Turns rows into entries for one viewer; areas and terms are read once for all of them."""

    held: Clearance
    now: datetime
    until: date | None = None  # running totals are taken as they stood on this day
    _areas: dict[int, AdminArea] = field(default_factory=dict)
    _terms: dict[str, Term] = field(default_factory=dict)

    def read(self, kind: str, rows: QuerySet[Any], *, most: int, claims: type[Any] | None = None) -> list[Entry]:
        """Entries of the first `most` rows this viewer may see. Four queries whatever their number."""
        seen = rows.visible_to(self.held).as_shown_to(self.held)  # type: ignore[attr-defined]
        exact = ExpressionWrapper(visibility.sees_exact(self.held), output_field=BooleanField())
        found = list(seen.annotate(is_exact=exact).select_related("source", "dataset")[:most])
        self._know_areas(row.shown_area_id for row in found)
        if kind == "displacement":
            self._know_areas(_origin_area(row) for row in found)
        said = self._figures(claims, found) if claims is not None else {}
        return [self._entry(kind, row, said.get(row.pk, ())) for row in found]

    def _entry(self, kind: str, row: Any, said: Sequence[Any]) -> Entry:
        area = self._areas.get(row.shown_area_id)
        accuracy = row.location_accuracy if row.is_exact else _coarser(row)
        term = self._term(getattr(row, "subcategory", "")) or self._term(getattr(row, "category", ""))
        _blank_words(claim for claim in said if not (row.is_exact and claim.whole))
        return Entry(
            id=row.pk,
            kind=kind,
            title=row.shown_title,
            summary=getattr(row, "summary", "") if row.is_exact else "",
            category=name_in(term.labels, get_language()) if term else "",
            shape=_shape(kind, row, term),
            start=row.start_date,
            end=row.end_date,
            started_at=row.started_at,
            time_precision=row.time_precision,
            place=row.shown_place_name,
            area=area.name if area else "",
            pcode=area.pcode if area else "",
            accuracy=accuracy if row.shown_location else "",
            point=row.shown_location,
            is_generalised=row.is_generalised,
            verification=row.verification,
            verification_words=row.get_verification_display(),
            audience=row.audience,
            published_by=row.source.name if row.source.releases_on_arrival and row.released_at else "",
            source=row.source.name,
            url=row.url if row.is_exact else "",
            origin=self._origin(row) if kind == "displacement" else "",
            is_stale=row.stale_after is not None and row.stale_after < self.now,
            dataset=row.dataset,
            row=row,
            figures=arrange([claim for claim in said if hasattr(claim, "metric_id")]),
            statements=tuple(claim for claim in said if hasattr(claim, "value")),
            datasets=tuple({claim.dataset_id: claim.dataset for claim in said}.values()),
        )

    def _origin(self, row: Any) -> str:
        """The name given, where it may be known exactly; else the area as released."""
        if row.is_exact and row.origin_name:
            return str(row.origin_name)
        area = self._areas.get(_origin_area(row) or 0)
        return area.name if area else ""

    def _know_areas(self, pks: Iterable[int | None]) -> None:
        wanted = {pk for pk in pks if pk is not None} - set(self._areas)
        if wanted:
            self._areas |= {area.pk: area for area in AdminArea.objects.light().filter(pk__in=wanted)}

    def _term(self, code: str) -> Term | None:
        if not self._terms:
            vocabularies = ["incident-categories", "displacement-categories"]
            self._terms = {term.code: term for term in Term.objects.filter(vocabulary__in=vocabularies)}
        return self._terms.get(code)

    def _figures(self, claims: type[Any], rows: Sequence[Any]) -> dict[UUID, list[Any]]:
        """Reported figures that stand, of these records and of those merged into them."""
        said: dict[UUID, list[Any]] = defaultdict(list)
        (standing,) = past.claim_arms(claims, self.held)
        found = standing.filter(canonical__in=[row.pk for row in rows])
        if any(each.name == "metric" for each in claims._meta.get_fields()):
            stood = Q(status=ClaimStatus.CURRENT) | Q(status=ClaimStatus.SUPERSEDED, scope=Scope.RUNNING_TOTAL)
            found = found.filter(stood).select_related("metric", "dataset", "source")
            figures = as_they_stood(found.order_by("metric__position", "-published_at", "id"), self.until)
        else:
            found = found.filter(status=ClaimStatus.CURRENT).select_related("dataset", "source")
            figures = found.order_by("-observed_at", "-published_at", "id")
        for claim in figures:
            said[claim.canonical_id].append(claim)
        return said


def _origin_area(row: Any) -> int | None:
    return (row.origin_area_id if row.is_exact else row.released_origin_area_id) or None


def _blank_words(claims: Iterable[Any]) -> None:
    """Free text may name the place that is withheld, and so may the name of who says it."""
    for claim in claims:
        claim.excerpt = claim.url = ""
        claim.attributed_to = visibility.speaker(claim.attributed_to, claim.source.name, exact=False)
        if hasattr(claim, "detour"):
            claim.detour = ""


def arrange(figures: Sequence[Any]) -> tuple[MetricFigures, ...]:
    """Figures by metric, parts under their wholes, the one used before its rivals."""
    parts: dict[UUID, list[Any]] = defaultdict(list)
    known = {claim.pk for claim in figures}
    for claim in figures:
        if claim.part_of_id in known:
            parts[claim.part_of_id].append(claim)
    asked: dict[tuple[Any, ...], int] = defaultdict(int)
    for claim in figures:
        asked[_question(claim)] += 1

    def reported(claim: Any, depth: int = 0) -> Iterator[Reported]:
        yield Reported(claim, claim.is_adopted and asked[_question(claim)] > 1, depth)
        for part in parts.get(claim.pk, ()):
            yield from reported(part, depth + 1)

    wholes: dict[str, list[Any]] = defaultdict(list)
    for claim in figures:
        if claim.part_of_id not in known:
            wholes[claim.metric_id].append(claim)
    return tuple(
        MetricFigures(
            name_in(group[0].metric.labels, get_language()),
            group[0].metric.is_harm,
            tuple(row for claim in sorted(group, key=_standing) for row in reported(claim)),
        )
        for group in wholes.values()
    )


def as_they_stood(claims: Iterable[Any], until: date | None) -> list[Any]:
    """Without totals that stand for a later day; of a speaker's running totals the last one that was left.

    What superseded a total after the page's last day does not reach back.
    """
    kept: list[Any] = []
    running: dict[tuple[Any, ...], Any] = {}
    for claim in claims:
        if until is not None and claim.as_of_date is not None and claim.as_of_date > until:
            continue
        if claim.scope != Scope.RUNNING_TOTAL:
            kept.append(claim)
            continue
        speaker = (
            claim.canonical_id, claim.metric_id, claim.attributed_to, claim.group, claim.sex, claim.age_band,
            claim.unit, claim.area_id,
        )  # fmt: skip
        if speaker not in running or running[speaker].as_of_date < claim.as_of_date:
            running[speaker] = claim
    return [*running.values(), *kept]


def _standing(claim: Any) -> tuple[bool, bool]:
    """Everybody before groups of them, the figure used before its rivals."""
    return claim.group != "all", not claim.is_adopted


def _question(claim: Any) -> tuple[Any, ...]:
    """Figures with the same question are rivals; others stand beside each other."""
    return (
        claim.metric_id, claim.group, claim.sex, claim.age_band, claim.unit, claim.scope,
        claim.from_date, claim.to_date, claim.counts_from, claim.as_of_date, claim.round_id,
    )  # fmt: skip


def _coarser(row: Any) -> str:
    """How precisely a place is shown that may not be shown as known; empty where it is withheld."""
    released = ACCURACY_OF_RELEASE.get(row.location_release)
    if released is None:
        return ""
    return str(max(released, row.location_accuracy, key=ACCURACY_ORDER.index))


def _shape(kind: str, row: Any, term: Term | None) -> str:
    if kind == "displacement":
        return str(row.measure)
    if kind != "incident":
        return "access"
    symbol = term.symbol if term else ""
    return symbol if symbol in {"conflict", "hazard", "health", "access"} else "event"


def strictest(entries: Iterable[Entry]) -> int:
    """The strictest audience of any of these."""
    return max((entry.audience for entry in entries), default=int(Audience.PUBLIC))
