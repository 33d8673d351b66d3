"""A person's own reports, and how each stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from apps.access.models import AssetStatus, StatusClaim
from apps.accounts.models import User
from apps.crises.clearance import clearance
from apps.dashboard.queries.entries import Entry, Reader
from apps.displacement.models import Displacement, DisplacementClaim
from apps.incidents.models import CasualtyClaim, Incident

MOST = 10
KINDS: dict[str, tuple[Any, Any]] = {
    "incident": (Incident, CasualtyClaim),
    "displacement": (Displacement, DisplacementClaim),
    "asset_status": (AssetStatus, StatusClaim),
}


@dataclass(frozen=True)
class OwnReport:
    """One line of the list."""

    kind: str
    id: UUID
    title: str
    sent_at: datetime
    state: str


def own_reports_of(user: User) -> list[OwnReport]:
    """The last ten, newest first."""
    return sorted(_each(user), key=lambda report: report.sent_at, reverse=True)[:MOST]


def _each(user: User) -> Iterator[OwnReport]:
    held = clearance(user)
    for kind, (model, _claims) in KINDS.items():
        for row in model.objects.visible_to(held).filter(reported_by=user).order_by("-created_at")[:MOST]:
            yield OwnReport(kind, row.pk, row.title, row.created_at, state_in_words(row))
    for claim in _own_statements(user).order_by("-created_at")[:MOST]:
        yield OwnReport("statement", claim.pk, claim.record.title, claim.created_at, _state_of_statement(claim))


def _own_statements(user: User) -> Any:
    """Statements that joined somebody else's record."""
    joined = ~Q(record__reported_by=user) | Q(record__reported_by=None) | ~Q(record__external_id=F("external_id"))
    return StatusClaim.objects.filter(joined, stated_by=user).select_related("record__asset", "dataset")


def state_in_words(row: Any) -> str:
    """Where a report is on its way: waiting, reviewed, released."""
    if row.verification == "unverified":
        return _("waits for review")
    words = str(row.get_verification_display())
    return _("%(state)s, released") % {"state": words} if row.released_at else words


def _state_of_statement(claim: StatusClaim) -> str:
    if claim.is_held:
        return _("waits for review")
    return _("counts") if claim.status == "current" else str(claim.get_status_display())


def receipt(user: User, kind: str, report_id: UUID, now: datetime) -> Entry | StatusClaim | None:
    """What was stored of one's own report: an entry, or the statement that joined a record. None: not one's own."""
    if kind == "statement":
        return _own_statements(user).filter(pk=report_id).first()  # type: ignore[no-any-return]
    if kind not in KINDS:
        return None
    model, claims = KINDS[kind]
    rows = model.objects.filter(pk=report_id, reported_by=user)
    return next(iter(Reader(clearance(user), now).read(kind, rows, claims=claims, most=1)), None)
