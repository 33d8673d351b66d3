"""What a status lends its constraint, and what closing one closes with it."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.access import actions as access
from apps.access.amending import amend_asset
from apps.access.models import AccessConstraint, Asset, AssetStatus, StatusClaim
from apps.access.standing import conclude
from apps.ledger.actions import open_revision
from apps.records import actions as records
from apps.records.drafts import StatusDraft
from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def say(status, value, who, at, **changes):
    draft = StatusDraft(key=f"{who}-{value}-{at}", value=value, attributed_to=who, observed_at=at, **changes)
    access.add_statement(status=status, draft=draft, dataset=DatasetFactory(), by=None, now=at)
    status.refresh_from_db()


def test_a_constraint_ends_on_the_day_of_the_word_that_ends_it(now):
    status = facts.status(value="closed", attributed_to="A")
    say(status, "open", "A", now + timedelta(days=5))
    constraint = AccessConstraint.objects.get()
    assert (constraint.start_date, constraint.end_date) == (facts.DAY, (now + timedelta(days=5)).date())


def test_a_second_closure_begins_when_it_was_closed_again(now):
    status = facts.status(value="destroyed", attributed_to="A")
    for days, value in ((2, "closed"), (5, "open"), (9, "closed")):
        say(status, value, "A", now + timedelta(days=days))
    spans = AccessConstraint.objects.order_by("start_date").values_list("start_date", "end_date", "state")
    assert list(spans) == [
        (facts.DAY, date(2024, 12, 7), "ended"),
        (date(2024, 12, 11), date(2024, 12, 11), "ongoing"),
    ]


def test_a_constraint_quotes_no_word_that_was_taken_back():
    dataset, of = DatasetFactory(), facts.asset()
    for who in ("Canary", "Observers"):
        facts.status(of=of, dataset=dataset, external_id="S1", attributed_to=who)
    assert "Canary" not in AccessConstraint.objects.get().summary


def test_a_held_word_neither_reopens_nor_takes_the_place_of_a_public_one(now):
    status = facts.status(value="closed", attributed_to="A", sensitivity=0)
    say(status, "open", "A", now + timedelta(days=1), sensitivity=1)
    assert (status.status, status.is_disputed) == ("closed", False)
    assert AccessConstraint.objects.get().state == "ongoing"


def test_the_latest_word_counts_even_if_nobody_said_when_it_was_seen(now):
    status = facts.status(value="closed", attributed_to="A")
    draft = StatusDraft(key="B", value="open", attributed_to="B")
    later = now + timedelta(days=30)
    access.add_statement(status=status, draft=draft, dataset=DatasetFactory(), by=None, now=later)
    status.refresh_from_db()
    assert status.status == "open"


def test_a_constraint_that_a_person_removed_is_not_opened_again(now, cast):
    status = facts.status(value="closed", attributed_to="A")
    records.withdraw(
        kind=access.CONSTRAINT_KIND,
        records=AccessConstraint.objects.all(),
        by=cast.cora,
        now=now,
        reason="Names a shelter",
    )
    say(status, "closed", "A", now + timedelta(days=1))
    assert AccessConstraint.objects.get().audience == 9


def test_a_constraint_that_people_closed_stays_closed(now):
    status = facts.status(value="closed", attributed_to="A")
    AccessConstraint.objects.update(sensitivity=2, location_release="withheld", released_location=None)
    say(status, "closed", "B", now + timedelta(days=1))
    row = AccessConstraint.objects.get()
    assert (row.sensitivity, row.location_release, row.released_location) == (2, "withheld", None)


@pytest.mark.django_db(transaction=True)
def test_many_statuses_are_concluded_in_as_many_statements_as_two(now, cast):
    rows = [facts.status(crisis=cast.aleppo, value=value) for value in ("closed", "open") * 6]
    shut = AccessConstraint.objects.filter(stands_for__in=rows)
    asked = []
    for days, (some, said) in enumerate([(rows[:2], "destroyed"), (rows[2:], "destroyed")], start=1):
        ids = [row.pk for row in some]
        at = now + timedelta(days=days)
        with transaction.atomic():
            open_revision(by=None, now=at)
            StatusClaim.objects.filter(record__in=ids).update(value=said, observed_at=at)
            with CaptureQueriesContext(connection) as queries:
                conclude(ids, at)
        asked.append(len(queries))
        assert set(AssetStatus.objects.filter(pk__in=ids).values_list("status", "observed_at")) == {(said, at)}
        assert shut.filter(stands_for__in=ids, state="ongoing", assets__isnull=False).count() == len(ids)
    assert asked[0] == asked[1]
    with transaction.atomic():
        last = open_revision(by=None, now=now)
        conclude([row.pk for row in rows], at)
    assert not shut.filter(rev=last).exists()
    assert not AssetStatus.objects.filter(rev=last).exists()


def test_a_status_travels_no_further_than_its_asset(cast):
    of = facts.asset(type="checkpoint", sensitivity=2, location_release="withheld")
    status = facts.status(of=of, title="Canary checkpoint: closed", location_release="exact", sensitivity=0)
    constraint = AccessConstraint.objects.get()
    for row in (status, constraint):
        assert (row.audience, row.location_release, row.released_location) == (2, "withheld", None)
        assert "Canary" not in row.released_title


def test_closing_an_asset_closes_its_statuses_and_their_constraints(now, cast):
    status = facts.status(released=True)
    of = status.asset
    of.sensitivity, of.location_release = 2, "withheld"
    amend_asset(asset=of, by=cast.cora, now=now, reason="It shelters people")
    status.refresh_from_db()
    for row in (status, AccessConstraint.objects.get()):
        assert (row.audience, row.released_location, row.released_place_name) == (2, None, "")


def test_a_correction_upstream_opens_no_asset_that_people_closed(now, cast):
    source = SourceFactory()
    of = facts.asset(source=source, external_id="A1")
    of.sensitivity, of.location_release = 2, "withheld"
    amend_asset(asset=of, by=cast.cora, now=now, reason="It shelters people")
    facts.asset(source=source, external_id="A1", name="Renamed")
    of.refresh_from_db()
    assert (of.name, of.sensitivity, of.location_release, of.released_geometry) == ("Renamed", 2, "withheld", None)


@pytest.mark.parametrize(("kind", "audience", "release"), [("airport", 0, "exact"), ("checkpoint", 1, "adm2")])
def test_an_asset_of_which_nobody_says_how_far_it_travels_follows_the_protocol(kind, audience, release):
    facts.asset(type=kind)
    row = Asset.objects.get()
    assert (row.audience, row.location_release) == (audience, release)
