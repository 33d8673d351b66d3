"""The change feed: who follows it holds exactly what the lists show, and learns of nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.access.models import AccessConstraint
from apps.accounts.levels import Role
from apps.crises.models import Crisis, Membership
from apps.incidents import actions as incidents
from apps.incidents.models import Incident
from apps.ledger.models import Revision
from apps.records import merging, reviewing
from tests.api.conftest import client_of
from tests.api.worlds import OPERATIONS, World
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


def merge(row: Incident, into: Incident, cast: Any) -> None:
    merging.merge(kind=incidents.KIND, record=row, into=into, by=cast.cora, now=NOW, reason="One event")


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
        merge(twin, root, cast)
        copy.follow()
        assert {each["id"]: each["merged_into"] for each in copy.told if each["action"] == "removed"} == {
            str(twin.pk): str(root.pk)
        }
        Incident.objects.filter(pk=hidden.pk).update(sensitivity=3)
        copy.told.clear()
        merge(root, hidden, cast)
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
