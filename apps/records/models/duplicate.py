"""Two records that may tell of one thing. Until somebody says so they widen every total they both stand in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.ids import uuid7
from apps.ledger.versioned import Versioned


class SuspectedDuplicate(Versioned):
    """A pair of records of one kind, the smaller id first, and what makes them look alike."""

    class State(models.TextChoices):
        OPEN = "open", "not yet settled"
        SAME = "same", "the same"
        DISTINCT = "distinct", "not the same"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    first_id = models.UUIDField()
    second_id = models.UUIDField()
    score = models.FloatField(help_text="From 0 to 1: how alike they are.")
    reasons = models.JSONField(default=dict, help_text='{"km": 1.2, "days": 0, "text": 0.8, "category": true}')
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    reason = models.TextField(blank=True)

    class Meta(Versioned.Meta):
        ordering: ClassVar[list[str]] = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first_id", "second_id"], name="suspected_duplicate_once_per_pair"),
            models.CheckConstraint(condition=Q(first_id__lt=F("second_id")), name="suspected_duplicate_in_order"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="suspected_duplicate_score_from_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="suspected_duplicate_settled_when_said",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | Q(settled_at__isnull=False),
                name="suspected_duplicate_settled_by_and_at",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "first_id"], name="suspected_first", condition=Q(state="open")),
            models.Index(fields=["kind", "second_id"], name="suspected_second", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id} and {self.second_id}"
