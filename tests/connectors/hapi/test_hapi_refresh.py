"""Refreshing HAPI: context and displacement follow its themes."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.accounts.models import Organisation
from apps.context.models import MonthlyAggregate, Population, Presence
from apps.displacement.models import Displacement
from apps.incidents.models import Incident
from apps.sources.models import QuarantinedItem, RefreshRun

PAYLOADS = Path(__file__).parent / "payloads"
Outcome = RefreshRun.Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("credentials")]


def recorded(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def page(name: str) -> list[dict[str, Any]]:
    return list(json.loads(recorded(name))["data"])


def serving(rows: list[dict[str, Any]]) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, json={"data": rows})


def serving_table(name: str) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, content=recorded(name))


@pytest.fixture
def stocks(refresher: Any) -> Any:
    return refresher("hapi", ("idps",), "idps", themes=["idps"], countries=["SDN"])


def test_stocks_stand_on_the_last_day_of_their_round_in_cohorts_that_never_meet(stocks: Any) -> None:
    run = stocks.refresh(serving(page("idps_synthetic.json")))

    assert (run.outcome, run.created) == (Outcome.CHANGED, 5)
    fasher = Displacement.objects.filter(provider_area_code="SD02158").order_by("start_date", "cohort")
    assert [(one.measure, one.category, one.cohort, one.start_date) for one in fasher] == [
        ("stock", "idps", "Sudan crisis, BA", date(2025, 1, 31)),
        ("stock", "idps", "Sudan crisis, BA", date(2025, 2, 28)),
        ("stock", "idps", "Sudan crisis, SA", date(2025, 2, 28)),
    ]
    claim = fasher[0].claims.get()
    assert (claim.metric_id, claim.best, claim.scope, claim.as_of_date) == ("idps", 41000, "stock", date(2025, 1, 31))


def test_a_second_run_of_stocks_changes_nothing(stocks: Any) -> None:
    stocks.refresh(serving(page("idps_synthetic.json")))

    run = stocks.refresh(serving(page("idps_synthetic.json")))

    assert (run.outcome, run.unchanged) == (Outcome.UNCHANGED, 5)


def test_a_corrected_stock_is_the_same_record(stocks: Any) -> None:
    first, *others = page("idps_synthetic.json")
    stocks.refresh(serving([first, *others]))
    before = set(Displacement.objects.values_list("pk", flat=True))

    run = stocks.refresh(serving([{**first, "population": 40900}, *others]))

    assert (run.updated, run.created, run.withdrawn) == (1, 0, 0)
    assert set(Displacement.objects.values_list("pk", flat=True)) == before


def test_a_stock_that_hapi_no_longer_lists_is_withdrawn(stocks: Any) -> None:
    stocks.refresh(serving(page("idps_synthetic.json")))

    run = stocks.refresh(serving(page("idps_synthetic.json")[1:]))

    assert run.withdrawn == 1
    assert Displacement.objects.get(removed_at__isnull=False).removed_reason == "HAPI no longer lists this figure."


def test_nothing_is_withdrawn_while_a_row_cannot_be_read(stocks: Any) -> None:
    first, *others = page("idps_synthetic.json")
    stocks.refresh(serving([first, *others]))

    run = stocks.refresh(serving([{**first, "population": "?"}, *others]))

    assert (run.outcome, run.quarantined, run.withdrawn) == (Outcome.PARTIAL, 1, 0)
    assert QuarantinedItem.objects.get().reason == '"population" is not a whole number.'


def test_presence_names_organisations_once(refresher: Any) -> None:
    hapi = refresher(
        "hapi", ("operational-presence",), "context", themes=["operational-presence"], countries=["COD", "TCD"],
        tables={"operational-presence": "https://data.example/presence.csv"},
    )  # fmt: skip

    run = hapi.refresh(serving_table("operational_presence.csv"))
    again = hapi.refresh(serving_table("operational_presence.csv"))

    assert run.outcome == again.outcome == Outcome.PARTIAL, "rows that HAPI marks as wrong are set aside each time"
    assert (again.created, again.updated, again.unchanged) == (0, 0, run.created)
    assert set(Presence.objects.values_list("location_code", flat=True)) == {"COD", "TCD"}
    malteser = Presence.objects.get(organisation__name="Malteser International")
    assert (malteser.cluster, malteser.area_code, malteser.provider_area_name) == ("NUT", "CD5206", "Bondo, Bas-Uele")
    assert Organisation.objects.filter(acronym="UNICEF").count() == 1


def test_population_keeps_whole_and_parts_apart(refresher: Any) -> None:
    hapi = refresher(
        "hapi", ("baseline-population",), "context", themes=["baseline-population"], countries=["COD"],
        tables={"baseline-population": "https://data.example/population.csv"},
    )  # fmt: skip

    hapi.refresh(serving_table("population.csv"))

    whole = Population.objects.get(location_code="COD", area_code="", sex="all", age_band="all")
    girls = Population.objects.get(location_code="COD", area_code="", sex="f", age_band="0-4")
    assert whole.people > girls.people > 0


def test_a_corrected_population_is_the_same_row(refresher: Any) -> None:
    table = {"baseline-population": "https://data.example/population.csv"}
    hapi = refresher(
        "hapi", ("baseline-population",), "context", themes=["baseline-population"], countries=["CAF"], tables=table
    )
    hapi.refresh(serving_table("population.csv"))
    before = set(Population.objects.values_list("pk", flat=True))

    corrected = recorded("population.csv").replace(b",448465,", b",450000,")
    run = hapi.refresh(lambda request: httpx.Response(200, content=corrected))

    assert (run.updated, run.created) == (1, 0)
    assert set(Population.objects.values_list("pk", flat=True)) == before
    assert Population.objects.filter(people=450000).count() == 1


def test_conflict_counts_are_context_and_never_incidents(refresher: Any) -> None:
    hapi = refresher("hapi", ("conflict-events",), "context", themes=["conflict-events"], countries=["SDN"])

    hapi.refresh(serving(page("conflict_events_synthetic.json")))

    assert MonthlyAggregate.objects.count() == 6
    assert not Incident.objects.exists()
    unknown = MonthlyAggregate.objects.get(event_type="demonstration")
    assert (unknown.events, unknown.fatalities) == (3, None)


def test_returns_are_wholes_of_a_year_that_are_added_to_nothing(refresher: Any) -> None:
    hapi = refresher(
        "hapi", ("returnees",), "returnees", themes=["returnees"], countries=["AFG"],
        tables={"returnees": "https://data.example/returnees.csv"},
    )  # fmt: skip

    hapi.refresh(serving_table("returnees.csv"))

    record = Displacement.objects.get()
    assert (record.measure, record.category, record.time_precision) == ("flow", "cross_border_return", "year")
    claim = record.claims.get()
    assert (claim.metric_id, claim.scope, claim.from_date, claim.to_date) == (
        "returns",
        "period_total",
        date(2020, 1, 1),
        date(2020, 12, 31),
    )


def test_each_country_is_asked_for_by_its_own_parameter(refresher: Any) -> None:
    hapi = refresher("hapi", ("idps", "returnees"), "idps", themes=["idps", "returnees"], countries=["SDN", "SYR"])

    hapi.refresh(serving([]))

    asked = [(request.url.path.rsplit("/", 1)[-1], dict(request.url.params)) for request in hapi.requests]
    assert [(path, params.get("location_code") or params.get("origin_location_code")) for path, params in asked] == [
        ("idps", "SDN"),
        ("idps", "SYR"),
        ("returnees", "SDN"),
        ("returnees", "SYR"),
    ]


@pytest.mark.parametrize(
    ("options", "detail"),
    [
        ({"countries": ["SDN"], "themes": ["rainfall"]}, "There is no theme 'rainfall'"),
        ({"themes": ["idps"]}, "Name the countries"),
    ],
)
def test_missing_options_are_said_on_the_run(refresher: Any, options: dict[str, Any], detail: str) -> None:
    run = refresher("hapi", ("idps",), "idps", **options).refresh(serving([]))

    assert run.outcome == Outcome.NOT_CONFIGURED
    assert run.detail.startswith(detail)


def test_a_missing_identifier_is_said_on_the_run_and_other_sources_go_on(
    stocks: Any, refresher: Any, settings: Any
) -> None:
    settings.CREDENTIALS = {**settings.CREDENTIALS, "hapi_app_identifier": ""}
    other = refresher("idmc", ("idu",), "displacements")

    run = stocks.refresh(serving(page("idps_synthetic.json")))
    other_run = other.refresh(lambda request: httpx.Response(200, json=[]))

    assert (run.outcome, run.detail) == (
        Outcome.NOT_CONFIGURED,
        "Set HAPI_APP_IDENTIFIER; the source answers nobody without it.",
    )
    assert stocks.requests == []
    assert other_run.outcome == Outcome.UNCHANGED


def test_an_unreadable_page_leaves_everything_as_it_was(stocks: Any) -> None:
    stocks.refresh(serving(page("idps_synthetic.json")))

    run = stocks.refresh(lambda request: httpx.Response(200, content=b"<html>Maintenance</html>"))

    assert (run.outcome, run.detail) == (
        Outcome.MALFORMED,
        "idps-SDN-page-0: The answer is a web page, not CSV.",
    )
    assert Displacement.objects.filter(removed_at=None).count() == 5


def test_a_month_that_a_whole_answer_no_longer_holds_is_dropped(refresher: Any) -> None:
    counts = refresher("hapi", ("conflict-events",), "conflict-events", themes=["conflict-events"], countries=["SYR"])
    rows = [
        {
            **row,
            "location_code": "SYR",
            "reference_period_start": f"2025-{month:02d}-01T00:00:00",
            "reference_period_end": f"2025-{month:02d}-28T00:00:00",
        }
        for month in range(1, 4)
        for row in page("conflict_events_synthetic.json")[:1]
    ]
    counts.refresh(serving(rows))
    assert MonthlyAggregate.objects.count() == 3

    run = counts.refresh(serving(rows[:2]))

    assert (run.outcome, run.withdrawn) == (Outcome.CHANGED, 1)
    assert MonthlyAggregate.objects.count() == 2
