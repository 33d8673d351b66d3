"""What one may not see changes nothing that one gets: no byte of any list, no header, no number of queries."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.crises.models import Crisis
from apps.incidents.models import Incident
from apps.records import actions as records
from tests.api.conftest import client_of
from tests.factories import facts
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
LISTS = (
    "incidents", "displacement", "access-constraints", "asset-status", "claims", "assets", "documents", "actors",
    "crises", "sources", "datasets", "organisations", "summary", "timeline", "changes",
)  # fmt: skip
RECORDS = LISTS[:4]
NARROW = (
    {"limit": "2"}, {"order": "reported_at"}, {"order": "-created_at"}, {"count": "exact"}, {"q": "reported"},
    {"bbox": "0,0,1,1"}, {"area": "D-A"}, {"crisis": "aleppo"}, {"updated_since": "2020-01-01T00:00:00Z"},
    {"format": "geojson"},
)  # fmt: skip
# What counts the requests of the caller, and cursors, which are sealed anew each time.
PASSING = {"RateLimit", "RateLimit-Policy", "X-Changes-Cursor", "X-RateLimit-Remaining", "Content-Length", "Age"}
CURSOR = re.compile(rb'"cursor":"[^"]*"')


def asked():
    """Every address that is compared."""
    yield from ((path, {}) for path in LISTS)
    yield from ((path, query) for path in RECORDS for query in NARROW)
    for query in ({"crisis": "aleppo"}, {"since": "2024-11-01"}, {"area": "D-A", "area_role": "any"}):
        yield from ((path, query) for path in ("summary", "timeline"))
    yield from (("claims", query) for query in ({"metric": "killed"}, {"count": "exact"}, {"limit": "2"}))


def answers(user):
    """Body, headers and the number of queries of each."""
    client, found = client_of(user), {}
    for path, query in asked():
        caches["throttle"].clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/api/v1/{path}", query)
        heads = {name: value for name, value in response.headers.items() if not name.startswith(tuple(PASSING))}
        body = CURSOR.sub(b"", response.content)
        found[path, str(query)] = (response.status_code, heads, body, len(queries))
    return found


@pytest.fixture
def dataset(cast, now):
    load_squareland(now=now)
    Crisis.objects.filter(pk=cast.aleppo.pk).update(countries=["ZZZ"])
    return DatasetFactory(counts="events")


SPOT = (0.123457, 0.234568)


def populate(cast, dataset, **standing):
    """A record of every kind, with figures, at one place."""
    common = {"dataset": dataset, "location": SPOT, "location_accuracy": "point", **standing}
    one = facts.incident(**common, title="Shelling reported", claims=[facts.claim("killed", 5)])
    two = facts.moved(**common, title="Flight reported")
    facts.constraint(**common, title="Permits reported refused")
    post = facts.asset(
        source=dataset.source,
        type="bridge",
        geometry=SPOT,
        # Who may know of an asset follows from the crises of its country.
        country_iso3="ZZZ" if standing["crisis"] == cast.aleppo else "SDN",
        sensitivity=standing.get("sensitivity", 0),
    )
    facts.status(of=post, **common, title="Bridge reported closed")
    return one, two


@pytest.mark.parametrize("name", ["nobody", "pavel"])
def test_hidden_records_change_nothing(cast, dataset, now, name):
    _seen, moved = populate(cast, dataset, crisis=cast.aleppo, released=True)
    facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, title="Another reported", location=SPOT)
    user = getattr(cast, name)
    answers(user)  # whatever is read once for the process
    before = answers(user)
    drill = Crisis.objects.create(slug="drill", names={"en": "Drill"}, status="exercise")
    for crisis, level in ((cast.aleppo, 3), (cast.aleppo, 2), (cast.darfur, 3), (drill, 1)):
        hidden, _moved = populate(cast, dataset, crisis=crisis, sensitivity=level)
        records.link(start=hidden, relation="part_of", end=moved, by=None, now=now)
    after = answers(user)
    changed = {address for address in before if before[address] != after[address]}
    assert changed == set(), [(before[each], after[each]) for each in sorted(changed)[:1]]


def found(client, path, **query):
    caches["throttle"].clear()
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == 200
    return response.json()["results"]


@pytest.mark.parametrize("name", ["nobody", "pavel", "carl"])
def test_no_box_and_no_area_finds_more_than_the_output_says(cast, dataset, name):
    """Whatever box is asked for, a generalised record is in it exactly when the place shown is."""
    row = facts.incident(
        dataset=dataset, crisis=cast.aleppo, released=True, location=SPOT, location_accuracy="point",
        location_release="adm1", title="At the clinic", place_name="The clinic", external_id="secret-7",
    )  # fmt: skip
    client = client_of(getattr(cast, name))
    (shown,) = found(client, "incidents")
    x, y = shown["location"]["coordinates"]
    degrees = st.floats(0.0005, 1.5)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from([SPOT, (x, y)]), degrees, degrees, degrees, degrees)
    def try_box(around, west, south, east, north):
        box = (around[0] - west, around[1] - south, around[0] + east, around[1] + north)
        is_shown_there = box[0] <= x <= box[2] and box[1] <= y <= box[3]
        told = found(client, "incidents", bbox=",".join(map(str, box)))
        assert bool(told) == is_shown_there, box

    try_box()
    assert [bool(found(client, "incidents", area=code)) for code in ("ZZ01", "D-A", "D-B", "ZZ02")] == [
        True, False, False, False,
    ]  # fmt: skip
    for word in ("clinic", "secret", "At the"):
        assert found(client, "incidents", q=word) == []
    assert Incident.objects.get(pk=row.pk).title == "At the clinic"


@pytest.mark.parametrize("name", ["nobody", "pavel", "carl"])
def test_no_filter_finds_a_hidden_record(cast, dataset, name):
    hidden, _moved = populate(cast, dataset, crisis=cast.aleppo, sensitivity=3)
    client = client_of(getattr(cast, name))
    x, y = SPOT
    for query in (
        {"ids": hidden.pk}, {"q": "Shelling"}, {"bbox": f"{x - 0.001},{y - 0.001},{x + 0.001},{y + 0.001}"},
        {"area": "D-A"}, {"source": dataset.source.slug}, {"dataset": dataset.slug}, {"category": "explosions"},
        {"since": "2024-11-30", "until": "2024-11-30"}, {"updated_since": "2020-01-01T00:00:00Z"},
        {"known_at": "2030-01-01"}, {"verification": "unverified"}, {"crisis": "aleppo"},
    ):  # fmt: skip
        assert found(client, "incidents", **query) == [], query
        if not {"q", "ids", "category"} & set(query):
            assert found(client, "claims", **query) == [], query
    for query in ({"record": hidden.pk}, {"ids": hidden.claims.get().pk}, {"metric": "killed"}):
        assert found(client, "claims", **query) == [], query
