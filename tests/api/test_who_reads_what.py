"""Who reads what through the API: a canary in every place that is not for everybody, looked for on every way out."""

from datetime import timedelta

import pytest

from apps.access.models import AccessConstraint, Asset
from apps.crises.models import Actor, Crisis
from apps.incidents.actions import KIND
from apps.incidents.models import Incident, IncidentActor
from apps.records import actions as records
from apps.records import kinds, reviewing
from apps.records.amending import amend
from apps.records.models import Link
from apps.sources.models import Document, SourceReliability
from tests.api.conftest import client_of
from tests.factories import facts
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db

CANARY = "Canary"
SPOT = (37.123457, 36.234568)
EXACT = ("37.123457", "36.234568")
RESOURCES = [
    "incidents", "displacement", "access-constraints", "asset-status", "claims", "assets", "documents", "actors",
    "crises", "sources", "datasets", "organisations", "areas", "places", "summary", "timeline",
]  # fmt: skip
TAKES_KNOWN_AT = {"incidents", "displacement", "access-constraints", "asset-status", "claims", "summary", "timeline"}
HAS_PLACES = {"incidents", "displacement", "access-constraints", "asset-status", "assets", "areas", "places"}
EVERYONE = ["nobody", "pavel", "fatima", "imran", "cora", "omar", "carl", "sam"]


def everything(user, ids=()):
    """All that the API tells somebody, as one text."""
    client = client_of(user)
    told = []
    for resource in RESOURCES:
        told.append(client.get(f"/api/v1/{resource}", {"lang": "en"}))
        if resource in HAS_PLACES:
            told.append(client.get(f"/api/v1/{resource}", {"format": "geojson"}))
        if resource in TAKES_KNOWN_AT:
            told.append(client.get(f"/api/v1/{resource}", {"known_at": "2024-12-02T12:00:00Z"}))
    for resource, pk in ids:
        told.append(client.get(f"/api/v1/{resource}/{pk}"))
        if resource in TAKES_KNOWN_AT:
            told.append(client.get(f"/api/v1/{resource}/{pk}", {"known_at": "2024-12-02T12:00:00Z"}))
    assert {response.status_code for response in told} <= {200, 404}
    return "\n".join(response.content.decode() for response in told)


def test_a_record_is_told_to_those_cleared_for_it_and_to_nobody_else(cast):
    whom = {0: EVERYONE, 1: ["pavel", "fatima", "imran", "cora"], 2: ["imran", "cora"], 3: ["cora"]}
    rows = {
        level: facts.incident(
            crisis=cast.aleppo,
            sensitivity=level,
            title=f"{CANARY} {level}",
            claims=[facts.claim("killed", 70_000 + level)],
        )
        for level in whom
    }
    reviewing.release(kind=kinds.of(rows[0]), record=rows[0], by=cast.cora, now=facts.NOW, reason="For the public")
    ids = [("incidents", row.pk) for row in rows.values()] + [("claims", row.claims.get().pk) for row in rows.values()]
    for name in EVERYONE:
        told = everything(getattr(cast, name), ids)
        for level, readers in whom.items():
            seen = (f"{CANARY} {level}" in told, str(70_000 + level) in told)
            assert seen == (name in readers, name in readers), (name, level)


def test_what_one_may_not_see_is_not_found(cast, ask):
    row = facts.incident(crisis=cast.aleppo, sensitivity=3)
    for name in EVERYONE:
        ask(f"incidents/{row.pk}", getattr(cast, name), expect=200 if name == "cora" else 404)
    answer = ask(f"incidents/{row.pk}", cast.pavel, expect=404)
    missing = ask("incidents/01a20000-0000-7000-8000-000000000000", cast.pavel, expect=404)
    assert answer == missing


def test_ones_own_report_is_ones_own_and_ones_organisations(cast, ask):
    row = facts.incident(crisis=cast.aleppo, by=cast.fatima, sensitivity=2, title=CANARY)
    for name in EVERYONE:
        seen = [each["id"] for each in ask("incidents", getattr(cast, name))["results"]]
        assert (seen == [str(row.pk)]) == (name in {"fatima", "omar", "imran", "cora"}), name


@pytest.fixture
def generalised(cast):
    """Released, known to the spot, shown to its district only, with texts that would give it away."""
    dataset = DatasetFactory()
    document = Document.objects.create(
        source=dataset.source, external_id="d", title=f"{CANARY} document", sha256="0", fetched_at=facts.NOW
    )
    row = facts.incident(
        dataset=dataset,
        crisis=cast.aleppo,
        by=cast.fatima,
        released=True,
        location=SPOT,
        location_accuracy="point",
        location_release="adm2",
        title=f"{CANARY} title",
        place_name=f"{CANARY} place",
        provider_area_name=f"{CANARY} provider",
        url="https://example.org/canary",
        external_id=f"{CANARY}-7",
        document=document,
        fields={"summary": f"{CANARY} summary"},
        claims=[facts.claim(excerpt=f"{CANARY} words", url="https://example.org/canary")],
    )
    assert row.is_generalised
    return row


def test_where_the_place_is_not_exact_no_text_gives_it_away(cast, generalised):
    ids = [("incidents", generalised.pk), ("claims", generalised.claims.get().pk)]
    for name in EVERYONE:
        told = everything(getattr(cast, name), ids)
        reads_whole = name in {"fatima", "omar", "cora"}
        assert (CANARY in told) == reads_whole, name
        assert ("example.org/canary" in told) == reads_whole, name
        assert (EXACT[0] in told) == reads_whole, name


def test_a_generalised_record_says_so_and_how_precisely_it_is_shown(cast, ask, generalised):
    (row,) = ask("incidents")["results"]
    assert (row["is_generalised"], row["location"], row["place_name"], row["url"], row["external_id"]) == (
        True, None, None, None, None,
    )  # fmt: skip
    assert row["title"] == "Incident, explosions"
    (whole,) = ask("incidents", cast.cora)["results"]
    assert (whole["is_generalised"], whole["location_accuracy"], whole["title"]) == (False, "point", f"{CANARY} title")


def test_a_box_and_a_search_find_only_what_is_shown(cast, ask, generalised):
    box = f"{SPOT[0] - 0.001},{SPOT[1] - 0.001},{SPOT[0] + 0.001},{SPOT[1] + 0.001}"
    for query in ({"bbox": box}, {"q": CANARY}):
        for name in EVERYONE:
            found = ask("incidents", getattr(cast, name), **query)["results"]
            assert bool(found) == (name in {"fatima", "omar", "cora"}), (name, query)


def test_a_place_released_more_coarsely_since_is_told_as_today_from_the_past(cast, ask, now):
    load_squareland(now=now)
    row = facts.incident(
        crisis=cast.aleppo, released=True, title=f"{CANARY} title", location=(0.123457, 0.5), location_accuracy="point",
        location_release="exact",
    )  # fmt: skip
    token = ask("incidents", known_at="2030-01-01")["known_at"]
    row.location_release = "adm2"
    amend(kind=KIND, record=row, by=cast.cora, now=now, reason="Placed more coarsely")
    (today,) = ask("incidents")["results"]
    (then,) = ask("incidents", known_at=token)["results"]
    placed = ("location", "adm1_pcode", "adm2_pcode", "place_name", "is_generalised", "title")
    assert {name: then[name] for name in placed} == {name: today[name] for name in placed}
    assert then["adm2_pcode"] == "D-A"
    # Filters read what the answer shows: the label point of the district, not the spot.
    x, y = then["location"]["coordinates"]
    assert len(ask("incidents", known_at=token, bbox=f"{x - 0.01},{y - 0.01},{x + 0.01},{y + 0.01}")["results"]) == 1
    assert ask("incidents", known_at=token, bbox="0.12,0.49,0.13,0.51")["results"] == []
    assert len(ask("incidents", known_at=token, area="D-A")["results"]) == 1
    assert ask("incidents", known_at=token, area="D-B")["results"] == []


def test_a_place_released_more_coarsely_since_is_not_told_from_the_past(cast, ask, now):
    row = facts.incident(
        crisis=cast.aleppo, released=True, title=f"{CANARY} title", location=SPOT, location_accuracy="point",
        location_release="exact",
    )  # fmt: skip
    token = ask("incidents", known_at="2030-01-01")["known_at"]
    assert CANARY in str(ask("incidents", known_at=token))
    Incident.objects.filter(pk=row.pk).update(
        location_release="adm1", is_generalised=True, released_location=None, released_title="Incident",
        released_place_name="",
    )  # fmt: skip
    for query in ({}, {"known_at": token}):
        for name in EVERYONE:
            (found,) = ask("incidents", getattr(cast, name), **query)["results"]
            assert (CANARY in str(found), found["location"] is not None) == (name == "cora", name == "cora"), name
    box = f"{SPOT[0] - 0.1},{SPOT[1] - 0.1},{SPOT[0] + 0.1},{SPOT[1] + 0.1}"
    assert ask("incidents", known_at=token, bbox=box)["results"] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [{"removed_at": facts.NOW}, {"verification": "rejected"}, {"sensitivity": 3}, {"released_at": None}],
    ids=["removed", "rejected", "stricter", "unreleased"],
)
def test_what_was_taken_back_since_is_not_told_from_the_past(cast, ask, change):
    row = facts.incident(crisis=cast.aleppo, released=True, title=CANARY, claims=[facts.claim("killed", 70_007)])
    token = ask("incidents", known_at="2030-01-01")["known_at"]
    Incident.objects.filter(pk=row.pk).update(**change)
    client = client_of(None)
    for path in ("incidents", "claims", "summary", f"incidents/{row.pk}"):
        told = client.get(f"/api/v1/{path}", {"known_at": token}).content.decode()
        assert (CANARY in told, "70007" in told) == (False, False), path


def test_a_held_figure_is_told_to_the_cleared_alone(cast):
    row = facts.incident(
        crisis=cast.aleppo,
        released=True,
        claims=[facts.claim("killed", 3), facts.claim("killed", 70_009, sensitivity=2, attributed_to=CANARY)],
    )
    held = row.claims.get(best=70_009)
    for name in EVERYONE:
        told = everything(getattr(cast, name), [("incidents", row.pk), ("claims", held.pk)])
        cleared = name in {"imran", "cora"}
        assert (CANARY in told, "70009" in told) == (cleared, cleared), name


def test_a_figure_of_a_stricter_record_stays_held_after_the_merge(cast):
    whole = facts.incident(crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 3)])
    strict = facts.incident(
        crisis=cast.aleppo, sensitivity=3, claims=[facts.claim("killed", 70_011, attributed_to="B")]
    )
    strict.claims.update(canonical=whole, is_adopted=False, is_held=True)
    Incident.objects.filter(pk=strict.pk).update(merged_into=whole, canonical=whole)
    for name in EVERYONE:
        told = everything(getattr(cast, name), [("incidents", whole.pk)])
        assert ("70011" in told) == (name == "cora"), name


def test_parties_are_named_to_those_cleared_for_their_part(cast, ask):
    row = facts.incident(crisis=cast.aleppo, released=True)
    actor = Actor.objects.create(name=f"{CANARY} party")
    IncidentActor.objects.create(record=row, actor=actor, role="reported_perpetrator", sensitivity=2)
    for name in EVERYONE:
        told = everything(getattr(cast, name), [("incidents", row.pk), ("actors", actor.pk)])
        assert (CANARY in told) == (name in {"imran", "cora"}), name
    IncidentActor.objects.update(sensitivity=0)
    assert ask(f"incidents/{row.pk}")["actors"] == [{"name": f"{CANARY} party", "role": "reported_perpetrator"}]


def test_who_imposes_a_constraint_and_whom_it_hits_are_not_for_everybody(cast, ask):
    row = facts.constraint(crisis=cast.aleppo, released=True)
    AccessConstraint.objects.filter(pk=row.pk).update(imposed_by=Actor.objects.create(name=f"{CANARY} authority"))
    row.affected_organisations.add(cast.relief)
    for name in EVERYONE:
        detail = ask(f"access-constraints/{row.pk}", getattr(cast, name))
        assert (CANARY in str(detail)) == (name in {"imran", "cora"}), name
        assert detail["affected_organisations"] == (["RELIEF"] if name == "cora" else None), name


def test_ratings_and_reporters_are_for_coordinators_of_the_crisis(cast, ask):
    dataset = DatasetFactory()
    SourceReliability.objects.create(source=dataset.source, grade="B")
    row = facts.incident(
        dataset=dataset, crisis=cast.aleppo, by=cast.imran, released=True, claims=[facts.claim(credibility=2)]
    )
    for name in EVERYONE:
        detail = ask(f"incidents/{row.pk}", getattr(cast, name))
        reads = name == "cora"
        assert detail["claims"][0]["credibility"] == (2 if reads else None), name
        assert detail["reported_by"] == ("imran" if reads else None), name
        assert (detail["source_reliability"] is not None) == reads, name


def test_a_link_is_told_where_its_other_end_is_seen(cast, ask, now):
    seen = facts.incident(crisis=cast.aleppo, released=True, title="Seen")
    hidden = facts.incident(crisis=cast.aleppo, sensitivity=3, title=CANARY)
    other = facts.moved(crisis=cast.aleppo, released=True, title="Moved")
    records.link(start=seen, relation="caused", end=other, by=None, now=now)
    records.link(start=hidden, relation="part_of", end=seen, by=None, now=now)
    assert Link.objects.count() == 2
    assert ask(f"incidents/{seen.pk}")["links"] == [
        {"relation": "caused", "direction": "out", "kind": "displacement", "id": str(other.pk), "title": "Moved"}
    ]
    assert len(ask(f"incidents/{seen.pk}", cast.cora)["links"]) == 2
    (back,) = ask(f"displacement/{other.pk}")["links"]
    assert (back["relation"], back["direction"], back["kind"]) == ("caused", "in", "incident")


def test_an_exercise_is_for_its_members_even_when_it_is_released(cast, ask):
    exercise = Crisis.objects.create(slug="drill", names={"en": CANARY}, status="exercise")
    row = facts.incident(crisis=exercise, released=True, title=CANARY, claims=[facts.claim()])
    for name in EVERYONE:
        assert CANARY not in everything(getattr(cast, name), [("incidents", row.pk), ("crises", "drill")])
        refused = ask("incidents", getattr(cast, name), expect=400, crisis="drill")
        assert "drill" not in refused["errors"][0]["allowed"]
    exercise.memberships.create(user=cast.pavel, role="partner")
    assert CANARY in everything(cast.pavel)
    assert ask("crises/drill", cast.pavel)["status"] == "exercise"


def test_infrastructure_is_shown_no_more_precisely_than_it_is_released(cast, ask):
    source = SourceFactory()
    hidden = facts.asset(source=source, type="checkpoint", name=f"{CANARY} post", geometry=SPOT, sensitivity=2)
    coarse = facts.asset(
        source=source,
        type="warehouse",
        name=f"{CANARY} store",
        geometry=SPOT,
        sensitivity=0,
        location_release="adm2",
        codes={"osm": f"{CANARY}/7"},
    )
    assert Asset.objects.count() == 2
    assert CANARY not in everything(cast.nobody, [("assets", hidden.pk), ("assets", coarse.pk)])
    (row,) = ask("assets")["results"]
    assert (row["id"], row["type"], row["name"], row["location"]) == (str(coarse.pk), "warehouse", None, None)
    box = f"{SPOT[0] - 0.001},{SPOT[1] - 0.001},{SPOT[0] + 0.001},{SPOT[1] + 0.001}"
    assert ask("assets", bbox=box)["results"] == []
    assert ask("assets", q=CANARY)["results"] == []
    assert len(ask("assets", cast.cora, bbox=box, q=CANARY)["results"]) == 2
    assert ask(f"assets/{hidden.pk}", cast.pavel, expect=404)["status"] == 404


def test_a_status_does_not_name_infrastructure_its_reader_may_not_know(cast, ask):
    hidden = facts.asset(type="checkpoint", name=f"{CANARY} post", geometry=SPOT, sensitivity=2)
    facts.status(of=hidden, crisis=cast.aleppo, released=True, title="A status", place_name="", location=(38.0, 36.0))
    (row,) = ask("asset-status")["results"]
    assert (row["asset"], row["asset_name"], row["asset_type"]) == (None, None, None)
    assert ask("asset-status", type="checkpoint")["results"] == []
    assert CANARY not in everything(cast.nobody)


def test_a_document_behind_a_hidden_record_is_hidden_with_it(cast, ask):
    trusted = DatasetFactory(source=SourceFactory(releases_on_arrival=True))

    def document(title):
        return Document.objects.create(
            source=trusted.source,
            dataset=trusted,
            external_id=title,
            title=title,
            sha256=title[:60],
            fetched_at=facts.NOW,
            raw=b"raw bytes",
        )

    document("An article nobody has used yet")
    facts.incident(dataset=trusted, crisis=cast.aleppo, document=document("Behind a public record"), sensitivity=0)
    facts.incident(dataset=trusted, crisis=cast.aleppo, document=document(CANARY), sensitivity=2)
    assert {row["title"] for row in ask("documents")["results"]} == {
        "An article nobody has used yet",
        "Behind a public record",
    }
    assert CANARY in str(ask("documents", cast.imran))
    assert "raw" not in ask("documents")["results"][0]


def test_one_end_of_a_movement_is_shown_no_more_precisely_than_it_is_released(cast, ask):
    facts.moved(
        crisis=cast.aleppo,
        released=True,
        location_accuracy="adm1",
        location_release="adm1",
        fields={
            "measure": "flow",
            "category": "internal_displacements",
            "origin_name": f"{CANARY} village",
            "origin_accuracy": "settlement",
        },
    )
    (row,) = ask("displacement")["results"]
    # The title and the texts may name the village too.
    assert (row["is_generalised"], row["origin_name"], row["title"]) == (
        True, None, "Displacement, internal displacements",
    )  # fmt: skip
    assert ask("displacement", cast.cora)["results"][0]["origin_name"] == f"{CANARY} village"


def test_a_role_that_has_ended_opens_nothing(cast, ask):
    facts.incident(crisis=cast.aleppo, title=CANARY)
    assert CANARY in everything(cast.pavel)
    cast.pavel.memberships.update(until=facts.NOW - timedelta(days=1))
    assert CANARY not in everything(cast.pavel)
