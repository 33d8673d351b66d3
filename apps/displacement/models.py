"""Who moved, and where they are. Stock and flow never meet in a sum."""

from django.contrib.gis.db import models
from django.db.models import Q

from apps.geo.models import SRID, AdminArea
from apps.ledger.versioned import keep_versions
from apps.records.models import Decision, FigureClaim, Record
from apps.records.querysets import ClaimQuerySet
from apps.records.vocabularies import Accuracy
from apps.sources.models import Round


class Measure(models.TextChoices):
    """A number of people on a day, or of movements over a period."""

    STOCK = "stock", "number on a day"
    FLOW = "flow", "movements over a period"


class Cause(models.TextChoices):
    """Why people moved."""

    CONFLICT = "conflict", "conflict and violence"
    DISASTER = "disaster", "disaster"
    OTHER = "other", "other"
    UNKNOWN = "unknown", "not known"


class Displacement(Record):
    """One reported movement, or the number of displaced people in a place.

    The record's own place is where it is drawn: the destination of a flow, the place of a stock.
    """

    measure = models.CharField(max_length=8, choices=Measure.choices)
    category = models.CharField(max_length=60, help_text="A code of the vocabulary displacement-categories (Helix).")
    cause = models.CharField(max_length=12, choices=Cause.choices, default=Cause.UNKNOWN)
    cohort = models.CharField(
        max_length=120, blank=True, help_text="Since when or why displaced, as the source counts."
    )
    term = models.CharField(max_length=40, blank=True, help_text="The source's own term: evacuated, sheltered, …")
    event_name = models.CharField(max_length=300, blank=True)
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="displacements")
    summary = models.TextField(blank=True)
    origin_area = models.ForeignKey(AdminArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    origin_name = models.CharField(max_length=300, blank=True)
    origin_location = models.PointField(srid=SRID, null=True, blank=True)
    origin_accuracy = models.CharField(max_length=12, choices=Accuracy.choices, blank=True)
    destination_area = models.ForeignKey(AdminArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    destination_name = models.CharField(max_length=300, blank=True)
    destination_location = models.PointField(srid=SRID, null=True, blank=True)
    destination_accuracy = models.CharField(max_length=12, choices=Accuracy.choices, blank=True)
    released_origin_area = models.ForeignKey(
        AdminArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    released_origin_location = models.PointField(srid=SRID, null=True, blank=True, editable=False)
    released_destination_area = models.ForeignKey(
        AdminArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    released_destination_location = models.PointField(srid=SRID, null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(measure__in=["stock", "flow"]), name="displacement_stock_or_flow"),
        ]


class DisplacementClaim(FigureClaim):
    """Somebody's figure of displaced people, in people or households."""

    record = models.ForeignKey(Displacement, on_delete=models.CASCADE, related_name="claims")
    canonical = models.ForeignKey(
        Displacement, on_delete=models.CASCADE, related_name="all_claims", editable=False, db_index=False
    )
    household_size = models.DecimalField(
        max_digits=4, decimal_places=2, null=True, blank=True, help_text="Declared by the source; without it no people."
    )
    basis = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")

    objects = ClaimQuerySet.as_manager()


class DisplacementDecision(Decision):
    """A person's choice among displacement figures."""

    record = models.ForeignKey(Displacement, on_delete=models.CASCADE, related_name="decisions")
    claim = models.ForeignKey(DisplacementClaim, on_delete=models.PROTECT, related_name="decisions")


DisplacementVersion = keep_versions(Displacement)
DisplacementClaimVersion = keep_versions(DisplacementClaim)
DisplacementDecisionVersion = keep_versions(DisplacementDecision)
