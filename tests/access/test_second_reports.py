"""One asset, one crisis, several who report: what the second says joins the status that the first made."""

import pytest

from apps.access import actions as access
from apps.access.actions import AssetDraft
from apps.access.models import AccessConstraint, Asset, AssetStatus, StatusClaim
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, Incident
from apps.records.drafts import StatusDraft
from apps.records.refusing import Refused
from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def draft(of, value, who, now, external_id="S2", **changes):
    said = StatusDraft(key="said", value=value, attributed_to=who, observed_at=now)
    values = {
        "external_id": external_id, "title": f"{of.name}: {value}", "start_date": facts.DAY, "end_date": facts.DAY,
        "location": facts.ALEPPO, "fields": {"asset_id": of.pk}, "claims": (said,),
    }  # fmt: skip
    return access.AssetStatusDraft(**{**values, **changes})


def test_a_second_source_joins_the_status_and_the_two_are_disputed(cast, now):
    row = facts.status(value="closed", attributed_to="A", crisis=cast.aleppo)
    words = {"dataset": DatasetFactory(), "crisis": cast.aleppo, "now": now}
    tally = access.report_status(drafts=[draft(row.asset, "open", "B", now)], **words)
    row.refresh_from_db()
    assert (tally.created, tally.rejects) == (1, ())
    assert AssetStatus.objects.get() == row
    assert row.is_disputed
    assert set(row.claims.values_list("value", "attributed_to")) == {("closed", "A"), ("open", "B")}


def test_a_second_run_of_the_second_source_changes_nothing_and_a_correction_changes_its_own_words(cast, now):
    row = facts.status(value="closed", attributed_to="A", crisis=cast.aleppo)
    words = {"dataset": DatasetFactory(), "crisis": cast.aleppo, "now": now}
    again = draft(row.asset, "open", "B", now)
    access.report_status(drafts=[again], **words)
    versions = set(StatusClaim.objects.values_list("id", "version"))
    tally = access.report_status(drafts=[again], **words)
    assert (tally.unchanged, set(StatusClaim.objects.values_list("id", "version"))) == (1, versions)
    access.report_status(drafts=[draft(row.asset, "restricted", "B", now)], **words)
    assert set(row.claims.values_list("value", "status")) == {("closed", "current"), ("restricted", "current")}
    access.report_status(drafts=[draft(row.asset, "open", "B", now, claims=())], **words)
    assert set(row.claims.values_list("value", "status")) == {("closed", "current"), ("restricted", "retracted")}
    assert AccessConstraint.objects.get().state == "ongoing"


def test_what_joined_survives_a_correction_of_the_first_item(cast, now):
    dataset, of = DatasetFactory(), facts.asset()
    words = {"dataset": dataset, "crisis": cast.aleppo, "now": now}
    both = [draft(of, "closed", "A", now, "S1"), draft(of, "open", "B", now, "S2")]
    tally = access.report_status(drafts=both, **words)
    assert (tally.created, AssetStatus.objects.count()) == (2, 1)
    access.report_status(drafts=[draft(of, "restricted", "A", now, "S1"), both[1]], **words)
    assert set(StatusClaim.objects.values_list("value", "status")) == {("restricted", "current"), ("open", "current")}


def test_an_unreviewed_word_is_held_on_a_status_that_everybody_reads(cast, now):
    row = facts.status(value="closed", attributed_to="A", crisis=cast.aleppo, released=True)
    later = now.replace(hour=18)
    access.report_status(
        drafts=[draft(row.asset, "open", "B", later)], dataset=DatasetFactory(), crisis=cast.aleppo, now=later,
        by=cast.fatima,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.status, row.is_disputed) == ("closed", False)
    assert row.claims.get(value="open").is_held


def test_a_trusted_publisher_is_not_held_unless_its_licence_keeps_it_inside(cast, now):
    row = facts.status(value="closed", attributed_to="A", crisis=cast.aleppo, released=True)
    trusted = SourceFactory(releases_on_arrival=True)
    for number, redistribution in enumerate(("attribution", "internal")):
        dataset = DatasetFactory(source=trusted, redistribution=redistribution)
        one = draft(row.asset, "open", f"B{number}", now, external_id=f"S{number}")
        access.report_status(drafts=[one], dataset=dataset, crisis=cast.aleppo, now=now)
    assert dict(row.claims.values_list("attributed_to", "is_held")) == {"A": False, "B0": False, "B1": True}


def test_another_crisis_or_another_traffic_has_its_own_status(cast, now):
    row = facts.status(value="closed", attributed_to="A", crisis=cast.aleppo)
    cargo = draft(row.asset, "open", "B", now, fields={"asset_id": row.asset_id, "applies_to": "cargo"})
    access.report_status(drafts=[cargo], dataset=DatasetFactory(), crisis=cast.aleppo, now=now)
    access.report_status(
        drafts=[draft(row.asset, "open", "B", now)], dataset=DatasetFactory(), crisis=cast.darfur, now=now
    )
    assert AssetStatus.objects.count() == 3


def test_one_bad_asset_costs_nothing_but_itself(now):
    good = AssetDraft(external_id="A1", type="bridge", name="Bridge", geometry=facts.ALEPPO)
    bad = AssetDraft(external_id="A2", type="bridge", name="No\x00name", geometry=facts.ALEPPO)
    shapeless = AssetDraft(external_id="A3", type="bridge", name="Shapeless", geometry='{"type": "Point"}')
    tally = access.register_assets(source=SourceFactory(), drafts=[good, bad, shapeless], now=now)
    assert (tally.created, [reject.key for reject in tally.rejects]) == (1, ["A2", "A3"])
    assert Asset.objects.get().external_id == "A1"


def test_an_item_of_another_series_does_not_rewrite_a_record(cast, now):
    first = DatasetFactory()
    other = DatasetFactory(source=first.source)
    row = facts.incident(dataset=first, external_id="E1", crisis=cast.aleppo)
    one = incidents.IncidentDraft(
        external_id="E1", title="Another", start_date=facts.DAY, end_date=facts.DAY, fields={"category": "explosions"}
    )
    tally = incidents.record_many(drafts=[one], dataset=other, crisis=cast.aleppo, now=now)
    assert [reject.key for reject in tally.rejects] == ["E1"]
    assert first.name in tally.rejects[0].reason
    with pytest.raises(Refused):
        incidents.record_many(drafts=[one], dataset=other, crisis=cast.aleppo, by=cast.cora, now=now)
    assert Incident.objects.get().title == row.title


def test_a_figure_of_an_internal_series_is_held_on_a_record_of_another(cast, now):
    row = facts.incident(crisis=cast.aleppo, released=True, claims=[facts.claim("killed", 3)])
    inside = DatasetFactory(redistribution="internal")
    incidents.add_figures(
        incident=row,
        claims=[facts.claim("killed", 9, attributed_to="B", credibility=1)],
        dataset=inside,
        by=None,
        now=now,
    )
    assert CasualtyClaim.objects.get(best=9).is_held
    assert CasualtyClaim.objects.get(is_adopted=True).best == 3
