"""Infrastructure: a status is decided from statements, and a closed asset has one constraint standing for it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.access import actions as access
from apps.access.models import AccessConstraint, Asset, AssetStatus
from apps.records.drafts import StatusDraft
from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def say(status, value, who, now, **changes):
    draft = StatusDraft(key=f"{who}-{value}", value=value, attributed_to=who, observed_at=now, **changes)
    access.add_statement(status=status, draft=draft, dataset=DatasetFactory(), by=None, now=now)
    status.refresh_from_db()


def standing():
    return list(AccessConstraint.objects.filter(state="ongoing").values_list("type", flat=True))


def test_one_statement_decides_and_opens_the_constraint_of_its_cause():
    status = facts.status(value="closed", cause="insecurity")
    assert (status.status, status.is_disputed) == ("closed", False)
    assert standing() == ["insecurity"]
    assert list(status.constraints.get().assets.all()) == [status.asset]


def test_two_that_differ_make_it_disputed_with_both_kept(now):
    status = facts.status(value="closed", attributed_to="A")
    say(status, "open", "B", now)
    assert status.is_disputed
    assert status.claims.filter(status="current").count() == 2


def test_a_later_word_of_the_same_speaker_takes_the_place_of_the_earlier(now):
    status = facts.status(value="closed", attributed_to="A")
    say(status, "open", "A", now + timedelta(days=1))
    assert (status.status, status.is_disputed) == ("open", False)
    assert status.claims.get(value="closed").status == "superseded"


def test_reopening_ends_the_constraint(now):
    status = facts.status(value="closed", attributed_to="A")
    say(status, "open", "A", now + timedelta(days=1))
    assert standing() == []
    assert AccessConstraint.objects.get().state == "ended"


def test_no_statement_means_not_known_and_no_constraint():
    status = facts.status(claims=())
    assert status.status == "unknown"
    assert standing() == []


def test_registering_assets_twice_changes_nothing(now):
    source = SourceFactory()
    draft = access.AssetDraft(external_id="1", type="airport", name="A", geometry=(37.2, 36.2))
    first = access.register_assets(source=source, drafts=[draft], now=now)
    second = access.register_assets(source=source, drafts=[draft], now=now)
    assert (first.created, second.created, second.unchanged) == (1, 0, 1)


@pytest.mark.parametrize(("sensitivity", "public", "partner"), [(0, True, True), (1, False, True), (2, False, False)])
def test_a_sensitive_asset_is_hidden_like_any_record(cast, sensitivity, public, partner):
    facts.asset(sensitivity=sensitivity)
    assert Asset.objects.visible_to(cast.nobody).exists() is public
    assert Asset.objects.visible_to(cast.pavel).exists() is partner


def test_an_asset_has_one_status_per_traffic_and_crisis(cast):
    of = facts.asset()
    facts.status(of=of, crisis=cast.aleppo)
    other = facts.status(of=of, crisis=cast.aleppo, fields={"asset_id": of.pk, "applies_to": "cargo"})
    with pytest.raises(IntegrityError, match="asset_status_once_per_traffic"), transaction.atomic():
        AssetStatus.objects.filter(pk=other.pk).update(applies_to="all")
