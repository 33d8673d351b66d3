"""The filters of every list of records. One definition: lists, summaries, exports, tiles and the schema read it.

A filter on a place or a text reads what the viewer is shown, never what stands behind it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from apps.crises.clearance import Clearance
from apps.geo.queries import resolve_code
from apps.ledger.queries import revision_at
from apps.records import parameters, past
from apps.records.kinds import Kind
from apps.records.names import Names
from apps.records.parameters import BadParameter, BadParameters, BadValue, Parameter
from apps.records.vocabularies import Verification


@dataclass(frozen=True)
class Areas:
    """Areas asked for: P-codes by level for what records copy, ids for what they point to, codes as they were given."""

    pcodes_by_level: Mapping[int, list[str]]
    ids: tuple[int, ...]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What one caller asks of one resource."""

    held: Clearance
    names: Names
    kind: Kind | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    revision: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which a moment becomes a day: the crisis's, where one crisis is asked for."""
        crises = self.values.get("crisis", ())
        return self.names.crises[crises[0]].time_zone if len(crises) == 1 else ZoneInfo("UTC")

    def covered_crises(self) -> frozenset[int]:
        """The crises asked for, with their children."""
        return self.names.with_children(self.values["crisis"])


Narrow = Callable[[Any, Any, Asked], Any]


@dataclass(frozen=True)
class Filter:
    """A parameter and what it does to a queryset. `settle` turns its value into what the database knows."""

    parameter: Parameter
    narrow: Narrow
    settle: Callable[[Any, Asked], Any] | None = None
    is_about_place: bool = False

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name

    def apply(self, queryset: Any, asked: "Asked") -> Any:
        """The queryset, narrowed to what was asked for."""
        return self.narrow(queryset, asked.values[self.name], asked)

    def by(self, narrow: Narrow) -> "Filter":
        """The same parameter, for rows that it narrows in another way."""
        return replace(self, narrow=narrow)


def settle(filters: Iterable[Filter], asked: Asked) -> Asked:
    """Look up the codes and slugs that were asked for.

    Raises:
        BadParameters: those that nobody knows, or that this viewer may not know of.
    """
    values, refused = dict(asked.values), []
    for each in filters:
        if each.settle is None or each.name not in values:
            continue
        try:
            values[each.name] = each.settle(values[each.name], asked)
        except BadValue as error:
            refused.append(BadParameter(each.name, error.detail, error.allowed))
    if refused:
        raise BadParameters(*refused)
    return replace(asked, values=values)


def narrow(queryset: Any, filters: Iterable[Filter], asked: Asked) -> Any:
    """Apply every filter that was asked for."""
    for each in filters:
        if each.name not in asked.values:
            continue
        queryset = _by_place(queryset, each, asked) if each.is_about_place else each.apply(queryset, asked)
    return queryset


def _by_place(queryset: Any, each: Filter, asked: Asked) -> Any:
    return past.by_place(queryset, lambda rows: each.apply(rows, asked))


def matching(model: Any, filters: Iterable[Filter], asked: Asked) -> list[Any]:
    """The arms of past.arms, narrowed to what is asked for: start every read of records here."""
    found = past.arms(model, asked.held, asked.revision)
    hidden = asked.names.hidden_crises(asked.held)
    if hidden:
        found = [arm.filter(Q(crisis=None) | ~Q(crisis__in=hidden)) for arm in found]
    if any(each.is_about_place and each.name in asked.values for each in filters):
        found = past.told_by_place(found, asked.held)
    return [narrow(arm, filters, asked) for arm in found]


def column(
    name: str, help_text: str, choices: Iterable[str] | None = None, *, lookup: str = "", vocabulary: str = ""
) -> Filter:
    """A filter that compares one column with a comma list of codes: fixed choices, or those of a vocabulary."""
    fixed = tuple(choices) if choices is not None else None
    read = parameters.some_of(fixed) if fixed is not None else parameters.words
    schema = {"type": "string", "description": "Commas mean or."} | (
        {"example": ",".join(fixed[:2])} if fixed is not None else {}
    )
    allowed = f" One or more of: {', '.join(fixed)}." if fixed is not None else ""

    def known(codes: tuple[str, ...], asked: Asked) -> tuple[str, ...]:
        terms = sorted(code for family, code in asked.names.terms if family == vocabulary)
        return parameters.some_of(terms)(",".join(codes)) if terms else codes

    return Filter(
        Parameter(name, help_text + allowed, read, schema),
        lambda queryset, value, asked: queryset.filter(**{f"{lookup or name}__in": value}),
        known if vocabulary else None,
    )


def _crises(slugs: tuple[str, ...], asked: Asked) -> tuple[int, ...]:
    seen = asked.names.crises_seen_by(asked.held)
    unknown = [slug for slug in slugs if slug not in seen]
    if unknown:
        raise BadValue(f"{unknown[0][:60]!r} is no crisis known here.", sorted(seen))
    return tuple(seen[slug].id for slug in slugs)


def _slugs(table: str) -> Callable[[tuple[str, ...], Asked], tuple[int, ...]]:
    def look_up(slugs: tuple[str, ...], asked: Asked) -> tuple[int, ...]:
        by_slug = {row["slug"]: pk for pk, row in getattr(asked.names, table).items()}
        unknown = [slug for slug in slugs if slug not in by_slug]
        if unknown:
            raise BadValue(f"{unknown[0][:60]!r} is not known here.", sorted(by_slug))
        return tuple(by_slug[slug] for slug in slugs)

    return look_up


def areas_of(codes: tuple[str, ...], asked: Asked) -> Areas:
    """What codes of areas, places or countries mean today."""
    by_level: dict[int, list[str]] = {}
    ids: list[int] = []
    for code in codes:
        found = resolve_code(code)
        if not found:
            raise BadValue(f"No area, place or country has the code {code[:60]!r}. Areas are listed under /areas.")
        for area in found:
            by_level.setdefault(area.level, []).append(area.pcode)
            ids.append(area.pk)
    return Areas(by_level, tuple(ids), codes)


def in_areas(queryset: Any, areas: Areas, asked: Asked) -> Any:
    """Records in these areas or below, by the place as shown."""
    deep = [pk for pk in areas.ids if 4 in areas.pcodes_by_level]
    return queryset.in_areas(areas.pcodes_by_level, deep, viewer=asked.held)


def since(queryset: Any, value: date | datetime, asked: Asked) -> Any:
    """What ended on that day or later; with a moment, what ended at it or after."""
    if not isinstance(value, datetime):
        return queryset.during(value, None)
    day = value.astimezone(asked.zone).date()
    timed = Q(ended_at__gte=value) | Q(ended_at=None, started_at__gte=value)
    by_day = Q(ended_at=None, end_date__gte=day) & (Q(started_at=None) | Q(end_date__gt=F("start_date")))
    # A day's margin: the days of a record are those of its own crisis's time zone.
    return queryset.during(day - timedelta(days=1), None).filter(timed | by_day)


def until(queryset: Any, value: date | datetime, asked: Asked) -> Any:
    """What began on that day or earlier; with a moment, what began before it."""
    if not isinstance(value, datetime):
        return queryset.during(None, value)
    day = (value.astimezone(asked.zone) - timedelta(microseconds=1)).date()
    began = Q(started_at__lt=value) | Q(started_at=None, start_date__lte=day)
    return queryset.filter(start_date__lte=day + timedelta(days=1)).filter(began)


def _search(queryset: Any, words: tuple[str, ...], asked: Asked) -> Any:
    for word in words:
        queryset = past.search(queryset, asked.held, word)
    return queryset


def _updated_since(queryset: Any, revision: int, asked: Asked) -> Any:
    """Records changed since, or with a figure changed that the viewer may see."""
    changed: Any = Q(rev__gt=revision)
    if asked.kind is not None and asked.kind.claim is not None:
        claims = past.claim_arms(asked.kind.claim, asked.held)[0]
        changed |= Exists(claims.filter(canonical=OuterRef("id"), rev__gt=revision))
    return queryset.filter(changed)


LIST = {"type": "string", "description": "Commas mean or."}
MOMENT = {"type": "string", "example": "2024-11-30"}

BBOX = Filter(
    Parameter(
        "bbox",
        "west,south,east,north in degrees; west beyond east crosses the antimeridian. Reads the place as shown.",
        parameters.box,
        {"type": "string", "example": "35.6,32.3,42.4,37.4"},
    ),
    lambda queryset, value, asked: queryset.in_box(value, viewer=asked.held),
    is_about_place=True,
)
AREA = Filter(
    Parameter(
        "area",
        "P-code of any edition, place code or ISO 3166 alpha-3 code; what lies below is included.",
        parameters.words,
        LIST | {"example": "SY02"},
    ),
    in_areas,
    areas_of,
    is_about_place=True,
)
CRISIS = Filter(
    Parameter("crisis", "Slug of a crisis; its children are included.", parameters.words, LIST | {"example": "syria"}),
    lambda queryset, value, asked: queryset.in_crises(asked.covered_crises()),
    _crises,
)
SINCE = Filter(
    Parameter(
        "since",
        "A day (2024-11-30: from its start, in the crisis's time zone) or a moment with its zone. "
        "Records that overlap the period are listed.",
        parameters.day_or_moment,
        MOMENT,
    ),
    since,
)
UNTIL = Filter(
    Parameter("until", "A day (to its end) or a moment (up to, not including it).", parameters.day_or_moment, MOMENT),
    until,
)
SOURCE = Filter(
    Parameter("source", "Slug of a source.", parameters.words, LIST),
    lambda queryset, value, asked: queryset.filter(source__in=value),
    _slugs("sources"),
)
DATASET = Filter(
    Parameter("dataset", "Slug of a dataset.", parameters.words, LIST),
    lambda queryset, value, asked: queryset.filter(dataset__in=value),
    _slugs("datasets"),
)
SEARCH = Filter(
    Parameter("q", "Words that stand in the title or the name of the place, as shown.", parameters.search_words),
    _search,
)
UPDATED_SINCE = Filter(
    Parameter(
        "updated_since",
        "A moment: records that changed, or whose reported figures changed, since then.",
        parameters.moment,
        {"type": "string", "example": "2024-11-30T12:00:00Z"},
    ),
    _updated_since,
    lambda value, asked: revision_at(value - timedelta(microseconds=1)),
)
IDS = Filter(
    Parameter("ids", "Ids, with commas between them.", parameters.identifiers, {"type": "string"}),
    lambda queryset, value, asked: queryset.filter(id__in=value),
)
VERIFICATION = column("verification", "Whether the event took place as described.", Verification.values)

SHARED = (BBOX, AREA, CRISIS, SINCE, UNTIL, VERIFICATION, SOURCE, DATASET, SEARCH, UPDATED_SINCE, IDS)
