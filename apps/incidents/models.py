"""What happened: events, and the situations that hold them and carry their totals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.accounts.levels import Sensitivity
from apps.core.ids import uuid7
from apps.crises.models import GLIDE, Actor
from apps.ledger.versioned import Versioned, keep_versions
from apps.records.models import Decision, FigureClaim, Record
from apps.records.querysets import ClaimQuerySet


class Incident(Record):
    """An event, or a situation such as an offensive or a flood season."""

    class Kind(models.TextChoices):
        EVENT = "event", "event"
        SITUATION = "situation", "situation"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EVENT)
    category = models.CharField(max_length=60, help_text="A code of the vocabulary incident-categories.")
    subcategory = models.CharField(max_length=60, blank=True)
    category_scheme = models.CharField(max_length=40, default="ours")
    summary = models.TextField(blank=True)
    severity_scale = models.CharField(max_length=40, blank=True)
    severity_value = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    glide_numbers = ArrayField(models.CharField(max_length=18, validators=[GLIDE]), default=list, blank=True)
    actors = models.ManyToManyField(Actor, through="IncidentActor", related_name="incidents", blank=True)

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(severity_scale="", severity_value=None)
                | (~Q(severity_scale="") & Q(severity_value__isnull=False)),
                name="incident_severity_on_a_scale",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["category", "-start_date", "-id"], name="incident_category", condition=Q(audience=0)),
        ]


class IncidentActor(Versioned):
    """A party's part in an incident. Who did it is more dangerous than how many: its own sensitivity."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="parties")
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True, help_text="side_a, side_b, reported_perpetrator, target, …")
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=Sensitivity.RESTRICTED)

    class Meta(Versioned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["record", "actor", "role"], name="incident_actor_once_per_role"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ({self.role})"


class CasualtyClaim(FigureClaim):
    """Somebody's figure of people killed, injured, missing … or of things destroyed."""

    record = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="claims")
    canonical = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="all_claims", editable=False, db_index=False
    )
    basis = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")

    objects = ClaimQuerySet.as_manager()


class CasualtyDecision(Decision):
    """A person's choice among casualty figures."""

    record = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="decisions")
    claim = models.ForeignKey(CasualtyClaim, on_delete=models.PROTECT, related_name="decisions")


IncidentVersion = keep_versions(Incident)
IncidentActorVersion = keep_versions(IncidentActor)
CasualtyClaimVersion = keep_versions(CasualtyClaim)
CasualtyDecisionVersion = keep_versions(CasualtyDecision)
