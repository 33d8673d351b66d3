"""Revisions: one per transaction, in commit order, raw SQL included."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from apps.incidents.models import Incident
from apps.ledger.actions import open_revision
from apps.ledger.models import Change, Revision
from apps.ledger.queries import latest_revision, revision_at
from tests.factories import facts

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_transaction_has_one_revision_however_often_it_is_opened(now):
    with transaction.atomic():
        first = open_revision(by=None, now=now, reason="One")
        second = open_revision(by=None, now=now, reason="Two")
    assert first == second
    assert Revision.objects.get().reason == "One"


def test_the_next_transaction_has_the_next_revision(now):
    with transaction.atomic():
        first = open_revision(by=None, now=now)
    with transaction.atomic():
        second = open_revision(by=None, now=now)
    assert second == first + 1


def test_a_revision_outside_a_transaction_is_refused(now):
    with pytest.raises(RuntimeError, match="surrounding transaction"):
        open_revision(by=None, now=now)


def test_known_time_never_runs_backwards(now):
    with transaction.atomic():
        open_revision(by=None, now=now)
    with transaction.atomic():
        open_revision(by=None, now=now - timedelta(days=30))
    assert list(Revision.objects.values_list("at", flat=True)) == [now, now]


def test_a_moment_means_the_last_revision_made_by_then(now):
    for hours in (0, 1, 2):
        with transaction.atomic():
            open_revision(by=None, now=now + timedelta(hours=hours))
    assert revision_at(now - timedelta(seconds=1)) == 0
    assert revision_at(now + timedelta(minutes=90)) == latest_revision() - 1
    assert revision_at(now + timedelta(days=9)) == latest_revision()


def test_raw_sql_writes_are_numbered_versioned_and_reported():
    row = facts.incident()
    before = latest_revision()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_incident SET title = 'By hand' WHERE id = %s", [row.pk])
    row.refresh_from_db()
    assert (row.rev, row.version) == (before + 1, 2)
    assert Change.objects.filter(revision=row.rev, record_id=row.pk, action="updated").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, rev_to FROM incidents_incident_version WHERE id = %s", [row.pk])
        assert cursor.fetchall() == [("Air strikes reported", before + 1)]


def test_a_rolled_back_write_leaves_no_revision(now):
    def open_and_fail() -> None:
        with transaction.atomic():
            open_revision(by=None, now=now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        open_and_fail()
    assert not Revision.objects.exists()


def test_a_row_made_and_changed_in_one_transaction_keeps_no_past(now):
    with transaction.atomic():
        row = facts.incident(now=now)
        Incident.objects.filter(pk=row.pk).update(title="At once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM incidents_incident_version")
        assert cursor.fetchone() == (0,)
