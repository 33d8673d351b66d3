"""Records as they are, or as they were known at a revision, with what the viewer may read of each.

A record of the past is shown under the stricter of then's and today's rules: what has been removed, rejected or made
stricter since is not shown at all, what has been placed more coarsely since is shown without its place.
"""

from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import PointField
from django.db.models import BooleanField, Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When

from apps.accounts.levels import Audience, Sensitivity
from apps.crises.clearance import Clearance
from apps.records import visibility

PLACED = ("location", "area_id", "adm0_pcode", "adm1_pcode", "adm2_pcode", "adm3_pcode", "place_name")
NO_ONE = Q(pk__in=[])


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


def arms(model: Any, held: Clearance, revision: int | None = None) -> list[Any]:
    """Querysets that together hold each record once: the present alone, or what stood at a revision.

    Adds `shown_…` for every placed column and the title, `exact` (the viewer reads everything of the record),
    `by_right` (and would, were it generalised) and `place_kept` (nothing of its place may be read or asked for).
    """
    present = model.objects.visible_to(held).as_shown_to(held)
    if revision is not None:
        present = present.known_by(revision)
    present = present.annotate(
        exact=_flag(visibility.sees_exact(held)),
        by_right=_flag(sees_by_right(held)),
        place_kept=Value(False, BooleanField()),
    )
    if revision is None:
        return [present]
    return [present, _past(model, held, revision)]


def _past(model: Any, held: Clearance, revision: int) -> Any:
    """Superseded rows that stood at the revision, under the stricter of then's and today's rules."""
    today = model.objects.filter(pk=OuterRef("id"))
    blurred = today.annotate(sharp=_flag(visibility.sees_exact(held))).filter(sharp=False)
    found = versions_of(model).objects.visible_to(held).superseded_after(revision)
    found = found.filter(Exists(today.filter(may_see_unmerged(held)))).annotate(
        blurred=Exists(blurred),
        place_kept=Exists(blurred.exclude(location_release=OuterRef("location_release"))),
        by_right=_flag(sees_by_right(held) & Exists(today.filter(sees_by_right(held)))),
    )
    found = found.annotate(exact=_flag(visibility.sees_exact(held) & Q(blurred=False)))
    return found.annotate(
        **{f"shown_{column}": _past_column(model, column) for column in PLACED},
        shown_title=Case(
            When(exact=True, then=F("title")),
            When(is_generalised=True, then=F("released_title")),
            default=Subquery(today.values("released_title")[:1]),
            output_field=CharField(),
        ),
    )


def _past_column(model: Any, column: str) -> Case:
    field = model._meta.get_field(column.removesuffix("_id"))
    output = None if field.is_relation else field
    if isinstance(field, PointField):
        output = PointField(srid=field.srid)
    return Case(
        When(exact=True, then=F(column)),
        When(place_kept=True, then=None if field.null else Value("")),
        default=F(f"released_{column}"),
        output_field=output if output is not None else field.target_field.__class__(),
    )


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

    Ask for those of visible records only: what is decided here is whether a claim is held back beyond its record.
    """
    present = model.objects.visible_to(held).filter(not_held_from(held))
    if revision is None:
        return [present]
    today = model.objects.filter(pk=OuterRef("id")).filter(not_held_from(held))
    past = versions_of(model).objects.visible_to(held).filter(not_held_from(held), Exists(today))
    return [present.filter(rev__lte=revision), past.filter(rev__lte=revision, rev_to__gt=revision)]


def not_held_from(held: Clearance) -> Q:
    """A claim no stricter than the record it stands on, or held for a clearance the viewer has.

    Compared with the records themselves, so that a claim marked before its record was opened does not slip out.
    """
    seen = Q(
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
