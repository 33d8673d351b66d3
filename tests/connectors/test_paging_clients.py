"""The clients that read page after page stop where they should, and keep their credentials to themselves."""

import json
from pathlib import Path

import httpx
import pytest

from apps.connectors.cod_ab.client import CodAbClient
from apps.connectors.hapi.client import HapiClient
from apps.connectors.idmc.client import IdmcClient
from apps.connectors.ucdp import client as ucdp_client
from apps.connectors.ucdp.client import UcdpClient
from apps.core.http import Refused
from apps.core.payloads import Malformed
from tests.connectors.refreshing import Upstream

PAYLOADS = Path(__file__).parent
SECRET = "s3cret-of-ours"


def recorded(source: str, name: str) -> bytes:
    return (PAYLOADS / source / "payloads" / name).read_bytes()


def test_hapi_pages_until_a_page_is_short() -> None:
    rows = json.loads(recorded("hapi", "operational_presence_page.json"))["data"]

    def answer(request: httpx.Request) -> httpx.Response:
        start, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
        return httpx.Response(200, json={"data": rows[start : start + limit]})

    upstream = Upstream(answer)
    client = HapiClient(upstream.http, SECRET, page_size=4)
    pages = list(client.pages("operational-presence", location_code="COD"))

    assert [len(json.loads(page.body)["data"]) for page in pages] == [4, 2]
    assert [page.name for page in pages] == ["operational-presence-COD-page-0", "operational-presence-COD-page-1"]
    assert {request.headers["x-hdx-hapi-app-identifier"] for request in upstream.requests} == {SECRET}
    assert all(SECRET not in page.url for page in pages)


def test_hapi_asks_once_more_when_the_last_page_is_full() -> None:
    rows = json.loads(recorded("hapi", "operational_presence_page.json"))["data"]

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["offset"])
        return httpx.Response(200, json={"data": rows[start : start + 3]})

    upstream = Upstream(answer)
    pages = list(HapiClient(upstream.http, SECRET, page_size=3).pages("operational-presence"))

    assert [len(json.loads(page.body)["data"]) for page in pages] == [3, 3, 0]


def test_hapi_gives_up_on_pages_that_never_end() -> None:
    upstream = Upstream(lambda request: httpx.Response(200, json={"data": [{}]}))

    with pytest.raises(Malformed, match="no end"):
        list(HapiClient(upstream.http, SECRET, page_size=1).pages("idps"))


def test_a_missing_app_identifier_is_refused_not_empty() -> None:
    upstream = Upstream(lambda request: httpx.Response(403, json={"error": "Missing app identifier"}))

    with pytest.raises(Refused) as caught:
        list(HapiClient(upstream.http, "").pages("idps"))
    assert caught.value.status == 403
    assert len(upstream.requests) == 1


def test_idmc_cuts_the_client_id_out_of_what_it_keeps() -> None:
    page = json.loads(recorded("idmc", "gidd_disasters_page0.json"))
    page["next"] = page["next"].replace("REDACTED", SECRET)

    upstream = Upstream(lambda request: httpx.Response(200, json=page))
    payloads = list(IdmcClient(upstream.http, SECRET).disasters(iso3="AFG"))

    assert upstream.requests[0].url.params["client_id"] == SECRET
    assert upstream.requests[0].url.params["iso3__in"] == "AFG"
    assert len(payloads) == 1
    assert SECRET.encode() not in payloads[0].body
    assert SECRET not in payloads[0].url


def test_idmc_pages_by_offset_and_does_not_follow_the_address_it_is_given() -> None:
    page = json.loads(recorded("idmc", "gidd_disasters_page0.json"))
    rows = page["results"]

    def answer(request: httpx.Request) -> httpx.Response:
        start, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
        return httpx.Response(
            200, json={**page, "next": "https://elsewhere.example/", "results": rows[start : start + limit]}
        )

    upstream = Upstream(answer)
    payloads = list(IdmcClient(upstream.http, SECRET, page_size=10).disasters())

    assert sum(len(json.loads(payload.body)["results"]) for payload in payloads) == len(rows)
    assert {request.url.host for request in upstream.requests} == {"helix-tools-api.idmcdb.org"}


def test_idmc_follows_the_redirect_to_its_dump_and_keeps_no_signed_address() -> None:
    body = recorded("idmc", "idu_2025_layout.json")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "helix-tools-api.idmcdb.org":
            return httpx.Response(302, headers={"Location": f"https://files.example/idus.json?signature={SECRET}"})
        return httpx.Response(200, content=body, headers={"ETag": '"v1"'})

    payload = IdmcClient(Upstream(answer).http, SECRET).last_180_days()

    assert payload is not None
    assert (payload.name, payload.body, payload.etag) == ("idu-last-180-days", body, '"v1"')
    assert SECRET not in payload.url


def test_an_unchanged_dump_is_no_payload() -> None:
    upstream = Upstream(lambda request: httpx.Response(304))

    assert IdmcClient(upstream.http, SECRET).last_180_days(etag='"v1"') is None
    assert upstream.requests[0].headers["if-none-match"] == '"v1"'
    assert UcdpClient(upstream.http).table("https://ucdp.uu.se/GEDEvent_v26_0_6.csv", last_modified="then") is None
    assert HapiClient(upstream.http).table("idps", "https://data.example/idps.csv", etag='"v1"') is None


def test_ucdp_follows_the_next_address_with_its_token_in_a_header() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        number = request.url.params.get("page", "0")
        return httpx.Response(200, content=recorded("ucdp", f"gedevents_page{number}.json"))

    upstream = Upstream(answer)
    pages = list(UcdpClient(upstream.http, SECRET).pages("25.1", Country="652"))

    assert [page.name for page in pages] == ["ged-25.1-652-page-0", "ged-25.1-652-page-1"]
    assert upstream.requests[0].url.params["Country"] == "652"
    assert [request.headers["x-ucdp-access-token"] for request in upstream.requests] == [SECRET, SECRET]


@pytest.mark.parametrize(
    ("following", "complaint"),
    [("https://elsewhere.example/api?page=1", "another host"), ("https://ucdpapi.pcr.uu.se/api/x?page=1", "circle")],
)
def test_ucdp_pages_do_not_lead_astray(following: str, complaint: str) -> None:
    page = {**json.loads(recorded("ucdp", "gedevents_page0.json")), "NextPageUrl": following}
    upstream = Upstream(lambda request: httpx.Response(200, json=page))

    with pytest.raises(Malformed, match=complaint):
        list(UcdpClient(upstream.http, SECRET).pages("25.1"))
    assert {request.url.host for request in upstream.requests} == {"ucdpapi.pcr.uu.se"}


def test_ucdp_asks_for_the_next_page_by_https_whatever_the_address_says() -> None:
    page = json.loads(recorded("ucdp", "gedevents_page0.json"))
    pages = {
        "0": {**page, "NextPageUrl": page["NextPageUrl"].replace("https", "http")},
        "1": {**page, "NextPageUrl": ""},
    }
    upstream = Upstream(lambda request: httpx.Response(200, json=pages[request.url.params.get("page", "0")]))

    assert len(list(UcdpClient(upstream.http, SECRET).pages("25.1"))) == 2
    assert {request.url.scheme for request in upstream.requests} == {"https"}


def test_ucdp_gives_up_on_pages_that_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ucdp_client, "MAX_PAGES", 3)
    page = json.loads(recorded("ucdp", "gedevents_page0.json"))

    def answer(request: httpx.Request) -> httpx.Response:
        following = int(request.url.params.get("page", "0")) + 1
        return httpx.Response(200, json={**page, "NextPageUrl": f"https://ucdpapi.pcr.uu.se/api/x?page={following}"})

    with pytest.raises(Malformed, match="no end"):
        list(UcdpClient(Upstream(answer).http, SECRET).pages("25.1"))


def test_a_published_table_needs_no_token() -> None:
    body = recorded("ucdp", "ged_syria.csv.gz")
    upstream = Upstream(lambda request: httpx.Response(200, content=body, headers={"Last-Modified": "then"}))

    payload = UcdpClient(upstream.http).table("https://ucdp.uu.se/downloads/GEDEvent_v26_0_6.csv.gz")

    assert payload is not None
    assert (payload.name, payload.body, payload.last_modified) == ("GEDEvent_v26_0_6.csv.gz", body, "then")
    assert "x-ucdp-access-token" not in upstream.requests[0].headers


def test_cod_ab_reads_the_layers_that_hold_areas_and_places() -> None:
    names = ["syr_adminlines", "syr_admin0", "syr_admin1", "syr_admin1_em", "syr_adminpoints", "syr_adminlines_em"]
    listed = {"layers": [{"name": name, "id": number} for number, name in enumerate(names)] + [None, {"id": 9}]}
    upstream = Upstream(lambda request: httpx.Response(200, json=listed))

    assert CodAbClient(upstream.http).layers("SYR") == {"syr_admin0": 1, "syr_admin1": 2, "syr_adminpoints": 4}
    assert upstream.requests[0].url.path.endswith("/cod_syr_ab_standardized/FeatureServer")


def test_cod_ab_pages_while_the_service_stops_at_its_limit() -> None:
    layer = json.loads(recorded("cod_ab", "syr_admin1.geojson"))
    features = layer["features"]

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["resultOffset"])
        stop = start + int(request.url.params["resultRecordCount"])
        more = {"exceededTransferLimit": stop < len(features)}
        return httpx.Response(200, json={**layer, "features": features[start:stop], "properties": more})

    pages = list(CodAbClient(Upstream(answer).http, page_size=5).layer("SYR", "syr_admin1", 2))

    assert [len(json.loads(page.body)["features"]) for page in pages] == [5, 5, 4]
    assert [page.name for page in pages] == ["syr_admin1", "syr_admin1-page-1", "syr_admin1-page-2"]


@pytest.mark.parametrize("body", ["<html>", '{"error": {"code": 499, "message": "Token required"}}', "[]"])
def test_a_service_that_lists_no_layers_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        CodAbClient(Upstream(lambda request: httpx.Response(200, text=body)).http).layers("SYR")
