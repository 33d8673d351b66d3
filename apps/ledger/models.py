"""Revisions in commit order, the changes each made, the outbox, and idempotency keys."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Least


class Revision(models.Model):
    """One transaction that changed a fact, claim, decision or link, numbered in commit order.

    Rows are made by the database function `ledger_open_revision`, under one lock: revision n is visible before n+1
    exists. `at` never runs backwards: it is the later of the action's clock and the previous revision's.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)
    undoes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by", help_text="Taken back by it."
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [models.Index(fields=["at", "id"], name="revision_at")]

    def __str__(self) -> str:
        return f"revision {self.pk}"


class Change(models.Model):
    """One transition of one record within a revision, with who could see it before and after."""

    class Action(models.TextChoices):
        CREATED = "created", "created"
        UPDATED = "updated", "updated"
        REMOVED = "removed", "removed"
        FIGURES = "figures", "reported figures changed"
        REDACTED = "redacted", "redacted"

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=40)
    record_id = models.UUIDField()
    crisis_id = models.BigIntegerField(
        null=True, help_text="The crisis it belonged to; a key without a constraint, since crises stand above."
    )
    action = models.CharField(max_length=20, choices=Action.choices)
    reason = models.TextField(blank=True)
    audience_before = models.SmallIntegerField(null=True)
    audience_after = models.SmallIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["revision_id", "id"]
        indexes = [
            models.Index(fields=["kind", "record_id", "revision"], name="change_of_record"),
            # One probe a level finds the newest change that a level may know of.
            models.Index(Least("audience_before", "audience_after"), F("revision").desc(), name="change_floor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id} {self.action}"


class Follower(models.Model):
    """How far somebody has followed the changes: work that is pulled, not pushed.

    Changes are numbered under the ledger's lock, so what is above the last one read was written after it.
    """

    name = models.CharField(max_length=60, primary_key=True)
    last_change = models.BigIntegerField(default=0, help_text="The id of the last change that was worked on.")

    def __str__(self) -> str:
        return f"{self.name} at {self.last_change}"


class Job(models.Model):
    """The outbox: work that must not be lost, done at least once by a leasing worker."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        DEAD = "dead", "gave up"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["run_after", "id"]
        indexes = [models.Index(fields=["run_after"], name="job_due", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class IdempotencyKey(models.Model):
    """The first answer to a write, given again when the same actor repeats it."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_key_unique_per_actor")]

    def __str__(self) -> str:
        return self.key
