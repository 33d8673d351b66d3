"""The north-west of Syria, 27 November to 2 December 2024: who said what, who may read it, and what was known when."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Sum

from apps.access.models import AccessConstraint, Asset, AssetStatus, StatusClaim
from apps.crises.models import ActorName
from apps.dashboard.sample import steps
from apps.dashboard.sample.people import person
from apps.displacement.models import Displacement, DisplacementClaim, DisplacementClaimVersion
from apps.incidents.models import CasualtyClaim, CasualtyClaimVersion, Incident, IncidentActor, IncidentVersion
from apps.ledger.models import Revision
from apps.ledger.queries import revision_at
from apps.records.models import Link, SuspectedDuplicate
from tests.sample.conftest import SMALL_STORY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("north_west")]

NOBODY = AnonymousUser()
SOHR = "Syrian Observatory for Human Rights (SOHR)"
UN = "UN deputy regional humanitarian coordinator"
FRIDAY_NOON = datetime(2024, 11, 29, 12, tzinfo=UTC)


def known(model, past, revision):
    """Rows of the present and of the past that stood at a revision."""
    return [*model.objects.filter(rev__lte=revision), *past.objects.filter(rev__lte=revision, rev_to__gt=revision)]


def public_claims():
    return CasualtyClaim.objects.filter(record__in=Incident.objects.visible_to(NOBODY)).visible_to(NOBODY)


def test_the_public_reads_each_figure_with_who_said_it_and_how():
    columns = ("metric", "group", "scope", "low", "best", "high", "quantifier", "attributed_to", "source__slug")
    assert set(public_claims().values_list(*columns)) == {
        ("killed", "all", "running_total", 301, 301, None, "more_than", SOHR, "sohr"),
        ("killed", "civilians", "running_total", 20, 20, None, "at_least", SOHR, "sohr"),
        ("killed", "civilians", "period_total", 27, 27, 27, "exact", UN, "un-humanitarian-coordination"),
        ("killed", "all", "event", 4, 4, 4, "exact", SOHR, "sohr"),
        ("killed", "civilians", "event", 4, 4, 4, "exact", SOHR, "sohr"),
        ("injured", "all", "event", 19, 19, 19, "exact", SOHR, "sohr"),
        ("attacks", "all", "event", 23, 23, 23, "exact", SOHR, "sohr"),
    }


def test_stated_totals_stand_on_the_situation_and_name_their_days():
    situation = Incident.objects.get(kind="situation")
    running = situation.claims.filter(scope="running_total")
    assert set(running.values_list("counts_from", "as_of_date")) == {(date(2024, 11, 27), date(2024, 11, 30))}
    period = situation.claims.get(scope="period_total")
    assert (period.from_date, period.to_date) == (date(2024, 11, 27), date(2024, 11, 29))
    assert not situation.claims.filter(scope="event").exists()
    assert running.get(group="civilians").part_of == running.get(group="all")


def test_every_stated_figure_is_used_since_no_two_answer_one_question():
    assert not public_claims().filter(is_adopted=False).exists()


def test_only_the_air_strikes_figures_can_be_added_up():
    summable = public_claims().filter(scope="event", metric="killed", group="all")
    assert summable.aggregate(total=Sum("best"))["total"] == 4


def test_every_excerpt_is_a_paraphrase_of_ours():
    for model in (CasualtyClaim, DisplacementClaim, StatusClaim):
        assert not model.objects.filter(excerpt="").exists()
        assert not model.objects.filter(is_paraphrase=False).exists()


def test_events_are_part_of_the_situation_and_what_followed_was_caused_by_it():
    situation = Incident.objects.get(kind="situation")
    parts = Link.objects.filter(to_id=situation.pk, relation="part_of").values_list("from_id", flat=True)
    events = Incident.objects.visible_to(NOBODY).filter(kind="event")
    assert set(parts) == set(events.values_list("pk", flat=True))
    assert events.count() == 4
    caused = Link.objects.filter(from_id=situation.pk, relation="caused")
    assert sorted(caused.values_list("to_kind", flat=True)) == ["asset_status"] * 3 + ["displacement"] * 2


def test_control_is_only_ever_reported():
    control = Incident.objects.get(subcategory="non_state_actor_overtakes_territory")
    assert control.title.startswith("Non-State armed groups led by HTS reported in control of most of Aleppo, says")
    assert control.source.name == "Wire report of 30 November 2024"


def test_parties_have_neutral_names_and_are_for_the_cleared():
    assert IncidentActor.objects.count() == 3
    assert not IncidentActor.objects.filter(sensitivity__lt=2).exists()
    assert ActorName.objects.get(source__slug="sohr").actor.name == "Government of the Russian Federation"


def test_displacement_names_the_task_force_and_a_flight_gives_no_figure():
    rows = Displacement.objects.visible_to(NOBODY)
    assert rows.count() == 2
    counted = DisplacementClaim.objects.get(as_of_date=date(2024, 11, 28))
    assert (counted.low, counted.quantifier, counted.scope) == (14_001, "more_than", "running_total")
    assert counted.attributed_to == "IDP Task Force, through OCHA"
    flight = DisplacementClaim.objects.get(quantifier="not_given", record__in=rows)
    assert (flight.low, flight.best, flight.high) == (None, None, None)


def test_aleppos_airport_and_approaches_are_closed_and_constrain_access():
    statuses = AssetStatus.objects.visible_to(NOBODY)
    closed = statuses.filter(status="closed")
    assert {(row.asset.codes.get("icao") or row.asset.codes["ref"], row.status) for row in closed} == {
        ("OSAP", "closed"),
        ("M5", "closed"),
        ("M4", "closed"),
    }
    constraints = AccessConstraint.objects.visible_to(NOBODY)
    assert set(constraints.values_list("type", "state")) == {("insecurity", "ongoing")}
    assert constraints.count() == 3


def test_nobody_has_said_anything_of_the_crossings():
    crossings = AssetStatus.objects.visible_to(NOBODY).filter(asset__type="border_crossing")
    assert {"Bab al-Hawa border crossing", "Bab al-Salama border crossing"} <= set(
        crossings.values_list("asset__name", flat=True)
    )
    assert set(crossings.values_list("status", "verification", "is_disputed")) == {("unknown", "unverified", False)}
    assert not StatusClaim.objects.filter(record__in=crossings).exists()
    assert not AccessConstraint.objects.filter(stands_for__in=crossings).exists()


def test_what_the_field_reported_waits_unverified_and_unreleased():
    waiting = [
        *Incident.objects.filter(title__startswith="Sample"),
        *Displacement.objects.filter(title__startswith="Sample"),
        *AssetStatus.objects.filter(title__startswith="Sample"),
    ]
    assert len(waiting) == 4
    assert {(row.verification, row.released_at) for row in waiting} == {("unverified", None)}
    for model in (Incident, Displacement, AssetStatus, AccessConstraint):
        assert not model.objects.visible_to(NOBODY).filter(title__startswith="Sample").exists()
    assert not Asset.objects.visible_to(NOBODY).filter(name__startswith="Sample").exists()


def test_one_queue_of_vehicles_is_told_twice_and_waits_to_be_settled():
    pair = SuspectedDuplicate.objects.get(kind="incident")
    titles = Incident.objects.filter(pk__in=[pair.first_id, pair.second_id]).values_list("title", flat=True)
    assert all("queue of vehicles" in title for title in titles)
    assert (len(titles), pair.state, pair.reasons["days"]) == (2, "open", 0)
    assert pair.score > 0.6


def test_members_see_waiting_reports_as_far_as_their_role_goes():
    queue, families = "Sample field report: queue of vehicles on the road", "Sample field report: families"
    for name, sees_queue in (("partner", False), ("field", True), ("manager", True), ("coordinator", True)):
        assert Incident.objects.visible_to(person(name)).filter(title=queue).exists() is sees_queue
        assert Displacement.objects.visible_to(person(name)).filter(title__startswith=families).exists()


def test_two_reports_that_differ_make_the_sample_bridge_disputed():
    status = AssetStatus.objects.get(asset__name="Sample bridge (exercise)")
    assert status.is_disputed
    assert set(status.claims.values_list("value", flat=True)) == {"open", "restricted"}


def test_the_coordinator_checked_and_released_what_the_public_reads():
    coordinator = person("coordinator")
    released = [
        *Incident.objects.visible_to(NOBODY),
        *Displacement.objects.visible_to(NOBODY),
        *AssetStatus.objects.visible_to(NOBODY).exclude(status="unknown"),
    ]
    assert {(row.verification, row.released_by) for row in released} == {("verified", coordinator)}
    assert all(row.basis for row in released)


def test_at_noon_of_29_november_the_toll_was_not_known_and_14_000_were_displaced():
    revision = revision_at(FRIDAY_NOON)
    [situation] = known(Incident, IncidentVersion, revision)
    assert (situation.title, situation.audience) == ("Offensive in Aleppo and Idleb governorates", 0)
    assert situation.end_date == date(2024, 11, 28)
    assert known(CasualtyClaim, CasualtyClaimVersion, revision) == []
    [counted] = known(DisplacementClaim, DisplacementClaimVersion, revision)
    assert (counted.low, counted.status, counted.is_adopted) == (14_001, "current", True)
    assert not AssetStatus.objects.filter(rev__lte=revision).exists()
    assert Asset.objects.filter(rev__lte=revision, codes__icao="OSAP").exists()


def test_by_the_evening_of_29_november_27_civilians_were_stated():
    [claim] = known(CasualtyClaim, CasualtyClaimVersion, revision_at(datetime(2024, 11, 29, 22, tzinfo=UTC)))
    assert (claim.best, claim.attributed_to) == (27, UN)


def test_the_later_count_takes_the_earlier_ones_place_when_it_becomes_known():
    before = known(DisplacementClaim, DisplacementClaimVersion, revision_at(datetime(2024, 12, 11, tzinfo=UTC)))
    assert {(one.low, one.status) for one in before if one.scope == "running_total"} == {(14_001, "current")}
    now = DisplacementClaim.objects.filter(scope="running_total").values_list("low", "status")
    assert set(now) == {(14_001, "superseded"), (1_100_000, "current")}


def summary(client, **asked):
    answer = client.get("/api/v1/summary", {"crisis": "syria", "since": "2024-11-27", "until": "2024-11-30", **asked})
    assert answer.status_code == 200, answer.content
    return {figure["code"]: figure for figure in answer.json()["figures"]}


def test_key_figures_state_the_totals_beside_the_sum_of_events_and_add_nothing(client):
    killed = summary(client)["killed"]
    assert {(one["low"], one["group"], one["attributed_to"]) for one in killed["stated"]} == {
        (301, "all", SOHR),
        (20, "civilians", SOHR),
        (27, "civilians", UN),
    }
    assert [(one["dataset"], one["best"]) for one in killed["by_dataset"]] == [("sohr-statements", 4)]
    assert not set(numbers_in(killed)) & {304, 305, 327, 328, 331, 332, 31}


def numbers_in(answer):
    """Every number anywhere in a JSON answer."""
    if isinstance(answer, (dict, list)):
        parts = answer.values() if isinstance(answer, dict) else answer
        return [number for part in parts for number in numbers_in(part)]
    return [answer] if isinstance(answer, int) else []


def test_the_displaced_of_the_period_are_those_counted_by_its_end(client):
    def stated(until):
        return [one["low"] for one in summary(client, until=until)["displaced"]["stated"]]

    assert stated("2024-12-02") == [14_001]
    assert stated("2024-12-31") == [1_100_000]


def test_key_figures_of_noon_on_29_november_know_of_no_toll(client):
    figures = summary(client, until="2024-12-02", known_at="2024-11-29T12:00:00Z")
    assert figures["killed"]["stated"] == figures["killed"]["by_dataset"] == []
    assert [one["low"] for one in figures["displaced"]["stated"]] == [14_001]


def test_the_ledger_tells_the_story_in_order():
    moments = list(Revision.objects.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[0] == datetime(2024, 11, 1, 8, tzinfo=UTC)
    assert moments[-1] == datetime(2024, 12, 12, 16, tzinfo=UTC)


def test_a_second_run_changes_nothing():
    revision = Revision.objects.latest("id").pk
    assert steps.run_missing(SMALL_STORY, tell=str) == 0
    assert Revision.objects.latest("id").pk == revision


def test_steps_that_are_run_again_leave_every_fact_as_it_is():
    models = (
        Incident,
        CasualtyClaim,
        Displacement,
        DisplacementClaim,
        AssetStatus,
        StatusClaim,
        AccessConstraint,
        Asset,
    )

    def picture():
        return [sorted(model.objects.values_list("pk", "version")) for model in (*models, Link)]

    before = picture()
    for step in SMALL_STORY:
        step.run(step.known_at)
    assert picture() == before
