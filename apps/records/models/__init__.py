"""What every fact shares."""

from apps.ledger.versioned import keep_versions
from apps.records.models.claim import Decision, FigureClaim, Statement
from apps.records.models.link import Link
from apps.records.models.record import Record
from apps.records.models.vocabulary import Metric, Term

LinkVersion = keep_versions(Link)

__all__ = ["Decision", "FigureClaim", "Link", "LinkVersion", "Metric", "Record", "Statement", "Term"]
