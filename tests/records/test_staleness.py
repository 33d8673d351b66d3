"""Until when what a record says may be relied on, and what renews it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from apps.access import actions as access
from apps.access.models import AccessConstraint, AssetStatus
from apps.displacement import actions as displacement
from apps.displacement.models import Displacement
from apps.incidents import actions as incidents
from apps.records import confirming, deciding, reviewing
from apps.records.confirming import CannotConfirm
from apps.records.drafts import StatusDraft
from apps.sources.models import Round
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def stock(dataset=None, **changes):
    fields = {"measure": "stock", "category": "internal_displacements", **changes.pop("fields", {})}
    claims = [facts.claim("idps", 900, scope="stock", as_of_date=facts.DAY)]
    return facts.moved(dataset=dataset, fields=fields, claims=claims, **changes)


@pytest.mark.parametrize(("kind", "holds"), [("checkpoint", DAY), ("airport", 7 * DAY), ("road_segment", 7 * DAY)])
def test_a_status_holds_for_as_long_as_the_protocol_says_of_such_infrastructure(cast, now, kind, holds):
    row = facts.status(of=facts.asset(type=kind), crisis=cast.aleppo)
    assert row.stale_after == now + holds
    assert AccessConstraint.objects.get().stale_after == row.stale_after


def test_a_later_word_renews_a_status_and_taking_it_back_ends_that(cast, now):
    row = facts.status(crisis=cast.aleppo, attributed_to="A")
    later = now + 3 * DAY
    draft = StatusDraft(key="B", value="closed", attributed_to="B", observed_at=later)
    claim = access.add_statement(status=row, draft=draft, dataset=DatasetFactory(), by=None, now=later)
    row.refresh_from_db()
    assert row.stale_after == later + 7 * DAY
    deciding.retract(kind=access.STATUS_KIND, claim=claim, by=cast.cora, now=later, reason="A mistake")
    row.refresh_from_db()
    assert row.stale_after == now + 7 * DAY


def test_that_nothing_is_known_does_not_grow_old(cast):
    assert facts.status(crisis=cast.aleppo, claims=()).stale_after is None


def test_a_constraint_that_ended_does_not_grow_old(cast, now):
    row = facts.status(crisis=cast.aleppo, attributed_to="A")
    draft = StatusDraft(key="A2", value="open", attributed_to="A", observed_at=now + HOUR)
    access.add_statement(status=row, draft=draft, dataset=DatasetFactory(), by=None, now=now + HOUR)
    assert AccessConstraint.objects.get().stale_after is None
    assert facts.constraint(crisis=cast.aleppo, fields={"state": "ended"}).stale_after is None
    assert facts.constraint(crisis=cast.aleppo, reported_at=now).stale_after == now + 30 * DAY


def test_a_stock_holds_from_the_end_of_its_day_however_late_it_is_published(cast, now):
    row = stock(crisis=cast.aleppo, reported_at=now + 100 * DAY)
    # The day ends at midnight in Damascus, three hours before midnight UTC.
    assert row.stale_after == datetime(2024, 11, 30, 21, tzinfo=UTC) + 90 * DAY


def test_a_stock_that_is_counted_in_rounds_holds_until_the_next_round_is_due(cast):
    dataset = DatasetFactory(counts="idps")
    ends = [date(2024, 9, 30), date(2024, 10, 31), date(2024, 11, 30)]
    rounds = [
        Round.objects.create(dataset=dataset, number=str(n), from_date=day, to_date=day) for n, day in enumerate(ends)
    ]
    row = stock(dataset, crisis=cast.aleppo, fields={"round": rounds[-1]})
    assert row.stale_after == datetime(2024, 11, 30, 21, tzinfo=UTC) + timedelta(days=30.5)


def test_what_its_source_says_of_itself_comes_first(cast, now):
    assert stock(crisis=cast.aleppo, stale_after=now).stale_after == now


def test_a_movement_of_people_that_is_over_holds_for_good(cast):
    assert facts.moved(crisis=cast.aleppo).stale_after is None
    assert facts.incident(crisis=cast.aleppo).stale_after is None


def test_confirming_renews_a_status_and_what_stands_for_it_and_verifies_nothing(cast, now):
    row = facts.status(crisis=cast.aleppo, by=cast.fatima)
    later = now + 30 * DAY
    confirming.confirm(kind=access.STATUS_KIND, record=row, by=cast.fatima, now=later)
    for each in (row, AccessConstraint.objects.get()):
        assert (each.stale_after, each.confirmed_at, each.confirmed_by) == (later + 7 * DAY, later, cast.fatima)
        assert each.verification == "unverified"


def test_a_correction_upstream_takes_no_confirmation_back(cast, now):
    dataset = DatasetFactory()
    row = stock(dataset, crisis=cast.aleppo, external_id="S1")
    confirming.confirm(kind=displacement.KIND, record=row, by=cast.cora, now=now)
    row = stock(dataset, crisis=cast.aleppo, external_id="S1", title="Corrected")
    assert (row.title, row.stale_after) == ("Corrected", now + 90 * DAY)


def test_what_its_source_dated_is_renewed_for_as_long_as_that_was(cast, now):
    row = facts.incident(crisis=cast.aleppo, reported_at=now, stale_after=now + 2 * DAY)
    confirming.confirm(kind=incidents.KIND, record=row, by=cast.cora, now=now + 5 * DAY)
    assert row.stale_after == now + 7 * DAY


def test_nobody_confirms_what_was_removed(cast, now):
    row = facts.incident(crisis=cast.aleppo)
    reviewing.remove(kind=incidents.KIND, record=row, by=cast.cora, now=now, reason="Not so")
    with pytest.raises(CannotConfirm):
        confirming.confirm(kind=incidents.KIND, record=row, by=cast.cora, now=now)


def test_what_came_in_before_is_dated_by_a_command_that_may_be_repeated(cast, capsys):
    row, status = stock(crisis=cast.aleppo), facts.status(crisis=cast.aleppo)
    dated = (row.stale_after, status.stale_after)
    Displacement.objects.update(stale_after=None)
    AssetStatus.objects.update(stale_after=None)
    call_command("set_staleness")
    row.refresh_from_db()
    status.refresh_from_db()
    assert (row.stale_after, status.stale_after) == dated
    assert "displacement: 1" in capsys.readouterr().out
    version = row.version
    call_command("set_staleness")
    row.refresh_from_db()
    assert row.version == version
