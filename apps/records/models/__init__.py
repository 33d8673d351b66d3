"""What every fact shares."""

from apps.ledger.versioned import keep_versions
from apps.records.models.claim import Decision, FigureClaim, Statement
from apps.records.models.duplicate import SuspectedDuplicate
from apps.records.models.link import Link
from apps.records.models.record import Record
from apps.records.models.redaction import Redaction
from apps.records.models.vocabulary import Metric, Term

LinkVersion = keep_versions(Link)
SuspectedDuplicateVersion = keep_versions(SuspectedDuplicate)

__all__ = [
    "Decision",
    "FigureClaim",
    "Link",
    "LinkVersion",
    "Metric",
    "Record",
    "Redaction",
    "Statement",
    "SuspectedDuplicate",
    "SuspectedDuplicateVersion",
    "Term",
]
