"""People, organisations, API keys and the audit trail."""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.accounts.querysets import ApiKeyQuerySet, AuditQuerySet
from apps.core.ids import uuid7


class Organisation(models.Model):
    """One registry of organisations, used by sources, claims, presence and records."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    acronym = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    names = models.JSONField(default=dict, blank=True, help_text='Names by language, {"ar": "…"}.')
    type_code = models.CharField(max_length=10, blank=True, help_text="Organisation type code of the HAPI list.")
    type_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["acronym"]
        constraints = [
            models.UniqueConstraint(fields=["acronym", "name"], name="organisation_acronym_and_name_unique"),
        ]

    def __str__(self) -> str:
        return self.acronym or self.name


class User(AbstractUser):
    """A person who signs in. What they may see follows from crises.Membership, not from being staff."""

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")

    # The key this request was made with, set by the API's authentication: it may narrow what the person may read.
    came_with: "ApiKey | None" = None

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class ApiKey(models.Model):
    """A partner's key: shown once, kept as a hash, scoped and expiring."""

    class Scope(models.TextChoices):
        READ = "read", "read"
        WRITE = "write", "read and write"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True, help_text="The readable beginning of the key.")
    secret_hash = models.CharField(max_length=64, help_text="SHA-256 of the whole key.")
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    @staticmethod
    def digest(key: str) -> str:
        """The stored form of a key: 256 random bits need no slow hash."""
        return hashlib.sha256(key.encode()).hexdigest()

    @staticmethod
    def draw() -> str:
        """A new key: a readable prefix and 256 random bits."""
        return f"osr_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"

    def is_valid_at(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class AuditEntry(models.Model):
    """Who did what to which thing; append-only, written outside the ledger's lock.

    No address of a device is kept: where field staff sign in from is nobody's business. The crisis is an id and no
    foreign key, for crises stand above accounts.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    crisis_id = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
            models.Index(fields=["crisis_id", "-at", "-id"], name="audit_of_a_crisis"),
            models.Index(fields=["at"], name="audit_by_age"),
        ]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject_kind}"
