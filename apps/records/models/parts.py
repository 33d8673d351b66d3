"""The parts a record is made of: where it comes from, where and when it happened, and how it stands."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Case, F, Q, Value, When

from apps.accounts.levels import Audience, LocationRelease, Sensitivity
from apps.accounts.models import Organisation
from apps.crises.models import Crisis
from apps.geo.models import SRID, AdminArea
from apps.records.vocabularies import Accuracy, Basis, HowKnown, TimePrecision, Verification
from apps.sources.models import Dataset, Document, Source


class Provenance(models.Model):
    """Who published the record, under which id, and who brought it in.

    Columns that no list asks by carry no index: each costs every bulk load.
    """

    crisis = models.ForeignKey(Crisis, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    external_id = models.CharField(max_length=200, blank=True, help_text="The item's id at the source.")
    external_version = models.CharField(max_length=120, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False, help_text="Tells an unchanged item.")
    url = models.URLField(max_length=1000, blank=True)
    how_known = models.CharField(max_length=12, choices=HowKnown.choices, default=HowKnown.UNKNOWN)
    reporting_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True


class Placed(models.Model):
    """Where, as known and as released. Those without exact sight read only the `released_` columns.

    P-codes are copied from the area at write, so that filters need no join.
    """

    location = models.PointField(srid=SRID, null=True, blank=True)
    location_accuracy = models.CharField(max_length=12, choices=Accuracy.choices, default=Accuracy.ADM0)
    area = models.ForeignKey(AdminArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    adm0_pcode = models.CharField(max_length=24, blank=True)
    adm1_pcode = models.CharField(max_length=24, blank=True)
    adm2_pcode = models.CharField(max_length=24, blank=True)
    adm3_pcode = models.CharField(max_length=24, blank=True)
    place_name = models.CharField(max_length=300, blank=True)
    provider_area_name = models.CharField(max_length=300, blank=True, help_text="As the source wrote it.")
    provider_area_code = models.CharField(max_length=60, blank=True)
    location_release = models.CharField(
        max_length=12, choices=LocationRelease.choices, default=LocationRelease.SETTLEMENT
    )
    released_location = models.PointField(srid=SRID, null=True, blank=True, editable=False)
    released_area = models.ForeignKey(
        AdminArea, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    released_adm0_pcode = models.CharField(max_length=24, blank=True, editable=False)
    released_adm1_pcode = models.CharField(max_length=24, blank=True, editable=False)
    released_adm2_pcode = models.CharField(max_length=24, blank=True, editable=False)
    released_adm3_pcode = models.CharField(max_length=24, blank=True, editable=False)
    released_place_name = models.CharField(max_length=300, blank=True, editable=False)
    is_generalised = models.BooleanField(
        default=False, editable=False, help_text="Released more coarsely than known: free text is withheld too."
    )

    class Meta:
        abstract = True


class Timed(models.Model):
    """When: civil days in the crisis's zone always, hours only where known; when said, and when we learned it."""

    start_date = models.DateField()
    end_date = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    time_precision = models.CharField(max_length=10, choices=TimePrecision.choices, default=TimePrecision.DAY)
    reported_at = models.DateTimeField(null=True, blank=True, help_text="When the source said it.")
    created_at = models.DateTimeField(editable=False, help_text="When we learned it.")
    stale_after = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class Standing(models.Model):
    """How the record stands: reviewed or not, released or not, for whom, merged or removed.

    `audience` is the one stored column that every reader is compared with.
    """

    verification = models.CharField(max_length=12, choices=Verification.choices, default=Verification.UNVERIFIED)
    basis = models.CharField(max_length=30, choices=Basis.choices, blank=True)
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=Sensitivity.PARTNERS)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.CharField(max_length=300, blank=True)
    stays_removed = models.BooleanField(
        default=False, editable=False, help_text="Removed by a person here: its source does not bring it back."
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    canonical = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", editable=False)
    audience = models.GeneratedField(
        expression=Case(
            When(
                Q(removed_at__isnull=False) | Q(merged_into__isnull=False) | Q(verification=Verification.REJECTED),
                then=Value(int(Audience.NOBODY)),
            ),
            When(sensitivity=0, released_at__isnull=False, then=Value(int(Audience.PUBLIC))),
            When(sensitivity=0, then=Value(int(Audience.PARTNERS))),
            default=F("sensitivity"),
            output_field=models.SmallIntegerField(),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        abstract = True
