"""What is kept for how long."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django_celery_beat.models import PeriodicTask

from apps.crises.models import Protocol
from apps.incidents.models import Incident
from apps.records.blanks import PLACEHOLDER
from apps.records.models import Redaction
from apps.records.retention import redact_expired
from apps.sources.models import Document, QuarantinedItem
from apps.sources.payloads import empty_old
from tests.factories import facts
from tests.factories.sources import SourceFactory

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


@pytest.fixture
def kept_a_year(cast):
    Protocol.objects.create(
        crisis=cast.aleppo,
        kind="incident",
        category="abduction",
        sensitivity=2,
        location_release="adm2",
        retention=YEAR,
    )


def abduction(cast, **changes):
    return facts.incident(crisis=cast.aleppo, by=cast.fatima, fields={"category": "abduction"}, **changes)


def test_a_record_past_its_retention_loses_its_texts_its_place_and_its_reporter(kept_a_year, cast, now):
    row = abduction(cast, location_accuracy="point", claims=[facts.claim("abducted", 2, excerpt="Two men")])
    assert redact_expired(now=now + YEAR - timedelta(days=9)) == 0
    assert redact_expired(now=now + YEAR) == 1
    row = Incident.objects.get(pk=row.pk)
    assert (row.title, row.place_name, row.reported_by, row.reporting_organisation) == (PLACEHOLDER, "", None, None)
    assert row.location == row.released_location
    claim = row.claims.get()
    assert (claim.excerpt, claim.best) == ("", 2)
    mark = Redaction.objects.get()
    assert (mark.by, mark.record_id) == (None, row.pk)


def test_retention_redacts_a_record_once(kept_a_year, cast, now):
    abduction(cast)
    assert [redact_expired(now=now + YEAR) for _again in range(2)] == [1, 0]


def test_other_records_are_kept(kept_a_year, cast, now):
    facts.incident(crisis=cast.aleppo)
    facts.incident(crisis=cast.darfur, fields={"category": "abduction"})
    assert redact_expired(now=now + 9 * YEAR) == 0


def test_old_payloads_are_emptied_and_their_digest_stays(now, settings):
    settings.RAW_PAYLOAD_DAYS = 30
    source = SourceFactory()
    common = {"source": source, "sha256": "5" * 64}
    _old, waited_for = (
        Document.objects.create(external_id=name, raw=b"raw", fetched_at=now - timedelta(days=31), **common)
        for name in ("old", "waited for")
    )
    Document.objects.create(external_id="new", raw=b"raw", fetched_at=now - timedelta(days=29), **common)
    seen = {"first_seen_at": now - timedelta(days=31), "last_seen_at": now - timedelta(days=31), "source": source}
    QuarantinedItem.objects.create(document=waited_for, item="waits", reason="Odd", sha256="1" * 64, **seen)
    QuarantinedItem.objects.create(item="done", reason="Odd", sha256="2" * 64, state="dismissed", **seen)
    assert empty_old(now=now) == 2
    kept = dict(Document.objects.values_list("external_id", "raw"))
    assert (kept["old"], bytes(kept["waited for"]), bytes(kept["new"])) == (None, b"raw", b"raw")
    assert set(Document.objects.values_list("sha256", flat=True)) == {"5" * 64}
    assert set(QuarantinedItem.objects.values_list("item", flat=True)) == {"waits", ""}


@pytest.mark.parametrize("task", ["records.redact_expired", "sources.empty_payloads"])
def test_both_run_every_day(task):
    # What the migration ships; a transactional test before this one emptied the tables.
    import_module("apps.records.migrations.0007_daily_retention").add(apps, None)
    assert PeriodicTask.objects.get(task=task).interval.period == "days"
