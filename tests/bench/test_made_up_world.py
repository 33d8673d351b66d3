"""The made-up world of script/bench: the same from the same size, sound by the product's rules, every path measured."""

import pytest
from django.db import connection
from django.db.models import F

from apps.incidents.models import CasualtyClaim, CasualtyClaimVersion, CasualtyDecision, Incident, IncidentVersion
from apps.ledger.models import Change
from apps.records import settling
from apps.records.models import Link
from bench import cast, facts, ground, world
from bench.paths import duplicates, figures, known_at, loading

ROWS = 2_000


@pytest.fixture
def made(db: None) -> None:
    """A small world, with its statistics: without them a plan for an empty database may take minutes."""
    world.make(ROWS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def digest() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(i::text, '' ORDER BY i.id)) FROM incidents_incident i UNION ALL "
            "SELECT md5(string_agg(c::text, '' ORDER BY c.id)) FROM incidents_casualtyclaim c"
        )
        return tuple(row[0] for row in cursor.fetchall())


@pytest.mark.usefixtures("made")
def test_a_world_holds_what_a_crisis_brings():
    assert Incident.objects.count() == ROWS
    assert 1.7 < CasualtyClaim.objects.count() / ROWS < 2.3
    assert Incident.objects.values("dataset").distinct().count() == cast.OWN
    assert Incident.objects.filter(end_date__gt=F("start_date")).count() > ROWS * 0.03
    assert {0, 1, 2, 3, 9} == set(Incident.objects.values_list("audience", flat=True))
    assert Incident.objects.filter(merged_into__isnull=False).exists()
    assert Incident.objects.filter(is_generalised=True).exists()
    assert Link.objects.filter(relation="part_of").exists()
    assert IncidentVersion.objects.count() > ROWS * 0.4
    assert Change.objects.filter(action="created").count() == ROWS


@pytest.mark.usefixtures("made")
def test_the_same_size_is_the_same_world():
    before = digest()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in (CasualtyClaim, Incident, CasualtyClaimVersion, IncidentVersion, Link, Change):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        cursor.execute("DELETE FROM displacement_displacementclaim")
        cursor.execute("DELETE FROM displacement_displacement")
        cursor.execute("DELETE FROM ledger_revision")
    facts.make_facts(ROWS)
    assert digest() == before


@pytest.mark.usefixtures("made")
def test_settling_a_made_up_record_changes_no_figure_used():
    roots = list(Incident.objects.filter(merged_into=None).values_list("id", flat=True)[:300])
    before = set(CasualtyClaim.objects.filter(is_adopted=True).values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open_revision()")
    settling.settle(record=Incident, claim=CasualtyClaim, decision=CasualtyDecision, canonical_ids=roots)
    assert set(CasualtyClaim.objects.filter(is_adopted=True).values_list("id", flat=True)) == before


@pytest.mark.usefixtures("made")
def test_a_point_lies_in_the_area_its_record_names():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM incidents_incident WHERE geo_area_at(location) IS DISTINCT FROM area_id")
        assert cursor.fetchone()[0] == 0
    assert ground.iso3(0) == "XAA"


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("path", [figures, known_at, duplicates])
def test_a_path_that_reads_is_measured(path):
    lines = path.measure(rounds=1)
    assert lines
    assert all(line.measured for line in lines)


@pytest.mark.usefixtures("made")
def test_loads_are_measured_and_leave_nothing(monkeypatch):
    monkeypatch.setattr(loading, "LOADED", 30)
    lines = [*loading.measure(rounds=1), *loading.measure_memory((60,))]
    assert len(lines) == 4
    assert Incident.objects.count() == ROWS
    assert not cast.Source.objects.filter(slug=loading.SLUG).exists()
