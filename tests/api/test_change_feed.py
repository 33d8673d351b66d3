"""The change feed: who follows it holds exactly what the lists show, and learns of nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.access import actions as access
from apps.access.models import AccessConstraint, Asset, AssetStatus
from apps.accounts.levels import Role
from apps.crises.models import Crisis, Membership
from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, Incident
from apps.ledger.models import Revision
from apps.records import actions as records
from apps.records import reviewing
from apps.records.amending import amend
from apps.records.drafts import StatusDraft
from tests.api.conftest import client_of
from tests.cast import Cast
from tests.factories import facts
from tests.factories.crises import CrisisFactory
from tests.factories.sources import DatasetFactory

NOW = facts.NOW
RESOURCES = {
    "incident": "incidents",
    "displacement": "displacement",
    "access_constraint": "access-constraints",
    "asset_status": "asset-status",
    "asset": "assets",
}
Key = tuple[str, str]


class Copy:
    """A partner's copy: begun from nothing or from the lists, kept by following the feed."""

    def __init__(self, user: Any) -> None:
        self.browser = client_of(user)
        self.rows: dict[Key, Any] = {}
        self.cursor = ""
        self.told: list[Any] = []

    def get(self, path: str, **query: Any) -> Any:
        return self.browser.get(f"/api/v1/{path}", query)

    def lists(self) -> dict[Key, Any]:
        """What the lists show now."""
        found = {}
        for kind, resource in RESOURCES.items():
            answer = self.get(resource, limit=1000)
            assert answer.status_code == 200, answer.content
            assert answer.json()["next"] is None
            found |= {(kind, row["id"]): row for row in answer.json()["results"]}
        return found

    def follow(self, limit: int = 100) -> None:
        """Ask until there is no more."""
        for _ in range(500):
            answer = self.get("changes", limit=limit, **({"since": self.cursor} if self.cursor else {}))
            assert answer.status_code == 200, answer.content
            body = answer.json()
            for change in body["changes"]:
                self.apply(change)
            self.cursor = body["cursor"]
            if not body["more"]:
                return
        raise AssertionError("The feed does not end.")

    def apply(self, change: Any) -> None:
        self.told.append(change)
        key = (change["kind"], change["id"])
        if change["record"] is None:
            self.rows.pop(key, None)
        else:
            self.rows[key] = change["record"]


def in_one(write: Any) -> None:
    """Each write is a revision of its own."""
    with transaction.atomic():
        write()


def merge(row: Incident, root: Incident | None) -> None:
    """A merge as the ledger sees it."""
    with transaction.atomic():
        Incident.objects.filter(pk=row.pk).update(merged_into=root, canonical=root or row)
        CasualtyClaim.objects.filter(record=row).update(canonical=root or row)
        records.settle(kind=incidents.KIND, canonical_ids=[row.pk, *([root.pk] if root else [])], now=NOW)


SENSITIVITY = st.integers(0, 3)
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "create", "create", "own", "correct", "sensitivity", "release", "unrelease", "remove", "restore",
                "merge", "unmerge", "figure", "figure", "retract", "move", "generalise", "rename_asset",
                "restrict_asset", "status", "statement", "displace", "constrain",
            ]
        ),
        st.integers(0, 10_000),
        SENSITIVITY,
    ),
    min_size=3,
    max_size=14,
)  # fmt: skip


class World:
    """Writes of every sort, on whatever there is."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.dataset = DatasetFactory()
        self.crises = [cast.aleppo, cast.darfur, None, CrisisFactory(slug="drill", status=Crisis.Status.EXERCISE)]

    def pick(self, model: Any, seed: int) -> Any:
        rows = list(model.objects.order_by("created_at", "id"))
        return rows[seed % len(rows)] if rows else None

    def act(self, name: str, seed: int, level: int) -> None:
        row = self.pick(Incident, seed)
        if name in {"create", "own", "status", "displace", "constrain"} or row is None:
            self._make(name, seed, level)
        elif hasattr(self, f"_{name}"):
            getattr(self, f"_{name}")(row, seed, level)
        else:
            self._update(name, row, level)

    def _make(self, name: str, seed: int, level: int) -> None:
        crisis, said = self.crises[seed % 4], {"crisis": self.crises[seed % 4], "sensitivity": level}
        if name == "own":
            facts.incident(by=self.cast.fatima, dataset=self.dataset, **said)
        elif name == "status":
            facts.status(of=self.pick(Asset, seed) if seed % 2 else None, crisis=crisis, sensitivity=level)
        elif name == "displace":
            facts.moved(released=level == 0, **said)
        elif name == "constrain":
            facts.constraint(**said)
        else:
            figures = [facts.claim("killed", seed % 7, sensitivity=(level + seed) % 4)]
            facts.incident(dataset=self.dataset, released=level == 0 and seed % 2 == 0, claims=figures, **said)

    def _update(self, name: str, row: Incident, level: int) -> None:
        changes: dict[str, Any] = {
            "correct": {"title": f"Corrected {row.version}"},
            "sensitivity": {"sensitivity": level},
            "release": {"released_at": NOW},
            "unrelease": {"released_at": None},
            "remove": {"removed_at": NOW, "stays_removed": True},
            "restore": {"removed_at": None, "stays_removed": False},
        }[name]
        Incident.objects.filter(pk=row.pk).update(**changes)
        with transaction.atomic():
            records.settle(kind=incidents.KIND, canonical_ids=[row.canonical_id], now=NOW)

    def _merge(self, row: Incident, seed: int, level: int) -> None:
        root = self.pick(Incident, seed + 1)
        if root.pk != row.pk and root.merged_into_id is None and not Incident.objects.filter(merged_into=row).exists():
            merge(row, root)

    def _unmerge(self, row: Incident, seed: int, level: int) -> None:
        merged = Incident.objects.filter(merged_into__isnull=False).order_by("created_at", "id").first()
        if merged is not None:
            merge(merged, None)

    def _figure(self, row: Incident, seed: int, level: int) -> None:
        said = facts.claim("injured", seed % 9, sensitivity=level, attributed_to=f"Speaker {seed % 3}")
        incidents.add_figures(incident=row, claims=[said], dataset=DatasetFactory(), by=None, now=NOW)

    def _retract(self, row: Incident, seed: int, level: int) -> None:
        with transaction.atomic():
            row.all_claims.filter(status="current").update(status="retracted", is_adopted=False)
            records.settle(kind=incidents.KIND, canonical_ids=[row.canonical_id], now=NOW)

    def _move(self, row: Incident, seed: int, level: int) -> None:
        Incident.objects.filter(pk=row.pk).update(crisis=self.crises[level % 3])

    def _generalise(self, row: Incident, seed: int, level: int) -> None:
        row.location_release = ["exact", "settlement", "adm1", "withheld"][level]
        amend(kind=incidents.KIND, record=row, by=self.cast.cora, now=NOW, reason="Closer to the protocol")

    def _rename_asset(self, row: Incident, seed: int, level: int) -> None:
        asset = self.pick(Asset, seed)
        if asset is not None:
            Asset.objects.filter(pk=asset.pk).update(name=f"Renamed {seed}")

    def _restrict_asset(self, row: Incident, seed: int, level: int) -> None:
        asset = self.pick(Asset, seed)
        if asset is not None:
            Asset.objects.filter(pk=asset.pk).update(sensitivity=level)

    def _statement(self, row: Incident, seed: int, level: int) -> None:
        status = self.pick(AssetStatus, seed)
        if status is not None:
            value = ["open", "closed", "restricted", "unknown"][level]
            said = StatusDraft(
                key=f"s{seed}", value=value, attributed_to=f"Speaker {seed % 3}",
                observed_at=NOW + timedelta(hours=seed % 5), sensitivity=seed % 2 * 2,
            )  # fmt: skip
            access.add_statement(status=status, draft=said, dataset=DatasetFactory(), by=None, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(600)
def test_following_the_feed_from_anywhere_ends_with_exactly_the_lists(cast):
    """For every role: a copy kept from the beginning, one that begins now, and one that began at any time before."""
    viewers = [cast.nobody, cast.pavel, cast.fatima, cast.imran, cast.cora, cast.carl, cast.sam, cast.omar]
    copies = {viewer: Copy(viewer) for viewer in viewers}
    world = World(cast)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(operations=OPERATIONS, limit=st.sampled_from([1, 2, 3, 7, 100]))
    def run(operations: list[tuple[str, int, int]], limit: int) -> None:
        for number, operation in enumerate(operations):
            world.act(*operation)
            if number % 5 == 2:
                copies[viewers[operation[1] % len(viewers)]].follow(limit=max(limit, 2))
        for viewer, kept in copies.items():
            kept.follow(limit=100 if limit == 1 else limit * 5)
            shown = kept.lists()
            assert kept.rows == shown, viewer
            fresh = Copy(viewer)
            fresh.follow()
            assert fresh.rows == shown, viewer

    run()
    public = copies[cast.nobody]
    assert public.told
    assert {each["reason"] for each in public.told} == {None}


@pytest.mark.django_db(transaction=True)
class TestWhatIsTold:
    def test_a_list_says_from_where_to_follow_it(self, cast):
        facts.incident(crisis=cast.aleppo, released=True)
        copy = Copy(cast.nobody)
        copy.cursor = copy.get("incidents")["X-Changes-Cursor"]
        copy.follow()
        assert copy.told == []
        later = facts.incident(crisis=cast.aleppo, released=True)
        copy.follow()
        assert {each["id"] for each in copy.told} == {str(later.pk)}

    def test_a_record_that_was_never_in_sight_leaves_no_trace(self, cast):
        hidden = facts.incident(crisis=cast.aleppo, sensitivity=2, claims=[facts.claim()])
        Incident.objects.filter(pk=hidden.pk).update(title="Otherwise")
        Incident.objects.filter(pk=hidden.pk).update(removed_at=NOW)
        copy = Copy(cast.nobody)
        copy.follow()
        assert copy.told == []

    def test_a_record_that_is_closed_is_gone_for_those_who_saw_it(self, cast):
        row = facts.incident(crisis=cast.aleppo, released=True)
        public, coordinator = Copy(cast.nobody), Copy(cast.cora)
        public.follow()
        coordinator.follow()
        Incident.objects.filter(pk=row.pk).update(sensitivity=2)
        public.told.clear()
        public.follow()
        coordinator.follow()
        assert [(each["action"], each["record"], each["version"]) for each in public.told] == [("removed", None, None)]
        assert coordinator.rows["incident", str(row.pk)]["sensitivity"] == "restricted"

    def test_what_a_merged_record_became_is_told_where_it_can_be_read(self, cast):
        root, twin, hidden = (facts.incident(crisis=cast.aleppo, released=True) for _ in range(3))
        copy = Copy(cast.nobody)
        copy.follow()
        copy.told.clear()
        merge(twin, root)
        copy.follow()
        assert {each["id"]: each["merged_into"] for each in copy.told if each["action"] == "removed"} == {
            str(twin.pk): str(root.pk)
        }
        Incident.objects.filter(pk=hidden.pk).update(sensitivity=3)
        copy.told.clear()
        merge(root, hidden)
        copy.follow()
        assert {each["merged_into"] for each in copy.told} == {None}

    def test_a_figure_held_beyond_the_caller_is_not_even_hinted_at(self, cast):
        row = facts.incident(crisis=cast.aleppo, released=True, by=cast.fatima)
        copies = [Copy(viewer) for viewer in (cast.nobody, cast.pavel, cast.fatima)]
        for copy in copies:
            copy.follow()
            copy.told.clear()
        held = facts.claim("killed", 77, sensitivity=3)
        incidents.add_figures(incident=row, claims=[held], dataset=DatasetFactory(), by=None, now=NOW)
        for copy in copies:
            copy.follow()
            assert copy.told == []

    def test_one_revision_of_many_records_is_told_in_pages(self, cast):
        drafts = []
        dataset = DatasetFactory()
        for number in range(30):
            row = facts.incident(dataset=dataset, crisis=cast.aleppo, released=True, external_id=f"E{number}")
            drafts.append(row.pk)
        Incident.objects.filter(pk__in=drafts).update(title="Once more")
        copy = Copy(cast.nobody)
        copy.follow(limit=4)
        assert copy.rows == copy.lists()

    def test_the_reason_is_for_those_who_review(self, cast, now):
        row = facts.incident(crisis=cast.aleppo, released=True)
        words = {"kind": incidents.KIND, "by": cast.cora, "now": now, "reason": "Two versions of the story"}
        reviewing.verify(record=row, verification="disputed", **words)
        told = {}
        for viewer in (cast.nobody, cast.pavel, cast.imran):
            copy = Copy(viewer)
            copy.follow()
            told[viewer] = {each["reason"] for each in copy.told}
        assert told == {cast.nobody: {None}, cast.pavel: {None}, cast.imran: {None, "Two versions of the story"}}


@pytest.mark.django_db(transaction=True)
class TestWhenItEnds:
    @pytest.fixture
    def copy(self, cast) -> Copy:
        facts.incident(crisis=cast.aleppo, released=True)
        copy = Copy(cast.pavel)
        copy.follow()
        return copy

    def ended(self, copy: Copy) -> str:
        answer = copy.get("changes", since=copy.cursor)
        assert answer.status_code == 410, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        return answer.json()["detail"]

    def test_a_right_gained_ends_the_cursor(self, cast, copy):
        Membership.objects.filter(user=cast.pavel).update(role=Role.MANAGER)
        assert "What you may read has changed" in self.ended(copy)

    def test_a_right_lost_ends_the_cursor(self, cast, copy):
        Membership.objects.filter(user=cast.pavel).delete()
        self.ended(copy)

    def test_another_organisation_ends_the_cursor(self, cast, copy):
        cast.pavel.organisation = cast.relief
        cast.pavel.save()
        self.ended(copy)

    def test_a_crisis_that_is_hidden_ends_the_cursor(self, cast, copy):
        Crisis.objects.filter(pk=cast.darfur.pk).update(sensitivity=2)
        self.ended(copy)

    def test_a_crisis_that_begins_does_not(self, cast, copy):
        CrisisFactory(slug="new")
        assert copy.get("changes", since=copy.cursor).status_code == 200

    def test_another_user_cannot_use_it(self, cast, copy):
        assert Copy(cast.cora).get("changes", since=copy.cursor).status_code == 410

    def test_a_database_restored_from_before_ends_the_cursor(self, cast, copy):
        newest = Revision.objects.latest("id")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_change SET revision_id = revision_id - 1 WHERE revision_id = %s", [newest.pk])
            cursor.execute("DELETE FROM ledger_revision WHERE id = %s", [newest.pk])
        assert "no longer the one kept here" in self.ended(copy)

    def test_a_restored_ledger_that_counted_on_ends_the_cursor_too(self, cast, copy):
        newest = Revision.objects.latest("id")
        Revision.objects.filter(pk=newest.pk).update(at=newest.at + timedelta(seconds=1))
        self.ended(copy)

    @pytest.mark.parametrize("text", ["x", "1", "gAAAAAB", "é", "a" * 300])
    def test_what_is_no_cursor_is_refused(self, copy, text):
        answer = copy.get("changes", since=text)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == "since"


def test_constraints_standing_for_a_status_are_told_too(cast, transactional_db):
    status = facts.status(crisis=cast.aleppo, value="closed", sensitivity=0)
    copy = Copy(cast.pavel)
    copy.follow()
    assert ("access_constraint", str(AccessConstraint.objects.get(stands_for=status).pk)) in copy.rows
