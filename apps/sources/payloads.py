"""How long payloads are kept as they came. Their particulars and their SHA-256 stay."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from apps.sources.models import Document, QuarantinedItem


@transaction.atomic
def empty_old(*, now: datetime) -> int:
    """Empty what came more than RAW_PAYLOAD_DAYS ago; how many documents and items. What waits for a person stays."""
    before = now - timedelta(days=settings.RAW_PAYLOAD_DAYS)
    waiting = QuarantinedItem.objects.filter(state=QuarantinedItem.State.WAITING)
    old = Document.objects.filter(~Exists(waiting.filter(document=OuterRef("pk"))), raw__isnull=False)
    emptied = old.filter(fetched_at__lt=before).update(raw=None)
    settled = QuarantinedItem.objects.exclude(state=QuarantinedItem.State.WAITING).exclude(item="")
    return emptied + settled.filter(last_seen_at__lt=before).update(item="")
