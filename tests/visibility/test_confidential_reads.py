"""Reading what is confidential leaves a line: who, when, which; once an hour, and of lists how many."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.models import AuditEntry, User
from tests.api.conftest import client_of
from tests.factories import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def confidential(cast):
    return facts.incident(crisis=cast.aleppo, sensitivity=3)


def lines(verb="record.read"):
    return list(AuditEntry.objects.filter(verb=verb).values_list("actor", "subject_kind", "subject_id", "crisis_id"))


def test_opening_a_confidential_record_is_noted_once_an_hour(confidential, cast, now):
    line = (cast.cora.pk, "incident", str(confidential.pk), cast.aleppo.pk)
    with time_machine.travel(now, tick=False) as clock:
        client = client_of(cast.cora)
        for _again in range(2):
            assert client.get(f"/api/v1/incidents/{confidential.pk}").status_code == 200
        assert lines() == [line]
        clock.shift(timedelta(hours=1, seconds=1))
        client.get(f"/api/v1/incidents/{confidential.pk}", {"format": "geojson"})
        assert lines() == [line, line]


def test_opening_it_in_the_administration_is_noted(confidential, cast):
    User.objects.filter(pk=cast.cora.pk).update(is_staff=True)
    page = client_of(cast.cora).get(reverse("admin:incidents_incident_change", args=[confidential.pk]))
    assert page.status_code == 200
    assert lines() == [(cast.cora.pk, "incident", str(confidential.pk), cast.aleppo.pk)]


def test_a_list_is_one_line_with_the_number(confidential, cast):
    facts.incident(crisis=cast.aleppo, sensitivity=3)
    facts.incident(crisis=cast.aleppo, sensitivity=2)
    client_of(cast.cora).get("/api/v1/incidents")
    entry = AuditEntry.objects.get(verb="records.listed")
    assert (entry.actor, entry.crisis_id, entry.detail) == (cast.cora, cast.aleppo.pk, {"count": 2})


def test_what_is_not_confidential_and_what_is_refused_leave_no_line(confidential, cast):
    row = facts.incident(crisis=cast.aleppo, sensitivity=2)
    for user in (cast.cora, cast.imran, None):
        client_of(user).get(f"/api/v1/incidents/{row.pk}")
    for user in (cast.imran, cast.carl, None):
        client_of(user).get(f"/api/v1/incidents/{confidential.pk}")
        client_of(user).get("/api/v1/incidents")
    assert lines() == lines("records.listed") == []
