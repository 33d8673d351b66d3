"""Redaction: afterwards what stood there is in no table, file, log, dump or cache, and a mark says that it was."""

import contextlib
import json
import logging
import os
import shutil
import subprocess
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection

from apps.access.actions import STATUS_KIND
from apps.accounts.actions import audit
from apps.displacement.actions import KIND as DISPLACEMENT
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyDecision, Incident
from apps.ledger.idempotency import answer_once
from apps.ledger.models import Change, Job, Revision
from apps.records.amending import amend
from apps.records.blanks import PLACEHOLDER, redactable
from apps.records.models import Redaction, SuspectedDuplicate
from apps.records.redacting import CannotRedact, redact
from apps.records.settling import question_text
from apps.sources.models import Document, QuarantinedItem
from tests.api.conftest import client_of
from tests.factories import facts
from tests.factories.sources import DatasetFactory

CANARY = 'Kestrel "Ø" street'
PARTS = ("Kestrel", "kestrel")


def kept_in() -> list[str]:
    """Every table and column of the database that still holds it, in any type of column that can."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY', 'character')"
        )
        for table, column, kind in cursor.fetchall():
            cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
            if any(_holds(value, kind) for (value,) in cursor.fetchall()):
                found.append(f"{table}.{column}")
    return found


def _holds(value, kind) -> bool:
    if kind != "bytea":
        return any(part in str(value) for part in PARTS)
    raw = bytes(value)
    with contextlib.suppress(zlib.error):
        raw += zlib.decompress(raw)
    return any(part.encode() in raw for part in PARTS)


@pytest.fixture
def quoted(cast, now):
    """A record whose texts stand in every place that keeps them."""
    dataset = DatasetFactory()
    alone, shared = (
        Document.objects.create(
            source=dataset.source, external_id=name, title=f"On {CANARY}", url="https://example.org/kestrel-1",
            summary=CANARY, sha256="0", fetched_at=now, raw=zlib.compress(json.dumps({"said": CANARY}).encode()),
        )
        for name in ("alone", "shared")
    )  # fmt: skip
    row = facts.incident(
        dataset=dataset, crisis=cast.aleppo, by=cast.fatima, title=CANARY, document=alone, location_accuracy="point",
        place_name=CANARY, url="https://example.org/kestrel-1", fields={"summary": f"At {CANARY}."},
        claims=[facts.claim(excerpt=f"Near {CANARY}", url="https://example.org/kestrel-1", attributed_to=CANARY)],
    )  # fmt: skip
    facts.incident(dataset=dataset, crisis=cast.aleppo, title="Another", document=shared)
    claim = row.claims.get()
    claim.document = shared
    claim.save()
    row.title = f"{CANARY}, again"
    amend(kind=incidents.KIND, record=row, by=cast.cora, now=now, reason=f"It was {CANARY}")
    row.title = f"Once more {CANARY}"
    amend(kind=incidents.KIND, record=row, by=cast.cora, now=now, reason="")
    CasualtyDecision.objects.create(
        record=row, claim=claim, question=question_text(claim), by=cast.cora, at=now, reason=f"Nearest to {CANARY}"
    )
    other = facts.incident(crisis=cast.aleppo)
    first, second = sorted((row, other), key=lambda each: each.pk)
    SuspectedDuplicate.objects.create(
        kind="incident", first_id=first.pk, second_id=second.pk, score=0.9, found_at=now, reasons={"text": CANARY}
    )
    audit(verb="seen", subject_kind="incident", subject_id=row.pk, by=cast.cora, now=now, title=CANARY)
    answer = {"id": str(row.pk), "title": CANARY}
    answer_once(actor=cast.fatima, key="r", body_sha256="0" * 64, now=now, write=lambda: answer)
    Job.objects.create(kind="webhook", key="k", run_after=now, payload={"said": [f"About {CANARY}"]})
    QuarantinedItem.objects.create(
        source=dataset.source, reason="Odd", item=json.dumps({"title": CANARY}), sha256="1" * 64, first_seen_at=now,
        last_seen_at=now,
    )  # fmt: skip
    LogEntry.objects.create(
        user=cast.cora, content_type=ContentType.objects.get_for_model(Incident), object_id=str(row.pk),
        object_repr=CANARY, action_flag=CHANGE, change_message=CANARY,
    )  # fmt: skip
    cache.set("picture", {"title": CANARY})
    return row


TEXTS = ["title", "place_name", "summary", "url", "excerpt", "attributed_to"]


def clear(row, by, now, fields=TEXTS, kind=incidents.KIND, reason="It named a shelter"):
    return redact(kind=kind, record=row, fields=fields, by=by, now=now, reason=reason)


@pytest.mark.django_db(transaction=True)
def test_what_was_redacted_is_nowhere_any_more(quoted, cast, now, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    assert len(kept_in()) > 15, "The test looks for something that is there."
    clear(quoted, cast.cora, now, reason=f"It named {CANARY}")
    assert kept_in() == []
    assert not any(part in caplog.text for part in PARTS)
    assert cache.get("picture") is None
    files = [path for root in (tmp_path, Path(settings.MEDIA_ROOT)) for path in root.rglob("*") if path.is_file()]
    assert not any(part.encode() in path.read_bytes() for path in files for part in PARTS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")
def test_what_was_redacted_is_in_no_dump(quoted, cast, now):
    clear(quoted, cast.cora, now)
    own = connection.settings_dict
    where = {f"PG{name}": str(own[name] or "") for name in ("HOST", "PORT", "USER", "PASSWORD")}
    environment = os.environ | {name: value for name, value in where.items() if value}
    command = ["pg_dump", "--data-only", "--dbname", own["NAME"]]
    dump = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    assert str(quoted.pk).encode() in dump
    assert not any(part.encode() in dump for part in PARTS)


@pytest.mark.django_db
def test_a_mark_says_when_why_by_whom_and_which_fields(quoted, cast, now):
    mark = clear(quoted, cast.cora, now, reason=f"It named {CANARY}")
    assert Redaction.objects.get() == mark
    assert (mark.kind, mark.record_id, mark.by, mark.fields) == ("incident", quoted.pk, cast.cora, sorted(TEXTS))
    assert mark.reason == f"It named {PLACEHOLDER}"
    row = Incident.objects.get(pk=quoted.pk)
    assert (row.title, row.place_name, row.summary, row.url) == (PLACEHOLDER, "", "", "")
    assert row.released_title == (PLACEHOLDER if not row.is_generalised else "Incident, explosions")


@pytest.mark.django_db
def test_the_change_is_told_to_exactly_those_who_see_the_record(quoted, cast, now):
    clear(quoted, cast.cora, now)
    change = Change.objects.get(action=Change.Action.REDACTED)
    quoted.refresh_from_db()
    assert (change.kind, change.record_id, change.crisis_id) == ("incident", quoted.pk, cast.aleppo.pk)
    assert (change.audience_before, change.audience_after) == (quoted.audience, quoted.audience)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nobody_at_all", "pavel", "fatima", "imran", "carl", "sam"])
def test_only_coordinators_of_the_crisis_redact(quoted, cast, now, name):
    someone = getattr(cast, name, cast.omar)
    with pytest.raises(PermissionDenied):
        clear(quoted, someone, now)
    assert Redaction.objects.count() == 0
    assert "Kestrel" in Incident.objects.get(pk=quoted.pk).title


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [[], ["verification"], ["nonsense", "title"]])
def test_what_cannot_be_redacted_is_refused(quoted, cast, now, fields):
    with pytest.raises(CannotRedact, match="place_name"):
        clear(quoted, cast.cora, now, fields)


@pytest.mark.django_db
def test_a_place_goes_with_every_text_that_may_name_it(quoted, cast, now):
    exact = quoted.location
    released = (0.0, 0.0)
    Incident.objects.filter(pk=quoted.pk).update(released_location="SRID=4326;POINT(0 0)", is_generalised=True)
    clear(quoted, cast.cora, now, ["location"])
    row = Incident.objects.get(pk=quoted.pk)
    assert row.location.coords == row.released_location.coords == released
    assert (row.title, row.place_name, row.claims.get().excerpt) == (PLACEHOLDER, "", "")
    for value in (f"{exact.x:.4f}", "Kestrel"):
        told = client_of(cast.cora).get(f"/api/v1/incidents/{row.pk}", {"known_at": "2030-01-01"}).content.decode()
        assert value not in told


@pytest.mark.django_db(transaction=True)
def test_a_reporter_is_forgotten(quoted, cast, now):
    clear(quoted, cast.cora, now, ["reported_by"])
    row = Incident.objects.get(pk=quoted.pk)
    assert (row.reported_by, row.reporting_organisation, row.claims.get().stated_by) == (None, None, None)
    assert not Revision.objects.filter(by=cast.fatima).exists()
    assert "Kestrel" in row.title


@pytest.mark.django_db
def test_what_a_source_says_again_stays_redacted(cast, now):
    dataset = DatasetFactory()
    said = {"dataset": dataset, "crisis": cast.aleppo, "external_id": "7", "title": CANARY}
    row = facts.incident(**said, claims=[facts.claim(excerpt=CANARY)])
    clear(row, cast.cora, now, ["title", "excerpt"])
    facts.incident(**said, claims=[facts.claim("killed", 4, excerpt=CANARY)], start_date=facts.DAY - timedelta(days=1))
    row.refresh_from_db()
    assert (row.title, row.claims.get().excerpt, row.claims.get().best) == (PLACEHOLDER, "", 4)
    assert row.start_date == facts.DAY - timedelta(days=1)
    assert kept_in() == []


@pytest.mark.django_db
def test_what_stands_for_a_status_is_redacted_with_it(cast, now):
    row = facts.status(crisis=cast.aleppo, title=CANARY, attributed_to=CANARY)
    assert row.constraints.get().title == CANARY
    clear(row, cast.cora, now, ["title", "attributed_to"], STATUS_KIND)
    assert kept_in() == []


@pytest.mark.django_db
def test_the_ends_of_a_movement_are_texts_too(cast, now):
    ends = {"origin_name": CANARY, "origin_accuracy": "settlement", "event_name": CANARY, "cohort": CANARY}
    row = facts.moved(crisis=cast.aleppo, fields={"measure": "flow", "category": "internal_displacements", **ends})
    clear(row, cast.cora, now, redactable(DISPLACEMENT), DISPLACEMENT)
    assert kept_in() == []


@pytest.mark.django_db
def test_redacting_twice_is_harmless(quoted, cast, now):
    clear(quoted, cast.cora, now)
    clear(quoted, cast.cora, now)
    assert Redaction.objects.count() == 2
    assert kept_in() == []
