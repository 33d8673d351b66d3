"""A figure is a claim: somebody said it, somewhere, about a time. Abstract; each fact has its concrete one."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q

from apps.accounts.levels import Sensitivity
from apps.accounts.models import Organisation
from apps.core.ids import uuid7
from apps.geo.models import AdminArea
from apps.ledger.versioned import Versioned
from apps.records.models.guards import AnswersItsQuestion, ChangedPartsWithinWholes, NewPartsWithinWholes
from apps.records.models.vocabulary import Metric
from apps.records.vocabularies import ClaimStatus, Credibility, Group, HowKnown, Quantifier, Scope, Sex, Unit
from apps.sources.models import Dataset, Document, Round, Source


class Statement(Versioned):
    """Who says it, in what words, when, and whether it still stands.

    Concrete classes add `record` (never changes) and `canonical` (the root of its merge tree). Columns that no list
    asks by carry no index: there are several claims a record.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    external_id = models.CharField(max_length=200, blank=True, help_text="Tells the statements of one record apart.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    attributed_to = models.CharField(max_length=200, help_text="Who said it, as the source names them.")
    attributed_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    excerpt = models.TextField(blank=True, help_text="The words it rests on.")
    excerpt_start = models.PositiveIntegerField(null=True, blank=True)
    is_paraphrase = models.BooleanField(default=False, help_text="The excerpt is our short paraphrase.")
    url = models.URLField(max_length=1000, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(editable=False)
    credibility = models.PositiveSmallIntegerField(choices=Credibility.choices, default=Credibility.CANNOT_BE_JUDGED)
    how_known = models.CharField(max_length=12, choices=HowKnown.choices, default=HowKnown.UNKNOWN)
    status = models.CharField(max_length=12, choices=ClaimStatus.choices, default=ClaimStatus.CURRENT)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=Sensitivity.PUBLIC)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    is_held = models.BooleanField(default=False, editable=False, help_text="Stricter than its record.")
    is_adopted = models.BooleanField(default=False, editable=False, help_text="The figure used for its question.")

    class Meta(Versioned.Meta):
        abstract = True
        # Rivals of the figures used, and what is held: few, and asked for across all records.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["canonical"],
                name="%(class)s_unused",
                condition=Q(status=ClaimStatus.CURRENT, is_adopted=False),
            ),
        ]


class FigureClaim(Statement):
    """A statement with a number. Null is unknown; 0 was said to be none."""

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="+", db_index=False)
    group = models.CharField(max_length=20, choices=Group.choices, default=Group.ALL)
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.ALL)
    age_band = models.CharField(max_length=12, default="all")
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts")
    low = models.BigIntegerField(null=True, blank=True)
    best = models.BigIntegerField(null=True, blank=True)
    high = models.BigIntegerField(null=True, blank=True)
    quantifier = models.CharField(max_length=10, choices=Quantifier.choices, default=Quantifier.EXACT)
    unit = models.CharField(max_length=12, choices=Unit.choices, default=Unit.PEOPLE)
    scope = models.CharField(max_length=16, choices=Scope.choices, default=Scope.EVENT)
    from_date = models.DateField(null=True, blank=True)
    to_date = models.DateField(null=True, blank=True)
    counts_from = models.DateField(null=True, blank=True)
    as_of_date = models.DateField(null=True, blank=True, help_text="The day a stock or running total stands for.")
    area = models.ForeignKey(
        AdminArea,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="If wider than the record's.",
    )
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Statement.Meta):
        abstract = True
        ordering: ClassVar[list[str]] = ["metric", "-published_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "source", "external_id"],
                condition=~Q(external_id=""),
                name="%(class)s_once_per_record",
            ),
            models.UniqueConstraint(
                fields=[
                    "canonical",
                    "metric",
                    "group",
                    "sex",
                    "age_band",
                    "unit",
                    "scope",
                    "from_date",
                    "to_date",
                    "counts_from",
                    "as_of_date",
                    "round",
                ],
                condition=Q(is_adopted=True),
                nulls_distinct=False,
                name="%(class)s_one_used_per_question",
            ),
            models.CheckConstraint(
                condition=(Q(low=None) | Q(best=None) | Q(low__lte=F("best")))
                & (Q(best=None) | Q(high=None) | Q(best__lte=F("high")))
                & (Q(low=None) | Q(high=None) | Q(low__lte=F("high"))),
                name="%(class)s_low_best_high_in_order",
            ),
            models.CheckConstraint(
                condition=(Q(low=None) | Q(low__gte=0))
                & (Q(best=None) | Q(best__gte=0))
                & (Q(high=None) | Q(high__gte=0)),
                name="%(class)s_never_negative",
            ),
            models.CheckConstraint(
                condition=~Q(is_adopted=True) | Q(status=ClaimStatus.CURRENT, is_held=False),
                name="%(class)s_used_only_if_current",
            ),
            models.CheckConstraint(condition=~Q(part_of=F("id")), name="%(class)s_not_part_of_itself"),
            models.CheckConstraint(
                condition=Q(scope=Scope.EVENT)
                | Q(
                    scope=Scope.PERIOD_TOTAL,
                    from_date__isnull=False,
                    to_date__isnull=False,
                    from_date__lte=F("to_date"),
                )
                | Q(scope=Scope.RUNNING_TOTAL, counts_from__isnull=False, as_of_date__isnull=False)
                | Q(scope=Scope.STOCK, as_of_date__isnull=False),
                name="%(class)s_scope_has_its_dates",
            ),
            models.CheckConstraint(
                condition=Q(credibility__gte=1, credibility__lte=6), name="%(class)s_credibility_in_range"
            ),
        ]
        indexes = [
            models.Index(fields=["canonical", "metric"], name="%(class)s_question"),
            # Stated totals and stocks are few among the figures of events, and every summary looks for them.
            models.Index(
                fields=["canonical"],
                name="%(class)s_stated",
                condition=~Q(scope=Scope.EVENT) | Q(as_of_date__isnull=False),
            ),
            *Statement.Meta.indexes,
        ]
        triggers = [*Statement.Meta.triggers, NewPartsWithinWholes(), ChangedPartsWithinWholes()]

    def __str__(self) -> str:
        return f"{self.metric_id}: {self.get_quantifier_display()} {self.best if self.best is not None else self.low}"


class Decision(Versioned):
    """A person's choice of the figure used. Choices by rule leave no row; concrete classes add `claim` and `record`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    question = models.TextField(blank=True, editable=False, help_text="What was asked, as records_question writes it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(Versioned.Meta):
        abstract = True
        ordering: ClassVar[list[str]] = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False), name="%(class)s_revoked_by_and_at"
            ),
        ]
        triggers = [*Versioned.Meta.triggers, AnswersItsQuestion()]

    def __str__(self) -> str:
        return self.reason[:80]
