"""Cells: what many records come to by month, kept beside the facts so that wide questions need not read them.

Only the database writes here: statement triggers on records and claims, inside the ledger's lock (migration 0002). A
record that somebody may see stands in a month's cells if it lies within that month; what spans months and the odd days
at the ends of a period are asked from the records (apps.picture.rollups). Strata (crisis and audience) are disjoint:
those that a reader may see are added.
"""

from django.db import models


class Cell(models.Model):
    """The key that sums and voices share."""

    kind = models.CharField(max_length=40)
    month = models.DateField(help_text="Its first day.")
    metric = models.CharField(max_length=40, blank=True)
    crisis = models.BigIntegerField(help_text="0: none.")
    audience = models.SmallIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m} {self.metric}"


class Sum(Cell):
    """Figures used of events, of everybody, in people: how many and what they add up to, by series.

    Without a metric: how many events.
    """

    dataset = models.BigIntegerField(help_text="0: of events.")
    n = models.BigIntegerField()
    low = models.BigIntegerField()
    best = models.BigIntegerField()
    bests = models.BigIntegerField(help_text="How many give a best figure.")
    high = models.BigIntegerField()
    highs = models.BigIntegerField(help_text="How many give an upper bound.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "metric", "month", "crisis", "audience", "dataset"], name="sum_once_per_cell"
            ),
        ]


class Voice(Cell):
    """Who said something current, how often, and when last. Without a metric: the records themselves."""

    source = models.BigIntegerField()
    n = models.BigIntegerField()
    newest = models.DateTimeField()
    gone = models.DateTimeField(null=True, help_text="The newest went; set only while it is looked for again.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "metric", "month", "crisis", "audience", "source"], name="voice_once_per_cell"
            ),
        ]
