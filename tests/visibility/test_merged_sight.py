"""A record merged into one that is shown more precisely lends it its figures, not its words."""

import pytest
from django.core.cache import caches

from apps.incidents import actions as incidents
from apps.records.merging import merge
from tests.api.conftest import client_of
from tests.factories import facts
from tests.factories.geo import load_squareland

pytestmark = pytest.mark.django_db
WORDS = ("heard at the clinic", "clinic-lane.example.org", "The clinic's own nurse")


@pytest.fixture
def merged(cast, now):
    """An exact record, released, into which one was merged whose place is shown to its district only."""
    load_squareland(now=now)
    claim = facts.claim(
        "killed", 7, excerpt=WORDS[0], url=f"https://{WORDS[1]}/", attributed_to=WORDS[2], published_at=now
    )
    coarse = facts.incident(
        crisis=cast.aleppo, released=True, location_release="adm2", location=(0.123457, 0.234568),
        location_accuracy="point", claims=[claim],
    )  # fmt: skip
    root = facts.incident(
        crisis=cast.aleppo, released=True, location_release="exact", location=(0.1, 0.2),
        claims=[facts.claim("killed", 3, excerpt="In the open")],
    )  # fmt: skip
    merge(kind=incidents.KIND, record=coarse, into=root, by=cast.cora, now=now, reason="One event")
    return root, coarse


def addresses(root):
    yield f"/api/v1/incidents/{root.pk}"
    yield f"/api/v1/incidents/{root.pk}/history"
    yield "/api/v1/incidents"
    yield "/api/v1/incidents?format=csv"
    yield "/api/v1/claims"
    yield "/api/v1/claims?format=csv"
    yield "/api/v1/claims?known_at=2030-01-01T00:00:00Z"
    yield "/api/v1/changes"
    yield f"/incidents/{root.pk}/"
    yield "/crises/aleppo/?since=2024-11-01&until=2024-12-31"
    yield "/api/v1/documents"
    yield "/api/v1/summary?explain=1"


def told(client, path):
    caches["throttle"].clear()
    response = client.get(path, follow=True)
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


@pytest.mark.parametrize("name", ["nobody", "pavel", "imran"])
def test_words_of_a_generalised_record_stay_withheld_once_it_is_merged_into_an_exact_one(cast, merged, name):
    root, coarse = merged
    client = client_of(getattr(cast, name))
    claim = coarse.claims.get()
    found = {
        path: word
        for path in [*addresses(root), f"/api/v1/claims/{claim.pk}"]
        for word in WORDS
        if word in told(client, path).replace("&#x27;", "'")
    }
    assert found == {}


def test_figures_and_words_of_both_are_told_to_the_coordinator(cast, merged):
    root, _coarse = merged
    whole = client_of(cast.cora).get(f"/api/v1/incidents/{root.pk}").json()
    assert {each["best"]: each["excerpt"] for each in whole["claims"]} == {7: WORDS[0], 3: "In the open"}


def test_the_figure_itself_counts_for_the_root(cast, merged):
    root, _coarse = merged
    whole = client_of(cast.nobody).get(f"/api/v1/incidents/{root.pk}").json()
    assert {each["best"]: each["excerpt"] for each in whole["claims"]} == {7: None, 3: "In the open"}
