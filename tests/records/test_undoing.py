"""Taking back a revision: what it set is put back where it still stands, all of it or nothing."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from apps.access import actions as access
from apps.access.amending import amend_asset
from apps.access.models import AccessConstraint, Asset, AssetStatus, StatusClaim
from apps.crises.clearance import clearance
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, CasualtyDecision, Incident, IncidentActor
from apps.ledger.actions import open_revision
from apps.ledger.models import Revision
from apps.ledger.queries import latest_revision
from apps.records import actions as records
from apps.records import reviewing, undoing
from apps.records.amending import amend
from apps.records.drafts import StatusDraft
from apps.records.models import Link, Redaction, SuspectedDuplicate
from apps.records.settling import question_text
from apps.records.undoing import CannotUndo, NeedsConfirming, NeverUndone, may_undo, undo
from tests.factories import facts
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def take_back(cast, now):
    """Undo a revision, the newest unless told otherwise, as Cora."""

    def run(revision=None, **options):
        return undo(revision_id=revision or latest_revision(), by=cast.cora, now=now, reason="Taken back", **options)

    return run


def content(model):
    """Every column of every row, but for what counts writes."""
    skipped = {"rev", "version"}
    names = [each.attname for each in model._meta.concrete_fields if each.name not in skipped]
    return sorted(model.objects.values_list(*names), key=str)


def edit(row, cast, now, **changes):
    for name, value in changes.items():
        setattr(row, name, value)
    return amend(kind=incidents.KIND, record=row, by=cast.cora, now=now, reason="Corrected")


def test_an_edit_is_taken_back_with_what_follows_from_it(cast, now, take_back):
    row = facts.incident(crisis=cast.aleppo, location_accuracy="point", location_release="exact")
    before = content(Incident)
    edit(row, cast, now, title="Wrong", location=Point(36.63, 35.93, srid=4326), location_release="adm1")
    edited = latest_revision()
    number = take_back()
    assert content(Incident) == before
    revision = Revision.objects.get(pk=number)
    assert (revision.undoes_id, revision.by, revision.reason) == (edited, cast.cora, "Taken back")


def test_to_undo_an_undo_is_to_do_again(cast, now, take_back):
    row = facts.incident(crisis=cast.aleppo, claims=[facts.claim("killed", 3)])
    edit(row, cast, now, title="Meant", place_name="Idlib")
    after = content(Incident)
    take_back(take_back())
    assert content(Incident) == after


def test_a_later_change_elsewhere_stays_and_one_to_the_same_column_refuses(cast, now, take_back):
    row = facts.incident(crisis=cast.aleppo)
    edit(row, cast, now, title="First")
    first = latest_revision()
    reviewing.verify(
        kind=incidents.KIND,
        record=row,
        verification="verified",
        basis="first_hand",
        by=cast.cora,
        now=now,
        reason="Seen",
    )
    take_back(first)
    row.refresh_from_db()
    assert (row.title, row.verification) == ("Air strikes reported", "verified")
    edit(row, cast, now, title="Second")
    second = latest_revision()
    edit(row, cast, now, title="Third")
    state, number = content(Incident), latest_revision()
    with pytest.raises(CannotUndo) as refused:
        take_back(second)
    (difference,) = refused.value.differences
    assert difference == ("incident", row.pk, "Third", "title", "Second", "Third")
    assert (content(Incident), latest_revision()) == (state, number)


def test_a_record_that_was_made_gets_a_tombstone_and_its_figures_are_retracted(cast, now, take_back):
    dataset = DatasetFactory()
    row = facts.incident(crisis=cast.aleppo, dataset=dataset, external_id="E", claims=[facts.claim("killed", 3)])
    take_back()
    row.refresh_from_db()
    assert (row.removed_at, row.stays_removed, row.removed_reason) == (now, True, "Taken back")
    claim = row.claims.get()
    assert (claim.status, claim.is_adopted) == ("retracted", False)
    facts.incident(crisis=cast.aleppo, dataset=dataset, external_id="E", claims=[facts.claim("killed", 3)])
    assert Incident.objects.standing().count() == 0
    take_back()
    row.refresh_from_db()
    assert (row.removed_at, row.stays_removed) == (None, False)
    assert row.claims.get().is_adopted


def test_a_record_is_not_taken_back_once_others_speak_of_it(cast, now, take_back):
    row = facts.incident(crisis=cast.aleppo)
    made = latest_revision()
    incidents.add_figures(incident=row, claims=[facts.claim("killed", 9)], dataset=DatasetFactory(), by=None, now=now)
    with pytest.raises(CannotUndo) as refused:
        take_back(made)
    assert [each.kind for each in refused.value.differences] == ["casualty_claim"]
    assert Incident.objects.standing().count() == 1


def test_what_a_source_corrected_is_taken_back_until_it_says_something_new(cast, now, take_back):
    dataset = DatasetFactory()

    def said(number, title="Air strikes reported"):
        facts.incident(
            crisis=cast.aleppo, dataset=dataset, external_id="E", title=title, claims=[facts.claim("killed", number)]
        )

    said(3)
    before = content(CasualtyClaim)
    said(30, "Corrected")
    take_back()
    assert content(CasualtyClaim) == before
    said(30, "Corrected")
    assert Incident.objects.get().title == "Air strikes reported"
    said(31, "Corrected again")
    assert CasualtyClaim.objects.get().best == 31


def test_a_superseding_total_is_taken_back_and_the_earlier_one_stands_again(cast, now, take_back):
    def total(number, day):
        return facts.claim(
            "killed", number, "more_than", scope="running_total", counts_from="2024-11-27", as_of_date=day, key=day
        )

    row = facts.incident(crisis=cast.aleppo, claims=[total(200, "2024-11-29")])
    before = content(CasualtyClaim)
    incidents.add_figures(
        incident=row, claims=[total(300, "2024-11-30")], dataset=row.dataset, by=cast.cora, now=now, reason="Later"
    )
    assert row.claims.get(best=201).status == "superseded"
    take_back()
    assert row.claims.get(best=201).is_adopted
    assert row.claims.get(best=301).status == "retracted"
    assert [each for each in content(CasualtyClaim) if row.claims.get(best=201).pk in each] == before


def test_a_choice_is_revoked_and_a_revoked_one_chosen_again(cast, now, take_back):
    row = facts.incident(
        crisis=cast.aleppo,
        claims=[
            facts.claim("killed", 3, attributed_to="A", credibility=1),
            facts.claim("killed", 7, attributed_to="B"),
        ],
    )
    chosen = row.claims.get(best=7)
    with transaction.atomic():
        open_revision(by=cast.cora, now=now, reason="Nearer")
        decision = CasualtyDecision.objects.create(
            record=row, claim=chosen, question=question_text(chosen), by=cast.cora, at=now, reason="Nearer"
        )
        records.settle(kind=incidents.KIND, canonical_ids=[row.pk], now=now)
    assert row.claims.get(is_adopted=True).best == 7
    undone = take_back()
    decision.refresh_from_db()
    assert (decision.revoked_by, row.claims.get(is_adopted=True).best) == (cast.cora, 3)
    take_back(undone)
    decision.refresh_from_db()
    assert (decision.revoked_at, row.claims.get(is_adopted=True).best) == (None, 7)


def merge_by_hand(one, into, now):
    """What merging comes to, in one revision."""
    with transaction.atomic():
        open_revision(by=None, now=now, reason="The same")
        one.claims.update(canonical=into, is_adopted=False)
        Incident.objects.filter(pk=one.pk).update(merged_into=into, canonical=into)
        records.settle(kind=incidents.KIND, canonical_ids=[into.pk, one.pk], now=now)
    return latest_revision()


def test_merges_are_taken_back_in_any_order(cast, now, take_back):
    rows = [
        facts.incident(crisis=cast.aleppo, title=name, claims=[facts.claim("killed", number)])
        for number, name in enumerate("ABC", 1)
    ]
    a, b, c = rows
    before = content(Incident), content(CasualtyClaim)
    first = merge_by_hand(a, b, now)
    with transaction.atomic():
        open_revision(by=None, now=now)
        Incident.objects.filter(pk=b.pk).update(merged_into=c, canonical=c)
        Incident.objects.filter(pk=a.pk).update(canonical=c)
        CasualtyClaim.objects.filter(record__in=[a, b]).update(canonical=c, is_adopted=False)
        records.settle(kind=incidents.KIND, canonical_ids=[a.pk, b.pk, c.pk], now=now)
    second = latest_revision()
    take_back(first)
    assert Incident.objects.get(pk=b.pk).canonical == c
    assert a.claims.get().canonical == a
    take_back(second)
    assert (content(Incident), content(CasualtyClaim)) == before


def test_links_parties_and_suspicions_that_were_made_go_and_deleted_ones_come_back(cast, now, take_back):
    one, two = (facts.incident(crisis=cast.aleppo, fields={"kind": kind}) for kind in ("event", "situation"))
    link = records.link(start=one, relation="part_of", end=two, by=cast.cora, now=now)
    undone = take_back()
    assert not Link.objects.exists()
    take_back(undone)
    assert Link.objects.get().pk == link.pk
    with transaction.atomic():
        open_revision(by=cast.cora, now=now)
        Link.objects.all().delete()
    take_back()
    assert (Link.objects.get().pk, Link.objects.get().version) == (link.pk, 3)
    first, second = sorted([one.pk, two.pk])
    with transaction.atomic():
        open_revision(by=None, now=now)
        SuspectedDuplicate.objects.create(kind="incident", first_id=first, second_id=second, score=0.7, found_at=now)
    found = latest_revision()
    SuspectedDuplicate.objects.update(state="distinct", settled_at=now, settled_by=cast.cora)
    settled = latest_revision()
    with pytest.raises(CannotUndo):
        take_back(found)
    take_back(settled)
    assert SuspectedDuplicate.objects.get().state == "open"


def test_a_party_that_a_correction_dropped_comes_back(cast, now, take_back):
    dataset = DatasetFactory()

    def named(*names):
        facts.incident(
            crisis=cast.aleppo, dataset=dataset, external_id="E", title=f"{names}",
            parties=tuple(incidents.Party(name=name, role="side_a") for name in names),
        )  # fmt: skip

    named("One", "Two")
    before = content(IncidentActor)
    named("Two", "Three")
    take_back()
    assert content(IncidentActor) == before


def test_a_wrong_closure_is_taken_back_with_the_constraint_that_stood_for_it(cast, now, take_back):
    status = facts.status(value="open", crisis=cast.aleppo)
    before = [content(model) for model in (AssetStatus, StatusClaim, AccessConstraint)]
    said = StatusDraft(
        key="B", value="closed", attributed_to="B", cause="insecurity", observed_at=now + timedelta(hours=1)
    )
    access.add_statement(status=status, draft=said, dataset=status.dataset, by=cast.cora, now=now)
    assert AccessConstraint.objects.get().state == "ongoing"
    take_back()
    assert [content(AssetStatus)] == before[:1]
    assert AccessConstraint.objects.standing().count() == 0
    # Closed in earnest, it is closed again.
    again = StatusDraft(
        key="C", value="closed", attributed_to="C", cause="insecurity", observed_at=now + timedelta(hours=2)
    )
    access.add_statement(status=status, draft=again, dataset=status.dataset, by=cast.cora, now=now)
    assert AccessConstraint.objects.standing().get().state == "ongoing"


def test_an_opening_is_taken_back_and_the_constraint_stands_again(cast, now, take_back):
    status = facts.status(value="closed", crisis=cast.aleppo)
    models = (AssetStatus, AccessConstraint)
    before = [content(model) for model in models]
    said = StatusDraft(key="B", value="open", attributed_to="B", observed_at=now + timedelta(hours=1))
    access.add_statement(status=status, draft=said, dataset=status.dataset, by=cast.cora, now=now)
    assert AccessConstraint.objects.get().state == "ended"
    take_back()
    assert [content(model) for model in models] == before


def test_what_a_constraint_bears_on_is_put_back(cast, now, take_back):
    row = facts.constraint(crisis=cast.aleppo)
    one, two = facts.asset(), facts.asset()
    row.assets.add(one)
    with transaction.atomic():
        open_revision(by=cast.cora, now=now)
        row.assets.set([two])
    take_back()
    assert list(row.assets.all()) == [one]


def test_an_asset_is_put_back_with_its_place_as_released(cast, now, take_back):
    row = facts.asset(type="checkpoint", location_release="adm1")
    before = content(Asset)
    row.location_release = "exact"
    amend_asset(asset=row, by=cast.cora, now=now, reason="Opened")
    assert Asset.objects.get().released_geometry == row.geometry
    take_back()
    assert content(Asset) == before


def test_a_redaction_is_never_undone(cast, now, take_back):
    row = facts.incident(crisis=cast.aleppo)
    edit(row, cast, now, title="")
    Redaction.objects.create(
        kind="incident", record_id=row.pk, fields=["title"], reason="A name", by=cast.cora, at=now,
        revision=latest_revision(),
    )  # fmt: skip
    with pytest.raises(NeverUndone):
        take_back()
    assert Incident.objects.get().title == ""


def test_a_feeds_many_rows_are_taken_back_only_by_those_who_mean_it(cast, now, take_back, monkeypatch):
    monkeypatch.setattr(undoing, "MANY", 2)
    facts.incident(crisis=cast.aleppo, claims=[facts.claim("killed", 3), facts.claim("injured", 4)])
    with pytest.raises(NeedsConfirming) as refused:
        take_back()
    assert refused.value.count == 3
    assert Incident.objects.standing().count() == 1
    take_back(confirm=True)
    assert Incident.objects.standing().count() == 0


def test_what_stands_in_its_way_by_the_databases_rules_is_named(cast, now, take_back):
    asset = facts.asset()
    first = facts.status(of=asset, crisis=cast.aleppo)
    access_rows = AssetStatus.objects.filter(pk=first.pk)
    records.withdraw(kind=access.STATUS_KIND, records=access_rows, by=cast.cora, now=now, reason="Twice")
    removed = latest_revision()
    facts.status(of=asset, crisis=cast.aleppo)
    with pytest.raises(CannotUndo, match="asset_status_once_per_traffic"):
        take_back(removed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_those_undo_who_review_every_crisis_it_touched_and_are_cleared_for_it(cast, now):
    facts.incident(crisis=cast.aleppo)
    one = latest_revision()

    def who(revision):
        people = (cast.cora, cast.imran, cast.fatima, cast.pavel, cast.carl, cast.sam, cast.nobody)
        return [str(user) for user in people if may_undo(clearance(user), revision)]

    assert who(one) == ["cora", "imran"]
    with transaction.atomic():
        open_revision(by=None, now=now)
        Incident.objects.update(title="Both")
        facts.incident(crisis=cast.darfur)
    assert who(latest_revision()) == []
    facts.incident(crisis=cast.aleppo, sensitivity=3)
    assert who(latest_revision()) == ["cora"]
    facts.incident(crisis=cast.aleppo, claims=[facts.claim("killed", 3, sensitivity=3)])
    assert who(latest_revision()) == ["cora"]
    facts.incident()
    assert who(latest_revision()) == []
    facts.asset()
    assert who(latest_revision()) == ["cora", "imran", "carl"]
