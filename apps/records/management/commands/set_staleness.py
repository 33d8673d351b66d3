"""Say until when records hold that came in before anybody asked: `manage.py set_staleness`. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from apps.ledger.actions import open_revision
from apps.records import kinds
from apps.records.actions import Terms, settle
from apps.records.kinds import Kind

# Records a transaction: the ledger's lock is held meanwhile.
BATCH = 500


class Command(BaseCommand):
    """Fill `stale_after` where it is empty and the protocol gives a time."""

    help = "Say until when records hold that came in before the protocol gave a time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Kind by kind, in batches."""
        for kind in kinds.every():
            self.stdout.write(f"{kind.resource}: {_fill(kind)}")


def _fill(kind: Kind) -> int:
    """How many records of a kind have a time now that had none."""
    undated = kind.record.objects.standing().filter(stale_after=None)
    waiting = list(undated.order_by("pk").values_list("pk", flat=True))
    terms: dict[Any, Terms] = {}
    for start in range(0, len(waiting), BATCH):
        rows = kind.record.objects.filter(pk__in=waiting[start : start + BATCH]).select_related("crisis", "dataset")
        _fill_batch(kind, rows, terms)
    left: int = kind.record.objects.filter(pk__in=waiting, stale_after=None).count()
    return len(waiting) - left


def _fill_batch(kind: Kind, rows: Any, terms: dict[Any, Terms]) -> None:
    now = timezone.now()
    with transaction.atomic():
        dated = []
        for row in rows:
            key = (row.dataset_id, row.crisis_id)
            if key not in terms:
                terms[key] = Terms.of(dataset=row.dataset, crisis=row.crisis, by=None, now=now)
            row.stale_after = terms[key].until(kind, row)
            if row.stale_after is not None:
                dated.append(row)
        if not dated:
            return
        open_revision(by=None, now=now, reason="Until when records hold")
        kind.record.objects.bulk_update(dated, ["stale_after"])
        settle(kind=kind, canonical_ids=[row.pk for row in dated], now=now)
