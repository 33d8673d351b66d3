"""Refreshing UCDP GED: incidents follow the releases."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.connectors.ucdp import connector
from apps.incidents.models import CasualtyClaim, Incident
from apps.sources.models import QuarantinedItem, RefreshRun

PAYLOADS = Path(__file__).parent / "payloads"
TABLE = "https://ucdp.uu.se/downloads/ged_syria.csv.gz"
Outcome = RefreshRun.Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("credentials")]


def written() -> list[dict[str, str]]:
    packed = (PAYLOADS / "ged_syria.csv.gz").read_bytes()
    return list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode())))


def table(*rows: dict[str, str]) -> Callable[[httpx.Request], httpx.Response]:
    lines = io.StringIO()
    writer = csv.DictWriter(lines, fieldnames=list(written()[0]))
    writer.writeheader()
    writer.writerows(rows)
    return lambda request: httpx.Response(200, content=gzip.compress(lines.getvalue().encode()))


def api(*events: dict[str, Any], **by_release: list[dict[str, Any]]) -> Callable[[httpx.Request], httpx.Response]:
    """Releases of one page each, under the last part of the address with "_" for "."."""

    def answer(request: httpx.Request) -> httpx.Response:
        release = "r" + request.url.path.rsplit("/", 1)[-1].replace(".", "_")
        found = by_release.get(release, list(events))
        return httpx.Response(200, json={"TotalCount": len(found), "NextPageUrl": "", "Result": found})

    return answer


def event(number: int, start: str = "2016-01-01", **cells: Any) -> dict[str, Any]:
    first = json.loads((PAYLOADS / "gedevents_page0.json").read_bytes())["Result"][0]
    return {**first, "id": number, "date_start": f"{start}T00:00:00", "date_end": f"{start}T00:00:00", **cells}


@pytest.fixture
def ucdp(refresher: Any) -> Any:
    return refresher("ucdp", ("ged",), "events", table=TABLE)


@pytest.fixture
def ucdp_by_api(refresher: Any) -> Any:
    return refresher("ucdp", ("ged",), "events", releases=["25.1"], country=652)


def test_events_become_incidents_with_deaths_and_parties(ucdp: Any) -> None:
    run = ucdp.refresh(table(*written()))

    assert (run.outcome, run.created) == (Outcome.CHANGED, len(written()))
    incident = Incident.objects.get(external_id="214797")
    assert incident.title == "State-based conflict: Government of Syria – Syrian insurgents, Teir Maaleh village"
    assert (incident.category, incident.subcategory, incident.category_scheme) == (
        "organised_violence",
        "state_based",
        "ucdp",
    )
    assert (incident.start_date, incident.location_accuracy) == (date(2016, 1, 1), "settlement")
    assert {(party.actor.name, party.role) for party in incident.parties.all()} == {
        ("Government of Syria", "side_a"),
        ("Syrian insurgents", "side_b"),
    }
    figures = {(claim.group, claim.low, claim.best, claim.high) for claim in incident.claims.all()}
    assert figures == {("all", 4, 4, 4), ("combatants_a", 2, 2, 2), ("combatants_b", 2, 2, 2)}
    whole = incident.claims.get(group="all")
    assert (whole.quantifier, whole.attributed_to) == ("exact", "UCDP")
    assert {claim.part_of for claim in incident.claims.exclude(group="all")} == {whole}


def test_civilians_are_not_named_as_a_party(ucdp: Any) -> None:
    ucdp.refresh(table(*written()))

    one_sided = Incident.objects.filter(subcategory="one_sided")
    assert one_sided
    assert not one_sided.filter(parties__actor__name="Civilians")


def test_an_estimate_with_a_range_is_about(ucdp: Any) -> None:
    ucdp.refresh(table({**written()[0], "low": "3", "high": "9"}))

    claim = CasualtyClaim.objects.get(group="all")
    assert (claim.quantifier, claim.low, claim.best, claim.high) == ("about", 3, 4, 9)


def test_a_second_run_changes_nothing(ucdp: Any) -> None:
    ucdp.refresh(table(*written()))
    before = list(Incident.objects.order_by("pk").values())

    run = ucdp.refresh(table(*written()))

    assert (run.outcome, run.unchanged) == (Outcome.UNCHANGED, len(written()))
    assert list(Incident.objects.order_by("pk").values()) == before


def test_a_correction_updates_the_same_incident_and_retracts_what_is_no_longer_said(ucdp: Any) -> None:
    ucdp.refresh(table(*written()))
    before = Incident.objects.get(external_id="214797").pk
    first, *others = written()
    assert first["id"] == "214797"

    run = ucdp.refresh(table({**first, "deaths_a": "0", "best": "2", "low": "2", "high": "2"}, *others))

    assert (run.outcome, run.updated, run.created, run.withdrawn) == (Outcome.CHANGED, 1, 0, 0)
    corrected = Incident.objects.get(external_id="214797")
    assert corrected.pk == before
    assert {claim.group: claim.status for claim in corrected.claims.all()} == {
        "all": "current",
        "combatants_a": "retracted",
        "combatants_b": "current",
    }
    assert corrected.claims.get(group="all").best == 2


def test_an_event_that_a_whole_table_no_longer_holds_is_withdrawn(ucdp: Any) -> None:
    ucdp.refresh(table(*written()))

    run = ucdp.refresh(table(*written()[1:]))

    assert run.withdrawn == 1
    assert Incident.objects.get(external_id="214797").removed_reason == "UCDP no longer lists this event."


def test_a_table_cut_off_withdraws_nothing(ucdp: Any) -> None:
    ucdp.refresh(table(*written()))

    def answer(request: httpx.Request) -> httpx.Response:
        whole = gzip.decompress((PAYLOADS / "ged_syria.csv.gz").read_bytes())
        return httpx.Response(200, content=whole[: whole.rindex(b",2016-") - 3])

    run = ucdp.refresh(answer)

    assert (run.outcome, run.withdrawn) == (Outcome.PARTIAL, 0)
    assert not Incident.objects.exclude(removed_at=None)


def test_a_bad_row_is_set_aside_and_its_standing_incident_stays(ucdp: Any) -> None:
    ucdp.refresh(table(*written()))
    first, *others = written()

    run = ucdp.refresh(table({**first, "latitude": "91"}, *others))

    assert (run.outcome, run.quarantined, run.withdrawn) == (Outcome.PARTIAL, 1, 0)
    assert QuarantinedItem.objects.get().key == "214797"
    assert Incident.objects.get(external_id="214797").removed_at is None


def test_a_table_that_has_not_changed_leaves_everything_standing(ucdp: Any) -> None:
    ucdp.refresh(table(*written()))

    run = ucdp.refresh(lambda request: httpx.Response(304))

    assert (run.outcome, run.withdrawn) == (Outcome.UNCHANGED, 0)
    assert not Incident.objects.exclude(removed_at=None)


def test_pages_of_the_api_are_taken_in_under_their_release(ucdp_by_api: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, content=(PAYLOADS / f"gedevents_page{request.url.params.get('page', '0')}.json").read_bytes()
        )

    run = ucdp_by_api.refresh(answer)

    assert (run.outcome, run.payloads, run.created) == (Outcome.CHANGED, 2, 8)
    assert set(Incident.objects.values_list("external_version", flat=True)) == {"25.1"}
    assert ucdp_by_api.requests[0].url.params["Country"] == "652"


def test_pages_that_hold_fewer_events_than_they_say_withdraw_nothing(ucdp_by_api: Any) -> None:
    ucdp_by_api.refresh(api(event(1), event(2)))

    short = {"TotalCount": 2, "NextPageUrl": "", "Result": [event(1)]}
    run = ucdp_by_api.refresh(lambda request: httpx.Response(200, json=short))

    assert run.withdrawn == 0


def test_candidates_are_left_out_once_a_yearly_release_covers_their_year(refresher: Any) -> None:
    ucdp = refresher("ucdp", ("ged",), "events", releases=["25.1", "25.0.9"])
    ucdp.refresh(
        api(
            r25_1=[event(1, "2024-03-01")],
            r25_0_9=[event(2, "2024-12-30"), event(3, "2025-02-01"), event(1, "2025-01-01")],
        )
    )

    standing = Incident.objects.filter(removed_at=None).values_list("external_id", flat=True)
    assert sorted(standing) == ["1", "3"]


def test_a_new_yearly_release_withdraws_the_candidates_it_did_not_keep(refresher: Any) -> None:
    ucdp = refresher("ucdp", ("ged",), "events", releases=["25.1", "26.0.2"])
    ucdp.refresh(api(r25_1=[event(1, "2024-03-01")], r26_0_2=[event(2, "2025-03-01"), event(3, "2025-04-01")]))

    ucdp.source.options = {"releases": ["26.1"]}
    ucdp.source.save()
    run = ucdp.refresh(api(r26_1=[event(1, "2024-03-01"), event(3, "2025-04-01")]))

    assert run.withdrawn == 1
    assert Incident.objects.get(external_id="2").removed_at is not None
    assert Incident.objects.get(external_id="3").external_version == "26.1"


@pytest.mark.parametrize(
    ("release", "year"), [("25.1", 2024), ("26.1", 2025), ("25.0.9", None), ("26.0.10", None), ("latest", None)]
)
def test_only_yearly_releases_cover_years(release: str, year: int | None) -> None:
    assert connector.last_year_of(release) == year


def test_a_missing_token_is_said_on_the_run_and_nothing_is_asked(ucdp_by_api: Any, settings: Any) -> None:
    settings.CREDENTIALS = {**settings.CREDENTIALS, "ucdp_access_token": ""}

    run = ucdp_by_api.refresh(api(event(1)))

    assert (run.outcome, ucdp_by_api.requests) == (Outcome.NOT_CONFIGURED, [])
    assert "UCDP_ACCESS_TOKEN" in run.detail


@pytest.mark.parametrize(
    ("options", "detail"),
    [({}, "Name the releases"), ({"table": TABLE, "crisis": "nowhere"}, "There is no crisis named 'nowhere'.")],
)
def test_missing_options_are_said_on_the_run(refresher: Any, options: dict[str, Any], detail: str) -> None:
    ucdp = refresher("ucdp", ("ged",), "events", **options)

    run = ucdp.refresh(table(*written()))

    assert run.outcome == Outcome.NOT_CONFIGURED
    assert run.detail.startswith(detail)


def test_a_source_without_its_dataset_is_not_configured(refresher: Any) -> None:
    ucdp = refresher("ucdp", (), "events", table=TABLE)

    run = ucdp.refresh(table(*written()))

    assert (run.outcome, run.detail) == (
        Outcome.NOT_CONFIGURED,
        "The source has no dataset whose name upstream is 'ged'.",
    )
