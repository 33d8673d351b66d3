"""Refreshing COD-AB: the ground follows a country's edition."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.geo.models import AdminArea, AreaLink, BoundaryEdition, Place
from apps.sources.models import QuarantinedItem, RefreshRun

PAYLOADS = Path(__file__).parent / "payloads"
Outcome = RefreshRun.Outcome
HOST = "https://data.example/"
LAYERS = ("syr_admin0", "syr_admin1", "syr_admincapitals", "syr_neighborhoods")

pytestmark = pytest.mark.django_db


def layer(name: str) -> dict[str, Any]:
    return dict(json.loads((PAYLOADS / f"{name}.geojson").read_bytes()))


def files(*names: str) -> dict[str, str]:
    return {name: f"{HOST}{name}.geojson" for name in names}


def serving(**changed: dict[str, Any]) -> Callable[[httpx.Request], httpx.Response]:
    """The recorded layers, some of them changed."""

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.strip("/").removesuffix(".geojson")
        return httpx.Response(200, json=changed.get(name) or layer(name))

    return answer


@pytest.fixture
def cod_ab(refresher: Any) -> Any:
    return refresher("cod_ab", (), "context", iso3="SYR", files=files(*LAYERS))


def test_an_edition_is_loaded_whole(cod_ab: Any) -> None:
    run = cod_ab.refresh(serving())

    assert run.outcome == Outcome.CHANGED
    edition = BoundaryEdition.objects.get()
    assert (edition.country_iso3, edition.country_pcode, edition.version) == ("SYR", "SY", "v02")
    assert (edition.is_current, edition.licence, str(edition.valid_on)) == (True, "CC BY-IGO", "2020-12-17")
    assert AdminArea.objects.filter(level=1).count() == 14
    aleppo = AdminArea.objects.get(pcode="SY02")
    assert (aleppo.parent.pcode, aleppo.names["ar"]) == ("SY", "حلب")


def test_places_come_with_codes_spellings_and_areas(cod_ab: Any) -> None:
    cod_ab.refresh(serving())

    place = Place.objects.get(pcode="N0006")
    assert (place.kind, place.scheme, place.country_iso3) == ("neighbourhood", "cod-ab-sy", "SYR")
    assert "Asad Addein Damascus" in set(place.spellings.values_list("text", flat=True))
    assert Place.objects.filter(kind="settlement", names__en="Saraqab").exists()


def test_a_second_run_changes_nothing(cod_ab: Any) -> None:
    first = cod_ab.refresh(serving())

    again = cod_ab.refresh(serving())

    assert (again.outcome, again.created, again.updated) == (Outcome.UNCHANGED, 0, 0)
    assert again.unchanged == first.created


def test_a_corrected_name_updates_the_same_area(cod_ab: Any) -> None:
    cod_ab.refresh(serving())
    before = AdminArea.objects.get(pcode="SY02").pk

    changed = layer("syr_admin1")
    for feature in changed["features"]:
        if feature["properties"]["adm1_pcode"] == "SY02":
            feature["properties"]["adm1_name"] = "Halab"
    run = cod_ab.refresh(serving(syr_admin1=changed))

    assert (run.outcome, run.updated) == (Outcome.CHANGED, 1)
    area = AdminArea.objects.get(pcode="SY02")
    assert (area.pk, area.names["en"]) == (before, "Halab")


def test_an_area_that_cannot_be_read_is_set_aside_and_the_others_stand(cod_ab: Any) -> None:
    changed = layer("syr_admin1")
    changed["features"][0]["geometry"]["coordinates"][0] = [[200.0, 35.0], [36.0, 35.0], [36.0, 36.0], [200.0, 35.0]]

    run = cod_ab.refresh(serving(syr_admin1=changed))

    assert (run.outcome, run.quarantined) == (Outcome.PARTIAL, 1)
    assert AdminArea.objects.filter(level=1).count() == 13
    assert QuarantinedItem.objects.get().key == changed["features"][0]["properties"]["adm1_pcode"]


def test_an_area_without_its_parent_goes_to_the_quarantine(refresher: Any) -> None:
    cod_ab = refresher("cod_ab", (), "context", iso3="SYR", files=files("syr_admin0", "syr_admin2"))

    cod_ab.refresh(serving())

    assert AdminArea.objects.count() == 1
    reasons = set(QuarantinedItem.objects.values_list("reason", flat=True))
    assert "The ground refuses it: its parent SY07 is not in this edition." in reasons


def test_an_unreadable_layer_loads_nothing_at_all(cod_ab: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "admin1" in request.url.path:
            return httpx.Response(200, content=b"<html>Not found</html>")
        return serving()(request)

    run = cod_ab.refresh(answer)

    assert run.outcome == Outcome.PARTIAL
    assert "syr_admin1" in run.detail
    assert not BoundaryEdition.objects.exists()


def test_layers_kept_from_a_failed_run_are_loaded_by_the_next(cod_ab: Any) -> None:
    def tagged(request: httpx.Request) -> httpx.Response:
        if "If-None-Match" in request.headers:
            return httpx.Response(304)
        return httpx.Response(200, headers={"ETag": '"1"'}, json=serving()(request).json())

    def broken(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"<html>") if "admin1" in request.url.path else tagged(request)

    cod_ab.refresh(broken)

    run = cod_ab.refresh(tagged)

    assert run.outcome == Outcome.CHANGED
    assert set(AdminArea.objects.values_list("level", flat=True)) == {0, 1}


def test_a_new_edition_is_joined_to_the_one_before(refresher: Any) -> None:
    cod_ab = refresher("cod_ab", (), "context", iso3="SYR", files=files("syr_admin0", "syr_admin1"))
    cod_ab.refresh(serving())
    newer = {name: layer(name) for name in ("syr_admin0", "syr_admin1")}
    for changed in newer.values():
        for feature in changed["features"]:
            feature["properties"]["version"] = "v03"

    cod_ab.refresh(serving(**newer))

    assert BoundaryEdition.objects.get(is_current=True).version == "v03"
    link = AreaLink.objects.get(from_area__pcode="SY02", to_area__pcode="SY02")
    assert (link.relation, link.from_area.edition.version, link.to_area.edition.version) == ("same", "v02", "v03")


def test_the_schema_of_2015_wants_its_version_from_the_options(refresher: Any) -> None:
    unnamed = refresher("cod_ab", (), "context", iso3="SYR", files=files("syr_admin1_2015"))
    run = unnamed.refresh(serving())
    assert run.outcome == Outcome.NOT_CONFIGURED
    assert "give `version` in the options" in run.detail

    unnamed.source.options["version"] = "2015"
    unnamed.source.save()
    run = unnamed.refresh(serving())

    assert run.outcome == Outcome.CHANGED
    assert BoundaryEdition.objects.get().version == "2015"


def test_the_map_service_is_read_layer_by_layer(refresher: Any) -> None:
    cod_ab = refresher("cod_ab", (), "context", iso3="SYR")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("FeatureServer"):
            names = ("syr_admincentroids", "syr_admin0", "syr_admin0_em", "syr_admin1")
            return httpx.Response(200, json={"layers": [{"name": name, "id": n} for n, name in enumerate(names)]})
        number = request.url.path.split("/")[-2]
        return httpx.Response(200, json=layer({"1": "syr_admin0", "3": "syr_admin1"}[number]))

    run = cod_ab.refresh(answer)

    assert (run.outcome, run.payloads) == (Outcome.CHANGED, 2)
    assert AdminArea.objects.filter(level=1).count() == 14


def test_a_source_without_its_country_is_not_configured(refresher: Any) -> None:
    run = refresher("cod_ab", (), "context").refresh(serving())

    assert (run.outcome, "iso3" in run.detail) == (Outcome.NOT_CONFIGURED, True)
