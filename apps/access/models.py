"""What is still reachable: infrastructure and its status, and the constraints that keep people from aid."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import Case, F, Q, Value, When

from apps.access.querysets import AssetQuerySet
from apps.accounts.levels import Audience, LocationRelease, Sensitivity
from apps.accounts.models import Organisation
from apps.core.ids import uuid7
from apps.crises.models import Actor
from apps.geo.models import SRID, AdminArea
from apps.ledger.versioned import Versioned, keep_versions
from apps.records.models import Decision, Record, Statement
from apps.records.querysets import ClaimQuerySet
from apps.sources.models import Source


class AssetType(models.TextChoices):
    """Kinds of infrastructure."""

    ROAD_SEGMENT = "road_segment", "road"
    BRIDGE = "bridge", "bridge"
    TUNNEL = "tunnel", "tunnel"
    BORDER_CROSSING = "border_crossing", "border crossing"
    AIRPORT = "airport", "airport"
    HELIPAD = "helipad", "helipad"
    SEAPORT = "seaport", "seaport"
    RIVER_PORT = "river_port", "river port"
    FERRY = "ferry", "ferry"
    CHECKPOINT = "checkpoint", "checkpoint"
    WAREHOUSE = "warehouse", "warehouse"
    HEALTH_FACILITY = "health_facility", "health facility"
    IDP_SITE = "idp_site", "site of displaced people"
    WATER_POINT = "water_point", "water point"


class Status(models.TextChoices):
    """Physical or practical status of infrastructure."""

    OPEN = "open", "open"
    RESTRICTED = "restricted", "restricted"
    CLOSED = "closed", "closed"
    DESTROYED = "destroyed", "destroyed"
    ABANDONED = "abandoned", "abandoned"
    UNKNOWN = "unknown", "not known"


# While one of these is the decided status, an access constraint of its cause stands for it.
IMPASSABLE = (Status.RESTRICTED, Status.CLOSED, Status.DESTROYED)


class Traffic(models.TextChoices):
    """The kind of traffic a status applies to."""

    ALL = "all", "all traffic"
    HUMANITARIAN = "humanitarian", "humanitarian traffic"
    COMMERCIAL = "commercial", "commercial traffic"
    PASSENGER = "passenger", "passengers"
    CARGO = "cargo", "cargo"


class ClosureCause(models.TextChoices):
    """Why infrastructure is not open."""

    HAZARD = "hazard", "natural hazard"
    INSECURITY = "insecurity", "insecurity or hostilities"
    ADMINISTRATIVE = "administrative", "administrative decision"
    DAMAGE = "damage", "damage"
    REPAIR = "repair", "repair"
    WEATHER = "weather", "weather"
    UNKNOWN = "unknown", "not known"


class ConstraintType(models.TextChoices):
    """The nine types of access constraint (OCHA's Access Monitoring and Reporting Framework)."""

    DENIAL = "denial", "Denial of existence of humanitarian needs or entitlements to assistance"
    RESTRICTED_SERVICES = "restricted_services", "Restriction and obstruction of access to services and assistance"
    ENTRY = "entry", "Impediments to entry into country (bureaucratic and administrative)"
    MOVEMENT = (
        "movement",
        "Restriction of movement (impediments to freedom of movement and/or administrative restrictions)",
    )
    INTERFERENCE = "interference", "Interference into implementation of humanitarian activities"
    VIOLENCE = "violence", "Violence against personnel, facilities and assets"
    INSECURITY = "insecurity", "Ongoing insecurity/hostilities affecting humanitarian assistance"
    MINES = "mines", "Presence of mines and improvised explosive devices"
    PHYSICAL = (
        "physical",
        "Physical constraints in the environment (obstacles related to terrain, climate, lack of infrastructure, etc.)",
    )


class Asset(Versioned):
    """A piece of infrastructure. A clinic or checkpoint can be as sensitive as any record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.CharField(max_length=20, choices=AssetType.choices)
    name = models.CharField(max_length=300)
    names = models.JSONField(default=dict, blank=True)
    codes = models.JSONField(default=dict, blank=True, help_text='{"icao": "OSAP", "iata": "ALP", "osm": "way/…"}')
    country_iso3 = models.CharField(max_length=3, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    geometry = models.GeometryField(srid=SRID)
    area = models.ForeignKey(AdminArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=Sensitivity.PUBLIC)
    location_release = models.CharField(max_length=12, choices=LocationRelease.choices, default=LocationRelease.EXACT)
    released_geometry = models.GeometryField(srid=SRID, null=True, blank=True, editable=False)
    is_permanently_closed = models.BooleanField(default=False, help_text="As the source says; not a status report.")
    created_at = models.DateTimeField(editable=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    audience = models.GeneratedField(
        expression=Case(
            When(removed_at__isnull=False, then=Value(int(Audience.NOBODY))),
            default=F("sensitivity"),
            output_field=models.SmallIntegerField(),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    objects = AssetQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering: ClassVar[list[str]] = ["type", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="asset_once_per_source"
            ),
        ]
        indexes = [models.Index(fields=["country_iso3", "type"], name="asset_country_type")]

    def __str__(self) -> str:
        return self.name


class AssetStatus(Record):
    """The status of one asset for one kind of traffic, decided from what is said about it.

    Two current statements that differ make it disputed; it is shown with both.
    """

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="statuses")
    applies_to = models.CharField(max_length=12, choices=Traffic.choices, default=Traffic.ALL)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNKNOWN, editable=False)
    is_disputed = models.BooleanField(default=False, editable=False)
    observed_at = models.DateTimeField(null=True, blank=True, editable=False)
    summary = models.TextField(blank=True)

    class Meta(Record.Meta):
        verbose_name_plural = "asset statuses"
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["asset", "applies_to", "crisis"],
                condition=Q(merged_into=None, removed_at=None),
                nulls_distinct=False,
                name="asset_status_once_per_traffic",
            ),
        ]


class StatusClaim(Statement):
    """Somebody's word on whether an asset can be used."""

    record = models.ForeignKey(AssetStatus, on_delete=models.CASCADE, related_name="claims")
    canonical = models.ForeignKey(AssetStatus, on_delete=models.CASCADE, related_name="all_claims", editable=False)
    value = models.CharField(max_length=12, choices=Status.choices)
    cause = models.CharField(max_length=16, choices=ClosureCause.choices, default=ClosureCause.UNKNOWN)
    observed_at = models.DateTimeField(null=True, blank=True)
    max_vehicle = models.PositiveSmallIntegerField(null=True, blank=True, help_text="UNSDI-T practicability, 0 to 6.")
    expected_reopening = models.DateField(null=True, blank=True)
    detour = models.TextField(blank=True)
    basis = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")

    objects = ClaimQuerySet.as_manager()

    class Meta(Statement.Meta):
        ordering: ClassVar[list[str]] = ["-observed_at", "-published_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "source", "external_id"],
                condition=~Q(external_id=""),
                name="status_claim_once_per_record",
            ),
            models.UniqueConstraint(
                fields=["canonical"], condition=Q(is_adopted=True), name="status_claim_one_used_per_status"
            ),
            models.CheckConstraint(
                condition=~Q(is_adopted=True) | Q(status="current", is_held=False),
                name="status_claim_used_only_if_current",
            ),
            models.CheckConstraint(
                condition=Q(max_vehicle=None) | Q(max_vehicle__lte=6), name="status_claim_vehicle_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_value_display()}, says {self.attributed_to}"


class StatusDecision(Decision):
    """A person's choice among status statements."""

    record = models.ForeignKey(AssetStatus, on_delete=models.CASCADE, related_name="decisions")
    claim = models.ForeignKey(StatusClaim, on_delete=models.PROTECT, related_name="decisions")


class AccessConstraint(Record):
    """A condition that keeps people from aid or aid from people."""

    class State(models.TextChoices):
        ONGOING = "ongoing", "ongoing"
        EASED = "eased", "eased"
        ENDED = "ended", "ended"

    type = models.CharField(max_length=24, choices=ConstraintType.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ONGOING)
    assets = models.ManyToManyField(Asset, through="ConstraintAsset", blank=True, related_name="constraints")
    areas = models.ManyToManyField(AdminArea, through="ConstraintArea", blank=True, related_name="+")
    stands_for = models.ForeignKey(
        AssetStatus,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="constraints",
        editable=False,
        help_text="The status it was opened for; ended when that status opens.",
    )
    imposed_by = models.ForeignKey(Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    affected_organisations = models.ManyToManyField(
        Organisation, through="ConstraintOrganisation", blank=True, related_name="+"
    )
    impact = models.TextField(blank=True)
    policy = models.TextField(blank=True)
    action_taken = models.TextField(blank=True)
    summary = models.TextField(blank=True)

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["stands_for"],
                condition=Q(stands_for__isnull=False, state="ongoing", removed_at=None),
                name="access_constraint_one_ongoing_per_status",
            ),
        ]


class BearsOn(Versioned):
    """What a constraint bears on. Kept like the constraint itself: it changes what the constraint says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(AccessConstraint, on_delete=models.CASCADE, related_name="%(class)ss", db_index=False)

    class Meta(Versioned.Meta):
        abstract = True


class ConstraintAsset(BearsOn):
    """Infrastructure that a constraint bears on."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")

    class Meta(BearsOn.Meta):
        constraints = [models.UniqueConstraint(fields=["record", "asset"], name="constraint_asset_once")]

    def __str__(self) -> str:
        return str(self.asset)


class ConstraintArea(BearsOn):
    """An area that a constraint bears on."""

    area = models.ForeignKey(AdminArea, on_delete=models.PROTECT, related_name="+")

    class Meta(BearsOn.Meta):
        constraints = [models.UniqueConstraint(fields=["record", "area"], name="constraint_area_once")]

    def __str__(self) -> str:
        return str(self.area)


class ConstraintOrganisation(BearsOn):
    """An organisation that a constraint hits: for coordinators."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta(BearsOn.Meta):
        constraints = [models.UniqueConstraint(fields=["record", "organisation"], name="constraint_organisation_once")]

    def __str__(self) -> str:
        return str(self.organisation)


AssetVersion = keep_versions(Asset)
AssetStatusVersion = keep_versions(AssetStatus)
StatusClaimVersion = keep_versions(StatusClaim)
StatusDecisionVersion = keep_versions(StatusDecision)
AccessConstraintVersion = keep_versions(AccessConstraint)
ConstraintAssetVersion = keep_versions(ConstraintAsset)
ConstraintAreaVersion = keep_versions(ConstraintArea)
ConstraintOrganisationVersion = keep_versions(ConstraintOrganisation)
