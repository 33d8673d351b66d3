"""Many writers at once, each with a connection of its own, and a follower who must miss nothing."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from apps.access import actions as access
from apps.access.models import AccessConstraint, Asset
from apps.core.ids import uuid7
from apps.incidents import actions as incidents
from apps.incidents.models import Incident
from apps.ledger.actions import open_revision
from apps.ledger.models import Change, Revision
from apps.records import actions as records
from apps.records import confirming
from apps.records.drafts import StatusDraft
from apps.records.models import Link
from tests.factories import facts
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8
LOADED = 2_000
INSERT_LINK = """
    INSERT INTO records_link (id, from_kind, from_id, relation, to_kind, to_id, created_at, rev, version)
    VALUES (%s, 'incident', %s, 'part_of', 'incident', %s, now(), 0, 1)
"""


class Crowd:
    """Threads with connections of their own; what one of them raises is raised again at the end."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.errors: list[Exception] = []

    def start(self, work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001  told in join
                self.errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        self.threads.append(thread)
        thread.start()
        return thread

    def join(self) -> None:
        for thread in self.threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in self.threads)
        if self.errors:
            raise self.errors[0]


class Follower:
    """Reads changes by revision, again and again, as a subscriber does."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []
        self.revisions: list[int] = []
        self.polls = 0
        self.over = threading.Event()

    def follow(self) -> None:
        while not self.over.is_set():
            self.poll()
            time.sleep(0.001)
        self.poll()

    def poll(self) -> None:
        after = self.revisions[-1] if self.revisions else 0
        upto = Revision.objects.order_by("-id").values_list("id", flat=True).first() or 0
        fresh = Change.objects.filter(revision__gt=after, revision__lte=upto).order_by("revision_id", "id")
        self.seen.extend(fresh.values_list("revision_id", "id"))
        self.revisions.extend(
            Revision.objects.filter(id__gt=after, id__lte=upto).order_by("id").values_list("id", flat=True)
        )
        self.polls += 1


def insert_link_by_hand() -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT_LINK, [uuid7(), uuid7(), uuid7()])


def make_link(now) -> None:
    Link.objects.create(
        from_kind="incident", from_id=uuid7(), relation="caused", to_kind="incident", to_id=uuid7(), created_at=now
    )


def in_vain(now) -> None:
    """Open a revision and write within a savepoint that is rolled back."""
    with transaction.atomic():
        open_revision(by=None, now=now, reason="In vain")
        make_link(now)
        transaction.set_rollback(True)


def act(dataset, row, now) -> None:
    """New records, and the same one confirmed again and again."""
    for number in range(ROUNDS):
        if number % 3:
            facts.incident(dataset=dataset, claims=[facts.claim("killed", number)])
        else:
            confirming.confirm(kind=incidents.KIND, record=Incident.objects.get(pk=row.pk), by=None, now=now)


def write_raw() -> None:
    for _ in range(ROUNDS):
        insert_link_by_hand()


def write_by_model(now) -> None:
    """Two links at a time; every fourth time it thinks better of it."""
    for number in range(ROUNDS):
        with transaction.atomic():
            make_link(now)
            make_link(now)
            transaction.set_rollback(number % 4 == 0)


def write_slowly(now) -> None:
    """A transaction that is open long before its first write, and long after."""
    for _ in range(ROUNDS // 2):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM records_link")
            time.sleep(0.05)
            make_link(now)
            time.sleep(0.05)
            make_link(now)


def load(dataset, count, now) -> None:
    """As many records with two figures each, through the action."""
    drafts = [
        incidents.IncidentDraft(
            external_id=f"L{number}", title="Loaded", start_date=facts.DAY, end_date=facts.DAY,
            location=facts.ALEPPO, location_accuracy="settlement", fields={"category": "explosions"},
            claims=(facts.claim("killed", number), facts.claim("injured", number)),
        )
        for number in range(count)
    ]  # fmt: skip
    incidents.record_many(drafts=drafts, dataset=dataset, now=now)


def test_a_follower_misses_nothing_sees_each_once_and_in_order(now):
    """Sixteen writers (actions, raw SQL, models), one of them slow, some that roll back, one a bulk load in chunks."""
    dataset, loaded = DatasetFactory(), DatasetFactory()
    row = facts.incident(dataset=dataset)
    crowd, follower = Crowd(), Follower()
    works = [
        *[partial(act, dataset, row, now)] * 5,
        *[write_raw] * 5,
        *[partial(write_by_model, now)] * 4,
        partial(write_slowly, now),
        partial(load, loaded, LOADED, now),
    ]
    watch = crowd.start(follower.follow)
    for writer in [crowd.start(work) for work in works]:
        writer.join(120)
    follower.over.set()
    watch.join(60)
    crowd.join()

    assert follower.polls > 10
    assert follower.seen == list(Change.objects.order_by("revision_id", "id").values_list("revision_id", "id"))
    assert follower.revisions == list(range(1, Revision.objects.count() + 1))
    rolled_back = len(range(0, ROUNDS, 4))
    assert Link.objects.count() == 5 * ROUNDS + 4 * 2 * (ROUNDS - rolled_back) + 2 * (ROUNDS // 2)
    assert Incident.objects.filter(dataset=loaded).count() == LOADED
    made = Change.objects.filter(kind="incident", action="created", record_id__in=Incident.objects.values("pk"))
    assert made.count() == Incident.objects.count()
    moments = list(Revision.objects.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)


@pytest.fixture
def holds(monkeypatch) -> list[float]:
    """Seconds from the moment each revision has the lock to its commit."""
    found: list[float] = []

    def measured(**words):
        number = open_revision(**words)
        held_from = time.perf_counter()
        transaction.on_commit(lambda: found.append(time.perf_counter() - held_from))
        return number

    monkeypatch.setattr(records, "open_revision", measured)
    monkeypatch.setattr(access, "open_revision", measured)
    return found


def test_no_chunk_of_a_bulk_load_holds_the_lock_for_a_second(now, holds):
    """5,000 records with two figures each: as many chunks as this machine needs."""
    load(DatasetFactory(), 5_000, now)
    assert Incident.objects.count() == 5_000
    assert len(holds) == Revision.objects.count() > 1
    assert max(holds) < 1


def test_nor_does_one_that_decides_statuses_and_opens_constraints(now, holds):
    """What follows from each statement is worked out under the lock too; one surprise is allowed to learn from."""
    source, count = SourceFactory(), 100
    assets = [
        access.AssetDraft(external_id=f"A{number}", type="bridge", name=f"Bridge {number}", geometry=facts.ALEPPO)
        for number in range(count)
    ]
    access.register_assets(source=source, drafts=assets, now=now)
    said = StatusDraft(key="A", value="closed", attributed_to="A", cause="damage", observed_at=now)
    drafts = [
        access.AssetStatusDraft(
            external_id=f"S{number}", title="Closed", start_date=facts.DAY, end_date=facts.DAY,
            location=facts.ALEPPO, location_accuracy="point", fields={"asset_id": asset}, claims=(said,),
        )
        for number, asset in enumerate(Asset.objects.values_list("pk", flat=True))
    ]  # fmt: skip
    access.report_status(drafts=drafts, dataset=DatasetFactory(), now=now)
    assert AccessConstraint.objects.filter(state="ongoing").count() == count
    assert len(holds) == Revision.objects.count() > 2
    assert sorted(holds)[-2] < 1


def test_a_savepoint_rolled_back_takes_its_revision_with_it(now):
    with transaction.atomic():
        in_vain(now)
        assert not Revision.objects.exists()
        make_link(now)
    assert list(Revision.objects.values_list("id", "reason")) == [(1, "")]
    assert list(Link.objects.values_list("rev", flat=True)) == [1]
    assert list(Change.objects.values_list("revision", flat=True)) == [1]


def test_a_savepoint_rolled_back_within_a_revision_takes_its_rows_alone(now):
    with transaction.atomic():
        make_link(now)
        in_vain(now)
        make_link(now)
    assert list(Revision.objects.values_list("id", flat=True)) == [1]
    assert list(Link.objects.values_list("rev", flat=True)) == [1, 1]
    assert Change.objects.count() == 2


def test_a_savepoint_rolled_back_lets_the_next_writer_go_first(now):
    crowd = Crowd()
    with transaction.atomic():
        in_vain(now)
        crowd.start(insert_link_by_hand).join(30)
        make_link(now)
    crowd.join()
    assert list(Link.objects.order_by("rev").values_list("rev", "relation")) == [(1, "part_of"), (2, "caused")]


def test_each_way_of_writing_by_hand_is_numbered_kept_and_told(now):
    first = uuid7()
    upsert = INSERT_LINK + "ON CONFLICT (id) DO UPDATE SET created_at = now()"

    def copy() -> None:
        columns = "id, from_kind, from_id, relation, to_kind, to_id, created_at, rev, version"
        with connection.cursor() as cursor, cursor.copy(f"COPY records_link ({columns}) FROM STDIN") as rows:
            for _ in range(3):
                rows.write_row([str(uuid7()), "incident", str(uuid7()), "caused", "incident", str(uuid7()), now, 0, 1])

    def run(sql: str, *values: object) -> Callable[[], None]:
        def execute() -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)

        return execute

    ways: list[tuple[Callable[[], None], list[str], int]] = [
        (run(INSERT_LINK, first, uuid7(), uuid7()), ["created"], 0),
        (run("UPDATE records_link SET relation = 'caused'"), ["updated"], 1),
        (run(upsert, first, uuid7(), uuid7()), ["updated"], 1),
        (run(upsert, uuid7(), uuid7(), uuid7()), ["created"], 0),
        (copy, ["created"] * 3, 0),
        (run("DELETE FROM records_link WHERE id = %s", first), ["removed"], 1),
    ]
    for number, (write, told, kept) in enumerate(ways, 1):
        write()
        assert list(Change.objects.filter(revision=number).values_list("action", flat=True)) == told
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM records_link_version WHERE rev_to = %s", [number])
            assert cursor.fetchone() == (kept,)
    assert Revision.objects.count() == len(ways)


def test_whoever_waits_too_long_is_told_what_for(now):
    crowd, held, over = Crowd(), threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            open_revision(by=None, now=now)
            held.set()
            over.wait(30)

    crowd.start(hold)
    assert held.wait(30)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(Exception, match=r"The ledger is busy.*more than 100ms"), transaction.atomic():
                insert_link_by_hand()
    finally:
        over.set()
        crowd.join()
    insert_link_by_hand()
    assert Link.objects.count() == 1
