"""Records as they are, or as they were known at a revision, with what the viewer may read of each.

A record of the past is shown under the stricter of then's and today's rules: what has been removed, rejected or made
stricter since is not shown at all, what has been placed more coarsely since is shown where it is released today.

Rows are read with both what is known and what is released, and `as_shown` picks once a row: the same choice written
into each column of the statement took Django longer to build than PostgreSQL to answer.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, JSONObject

from apps.accounts.levels import Audience, Sensitivity
from apps.crises.clearance import Clearance
from apps.records import visibility
from apps.records.vocabularies import RELEASE_ORDER

PCODES = ("adm0_pcode", "adm1_pcode", "adm2_pcode", "adm3_pcode")
PLACED = (*PCODES, "area_id", "place_name")
NO_ONE = Q(pk__in=[])
OF_TODAY = "placed_as_of_today"


class AsGeoJson(Func):
    """A geometry as GeoJSON text, to 11 cm."""

    function = "ST_AsGeoJSON"
    template = "%(function)s(%(expressions)s, 6)"
    output_field = TextField()


# What has to be read of a row for `as_shown`.
BOTH = (
    "title", "released_title", "title_today", "exact", "by_right", "place_today", "geojson_known", "geojson_released",
    "area_id", "released_area_id", "place_name", "released_place_name", *PCODES,
    *(f"released_{column}" for column in PCODES),
)  # fmt: skip


def sees_by_right(held: Clearance) -> Q:
    """The condition for exact places whatever is released: one's own, one's organisation's, or a coordinator's."""
    right = NO_ONE
    if held.user_id is not None:
        right |= Q(reported_by=held.user_id)
    if held.organisation_id is not None:
        right |= Q(reporting_organisation=held.organisation_id)
    if held.coordinates:
        right |= Q(crisis__in=sorted(held.coordinates))
    return right


def versions_of(model: Any) -> Any:
    """The model of a model's kept past."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Version")


def standing_at(model: Any, revision: int | None) -> list[Any]:
    """Rows of a versioned model, whoever asks: those of the present, or those that stood at a revision."""
    if revision is None:
        return [model.objects.all()]
    past = versions_of(model).objects.filter(rev__lte=revision, rev_to__gt=revision)
    return [model.objects.filter(rev__lte=revision), past]


def is_past(arm: Any) -> bool:
    """Whether a queryset reads superseded rows."""
    return hasattr(arm.model, "rev_to")


def arms(model: Any, held: Clearance, revision: int | None = None) -> list[Any]:
    """Querysets that together hold each record the viewer may see once: the present, or what stood at a revision."""
    present = model.objects.visible_to(held)
    if held.user_id is None:
        # Says nothing new, but is what the index of the public's list is made for.
        present = present.filter(audience=Audience.PUBLIC)
    if revision is None:
        return [present]
    past = versions_of(model).objects.visible_to(held).superseded_after(revision)
    today = model.objects.filter(may_see_unmerged(held), pk=OuterRef("id"))
    return [present.known_by(revision), past.filter(Exists(today))]


def with_sight(arm: Any, held: Clearance) -> Any:
    """Add what `as_shown` picks by.

    `exact`: the viewer reads everything of the record. `by_right`: and would, were it generalised. `place_today`: where
    a record of the past is released now, which counts if that is coarser. `title_today`: what stands for its title now.
    """
    places = {"geojson_known": AsGeoJson(F("location")), "geojson_released": AsGeoJson(F("released_location"))}
    sharp, right = visibility.sees_exact(held), sees_by_right(held)
    if not is_past(arm):
        return arm.annotate(
            exact=_flag(sharp),
            by_right=_flag(right),
            place_today=Value(None, JSONField(null=True)),
            title_today=F("released_title"),
            **places,
        )
    today = _live(arm).objects.filter(pk=OuterRef("id"))
    return arm.annotate(
        exact=_flag(sharp & ~Exists(_blurred(arm, held))),
        by_right=_flag(right & Exists(today.filter(right))),
        place_today=Case(
            When(blurred_since(arm, held), then=Subquery(today.values(place=_released_place())[:1])),
            default=Value(None, JSONField(null=True)),
        ),
        title_today=Subquery(today.values("released_title")[:1]),
        **places,
    )


def as_shown(row: dict[str, Any]) -> dict[str, Any]:
    """The row with `shown_…` columns and `geojson` in place of what is known and what is released."""
    exact, today = row["exact"], row.pop("place_today")
    both = {column: row.pop(column) for column in BOTH if column in row and column not in {"exact", "by_right"}}
    row["shown_title"] = title_shown({**both, "exact": exact, "is_generalised": row["is_generalised"]})
    if today is not None and not exact:
        both |= {f"released_{column}": today[column] for column in PLACED}
        both["geojson_released"] = today["geojson"]
    for column in PLACED:
        row[f"shown_{column}"] = both[column] if exact else both[f"released_{column}"]
    row["geojson"] = both["geojson_known"] if exact else both["geojson_released"]
    return row


def title_shown(row: dict[str, Any]) -> str:
    """The title, or what stands for it; of a record generalised since, what stands for it today."""
    if row["exact"]:
        return str(row["title"])
    return str(row["released_title"] if row["is_generalised"] else row["title_today"])


def told_by_place(arms: Sequence[Any], held: Clearance) -> list[Any]:
    """The same records, for filters that ask where they are: those of the past that are placed as of today apart.

    They are found by where they are released today, and looked for there first, which the indexes of today serve.
    """
    found = []
    for arm in arms:
        if not is_past(arm):
            found.append(arm)
            continue
        since = blurred_since(arm, held)
        found += [arm.filter(~since), arm.filter(since).alias(**{OF_TODAY: Value(True)})]
    return found


def by_place(arm: Any, narrow: Callable[[Any], Any]) -> Any:
    """Narrow one of the arms of told_by_place by where its records are shown."""
    if OF_TODAY not in arm.query.annotations:
        return narrow(arm)
    return arm.filter(id__in=narrow(_live(arm).objects.all()).order_by().values("id"))


def blurred_since(arm: Any, held: Clearance) -> Q:
    """The condition on records of the past: the viewer reads the place less precisely today than then."""
    coarser = _blurred(arm, held).annotate(then=_rank(OuterRef("location_release")), now=_rank(F("location_release")))
    return Q(Exists(coarser.filter(now__gt=F("then")))) | (sees_by_right(held) & Q(Exists(_blurred(arm, held))))


def _rank(release: Any) -> Func:
    """How coarse a location release is."""
    order = Value(sorted(RELEASE_ORDER, key=RELEASE_ORDER.__getitem__), ArrayField(TextField()))
    return Func(order, Cast(release, TextField()), function="array_position", output_field=IntegerField())


def _released_place() -> JSONObject:
    """Where a record is released, as `as_shown` reads it."""
    columns = {column: F(f"released_{column}") for column in PLACED}
    return JSONObject(**columns, geojson=AsGeoJson(F("released_location")))


def search(arm: Any, held: Clearance, word: str) -> Any:
    """Records with this word in the title or the name of the place, as shown."""
    if is_past(arm):
        arm = arm.filter(~Exists(_blurred(arm, held)))
    sharp = visibility.sees_exact(held)
    known = Q(title__icontains=word) | Q(place_name__icontains=word)
    released = Q(released_title__icontains=word) | Q(released_place_name__icontains=word)
    return arm.filter((known & sharp) | (released & ~sharp))


def _live(arm: Any) -> Any:
    """The model of the present for a queryset of the past."""
    return apps.get_model(arm.model._meta.app_label, arm.model.__name__.removesuffix("Version"))


def _blurred(arm: Any, held: Clearance) -> Any:
    """Today's rows of records whose place the viewer does not read exactly today."""
    today = _live(arm).objects.filter(pk=OuterRef("id"))
    return today.annotate(sharp=_flag(visibility.sees_exact(held))).filter(sharp=False)


def may_see_unmerged(held: Clearance) -> Q:
    """As visibility.may_see, but a merge hides nothing: before it, the record stood for itself."""
    whole = Q(removed_at=None) & ~Q(verification="rejected")
    seen = Q(sensitivity=Sensitivity.PUBLIC, released_at__isnull=False)
    if held.elsewhere:
        seen |= Q(sensitivity__lte=int(held.elsewhere), crisis=None)
    for crisis_id, level in held.by_crisis.items():
        seen |= Q(sensitivity__lte=int(level), crisis=crisis_id)
    if held.user_id is not None:
        seen |= Q(reported_by=held.user_id)
    if held.organisation_id is not None:
        seen |= Q(reporting_organisation=held.organisation_id, sensitivity__lte=Audience.RESTRICTED)
    return whole & seen


def claim_arms(model: Any, held: Clearance, revision: int | None = None) -> list[Any]:
    """Claims of records the viewer sees: the present ones, or those that stood at a revision.

    Ask for those of visible records only: what is decided here is whether a claim is held back beyond its record, and
    whether its words may be read as far as the record it stands on goes (`whole`): the root of a merge may be shown
    more precisely than what was merged into it.
    """
    present = _with_words(model.objects.visible_to(held).filter(not_held_from(held)), held)
    if revision is None:
        return [present]
    today = model.objects.filter(pk=OuterRef("id")).filter(not_held_from(held))
    past = _with_words(versions_of(model).objects.visible_to(held), held).filter(not_held_from(held), Exists(today))
    return [present.filter(rev__lte=revision), past.filter(rev__lte=revision, rev_to__gt=revision)]


def _with_words(claims: Any, held: Clearance) -> Any:
    return claims.annotate(whole=_flag(visibility.sees_exact(held, record="record__")))


def not_held_from(held: Clearance) -> Q:
    """A claim no stricter than the record it stands on, or held for a clearance the viewer has.

    Compared with the records themselves, so that a claim marked before its record was opened does not slip out.
    """
    seen = Q(
        Q(record=F("canonical")) | Q(record__released_at__isnull=False) | ~Q(canonical__audience=Audience.PUBLIC),
        is_held=False,
        sensitivity__lte=F("canonical__sensitivity"),
        record__sensitivity__lte=F("canonical__sensitivity"),
    )
    by_level: dict[int, list[int]] = {}
    for crisis_id, level in held.by_crisis.items():
        by_level.setdefault(int(level), []).append(crisis_id)
    for level, crises in sorted(by_level.items()):
        seen |= Q(sensitivity__lte=level, record__sensitivity__lte=level, canonical__crisis__in=crises)
    return seen


def _flag(condition: Any) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def every_state(model: Any, held: Clearance) -> list[Any]:
    """Each state that records were ever in, as far as the viewer may read it: then's and today's rules both count."""
    today = model.objects.filter(may_see_unmerged(held), pk=OuterRef("id"))
    return [model.objects.visible_to(held), versions_of(model).objects.visible_to(held).filter(Exists(today))]


def every_claim_state(model: Any, held: Clearance) -> list[Any]:
    """The same of claims. Ask for those of visible records only, as of claim_arms."""
    today = model.objects.filter(not_held_from(held), pk=OuterRef("id"))
    return [
        _with_words(each.objects.visible_to(held), held).filter(not_held_from(held), Exists(today))
        for each in (model, versions_of(model))
    ]
