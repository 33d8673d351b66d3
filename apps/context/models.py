"""What else is known of an area: how many live there, who works there, monthly aggregates that are never incidents."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from apps.accounts.models import Organisation
from apps.context.querysets import ContextQuerySet
from apps.core.ids import uuid7
from apps.geo.models import AdminArea
from apps.records.vocabularies import Sex
from apps.sources.models import Dataset


class AreaRow(models.Model):
    """What each row of context carries: its place as coded by the provider, its period, its dataset."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(AdminArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    location_code = models.CharField(max_length=3, help_text="ISO3 of the country.")
    area_code = models.CharField(max_length=24, blank=True, help_text="The provider's P-code, deepest given.")
    provider_area_name = models.CharField(max_length=300, blank=True)
    from_date = models.DateField()
    to_date = models.DateField()
    external_id = models.CharField(max_length=600, help_text="The natural key of the row at its source.")
    content_hash = models.CharField(max_length=64, editable=False)

    objects = ContextQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["dataset", "external_id"], name="%(class)s_once_per_dataset"),
            models.CheckConstraint(condition=Q(from_date__lte=F("to_date")), name="%(class)s_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["location_code", "area_code"], name="%(class)s_area")]


class Population(AreaRow):
    """How many people live in an area: the denominator."""

    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.ALL)
    age_band = models.CharField(max_length=12, default="all")
    people = models.BigIntegerField()

    class Meta(AreaRow.Meta):
        ordering: ClassVar[list[str]] = ["location_code", "area_code"]

    def __str__(self) -> str:
        return f"{self.area_code or self.location_code}: {self.people}"


class Presence(AreaRow):
    """Who does what where."""

    class State(models.TextChoices):
        PLANNED = "planned", "planned"
        ONGOING = "ongoing", "ongoing"
        SUSPENDED = "suspended", "suspended"
        ENDED = "ended", "ended"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="presences")
    cluster = models.CharField(max_length=12, help_text="HAPI sector code: PRO, WSH, …")
    state = models.CharField(max_length=12, choices=State.choices, default=State.ONGOING)

    class Meta(AreaRow.Meta):
        ordering: ClassVar[list[str]] = ["location_code", "area_code", "cluster"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.cluster} {self.area_code}"


class MonthlyAggregate(AreaRow):
    """Events and fatalities of an area and month, as published; its groups overlap and are never summed."""

    class EventType(models.TextChoices):
        POLITICAL_VIOLENCE = "political_violence", "political violence"
        CIVILIAN_TARGETING = "civilian_targeting", "civilian targeting"
        DEMONSTRATION = "demonstration", "demonstration"

    event_type = models.CharField(max_length=24, choices=EventType.choices)
    events = models.PositiveIntegerField(null=True, blank=True)
    fatalities = models.PositiveIntegerField(null=True, blank=True)

    class Meta(AreaRow.Meta):
        ordering: ClassVar[list[str]] = ["location_code", "area_code", "from_date"]

    def __str__(self) -> str:
        return f"{self.area_code or self.location_code} {self.from_date:%Y-%m} {self.event_type}"
