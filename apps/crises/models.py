"""The emergency a fact belongs to: its scope, its sharing protocol, its members, and the parties' neutral names."""

import hashlib
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from apps.accounts.levels import LocationRelease, Role, Sensitivity
from apps.accounts.models import ApiKey, Organisation
from apps.core.ids import uuid7
from apps.crises.querysets import CrisisQuerySet, InvitationQuerySet, MembershipQuerySet
from apps.geo.models import AdminArea
from apps.sources.models import Dataset, Source

GLIDE = RegexValidator(r"^[A-Z]{2}-\d{4}-\d{6}-[A-Z]{3}$", "A GLIDE number looks like EQ-2023-000015-TUR.")


class Crisis(models.Model):
    """An emergency with its own members and rules. A filter on a crisis includes its children."""

    class Status(models.TextChoices):
        ACTIVE = "active", "active"
        CLOSED = "closed", "closed"
        EXERCISE = "exercise", "exercise"

    slug = models.SlugField(unique=True)
    names = models.JSONField(help_text='By language: {"en": "…", "ar": "…"}.')
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    glide_numbers = ArrayField(models.CharField(max_length=18, validators=[GLIDE]), default=list, blank=True)
    areas = models.ManyToManyField(AdminArea, blank=True, related_name="crises")
    countries = ArrayField(models.CharField(max_length=3), default=list, blank=True, help_text="ISO3 codes.")
    time_zone = models.CharField(max_length=60, default="UTC")
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    lead_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    default_view = models.JSONField(
        default=dict, blank=True, help_text='{"bbox": [w, s, e, n], "since": …, "until": …}.'
    )
    map_notes = models.TextField(blank=True, help_text="Notes on boundaries and names that every map carries.")
    releases_verified = models.BooleanField(default=False, help_text="Release records as soon as they are verified.")
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=Sensitivity.PUBLIC)

    objects = CrisisQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]
        verbose_name_plural = "crises"
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(ended_on=None) | Q(started_on__lte=F("ended_on")),
                name="crisis_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="crisis_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name()

    def name(self, language: str = "en") -> str:
        """The name in the language asked for, else in English."""
        return str(self.names.get(language) or self.names.get("en") or self.slug)


class Membership(models.Model):
    """The role a user or a whole organisation holds in one crisis."""

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    protocol_accepted_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, organisation__isnull=False) | Q(user__isnull=False, organisation=None),
                name="membership_of_a_user_or_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["crisis", "user"], condition=Q(user__isnull=False), name="membership_once_per_user"
            ),
            models.UniqueConstraint(
                fields=["crisis", "organisation"],
                condition=Q(organisation__isnull=False),
                name="membership_once_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.organisation}: {self.get_role_display()} in {self.crisis.slug}"


class Invitation(models.Model):
    """A place in a crisis held open for one person, opened by a link that is shown once and kept as a hash."""

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("waiting")
        ACCEPTED = "accepted", gettext_lazy("accepted")
        REVOKED = "revoked", gettext_lazy("taken back")
        EXPIRED = "expired", gettext_lazy("expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(help_text="In small letters.")
    role = models.CharField(max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="Of a new account."
    )
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token in the link.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["crisis", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once_per_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_not_both_accepted_and_revoked"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | Q(accepted_at__isnull=False), name="invitation_accepted_by_somebody_at"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="invitation_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()} in {self.crisis.slug}"

    @staticmethod
    def digest(token: str) -> str:
        """The stored form of a token: 256 random bits need no slow hash."""
        return hashlib.sha256(token.encode()).hexdigest()

    def state_at(self, now: datetime) -> State:
        """What has become of it."""
        if self.accepted_at is not None:
            return self.State.ACCEPTED
        if self.revoked_at is not None:
            return self.State.REVOKED
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED


class KeyCrisis(models.Model):
    """A crisis that an API key is restricted to. A key without any clears whatever its owner is cleared for."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="restrictions")
    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "key crises"
        constraints = [models.UniqueConstraint(fields=["key", "crisis"], name="key_crisis_once")]

    def __str__(self) -> str:
        return f"{self.key.prefix}… in {self.crisis.slug}"


class Protocol(models.Model):
    """One row of a crisis's information sharing protocol. No crisis: the default that ships.

    The most particular row wins: field over category over kind.
    """

    crisis = models.ForeignKey(Crisis, null=True, blank=True, on_delete=models.CASCADE, related_name="protocols")
    kind = models.CharField(max_length=40, help_text="A registered kind of record, or asset.")
    category = models.CharField(max_length=60, blank=True, help_text="Empty: every category of the kind.")
    field = models.CharField(max_length=60, blank=True, help_text="Empty: the record as a whole.")
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices)
    location_release = models.CharField(max_length=12, choices=LocationRelease.choices)
    delay = models.DurationField(null=True, blank=True, help_text="Held back from release for this long.")
    retention = models.DurationField(null=True, blank=True, help_text="Redacted after this long.")
    stale_after = models.DurationField(
        null=True, blank=True, help_text="Not to be relied on when nobody confirmed it for this long."
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "category", "field"]
        constraints = [
            models.UniqueConstraint(
                fields=["crisis", "kind", "category", "field"], nulls_distinct=False, name="protocol_one_rule_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.category}: {self.get_sensitivity_display()}"


class Actor(models.Model):
    """A party to the crisis under a neutral name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    names = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    from_date = models.DateField(null=True, blank=True)
    to_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class ActorName(models.Model):
    """The name one source uses for an actor."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="source_names")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="actor_name_once_per_source")]

    def __str__(self) -> str:
        return f"{self.name} ({self.source})"


class Baseline(models.Model):
    """Which series counts for a measure of a crisis, from when to when, and why."""

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="baselines")
    measure = models.CharField(max_length=40, help_text="A metric's code: killed, idps, …")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="baselines")
    cohort = models.CharField(
        max_length=120, blank=True, help_text="Of a number of people on a day: which cohort counts. Empty: everybody."
    )
    from_date = models.DateField(null=True, blank=True)
    to_date = models.DateField(null=True, blank=True)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["crisis", "measure", "from_date"],
                nulls_distinct=False,
                name="baseline_one_per_measure_and_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crisis.slug} {self.measure}: {self.dataset}"
