"""Every registered model's list, add and change page opens, for little work, and hides what its reader may not see."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.access.amending import amend_asset
from apps.accounts.actions import audit
from apps.context.models import MonthlyAggregate, Population, Presence
from apps.crises.models import ActorName, Baseline, Protocol
from apps.incidents.actions import Party
from apps.incidents.models import CasualtyDecision, Incident
from apps.ledger.idempotency import answer_once
from apps.ledger.models import Job
from apps.records.actions import link
from apps.records.amending import amend
from apps.records.settling import question_text
from apps.sources.models import Document, QuarantinedItem, RefreshRun, Round, SourceReliability, UpstreamAlias
from tests.factories import facts
from tests.factories.crises import ActorFactory
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
CONTENT = {"incidents", "displacement", "access"}
MOST_QUERIES = 30


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def rows(cast, now, key):
    """Two rows of nearly every model, all of them in Cora's crisis."""
    load_squareland(now=now)
    actor = ActorFactory()
    for number in range(2):
        dataset = DatasetFactory(name=f"Canary series {number}")
        source = dataset.source
        row = facts.incident(
            crisis=cast.aleppo,
            dataset=dataset,
            location=(0.5, 0.5),
            claims=[facts.claim("killed", 3), facts.claim("killed", 4, attributed_to="Rival")],
            parties=(Party(name=f"Party {number}", role="side_a"),),
            title=f"Canary {number}",
        )
        CasualtyDecision.objects.create(
            record=row,
            claim=row.claims.first(),
            question=question_text(row.claims.first()),
            by=cast.cora,
            at=now,
            reason="Better",
        )
        row.title = f"Canary {number} again"
        amend(kind=facts.incidents.KIND, record=row, by=cast.cora, now=now, reason="A better title")
        moved = facts.moved(crisis=cast.aleppo, dataset=dataset, location=(0.5, 0.5), title=f"Canary move {number}")
        link(start=moved, relation="caused", end=row, by=cast.cora, now=now)
        airport = facts.asset(source=source, geometry=(0.6, 0.5), name=f"Canary airport {number}")
        facts.status(of=airport, crisis=cast.aleppo, dataset=dataset, title=f"Canary status {number}")
        airport.name = f"Canary airport {number}, renamed"
        amend_asset(asset=airport, by=cast.cora, now=now, reason="Its new name")
        facts.constraint(crisis=cast.aleppo, dataset=dataset, location=(0.5, 0.5), title=f"Canary constraint {number}")
        run = RefreshRun.objects.create(
            source=source, slot="1", started_at=now, lease_until=now, outcome="changed", finished_at=now
        )
        Document.objects.create(source=source, run=run, external_id="1", fetched_at=now, sha256="0" * 64, raw=b"x")
        QuarantinedItem.objects.create(
            source=source, run=run, reason="Odd", item="{}", sha256="1" * 64, first_seen_at=now, last_seen_at=now
        )
        UpstreamAlias.objects.create(source=source, alias="b", external_id="a")
        SourceReliability.objects.create(source=source, grade="B")
        Round.objects.create(dataset=dataset, number="1", from_date=now, to_date=now)
        ActorName.objects.create(actor=actor, source=source, name=f"Name {number}")
        Baseline.objects.create(crisis=cast.aleppo, measure=f"killed-{number}", dataset=dataset, reason="The only one")
        Protocol.objects.create(
            crisis=cast.aleppo, kind="incident", category=f"c{number}", sensitivity=0, location_release="exact"
        )
        area = {"dataset": dataset, "location_code": "ZZZ", "from_date": now, "to_date": now, "external_id": "1"}
        Population.objects.create(people=10, **area)
        Presence.objects.create(organisation=cast.relief, cluster="WSH", **area)
        MonthlyAggregate.objects.create(event_type="demonstration", events=1, **area)
        audit(verb="seen", subject_kind="incident", subject_id=row.pk, by=cast.cora, now=now)
        answer_once(actor=cast.cora, key=f"k{number}", body_sha256="0" * 64, now=now, write=dict)
        Job.objects.create(kind="webhook", key=f"k{number}", run_after=now + timedelta(days=1))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_its_pages_open_for_little_work(model, rows, staff, cast):
    browser = staff(cast.cora)
    page = admin.site._registry[model]
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address(model, "changelist")).status_code == 200
        assert browser.get(address(model, "changelist") + "?q=canary").status_code in {200, 302}
    assert len(asked) <= 2 * MOST_QUERIES
    request = browser.get("/admin/").wsgi_request
    request.user = cast.cora
    added = browser.get(address(model, "add"))
    assert added.status_code == (200 if page.has_add_permission(request) else 403)
    row = page.get_queryset(request).first()
    if row is not None:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address(model, "change", row.pk)).status_code == 200
        assert len(asked) <= MOST_QUERIES


@pytest.mark.parametrize(
    "model", [model for model in MODELS if model._meta.app_label in CONTENT], ids=lambda model: model._meta.label
)
def test_administering_the_system_gives_no_sight_of_content(model, rows, staff, cast):
    browser = staff(cast.sam)
    # Public infrastructure is nobody's secret; everything else on these pages waits for review.
    shown = browser.get(address(model, "changelist")).content.decode()
    if model._meta.label != "access.Asset":
        assert "Canary" not in shown
    row = model._default_manager.first()
    if row is not None and model._meta.label != "access.Asset":
        assert browser.get(address(model, "change", row.pk)).status_code == 302


def test_every_model_of_ours_is_registered():
    own_apps = [config for config in apps.get_app_configs() if config.name.startswith("apps.")]
    ours = {model for config in own_apps for model in config.get_models()}
    through = {model for model in ours if model._meta.auto_created}
    shown_elsewhere = {"geo.AreaPiece", "geo.PlaceName", "sources.SourceReliability"}
    # On the coordinators' own pages.
    shown_elsewhere |= {"crises.Invitation", "crises.KeyCrisis"}
    # Worked out from facts, or places in the ledger: nobody looks them up.
    shown_elsewhere |= {"picture.Sum", "picture.Voice", "ledger.Follower"}
    missing = {model._meta.label for model in ours - through - set(MODELS)} - shown_elsewhere
    assert missing == set()


@pytest.mark.parametrize("name", ["incident", "casualtyclaim"])
def test_a_list_of_many_asks_as_little_as_a_list_of_few(name, staff, cast, django_assert_max_num_queries):
    dataset = DatasetFactory()
    for _ in range(55):
        facts.incident(crisis=cast.aleppo, dataset=dataset, claims=[facts.claim("killed", 3)])
    browser = staff(cast.cora)
    with django_assert_max_num_queries(15):
        assert browser.get(reverse(f"admin:incidents_{name}_changelist")).status_code == 200
    assert Incident.objects.count() == 55
