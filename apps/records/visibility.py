"""The one place that decides who sees what. Every way out asks it; nothing else reads clearance.

Two questions: may this caller see the record at all (`may_see`), and may the caller see its exact place and its full
text (`sees_exact`). Everybody without exact sight reads, filters, sorts and searches the `released_` columns only.
"""

from typing import Any

from django.db.models import Case, Expression, F, Q, When

from apps.accounts.levels import Audience
from apps.crises.clearance import Clearance, clearance
from apps.crises.models import Crisis


def clearance_of(viewer: Any) -> Clearance:
    """A viewer's clearance; takes a user, an anonymous user, None, or a clearance already read."""
    return viewer if isinstance(viewer, Clearance) else clearance(viewer)


def may_see(viewer: Any) -> Q:
    """The condition on records: within the clearance, or one's own, or one's organisation's up to restricted.

    What was released stays public only while its crisis is: an exercise never is.
    """
    held = clearance_of(viewer)
    seen = Q(audience__lte=Audience.PUBLIC) & (Q(crisis=None) | Q(crisis__in=Crisis.objects.open_to_all().values("pk")))
    if held.elsewhere:
        seen |= Q(audience__lte=int(held.elsewhere), crisis=None)
    by_level: dict[int, list[int]] = {}
    for crisis_id, level in held.by_crisis.items():
        by_level.setdefault(int(level), []).append(crisis_id)
    for level, crises in sorted(by_level.items()):
        seen |= Q(audience__lte=level, crisis__in=crises)
    if held.user_id is not None:
        seen |= Q(reported_by=held.user_id, audience__lt=Audience.NOBODY)
    if held.organisation_id is not None:
        seen |= Q(reporting_organisation=held.organisation_id, audience__lte=Audience.RESTRICTED)
    return seen


def may_review(viewer: Any) -> Q:
    """The condition on records whose review the viewer settles: of the crises whose queue they work in, as far as their
    clearance there goes. Narrower than `may_see`, and quick to plan.
    """
    held = clearance_of(viewer)
    settled = Q(pk__in=[])
    by_level: dict[int, list[int]] = {}
    for crisis_id in held.reviews:
        by_level.setdefault(int(held.level(crisis_id)), []).append(crisis_id)
    for level, crises in sorted(by_level.items()):
        settled |= Q(audience__lte=level, crisis__in=sorted(crises))
    return settled


def sees_exact(viewer: Any, *, record: str = "") -> Q:
    """The condition for exact places: not generalised at all, one's own, one's organisation's, or a coordinator.

    `record` is the way to the record from what is asked: "record__" of claims.
    """
    held = clearance_of(viewer)
    exact = Q(**{f"{record}is_generalised": False})
    if held.user_id is not None:
        exact |= Q(**{f"{record}reported_by": held.user_id})
    if held.organisation_id is not None:
        exact |= Q(**{f"{record}reporting_organisation": held.organisation_id})
    if held.coordinates:
        exact |= Q(**{f"{record}crisis__in": sorted(held.coordinates)})
    return exact


def shown(viewer: Any, column: str) -> Expression:
    """The value of a placed column as this viewer may read it: `location`, `area_id`, `adm2_pcode`, `place_name`."""
    return Case(When(sees_exact(viewer), then=F(column)), default=F(f"released_{column}"))


def shown_title(viewer: Any) -> Expression:
    """The title, or the released one where place and text are withheld."""
    return Case(When(sees_exact(viewer), then=F("title")), default=F("released_title"))


def matches_shown(viewer: Any, column: str, lookup: str, value: Any) -> Q:
    """A filter that reads the same column as the output, and can use that column's index.

    Records that are not generalised carry the same value in both columns, so the released one alone serves the public.
    """
    held = clearance_of(viewer)
    released = Q(**{f"released_{column}__{lookup}": value})
    if held.user_id is None:
        return released
    return (Q(**{f"{column}__{lookup}": value}) & sees_exact(held)) | released & ~sees_exact(held)


def may_see_claims(viewer: Any, *, record: str = "record__") -> Q:
    """The condition on claims: the record is seen, and a held claim only by those cleared for it and its record."""
    held = clearance_of(viewer)
    seen = Q(is_held=False)
    by_level: dict[int, list[int]] = {}
    for crisis_id, level in held.by_crisis.items():
        by_level.setdefault(int(level), []).append(crisis_id)
    for level, crises in sorted(by_level.items()):
        within = {"sensitivity__lte": level, f"{record}sensitivity__lte": level, f"{record}crisis__in": crises}
        seen |= Q(**within)
    return seen


def speaker(said: str, source_name: str, *, exact: bool) -> str:
    """Who says it. A speaker may be the very place that is withheld ("the clinic of …"): then whose word we have it by.

    A figure is never shown without its source.
    """
    return said if exact else source_name


def sees_ratings(viewer: Any, crisis_id: int | None) -> bool:
    """Reporter, reliability, credibility and affected organisations are for coordinators of the crisis."""
    return clearance_of(viewer).is_coordinator_of(crisis_id)
