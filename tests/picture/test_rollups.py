"""Cells are kept by every write that changes a sum, and answer as the records do."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from apps.incidents.actions import KIND
from apps.incidents.models import CasualtyClaim, Incident
from apps.picture import actions, queries, rollups
from apps.picture.models import Sum, Voice
from apps.records import actions as records
from apps.records import reviewing
from apps.records.filters import Asked
from apps.records.names import Names
from apps.records.visibility import clearance_of
from tests.factories.facts import NOW, claim, incident, moved
from tests.factories.sources import DatasetFactory

DAY, MONTH = date(2024, 11, 30), date(2024, 11, 1)


def differing() -> int:
    """How many cells hold something else than records and claims come to."""
    return sum(actions._differing(model) for model in actions.HELD)


@pytest.mark.usefixtures("db")
def test_a_record_stands_in_its_month():
    incident(claims=[claim("killed", 3)])
    killed = Sum.objects.filter(metric="killed")
    assert list(killed.values_list("month", "n", "low", "best", "high")) == [(MONTH, 1, 3, 3, 3)]
    assert Sum.objects.get(metric="").n == 1
    assert set(Voice.objects.values_list("metric", "n")) == {("", 1), ("killed", 1)}
    assert differing() == 0


@pytest.mark.usefixtures("db")
def test_a_record_that_spans_days_stands_in_its_month_and_one_that_spans_months_in_none():
    incident(start_date=date(2024, 11, 3), end_date=date(2024, 11, 9), claims=[claim()])
    assert set(Sum.objects.values_list("month", flat=True)) == {MONTH}
    Incident.objects.all().update(end_date=date(2024, 12, 1))
    assert not Sum.objects.exists()
    assert not Voice.objects.exists()


@pytest.mark.usefixtures("db")
def test_the_newest_of_a_cell_is_looked_for_again_when_it_goes():
    early, late = NOW - timedelta(days=3), NOW - timedelta(days=1)
    dataset = DatasetFactory()
    incident(dataset=dataset, claims=[claim("killed", 1, published_at=early)])
    newer = incident(dataset=dataset, claims=[claim("killed", 2, published_at=late)])
    said = Voice.objects.filter(metric="killed")
    assert set(said.values_list("n", "newest")) == {(2, late)}
    Incident.objects.filter(pk=newer.pk).update(removed_at=NOW)
    assert set(said.values_list("n", "newest")) == {(1, early)}
    assert differing() == 0


@pytest.mark.usefixtures("db")
def test_a_held_figure_is_in_no_sum_and_a_claim_of_another_crisis_in_its_own():
    incident(claims=[claim("killed", 9, sensitivity=3)], sensitivity=0)
    assert not Sum.objects.filter(metric="killed").exists()
    assert not Voice.objects.filter(metric="killed").exists()
    assert differing() == 0


@pytest.mark.usefixtures("db")
def test_a_wrong_cell_is_found_and_repaired():
    incident(claims=[claim("killed", 3)])
    Sum.objects.filter(metric="killed").update(best=7)
    Voice.objects.filter(metric="").delete()
    assert actions.check_cells() == 2
    assert differing() == 0
    assert actions.check_cells() == 0
    assert Sum.objects.get(metric="killed").best == 3


@pytest.mark.parametrize("seed", range(6))
def test_cells_hold_what_the_records_come_to_after_any_writes(cast, seed: int):
    chance = random.Random(seed)
    datasets = [DatasetFactory(), DatasetFactory(source__releases_on_arrival=True)]
    made = []
    for number in range(40):
        write(chance, cast, datasets, made, number)
        if number % 8 == 7:
            assert differing() == 0
    assert differing() == 0
    assert Sum.objects.exists()
    assert not Sum.objects.filter(n__lte=0).exists()
    assert not Voice.objects.filter(n__lte=0).exists()


PERIODS = (
    {},
    {"since": date(2024, 10, 1), "until": date(2024, 11, 30)},
    {"since": date(2024, 10, 5), "until": date(2024, 12, 3)},
    {"since": date(2024, 11, 20), "until": date(2024, 12, 20)},
    {"until": date(2024, 11, 30)},
)


@pytest.mark.parametrize(("seed", "by_key"), [(11, 5_000), (12, 0)])
def test_everybody_gets_the_same_answer_with_cells_as_without(cast, monkeypatch, seed: int, by_key: int):
    chance = random.Random(seed)
    datasets = [DatasetFactory(), DatasetFactory(source__releases_on_arrival=True)]
    made: list[Incident] = []
    for number in range(70):
        write(chance, cast, datasets, made, number)
    for part, whole in zip(made[::4], made[1::4], strict=False):
        records.link(start=part, relation="part_of", end=whole, by=cast.cora, now=NOW)
    monkeypatch.setattr(queries, "FEW", 0)
    monkeypatch.setattr(queries, "REST", by_key)
    used = []
    for viewer in (None, cast.cora, cast.imran, cast.fatima, cast.pavel, cast.omar, cast.carl, cast.sam):
        for crisis in ({}, {"crisis": (cast.aleppo.pk,)}):
            for period in PERIODS:
                asked = Asked(held=clearance_of(viewer), names=Names("en"), values=crisis | period)
                used.append(rollups.cells_of(replace(asked, kind=KIND)) is not None)
                told = queries.key_figures(asked, now=NOW)
                with monkeypatch.context() as patched:
                    patched.setattr(rollups, "cells_of", lambda asked: None)
                    assert told == queries.key_figures(asked, now=NOW), (viewer, crisis, period)
    assert sum(used) > len(used) / 2


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "values",
    [
        {"since": datetime(2024, 10, 1, tzinfo=UTC)},
        {"bbox": (0.0, 0.0, 1.0, 1.0)},
        {"dataset": (1,)},
        {"since": date(2024, 11, 2), "until": date(2024, 11, 30)},
    ],
)
def test_what_cells_cannot_know_is_asked_from_the_records(values):
    asked = Asked(held=clearance_of(None), names=Names("en"), values=values, kind=KIND)
    assert rollups.cells_of(asked) is None
    assert rollups.cells_of(replace(asked, values={}, revision=3)) is None


def write(chance: random.Random, cast, datasets, made: list, number: int) -> None:
    """One write of those the product makes."""
    kind = chance.choice(["create", "create", "create", "correct", "standing", "raw", "claims", "merge", "move"])
    if kind == "create" or not made:
        made.append(create(chance, cast, datasets))
        return
    row = chance.choice(made)
    row.refresh_from_db()
    if kind == "correct":
        start = DAY - timedelta(days=chance.randint(0, 60))
        again = create(chance, cast, datasets, external_id=row.external_id, dataset=row.dataset, start_date=start)
        assert again.pk == row.pk
    elif kind == "standing" and row.removed_at is None and row.merged_into_id is None:
        verb = chance.choice(["release", "reject", "withdraw"])
        if verb == "release" and row.verification != "rejected":
            reviewing.release(kind=KIND, record=row, by=cast.cora, now=NOW, reason="Read.")
        elif verb == "reject":
            said = {"verification": "rejected", "reason": "Not so."}
            reviewing.verify(kind=KIND, record=row, by=cast.cora, now=NOW, **said)
        else:
            records.withdraw(kind=KIND, records=Incident.objects.filter(pk=row.pk), by=None, now=NOW, reason="Deleted.")
    elif kind == "raw":
        changes = chance.choice(
            [{"sensitivity": chance.randint(0, 3)}, {"crisis": cast.darfur}, {"kind": "situation"},
             {"is_generalised": True}, {"adm0_pcode": "SYR", "released_adm0_pcode": "SYR"},
             {"reported_at": NOW - timedelta(days=number)}]
        )  # fmt: skip
        with transaction.atomic():
            Incident.objects.filter(pk=row.pk).update(**changes)
            records.settle(kind=KIND, canonical_ids=[row.canonical_id], now=NOW)
    elif kind == "claims":
        CasualtyClaim.objects.filter(record=row).update(published_at=NOW - timedelta(days=number), best=None)
    elif kind == "merge":
        merge(chance, made, row)
    else:
        moved(crisis=cast.aleppo, dataset=datasets[0], start_date=DAY - timedelta(days=chance.randint(0, 40)))


def merge(chance: random.Random, made: list, row: Incident) -> None:
    """As a merge writes: the record, where its claims answer, and what is settled."""
    whole = chance.choice(made)
    whole.refresh_from_db()
    if whole.pk == row.pk or whole.merged_into_id or row.merged_into_id or row.merged.exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open_revision()")
        Incident.objects.filter(pk=row.pk).update(merged_into=whole, canonical=whole)
        CasualtyClaim.objects.filter(record=row).update(canonical=whole, is_adopted=False)
        records.settle(kind=KIND, canonical_ids=[whole.pk, row.pk], now=NOW)


def create(chance: random.Random, cast, datasets, **changes) -> Incident:
    start = changes.pop("start_date", DAY - timedelta(days=chance.randint(0, 60)))
    end = start + timedelta(days=chance.choice([0, 0, 0, 2, 40]))
    said = [claim("killed", chance.randint(0, 50), chance.choice(["exact", "at_least"]),
                  published_at=NOW - timedelta(hours=chance.randint(0, 900)))]  # fmt: skip
    if chance.random() < 0.5:
        said.append(claim("injured", chance.randint(0, 9), sensitivity=chance.choice([0, 0, 3])))
    return incident(
        start_date=start,
        end_date=end,
        claims=said,
        crisis=chance.choice([None, cast.aleppo, cast.darfur]),
        by=chance.choice([None, None, cast.fatima]),
        **{"dataset": chance.choice(datasets), **changes},
    )
