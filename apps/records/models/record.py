"""The abstract record: what an incident, a displacement, an asset's status and an access constraint share."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import F, Q

from apps.core.ids import uuid7
from apps.ledger.versioned import Versioned
from apps.records.models.guards import MergesMakeNoCycle
from apps.records.models.parts import Placed, Provenance, Standing, Timed
from apps.records.querysets import RecordQuerySet
from apps.records.vocabularies import Verification

# Whatever a review queue may list. What a trusted source released on arrival and nobody touched is not in it.
NEEDS_ATTENTION = (
    ~Q(verification=Verification.UNVERIFIED)
    | Q(released_at=None)
    | Q(released_by__isnull=False)
    | Q(stale_after__isnull=False)
)


class Record(Versioned, Provenance, Placed, Timed, Standing):
    """A fact with its source, place, time and standing. Writes go through each app's actions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=300)
    released_title = models.CharField(
        max_length=300,
        blank=True,
        editable=False,
        help_text="Stands in for title and text where the place is not exact.",
    )

    objects = RecordQuerySet.as_manager()

    class Meta(Versioned.Meta):
        abstract = True
        ordering: ClassVar[list[str]] = ["-start_date", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="%(class)s_once_per_source"
            ),
            models.CheckConstraint(condition=Q(start_date__lte=F("end_date")), name="%(class)s_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(ended_at=None) | Q(started_at__lte=F("ended_at")),
                name="%(class)s_hours_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(verification=Verification.VERIFIED) | ~Q(basis=""), name="%(class)s_verified_on_a_basis"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="%(class)s_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=False) | Q(canonical=F("id")), name="%(class)s_unmerged_is_canonical"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(confirmed_at__isnull=False), name="%(class)s_confirmed_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | Q(released_at__isnull=False), name="%(class)s_released_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(sensitivity__gte=0, sensitivity__lte=3), name="%(class)s_sensitivity_in_range"
            ),
        ]
        indexes = [
            models.Index(fields=["-start_date", "-id"], name="%(class)s_public", condition=Q(audience=0)),
            models.Index(fields=["-start_date", "-id"], name="%(class)s_when"),
            models.Index(fields=["crisis", "-start_date", "-id"], name="%(class)s_crisis"),
            # Those that last longer than a day are few, and every question about a period asks for them apart.
            models.Index(
                fields=["end_date", "start_date"], name="%(class)s_spans", condition=Q(end_date__gt=F("start_date"))
            ),
            models.Index(fields=["start_date"], name="%(class)s_stale", condition=Q(stale_after__isnull=False)),
            models.Index(fields=["released_adm0_pcode", "-start_date"], name="%(class)s_adm0"),
            models.Index(fields=["rev"], name="%(class)s_rev"),
            models.Index(fields=["released_adm1_pcode", "-start_date"], name="%(class)s_adm1"),
            models.Index(fields=["canonical"], name="%(class)s_canonical", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["crisis", "created_at", "id"], name="%(class)s_attention", condition=NEEDS_ATTENTION),
        ]
        triggers = [*Versioned.Meta.triggers, MergesMakeNoCycle()]

    def __str__(self) -> str:
        return self.title
