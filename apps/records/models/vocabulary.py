"""Code lists that grow: a new metric or category is a row, not a migration."""

from typing import ClassVar

from django.db import models


class Metric(models.Model):
    """What a figure counts: killed, injured, displaced, idps, …"""

    code = models.CharField(max_length=40, primary_key=True)
    labels = models.JSONField(help_text="By language.")
    unit = models.CharField(max_length=20, default="people")
    group = models.CharField(max_length=40, help_text="Casualties, displacement, damage, …: reliability is per group.")
    is_summable = models.BooleanField(default=True, help_text="Event figures of one series may be added.")
    is_harm = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "code"]

    def __str__(self) -> str:
        return str(self.labels.get("en", self.code))


class Term(models.Model):
    """One code of a vocabulary: incident categories, hazards, access constraint types, causes, …"""

    vocabulary = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    scheme = models.CharField(max_length=40, help_text="Whose code list: acled, glide, amrf, helix, ours.")
    parent_code = models.CharField(max_length=60, blank=True)
    labels = models.JSONField(help_text="By language.")
    position = models.PositiveSmallIntegerField(default=100)
    symbol = models.CharField(max_length=20, blank=True, help_text="conflict, hazard, health, access, people.")

    class Meta:
        ordering: ClassVar[list[str]] = ["vocabulary", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="term_code_once_per_vocabulary")]

    def __str__(self) -> str:
        return str(self.labels.get("en", self.code))
