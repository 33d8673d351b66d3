"""Loading the sample: step by step, from recordings alone, going on where it was cut off."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.core.http import Unreachable
from apps.dashboard.sample import background, people, publishers, steps, story
from apps.dashboard.sample.recordings import NotReplayed, RecordedClient, replay
from apps.dashboard.sample.steps import Step
from apps.incidents.models import CasualtyClaim, Incident
from apps.sources.models import Document, RefreshRun, Source, SourceReliability
from tests.factories.crises import CrisisFactory

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
PAYLOADS = Path(__file__).resolve().parents[1] / "connectors"
LOADED_WORDS = ("regime", "rebel", "terroris", "militant", "liberat", "martyr", "so-called")


@pytest.fixture
def bulletin(db: None) -> Source:
    publishers.load(NOW)
    return Source.objects.get(slug="sample-bulletin")


def test_the_story_never_goes_back_in_time_and_names_each_step_once():
    moments = [step.known_at for step in story.STORY]
    assert moments == sorted(moments)
    assert len({step.name for step in story.STORY}) == len(story.STORY)


def test_every_step_names_the_files_it_is_made_of():
    assert all(list(step.paths()) for step in story.STORY)


def test_a_step_is_run_once_and_again_when_its_files_change(db, settings, tmp_path):
    settings.SAMPLE_DIR = tmp_path
    (tmp_path / "facts.txt").write_text("one")
    runs = []
    step = Step("facts", NOW, lambda now: runs.append(now) or "done", ("facts.txt",))
    assert [steps.run_missing([step], tell=str) for _ in range(2)] == [1, 0]
    (tmp_path / "facts.txt").write_text("two")
    assert [steps.run_missing([step], tell=str) for _ in range(2)] == [1, 0]
    assert runs == [NOW, NOW]


def test_a_load_that_was_cut_off_goes_on_with_the_step_that_failed(db):
    ran = []

    def cut_off(now):
        ran.append("second")
        if len(ran) == 2:
            raise KeyboardInterrupt
        return "done"

    both = [Step("first", NOW, lambda now: ran.append("first") or "done", ()), Step("second", NOW, cut_off, ())]
    with pytest.raises(KeyboardInterrupt):
        steps.run_missing(both, tell=str)
    assert steps.run_missing(both, tell=str) == 1
    assert ran == ["first", "second", "second"]


def test_a_step_tells_what_it_did_and_how_long_it_took(db):
    told = []
    steps.run_missing([Step("facts", NOW, lambda now: "3 facts", ())], tell=told.append)
    assert told[0].startswith("facts: 3 facts (")


def test_a_file_that_is_missing_is_named(db):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        steps.run_missing([Step("facts", NOW, lambda now: "", ("nowhere.csv",))], tell=str)


def test_recordings_answer_by_a_part_of_the_address_and_nothing_else_is_asked():
    client = RecordedClient({"feed.xml": "news/bulletin.xml", "page=2": ""})
    answer = client.get("https://bulletin.example.org/feed.xml")
    assert (answer.status, answer.content_type) == (200, "application/xml")
    assert b"<rss" in answer.body
    assert client.get("https://bulletin.example.org/list", params={"page": 2}).not_modified
    with pytest.raises(Unreachable):
        client.get("https://bulletin.example.org/other")


def test_packed_recordings_come_unpacked_unless_the_address_itself_is_packed():
    client = RecordedClient({"airports": "ourairports/airports.csv.gz"})
    assert client.get("https://airports.example.org/airports.csv").body.startswith(b"id,ident")
    assert client.get("https://airports.example.org/airports.csv.gz").body.startswith(b"\x1f\x8b")


def test_a_payload_is_replayed_through_its_connector_once(bulletin):
    first, second = background.load_bulletin(NOW), background.load_bulletin(NOW)
    assert first == second == "3 new, 0 corrected, 0 unchanged"
    run = RefreshRun.objects.get(source=bulletin)
    assert (run.outcome, run.started_at) == ("changed", NOW)
    assert Document.objects.filter(source=bulletin, title__contains="ample item").count() == 2


def test_a_replay_that_was_cut_off_is_taken_over(bulletin):
    background.load_bulletin(NOW)
    run = RefreshRun.objects.get(source=bulletin)
    RefreshRun.objects.filter(pk=run.pk).update(outcome="running", finished_at=None)
    assert background.load_bulletin(NOW) == "0 new, 0 corrected, 3 unchanged"
    run.refresh_from_db()
    assert (run.outcome, run.attempts) == ("unchanged", 2)


def test_a_replay_leaves_the_sources_own_options_and_the_credentials_alone(bulletin):
    options, credentials = dict(bulletin.options), dict(project.CREDENTIALS)
    background.load_bulletin(NOW)
    bulletin.refresh_from_db()
    assert bulletin.options == options
    assert credentials == project.CREDENTIALS


def test_a_replay_that_ends_badly_says_how(bulletin):
    with pytest.raises(NotReplayed, match="could not be reached"):
        replay(source=bulletin, now=NOW, recordings={}, **bulletin.options)


def test_conflict_events_come_through_the_connector_into_their_crisis(db, settings, tmp_path):
    crisis = CrisisFactory(slug="syria")
    publishers.load(NOW)
    settings.SAMPLE_DIR = tmp_path
    (tmp_path / "ucdp").mkdir()
    shutil.copy(PAYLOADS / "ucdp" / "payloads" / "ged_syria.csv.gz", tmp_path / "ucdp" / "ged_syria_2016_2019.csv.gz")
    background.load_conflict(NOW)
    events = Incident.objects.filter(source__slug="ucdp")
    assert events.exists()
    assert set(events.values_list("crisis", "audience", "created_at")) == {(crisis.pk, 0, NOW)}
    assert CasualtyClaim.objects.filter(record__in=events, metric="killed", group="all").count() == events.count()


def test_people_keep_their_changed_passwords_when_the_step_is_run_again(db, settings):
    settings.DEMO_PASSWORD = "demo"
    people.load(NOW)
    field = User.objects.get(username="field")
    assert field.check_password("demo")
    field.set_password("something-else-entirely")
    field.save()
    assert people.load(NOW) == "0 people"
    field.refresh_from_db()
    assert field.check_password("something-else-entirely")


def test_those_who_review_enter_the_administration_and_only_the_administrator_runs_it(db):
    people.load(NOW)
    staff = User.objects.filter(is_staff=True).order_by("username").values_list("username", "is_superuser")
    assert list(staff) == [("admin", True), ("coordinator", False), ("manager", False)]
    assert [one.role for one in people.PEOPLE if one.is_administrator] == [None]


def test_without_the_demo_nobody_gets_a_password(db, settings):
    settings.DEMO_PASSWORD = ""
    people.load(NOW)
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_outside_the_demo_the_sample_is_only_loaded_by_force(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="--force"):
        call_command("load_sample")


def test_nobody_is_called_reliable_but_for_series_whose_method_is_published(db):
    publishers.load(NOW)
    assert SourceReliability.objects.filter(metric_group="", grade="F").count() == Source.objects.count()
    graded = SourceReliability.objects.exclude(grade="F").values_list("source__slug", "metric_group", "grade")
    assert set(graded) == {("ucdp", "casualties", "B"), ("idmc", "displacement", "B")}


def test_what_an_administrator_changed_on_a_source_stays(bulletin):
    Source.objects.filter(slug="gdacs").update(is_enabled=False, interval_minutes=600)
    publishers.load(NOW)
    assert Source.objects.filter(slug="gdacs", is_enabled=False, interval_minutes=600).exists()


def test_our_texts_use_neutral_words_only():
    folder = Path(project.SAMPLE_DIR)
    for path in [*folder.glob("*.py"), *folder.glob("news/*")]:
        written = path.read_text(encoding="utf-8").lower()
        assert not [word for word in LOADED_WORDS if word in written], path.name


def test_the_sample_is_small_and_every_folder_of_it_names_its_licence():
    folder = Path(project.SAMPLE_DIR)
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert sum(path.stat().st_size for path in files) < 10_000_000
    for one in {path.parent for path in files} - {folder}:
        assert "licence" in (one / "README.md").read_text(encoding="utf-8").lower(), one.name
