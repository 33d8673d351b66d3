"""The mark that a redaction leaves: when, by whom, why and of which fields; never what stood there."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Redaction(models.Model):
    """One redaction of one record. The only act that destroys leaves this behind."""

    kind = models.CharField(max_length=40)
    record_id = models.UUIDField()
    fields = ArrayField(models.CharField(max_length=60))
    reason = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Nobody: retention ran out.",
    )
    at = models.DateTimeField()
    revision = models.BigIntegerField(help_text="The revision it was made in.")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes = [models.Index(fields=["kind", "record_id"], name="redaction_of_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}: {', '.join(self.fields)}"
