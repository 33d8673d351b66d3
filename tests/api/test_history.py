"""Who changed a record, when and why, as far as the reader may know."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point

from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, Incident
from apps.ledger.queries import latest_revision
from apps.records import kinds, reviewing
from apps.records.amending import amend
from apps.records.models import Redaction
from apps.records.undoing import undo
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row(cast, now):
    """Reported by Fatima, corrected and released by Cora."""
    row = facts.incident(
        crisis=cast.aleppo, by=cast.fatima, title="Shelling", sensitivity=0, location_release="exact",
        location_accuracy="point", claims=[facts.claim("killed", 300, "more_than")],
    )  # fmt: skip
    row.title = "Air strike"
    amend(kind=incidents.KIND, record=row, by=cast.cora, now=now + timedelta(hours=1), reason="A witness called")
    reviewing.release(kind=kinds.of(row), record=row, by=cast.cora, now=now + timedelta(hours=2), reason="Checked")
    return row


def told(answer):
    return [each["actions"] for each in answer["results"]]


def test_each_change_is_told_with_who_when_why_and_what(ask, cast, row):
    answer = ask(f"incidents/{row.pk}/history", cast.cora)
    assert told(answer) == [["released"], ["corrected"], ["created", "figure_added"]]
    _, corrected, created = answer["results"]
    assert (corrected["by"], corrected["reason"]) == ("cora", "A witness called")
    assert corrected["changes"] == [{"column": "title", "label": "title", "before": "Shelling", "after": "Air strike"}]
    assert created["by"] == "fatima"
    assert created["changes"][0] == {
        "column": "figure", "label": "Killed", "before": None, "after": "> 300 (Observers)",
    }  # fmt: skip
    assert ask(f"incidents/{row.pk}", cast.cora, known_at=corrected["known_at"])["title"] == "Air strike"
    assert ask(f"incidents/{row.pk}", cast.cora)["history_url"].endswith(f"/api/v1/incidents/{row.pk}/history")


def test_the_public_reads_from_the_release_on_and_no_names_nor_reasons(ask, cast, row):
    answer = ask(f"incidents/{row.pk}/history")
    assert told(answer) == [["opened"], ["figure_added"]]
    assert {each["by"] for each in answer["results"]} == {"coordination", "a reporter"}
    assert {each["reason"] for each in answer["results"]} == {None}
    assert "RELIEF" not in str(ask(f"incidents/{row.pk}/history", cast.pavel))


def test_what_is_withheld_today_is_told_of_no_moment(ask, cast, row, now):
    secret = Point(36.1111, 35.2222, srid=4326)
    row.location, row.place_name = secret, "Hidden clinic"
    amend(kind=incidents.KIND, record=row, by=cast.cora, now=now, reason="Hidden clinic")
    row.location_release = "adm1"
    amend(kind=incidents.KIND, record=row, by=cast.cora, now=now, reason="It is a clinic")
    for reader in (None, cast.pavel):
        answer = str(ask(f"incidents/{row.pk}/history", reader))
        assert "clinic" not in answer
        assert "35.2" not in answer
        assert "Shelling" not in answer
    assert "Hidden clinic" in str(ask(f"incidents/{row.pk}/history", cast.cora))


def test_a_held_figure_is_told_to_the_cleared_alone(ask, cast, row, now):
    incidents.add_figures(
        incident=row, claims=[facts.claim("killed", 41, attributed_to="B", sensitivity=3)],
        dataset=DatasetFactory(), by=cast.cora, now=now,
    )  # fmt: skip
    assert "41 (B)" in str(ask(f"incidents/{row.pk}/history", cast.cora))
    for reader in (None, cast.pavel, cast.imran):
        answer = ask(f"incidents/{row.pk}/history", reader)
        assert "41" not in str([each["changes"] for each in answer["results"]])
        assert ["figure_added"] not in told(answer)[:1]


def test_figures_used_merges_undoing_and_redactions_have_their_words(ask, cast, row, now):
    incidents.add_figures(
        incident=row, claims=[facts.claim("killed", 9, attributed_to="B", credibility=1)],
        dataset=row.dataset, by=cast.cora, now=now,
    )  # fmt: skip
    other = facts.incident(crisis=cast.aleppo, title="The same strike")
    Incident.objects.filter(pk=other.pk).update(merged_into=row, canonical=row)
    merged = latest_revision()
    assert ["merged"] in told(ask(f"incidents/{row.pk}/history", cast.cora))
    undo(revision_id=merged, by=cast.cora, now=now, reason="Two strikes")
    Redaction.objects.create(
        kind="incident", record_id=row.pk, fields=["summary"], reason="A name", by=cast.cora, at=now,
        revision=latest_revision(),
    )  # fmt: skip
    newest = ask(f"incidents/{row.pk}/history", cast.cora)["results"]
    assert newest[0]["actions"] == ["undone", "unmerged", "redacted"]
    assert newest[0]["undoes"] == newest[1]["known_at"]
    assert newest[1]["undone_by"] == newest[0]["known_at"]
    assert CasualtyClaim.objects.get(attributed_to="B").is_adopted
    (added,) = [each for each in newest if "figure_added" in each["actions"] and "created" not in each["actions"]]
    assert [each["after"] for each in added["changes"]] == ["9 (B)"]


def test_a_history_is_paged_and_can_be_asked_as_of_then(ask, cast, row):
    first = ask(f"incidents/{row.pk}/history", cast.cora, limit=2)
    assert told(first) == [["released"], ["corrected"]]
    cursor = first["next"].split("cursor=")[1].split("&")[0]
    assert told(ask(f"incidents/{row.pk}/history", cast.cora, limit=2, cursor=cursor)) == [["created", "figure_added"]]
    then = first["results"][1]["known_at"]
    assert told(ask(f"incidents/{row.pk}/history", cast.cora, known_at=then))[0] == ["corrected"]
    ask(f"incidents/{row.pk}/history", cast.cora, expect=400, cursor="2024-01-01")


def test_no_record_no_history(ask, cast):
    row = facts.incident(crisis=cast.aleppo, sensitivity=2)
    for reader in (None, cast.carl, cast.sam):
        ask(f"incidents/{row.pk}/history", reader, expect=404)
    for made, path in (
        (facts.moved(crisis=cast.aleppo), "displacement"),
        (facts.status(crisis=cast.aleppo), "asset-status"),
        (facts.constraint(crisis=cast.aleppo), "access-constraints"),
    ):
        assert told(ask(f"{path}/{made.pk}/history", cast.cora))[0][0] == "created"
