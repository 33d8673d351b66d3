"""Reading the ledger: what a moment of known time means."""

from datetime import datetime

from apps.ledger.models import Revision


def revision_at(moment: datetime) -> int:
    """The last revision made by then; 0 when nothing was known yet."""
    return Revision.objects.filter(at__lte=moment).order_by("-at", "-id").values_list("id", flat=True).first() or 0


def newest() -> tuple[int, datetime | None]:
    """Number and moment of the newest revision; 0 and None in an empty ledger."""
    return Revision.objects.order_by("-id").values_list("id", "at").first() or (0, None)


def made_at(revision: int) -> datetime | None:
    """When exactly this revision was made; None where there is none of that number."""
    return Revision.objects.filter(pk=revision).values_list("at", flat=True).first()


def latest_revision() -> int:
    """The newest revision; 0 in an empty ledger."""
    return Revision.objects.order_by("-id").values_list("id", flat=True).first() or 0


def moment_of(revision: int) -> datetime | None:
    """When a revision was made; None where there is no such revision."""
    return Revision.objects.filter(pk__lte=revision).order_by("-id").values_list("at", flat=True).first()
