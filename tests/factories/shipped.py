"""The rows that migrations ship: vocabularies and the default protocol."""

from datetime import timedelta

from apps.crises.default_protocol import DEFAULT, STALE_AFTER
from apps.crises.models import Protocol
from apps.records.models import Metric, Term
from apps.records.vocabulary_rows import metric_rows, term_rows


def ship_rows() -> None:
    """Put them back where a transactional test emptied the tables."""
    if not Metric.objects.exists():
        Metric.objects.bulk_create(Metric(**row) for row in metric_rows())
        Term.objects.bulk_create(Term(**row) for row in term_rows())
    if not Protocol.objects.exists():
        Protocol.objects.bulk_create(
            Protocol(
                kind=kind,
                category=category,
                sensitivity=sensitivity,
                location_release=release,
                stale_after=timedelta(hours=hours) if (hours := STALE_AFTER.get((kind, category))) else None,
            )
            for kind, category, sensitivity, release in DEFAULT
        )
