"""What waits for a person, and why: one condition a list.

A source trusted to publish is not waited for: what it released on arrival is on no list of its own accord, only where
its figures differ from others' or a duplicate is suspected.
"""

from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from apps.access.models import AccessConstraint
from apps.accounts.levels import Sensitivity
from apps.crises.clearance import Clearance
from apps.records import past
from apps.records.kinds import Kind
from apps.records.settling import ASKED
from apps.records.vocabularies import ClaimStatus, Quantifier, Verification
from apps.triage.tabs import OF_CLAIMS

# People hurt: numbers that one order can compare.
HURT = ("casualties", "health")


def narrow(arm: Any, tab: str, kind: Kind, held: Clearance, now: datetime) -> Any:
    """The records of a kind that wait on one list. `arm` holds what the viewer may see."""
    if tab in OF_CLAIMS and kind.claim is None:
        return arm.none()
    match tab:
        case "review":
            return arm.filter(not_reviewed())
        case "differ":
            return arm.filter(pk__in=rivals(kind).values("canonical"))
        case "held":
            said = past.claim_arms(kind.claim, held)[0].filter(is_held=True, status=ClaimStatus.CURRENT)
            return arm.filter(pk__in=said.values("canonical"))
        case "disputed":
            return arm.filter(verification=Verification.DISPUTED)
        case "release":
            return arm.filter(verification=Verification.VERIFIED, released_at=None, sensitivity=Sensitivity.PUBLIC)
        case "stale":
            past_it = arm.filter(stale_after__lt=now)
            ended = AccessConstraint.State.ENDED
            return past_it.exclude(state=ended) if kind.record is AccessConstraint else past_it
    raise ValueError(f"{tab!r} is no list of records.")


def not_reviewed() -> Q:
    """Nobody has looked, or somebody is looking; what a trusted source released on arrival needs nobody."""
    came_in = Q(verification=Verification.UNVERIFIED) & (Q(released_at=None) | Q(released_by__isnull=False))
    return came_in | Q(verification=Verification.UNDER_REVIEW)


def rivals(kind: Kind) -> Any:
    """Claims that say otherwise than the figure used, where nobody has chosen among them since they were made."""
    model = kind.claim
    standing = model.objects.filter(status=ClaimStatus.CURRENT, is_held=False, is_adopted=False).order_by()
    used = model.objects.filter(canonical=OuterRef("canonical"), is_adopted=True).order_by()
    chosen = kind.decision.objects.filter(
        record__canonical=OuterRef("canonical"), revoked_at=None, claim__is_adopted=True, at__gte=OuterRef("created_at")
    )
    if not has_figures(model):
        return standing.filter(Exists(used.exclude(value=OuterRef("value"))), ~Exists(chosen))
    standing = standing.exclude(quantifier=Quantifier.NOT_GIVEN)
    same = used.filter(Exact(_question(F), _question(OuterRef)))
    # One look-up a rival: as a join it reads every figure used in the database.
    standing = standing.alias(used=Subquery(same.values(said=_bounds(F))[:1])).exclude(Exact(F("used"), _bounds(F)))
    return standing.filter(~Exists(chosen.filter(Exact(F("question"), _question(OuterRef)))))


def has_figures(model: Any) -> bool:
    """Whether claims of this model carry numbers; statements carry a status."""
    return any(each.name == "metric" for each in model._meta.fields)


def _question(ref: Any) -> Func:
    """What a figure answers, as a decision keeps it."""
    return Func(*(ref(name) for name in ASKED), function="records_question", output_field=TextField())


def _bounds(ref: Any) -> Func:
    """The figure itself, as text."""
    numbers = (Coalesce(ref(name), Value(-1), output_field=BigIntegerField()) for name in ("low", "best", "high"))
    return Func(Value("|"), *numbers, ref("quantifier"), function="concat_ws", output_field=TextField())


def with_harm(arm: Any, kind: Kind) -> Any:
    """Add `harm`: the greatest number of people hurt that a figure used of the record speaks of."""
    if kind.claim is None or not has_figures(kind.claim):
        return arm.annotate(harm=Value(0, output_field=BigIntegerField()))
    used = kind.claim.objects.filter(canonical=OuterRef("pk"), is_adopted=True, metric__group__in=HURT)
    greatest = used.order_by().values("canonical").annotate(n=Max(Coalesce("best", "low", "high"))).values("n")
    return arm.annotate(harm=Coalesce(Subquery(greatest), Value(0), output_field=BigIntegerField()))


def with_kind(arm: Any, kind: Kind) -> Any:
    """Add `queue_kind`, so that rows of several models can lie in one list."""
    return arm.annotate(queue_kind=Value(kind.code, output_field=CharField()))
