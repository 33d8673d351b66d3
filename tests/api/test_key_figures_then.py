"""Key figures as of a known time: what was suspected, said or counted later was not known then."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.crises.models import Baseline
from apps.geo.models import AdminArea
from apps.ledger.actions import open_revision
from apps.records.models import SuspectedDuplicate
from tests.factories import facts
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own(cast):
    """The series that counts the killed of Aleppo; its records are released as they arrive."""
    dataset = DatasetFactory(slug="own", source=SourceFactory(releases_on_arrival=True))
    Baseline.objects.create(crisis=cast.aleppo, measure="killed", dataset=dataset, reason="Ours")
    return dataset


def killed(cast, dataset, number, **changes):
    """An incident that the public reads from the action's own moment on."""
    claims = [facts.claim("killed", number)]
    return facts.incident(dataset=dataset, crisis=cast.aleppo, sensitivity=0, claims=claims, **changes)


def figure(ask, code="killed", **asked):
    """One key figure."""
    return next(each for each in ask("summary", **asked)["figures"] if each["code"] == code)


def test_what_was_suspected_later_does_not_widen_what_was_known_before(ask, cast, own, now):
    first, second = sorted([killed(cast, own, 5).pk, killed(cast, own, 3).pk])
    with transaction.atomic():
        later = now + timedelta(hours=2)
        open_revision(by=None, now=later, reason="alike")
        SuspectedDuplicate.objects.create(kind="incident", first_id=first, second_id=second, score=0.9, found_at=later)
    before, after = now + timedelta(hours=1), now + timedelta(hours=3)
    lows = [figure(ask, crisis="aleppo", known_at=each.isoformat())["low"] for each in (before, after)]
    assert [*lows, figure(ask, crisis="aleppo")["low"]] == [8, 3, 3]


def test_what_was_settled_later_still_widens_what_was_known_before(ask, cast, own, now):
    first, second = sorted([killed(cast, own, 5).pk, killed(cast, own, 3).pk])
    with transaction.atomic():
        open_revision(by=None, now=now, reason="alike")
        SuspectedDuplicate.objects.create(kind="incident", first_id=first, second_id=second, score=0.9, found_at=now)
    with transaction.atomic():
        later = now + timedelta(hours=2)
        open_revision(by=None, now=later, reason="not the same")
        SuspectedDuplicate.objects.update(state="distinct", settled_at=later)
    then = figure(ask, crisis="aleppo", known_at=(now + timedelta(hours=1)).isoformat())
    assert (then["low"], then["suspected"]) == (3, 2)
    assert figure(ask, crisis="aleppo")["low"] == 8


def test_an_area_is_answered_as_of_a_known_time(ask, cast, own, now):
    load_squareland(now=now)
    cast.aleppo.areas.set(AdminArea.objects.filter(pcode="ZZ"))
    placed = {"area_code": "ZZ01", "location": None, "location_accuracy": "adm1"}
    killed(cast, own, 3, **placed)
    killed(cast, own, 50, now=now + timedelta(hours=3), **placed)
    then = figure(ask, area="ZZ01", area_role="any", known_at=(now + timedelta(hours=1)).isoformat())
    assert (then["best"], then["records"], then["events_sum"]["dataset"]) == (3, 1, "own")
    assert figure(ask, area="ZZ01", area_role="any")["best"] == 53
