"""Records that may tell of one thing: near each other in place and time, alike in kind and words.

Two arms find them, each by an index: whatever lies within reach of the record's point, and whatever was placed in the
same first-level area where one of the two is known no better than by an area. Everything a person is shown is worked
out from the columns that this person reads: a distance to a withheld place would give the place away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point, Polygon
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import BooleanField, Case, CharField, Expression, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from apps.crises.clearance import Clearance
from apps.records import visibility
from apps.records.kinds import Kind
from apps.records.models import SuspectedDuplicate
from apps.records.vocabularies import TimePrecision
from apps.sources.models import Source

# How far the place told may lie from the place meant, in km, and how much two such places in one spot say.
REACH = {"point": 2.0, "settlement": 5.0, "adm3": 15.0, "adm2": 40.0, "adm1": 150.0}
SHARPNESS = {"point": 1.0, "settlement": 1.0, "adm3": 0.85, "adm2": 0.7, "adm1": 0.45, "adm0": 0.0}
SETTLED = REACH["settlement"]
# How many days two tellings of one thing may lie apart.
SLACK = {TimePrecision.HOUR: 1, TimePrecision.DAY: 2, TimePrecision.FEW_DAYS: 4, TimePrecision.WEEK: 7}
MOST_SLACK = 31
# Records longer than this are situations that hold events; looking further back costs the index.
LONGEST = 31
VAGUE = ("adm1", "adm2", "adm3")
READ = 400  # rows an arm is scored on, the nearest in time first
KM_A_DEGREE = 111.2


@dataclass(frozen=True)
class Likeness:
    """Columns that tell a kind's records apart: `same` must be equal, of `like` each that is makes them more alike."""

    same: tuple[str, ...] = ()
    like: tuple[str, ...] = ()


KINDS = {
    "incident": Likeness(same=("kind",), like=("category", "subcategory")),
    "displacement": Likeness(same=("measure", "cohort"), like=("cause", "category")),
    "access_constraint": Likeness(same=(), like=("type",)),
}


@dataclass(frozen=True)
class Reasons:
    """What makes two records alike: km apart (None where a place is unknown), days apart, words and category 0 to 1."""

    km: float | None
    days: int
    text: float
    category: float

    def as_json(self) -> dict[str, Any]:
        """As SuspectedDuplicate.reasons keeps them."""
        return {"km": self.km, "days": self.days, "text": self.text, "category": self.category}


@dataclass(frozen=True)
class Candidate:
    """A record that may tell of the same, how alike it is from 0 to 1, and why."""

    id: UUID
    score: float
    reasons: Reasons


def candidates(kind: Kind, record: Any, limit: int = 10, viewer: Any = None) -> list[Candidate]:
    """The records most like this one, best first. For a viewer only what the viewer sees; without one, all that stand.

    Never the same dataset but for our own reports, never what is merged or was settled as distinct. A record known
    by its country alone is like none.
    """
    if kind.code not in KINDS:
        return []
    held = None if viewer is None else visibility.clearance_of(viewer)
    own = _as_read(kind, record, held)
    if own is None or own["accuracy"] not in REACH:
        return []
    found: dict[UUID, Candidate] = {}
    for arm in _arms(kind, record, own, held):
        for row in _read(arm, kind, own, held):
            scored = _score(kind, own, row)
            if scored is not None:
                found[scored.id] = scored
    return sorted(found.values(), key=lambda each: (-each.score, each.id))[:limit]


def suspected(kind: Kind, record_id: UUID, viewer: Any) -> list[dict[str, Any]]:
    """Open suspicions about a record whose other end the viewer sees: id, title, score and reasons, best first.

    Suspicions were worked out from where things are. Who does not read both places is told what comes of the columns
    that this viewer reads, or of what makes them alike nothing.
    """
    held = visibility.clearance_of(viewer)
    pairs = SuspectedDuplicate.objects.filter(kind=kind.code, state=SuspectedDuplicate.State.OPEN)
    ends = {
        pair.second_id if pair.first_id == record_id else pair.first_id: pair
        for pair in pairs.filter(Q(first_id=record_id) | Q(second_id=record_id))
    }
    if not ends:
        return []
    seen = kind.record.objects.visible_to(held)
    sharp = set(seen.filter(visibility.sees_exact(held), pk__in=[record_id, *ends]).values_list("pk", flat=True))
    blunt: dict[UUID, Candidate] = {}
    if {record_id, *ends} - sharp:
        record = kind.record.objects.select_related("source").get(pk=record_id)
        blunt = {each.id: each for each in candidates(kind, record, READ, held)}
    titles = seen.filter(pk__in=ends).annotate(told=visibility.shown_title(held)).values_list("pk", "told")
    found: list[dict[str, Any]] = []
    for pk, title in titles:
        score, reasons = None, {}
        if {pk, record_id} <= sharp:
            score, reasons = ends[pk].score, ends[pk].reasons
        elif pk in blunt:
            score, reasons = blunt[pk].score, blunt[pk].reasons.as_json()
        found.append({"id": pk, "title": title, "score": score, "reasons": reasons})
    return sorted(found, key=lambda each: (-(each["score"] or 0), each["id"]))


def _column(held: Clearance | None, column: str) -> Expression | F:
    return F(column) if held is None else visibility.shown(held, column)


def _words(kind: Kind) -> tuple[str, ...]:
    has = {field.name for field in kind.record._meta.fields}
    return ("title", "place_name", *(("summary",) if "summary" in has else ()))


def _columns(kind: Kind, held: Clearance | None) -> dict[str, Any]:
    """What is compared, as the viewer reads it. A generalised place is no sharper than it is released."""
    title: Any = F("title") if held is None else visibility.shown_title(held)
    blunt: Any = F("location_accuracy")
    summary: Any = F("summary") if "summary" in _words(kind) else Value("")
    if held is not None:
        exact = visibility.sees_exact(held)
        told = Case(When(location_release="withheld", then=Value("adm0")), default=F("location_release"))
        blunt = Case(When(exact, then=blunt), default=told, output_field=CharField())
        summary = Case(When(exact, then=summary), default=Value(""), output_field=CharField())
    likeness = KINDS[kind.code]
    return {
        "point": _column(held, "location"),
        "accuracy": blunt,
        "adm1": _column(held, "adm1_pcode"),
        "words": title,
        "place": _column(held, "place_name"),
        "text": summary,
        **{f"of_{column}": F(column) for column in (*likeness.same, *likeness.like)},
    }


def _as_read(kind: Kind, record: Any, held: Clearance | None) -> dict[str, Any] | None:
    """The record itself through the same columns; None where it does not stand, or not for the viewer."""
    rows = kind.record.objects.standing() if held is None else kind.record.objects.visible_to(held)
    columns = _columns(kind, held)
    read = rows.filter(pk=record.pk).annotate(**columns).values("id", "start_date", "end_date", *columns)
    row: dict[str, Any] | None = read.first()
    if row is not None:
        row["slack"] = SLACK.get(TimePrecision(record.time_precision), MOST_SLACK)
    return row


def _arms(kind: Kind, record: Any, own: dict[str, Any], held: Clearance | None) -> Iterator[QuerySet[Any]]:
    """Records near in time, by what lies within reach and by what is only known by its area."""
    first, last = own["start_date"] - timedelta(days=own["slack"]), own["end_date"] + timedelta(days=own["slack"])
    rows = kind.record.objects.standing() if held is None else kind.record.objects.visible_to(held)
    rows = rows.filter(
        start_date__lte=last,
        end_date__gte=first,
        start_date__gte=first - timedelta(days=LONGEST),
        crisis=record.crisis_id,
    ).exclude(pk=record.pk)
    rows = rows.filter(**{column: own[f"of_{column}"] for column in KINDS[kind.code].same})
    if kind.code == "access_constraint":
        # What stands for a status follows the status.
        rows = rows.filter(stands_for=None)
    if record.source.kind != Source.Kind.OWN:
        rows = rows.exclude(dataset=record.dataset_id)
    apart = SuspectedDuplicate.objects.filter(kind=kind.code, state=SuspectedDuplicate.State.DISTINCT)
    rows = rows.exclude(pk__in=apart.filter(first_id=record.pk).values("second_id"))
    rows = rows.exclude(pk__in=apart.filter(second_id=record.pk).values("first_id"))
    # Of a whole first-level area the other arm holds everything, and a box around it half a country.
    if own["point"] is not None and not (own["accuracy"] == "adm1" and own["adm1"]):
        box = _box(own["point"], REACH[own["accuracy"]] + SETTLED)
        yield rows.filter(_shown(held, "location", "intersects", box))
    if own["adm1"]:
        # By the released twin, which is indexed and says the same of all that is not generalised.
        by_area = rows.filter(released_adm1_pcode=own["adm1"])
        vague = Q(location_accuracy__in=VAGUE) | Q(is_generalised=True)
        yield by_area if own["accuracy"] in VAGUE else by_area.filter(vague)


def _shown(held: Clearance | None, column: str, lookup: str, value: Any) -> Q:
    return (
        Q(**{f"{column}__{lookup}": value}) if held is None else visibility.matches_shown(held, column, lookup, value)
    )


def _box(point: Point, km: float) -> Polygon:
    """A box around a point that holds everything within so many km."""
    high = km / KM_A_DEGREE
    wide = min(high / max(cos(radians(min(abs(point.y) + high, 89.9))), 0.01), 180.0)
    box = Polygon.from_bbox((point.x - wide, point.y - high, point.x + wide, point.y + high))
    box.srid = 4326
    return box


def _read(arm: QuerySet[Any], kind: Kind, own: dict[str, Any], held: Clearance | None) -> Sequence[dict[str, Any]]:
    """The rows nearest in time, with how alike their words are: pg_trgm knows every script."""
    columns = _columns(kind, held)
    alike: Any = TrigramSimilarity("words", own["words"])
    if own["text"]:
        alike = Greatest(alike, TrigramSimilarity("text", own["text"]))
    rows = arm.annotate(
        **columns, alike=alike, placed=TrigramSimilarity("place", own["place"]),
        began_then=Case(When(start_date=own["start_date"], then=True), default=False, output_field=BooleanField()),
    )  # fmt: skip
    read = {name for name in columns if name not in {"words", "place", "text", "adm1"}}
    near = rows.order_by("-began_then", "-alike", "id")
    return list(near.values("id", "start_date", "end_date", "alike", "placed", *read)[:READ])


def _score(kind: Kind, own: dict[str, Any], row: dict[str, Any]) -> Candidate | None:
    """How alike, from 0 to 1: place and time must both fit, kind and words then decide. None beyond reach."""
    if row["accuracy"] not in REACH:
        return None
    km = None if own["point"] is None or row["point"] is None else _km(own["point"], row["point"])
    reach = REACH[own["accuracy"]] + REACH[row["accuracy"]]
    if km is not None and km > reach:
        return None
    days = _apart(own["start_date"], own["end_date"], row["start_date"], row["end_date"])
    near = min(SHARPNESS[own["accuracy"]], SHARPNESS[row["accuracy"]]) * (1.0 if km is None else 1.0 - km / reach / 2)
    then = 1.0 - days / (own["slack"] + 1)
    like = KINDS[kind.code].like
    category = sum(own[f"of_{each}"] == row[f"of_{each}"] for each in like) / len(like)
    text = (2 * row["alike"] + row["placed"]) / 3
    score = sqrt(near * then) * (0.4 + 0.3 * category + 0.3 * text)
    reasons = Reasons(None if km is None else round(km, 1), days, round(text, 2), round(category, 2))
    return Candidate(row["id"], round(score, 3), reasons)


def _apart(begins: date, ends: date, other_begins: date, other_ends: date) -> int:
    """Days between two spans; 0 where they overlap."""
    return max((other_begins - ends).days, (begins - other_ends).days, 0)


def _km(one: Point, other: Point) -> float:
    """Distance on a sphere, in km."""
    half = [radians(each) / 2 for each in (other.y - one.y, other.x - one.x)]
    chord = sin(half[0]) ** 2 + cos(radians(one.y)) * cos(radians(other.y)) * sin(half[1]) ** 2
    return 2 * 6371.0 * asin(min(sqrt(chord), 1.0))
