"""Documents that a viewer may know of: those that stand behind a record the viewer reads whole."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from apps.accounts.levels import Sensitivity
from apps.crises.clearance import Clearance
from apps.records import kinds, past
from apps.records.visibility import sees_exact
from apps.sources.models import Document, Redistribution


def documents_seen(held: Clearance) -> Any:
    """Documents that stand behind a record the caller reads whole; those behind no record where the source publishes.

    A document behind records that the caller may not see is not there, whatever its own sensitivity.
    """
    cited: list[Any] = []
    read_whole: list[Any] = []
    for kind in kinds.every():
        arm = past.arms(kind.record, held)[0].filter(sees_exact(held))
        cited.append(kind.record.objects.filter(document=OuterRef("pk")))
        read_whole.append(arm.filter(document=OuterRef("pk")))
        if kind.claim is not None:
            cited.append(kind.claim.objects.filter(document=OuterRef("pk")))
            claims = past.claim_arms(kind.claim, held)[0]
            read_whole.append(
                claims.filter(document=OuterRef("pk"), whole=True, canonical__in=arm.order_by().values("pk"))
            )
    behind_none: Any = Q(source__releases_on_arrival=True)
    for each in cited:
        behind_none &= ~Exists(each)
    behind_seen: Any = Q(pk__in=[])
    for each in read_whole:
        behind_seen |= Exists(each)
    inside = [Redistribution.AGGREGATES_ONLY, Redistribution.INTERNAL]
    public = Document.objects.filter(Q(dataset=None) | ~Q(dataset__redistribution__in=inside))
    return public.filter(behind_none | behind_seen, sensitivity=Sensitivity.PUBLIC)
