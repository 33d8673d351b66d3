"""Refreshing IDMC: displacement records follow the dump, and nothing is lost."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.displacement.models import Displacement, DisplacementClaim
from apps.sources.models import Document, QuarantinedItem, RefreshRun

PAYLOADS = Path(__file__).parent / "payloads"
Outcome = RefreshRun.Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("credentials")]


def rows() -> list[dict[str, Any]]:
    return list(json.loads((PAYLOADS / "idu_2025_layout.json").read_bytes()))


def dump(*changed: dict[str, Any]) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, json=list(changed or rows()))


@pytest.fixture
def idmc(refresher: Any) -> Any:
    return refresher("idmc", ("idu", "gidd"), "displacements")


def test_updates_become_flows_with_the_figure_of_whoever_said_it(idmc: Any) -> None:
    run = idmc.refresh(dump())

    assert (run.outcome, run.created) == (Outcome.CHANGED, 6)
    record = Displacement.objects.get(external_id="183483")
    assert (record.measure, record.category, record.cause) == ("flow", "internal_displacements", "conflict")
    assert (record.start_date, record.end_date, record.location_accuracy) == (
        date(2025, 5, 7),
        date(2025, 5, 8),
        "adm1",
    )
    assert record.destination_name == "Bishnah, Jammu, Jammu and Kashmir, India"
    assert record.destination_location.coords == (74.856262, 32.61216)
    assert record.origin_location is None, "the middle of five places is none of them"
    claim = record.claims.get()
    assert (claim.metric_id, claim.best, claim.quantifier, claim.scope) == ("displaced", 10000, "about", "event")
    assert claim.attributed_to == "Local Authorities, State Authorities, in IDMC"
    assert claim.is_adopted


def test_a_lower_bound_stays_a_lower_bound(idmc: Any) -> None:
    idmc.refresh(dump())

    claim = DisplacementClaim.objects.get(record__external_id="183454")
    assert (claim.quantifier, claim.low, claim.best, claim.high) == ("at_least", 14, 14, None)


def test_a_second_run_changes_nothing(idmc: Any) -> None:
    idmc.refresh(dump())
    before = list(Displacement.objects.order_by("pk").values())

    run = idmc.refresh(dump())

    assert (run.outcome, run.created, run.updated, run.withdrawn) == (Outcome.UNCHANGED, 0, 0, 0)
    assert run.unchanged == 6
    assert list(Displacement.objects.order_by("pk").values()) == before


def test_a_correction_updates_the_same_record_and_the_same_claim(idmc: Any) -> None:
    idmc.refresh(dump())
    record = Displacement.objects.get(external_id="183483")
    claim = record.claims.get()

    first, *others = rows()
    run = idmc.refresh(dump({**first, "figure": 12000}, *others))

    assert (run.outcome, run.updated, run.created) == (Outcome.CHANGED, 1, 0)
    corrected = Displacement.objects.get(external_id="183483")
    assert corrected.pk == record.pk
    assert [(one.pk, one.best) for one in corrected.claims.all()] == [(claim.pk, 12000)]


def test_a_figure_that_vanished_from_the_window_leaves_a_tombstone(idmc: Any) -> None:
    idmc.refresh(dump())

    run = idmc.refresh(dump(*rows()[1:]))

    assert (run.outcome, run.withdrawn) == (Outcome.CHANGED, 1)
    assert Displacement.objects.count() == 6
    gone = Displacement.objects.get(external_id="183483")
    assert gone.removed_at is not None
    assert gone.removed_reason == "IDMC no longer lists this figure."
    assert Displacement.objects.filter(removed_at=None).count() == 5


def test_a_figure_that_comes_back_is_the_same_record_again(idmc: Any) -> None:
    idmc.refresh(dump())
    idmc.refresh(dump(*rows()[1:]))

    idmc.refresh(dump())

    assert Displacement.objects.get(external_id="183483").removed_at is None
    assert Displacement.objects.count() == 6


def test_a_figure_that_became_a_triangulation_is_withdrawn(idmc: Any) -> None:
    idmc.refresh(dump())
    first, *others = rows()

    run = idmc.refresh(dump({**first, "role": "Triangulation"}, *others))

    assert run.withdrawn == 1


def test_figures_too_old_for_the_window_stay(idmc: Any) -> None:
    idmc.refresh(dump())
    later = datetime(2025, 12, 1, 6, tzinfo=Displacement.objects.first().created_at.tzinfo)

    run = idmc.refresh(dump({**rows()[1], "id": 1, "displacement_end_date": "2025-11-30"}), now=later)

    assert (run.created, run.withdrawn) == (1, 0)
    assert Displacement.objects.filter(removed_at=None).count() == 7


def test_an_answer_that_lacks_most_figures_withdraws_nothing(idmc: Any) -> None:
    many = [{**rows()[1], "id": number} for number in range(1, 31)]
    idmc.refresh(dump(*many))

    run = idmc.refresh(dump(*many[:4]))

    assert run.outcome in RefreshRun.FAILURES
    assert "26 of 30" in run.detail
    assert Displacement.objects.filter(removed_at=None).count() == 30


def test_a_figure_that_could_not_be_read_this_time_is_set_aside_and_stays(idmc: Any) -> None:
    idmc.refresh(dump())
    first, *others = rows()

    run = idmc.refresh(dump({**first, "figure": "a lot"}, *others))

    assert (run.outcome, run.quarantined, run.withdrawn) == (Outcome.PARTIAL, 1, 0)
    item = QuarantinedItem.objects.get()
    assert (item.key, item.reason) == ("183483", '"figure" is not a whole number.')
    assert Displacement.objects.get(external_id="183483").removed_at is None


def test_only_the_countries_asked_for_are_taken_in(refresher: Any) -> None:
    idmc = refresher("idmc", ("idu",), "displacements", countries=["PAK", "NPL"])

    run = idmc.refresh(dump())

    assert run.created == 2
    assert set(Displacement.objects.values_list("provider_area_name", flat=True)) == {"Pakistan", "Nepal"}


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"", b"[", b"\xff\xfe"])
def test_an_unreadable_dump_leaves_everything_as_it_was(idmc: Any, body: bytes) -> None:
    idmc.refresh(dump())

    run = idmc.refresh(lambda request: httpx.Response(200, content=body))

    assert run.outcome == Outcome.MALFORMED
    assert Displacement.objects.filter(removed_at=None).count() == 6


def test_a_missing_client_id_is_said_on_the_run_and_nothing_is_asked(idmc: Any, settings: Any) -> None:
    settings.CREDENTIALS = {**settings.CREDENTIALS, "idmc_client_id": ""}

    run = idmc.refresh(dump())

    assert (run.outcome, run.detail) == (
        Outcome.NOT_CONFIGURED,
        "Set IDMC_CLIENT_ID; the source answers nobody without it.",
    )
    assert idmc.requests == []


def test_a_refused_client_id_is_a_matter_of_settings(idmc: Any) -> None:
    run = idmc.refresh(lambda request: httpx.Response(403))

    assert run.outcome == Outcome.NOT_CONFIGURED


def test_a_dump_that_has_not_changed_is_not_fetched_again(idmc: Any) -> None:
    idmc.refresh(lambda request: httpx.Response(200, json=rows(), headers={"ETag": '"v7"'}))

    run = idmc.refresh(lambda request: httpx.Response(304))

    assert run.outcome == Outcome.UNCHANGED
    assert idmc.requests[0].headers["If-None-Match"] == '"v7"'
    assert Displacement.objects.filter(removed_at=None).count() == 6


def test_what_came_is_kept_as_it_came_without_the_client_id(idmc: Any, settings: Any) -> None:
    idmc.refresh(dump())

    document = Document.objects.get()
    assert document.external_id == "idu-last-180-days"
    assert Displacement.objects.get(external_id="183483").document == document
    assert settings.CREDENTIALS["idmc_client_id"] not in document.url


def gidd(request: httpx.Request) -> httpx.Response:
    if "gidd" not in request.url.path:
        return httpx.Response(200, json=rows())
    page = json.loads((PAYLOADS / "gidd_disasters_page0.json").read_bytes())
    return httpx.Response(200, json={**page, "count": len(page["results"])})


def test_disasters_are_flows_and_stocks_of_a_dataset_of_their_own(refresher: Any) -> None:
    idmc = refresher("idmc", ("idu", "gidd"), "displacements", countries=["AFG"], gidd=True)

    idmc.refresh(gidd)
    again = idmc.refresh(gidd)

    flows = Displacement.objects.filter(dataset__upstream_name="gidd", measure="flow")
    flood = flows.get(title="Afghanistan: Flood - 01/08/2008")
    assert (flood.claims.get().best, flood.claims.get().scope) == (180, "event")
    assert (flood.time_precision, flood.location_accuracy) == ("month", "adm0")
    assert again.outcome == Outcome.UNCHANGED


def test_people_still_displaced_at_the_years_end_are_a_stock_on_that_day(refresher: Any) -> None:
    idmc = refresher("idmc", ("idu", "gidd"), "displacements", gidd=True)
    page = json.loads((PAYLOADS / "gidd_disasters_page0.json").read_bytes())
    row = {**page["results"][0], "total_displacement": 90}

    def answer(request: httpx.Request) -> httpx.Response:
        wanted = {"count": 1, "results": [row]} if "gidd" in request.url.path else rows()
        return httpx.Response(200, json=wanted)

    idmc.refresh(answer)

    stock = Displacement.objects.get(measure="stock")
    claim = stock.claims.get()
    assert (claim.metric_id, claim.best, claim.scope, claim.as_of_date) == ("idps", 90, "stock", date(2008, 12, 31))
    assert stock.cohort == "Afghanistan: Flood - 01/08/2008 (2008)"
    assert stock.start_date - Displacement.objects.get(measure="flow", dataset=stock.dataset).start_date > timedelta(0)
