"""Provenance: who publishes, what series they count, what arrived, and what came of each refresh."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import Organisation
from apps.core.ids import uuid7
from apps.sources.querysets import RefreshRunQuerySet, SourceQuerySet


class Reliability(models.TextChoices):
    """Reliability of a source; shown as words, to coordinators only. Unknown is F, never a middle grade."""

    A = "A", "completely reliable"
    B = "B", "usually reliable"
    C = "C", "fairly reliable"
    D = "D", "not usually reliable"
    E = "E", "unreliable"
    F = "F", "reliability cannot be judged"


class Redistribution(models.TextChoices):
    """What a dataset's licence lets leave the system."""

    OPEN = "open", "open"
    ATTRIBUTION = "attribution", "with attribution"
    SHARE_ALIKE = "share_alike", "with attribution, share alike"
    NONCOMMERCIAL = "noncommercial", "not for commercial use"
    AGGREGATES_ONLY = "aggregates_only", "only inside totals"
    INTERNAL = "internal", "not at all"


class Source(models.Model):
    """Somebody who publishes, and how we listen to them."""

    class Kind(models.TextChoices):
        FEED = "feed", "feed or API"
        NEWS = "news", "news feed"
        ORGANISATION = "organisation", "organisation, quoted"
        OWN = "own", "our own reports"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.FEED)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    homepage = models.URLField(blank=True)
    connector = models.CharField(max_length=40, blank=True, help_text="A key of settings.CONNECTORS.")
    options = models.JSONField(default=dict, blank=True, help_text="What the connector needs: countries, themes, feed.")
    is_enabled = models.BooleanField(default=True)
    releases_on_arrival = models.BooleanField(
        default=False, help_text='Trusted to publish: its records are released at once, shown "as published by …".'
    )
    interval_minutes = models.PositiveIntegerField(default=60, validators=[MinValueValidator(5)])
    last_succeeded_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    failures_in_a_row = models.PositiveIntegerField(default=0, editable=False)
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="Set after repeated failures; clear to retry now."
    )
    conditional = models.JSONField(default=dict, editable=False, help_text="ETag and Last-Modified by address.")

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceReliability(models.Model):
    """How far a source is trusted for one group of metrics."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="reliabilities")
    metric_group = models.CharField(max_length=40, blank=True, help_text="Empty: every other metric.")
    grade = models.CharField(max_length=1, choices=Reliability.choices, default=Reliability.F)

    class Meta:
        verbose_name_plural = "source reliabilities"
        constraints = [
            models.UniqueConstraint(fields=["source", "metric_group"], name="source_reliability_once_per_metric_group"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_grade_display()}"


class Dataset(models.Model):
    """A separately counted series of a source. Its licence decides what may leave."""

    class Counts(models.TextChoices):
        EVENTS = "events", "events"
        IDPS = "idps", "internally displaced people"
        DISPLACEMENTS = "displacements", "internal displacements"
        RETURNEES = "returnees", "returnees"
        REFUGEES = "refugees", "refugees"
        STATUS = "status", "status of infrastructure"
        STATEMENTS = "statements", "statements and totals"
        CONTEXT = "context", "context of areas"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="datasets")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    upstream_name = models.CharField(max_length=200, blank=True)
    counts = models.CharField(max_length=20, choices=Counts.choices)
    counts_since = models.DateField(null=True, blank=True)
    method = models.TextField(blank=True)
    licence = models.CharField(max_length=120)
    attribution = models.CharField(max_length=300)
    redistribution = models.CharField(max_length=20, choices=Redistribution.choices)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def stays_inside(self) -> bool:
        """Its rows get at least `restricted`: they leave in totals only, or not at all."""
        return self.redistribution in {Redistribution.AGGREGATES_ONLY, Redistribution.INTERNAL}


class Round(models.Model):
    """One round of a dataset. Rounds are ordered by date, never by number."""

    class Coverage(models.TextChoices):
        FULL = "full", "every place"
        VISITED_ONLY = "visited_only", "only the places visited"
        CUMULATIVE = "cumulative", "with the round before"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="rounds")
    number = models.CharField(max_length=40)
    from_date = models.DateField()
    to_date = models.DateField()
    published_at = models.DateTimeField(null=True, blank=True)
    coverage = models.CharField(max_length=20, choices=Coverage.choices, default=Coverage.FULL)

    class Meta:
        ordering: ClassVar[list[str]] = ["-to_date"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number", "from_date"], name="round_once_per_dataset"),
            models.CheckConstraint(condition=Q(from_date__lte=F("to_date")), name="round_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} round {self.number}"


class RefreshRun(models.Model):
    """One attempt to bring a source up to date, and what came of it."""

    class Outcome(models.TextChoices):
        RUNNING = "running", "running"
        CHANGED = "changed", "brought changes"
        UNCHANGED = "unchanged", "nothing new"
        PARTIAL = "partial", "some items were quarantined"
        MALFORMED = "malformed", "could not be read"
        SUSPICIOUS = "suspicious", "looked wrong; what was there stays"
        UNREACHABLE = "unreachable", "could not be reached"
        NOT_CONFIGURED = "not_configured", "credentials are missing or refused"
        ABANDONED = "abandoned", "the worker went away; done again"
        FAILED = "failed", "failed"

    FAILURES = (Outcome.MALFORMED, Outcome.SUSPICIOUS, Outcome.UNREACHABLE, Outcome.NOT_CONFIGURED, Outcome.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    slot = models.CharField(max_length=40, help_text="The scheduled moment it answers; one run a slot.")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.RUNNING)
    detail = models.TextField(blank=True)
    started_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    payloads = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)

    objects = RefreshRunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "slot"], name="refresh_run_once_per_slot"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(outcome="running"), name="refresh_run_one_running_per_source"
            ),
            models.CheckConstraint(
                condition=Q(outcome="running", finished_at=None)
                | (~Q(outcome="running") & Q(finished_at__isnull=False)),
                name="refresh_run_finished_or_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.slot}: {self.get_outcome_display()}"


class Document(models.Model):
    """What came in, as it came: a payload, an article's particulars, a quoted statement."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="documents")
    dataset = models.ForeignKey(Dataset, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")
    run = models.ForeignKey(RefreshRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="documents")
    external_id = models.CharField(max_length=500)
    external_version = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    title = models.CharField(max_length=500, blank=True)
    summary = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100, blank=True)
    raw = models.BinaryField(null=True, editable=False, help_text="The bytes as they came, compressed with zlib.")
    sensitivity = models.SmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-published_at", "-fetched_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id", "sha256"], name="document_once_per_content"),
        ]
        indexes = [models.Index(fields=["source", "-published_at"], name="document_newest_of_source")]

    def __str__(self) -> str:
        return self.title or self.external_id


class UpstreamAlias(models.Model):
    """Another id under which a source knows the same item (USGS may change the preferred one)."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="aliases")
    alias = models.CharField(max_length=120)
    external_id = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "upstream aliases"
        constraints = [models.UniqueConstraint(fields=["source", "alias"], name="upstream_alias_once_per_source")]

    def __str__(self) -> str:
        return f"{self.alias} = {self.external_id}"


class QuarantinedItem(models.Model):
    """An item that could not be taken in, kept with the reason until a person settles it."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        ACCEPTED = "accepted", "taken in since"
        DISMISSED = "dismissed", "dismissed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="quarantined")
    run = models.ForeignKey(
        RefreshRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="quarantined_items"
    )
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="quarantined")
    key = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500)
    item = models.TextField()
    sha256 = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    times_seen = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-last_seen_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "sha256"], name="quarantined_item_once_per_content"),
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None) | Q(settled_at__isnull=False),
                name="quarantined_item_settled_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"
