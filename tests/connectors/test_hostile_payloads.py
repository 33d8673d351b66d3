"""What sources may send on a bad day: every parser refuses it whole, or item by item, with a reason; never otherwise.

A new connector joins by one line in READERS.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from apps.connectors.cod_ab import parse as cod_ab
from apps.connectors.gdacs import parse as gdacs
from apps.connectors.hapi import parse as hapi
from apps.connectors.idmc import parse as idmc
from apps.connectors.news import parse as news
from apps.connectors.ourairports import parse as ourairports
from apps.connectors.ucdp import parse as ucdp
from apps.connectors.usgs import parse as usgs
from apps.core.payloads import Malformed, Parsed

HERE = Path(__file__).parent
# Enough to see that neighbours of a bad item are kept.
KEPT_ITEMS = 4

NASTY: list[Any] = [
    None, "", "-", "NaN", "9999-12-31T00:00:00Z", "0001-01-01", "99", -1, 0, 10**30, 1e308, True, [], {}, [[]], [None],
    "<script>alert(1)</script>", "javascript:alert(1)", "\ud800", "a\x00b", "\u202e", "٣", "x" * 5_000,
]  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """A parse function, and a recorded payload that it reads."""

    name: str
    read: Callable[[bytes], Parsed[Any]]
    sample: str
    list_name: str = ""  # JSON: where the items are; "" for a bare list
    repeats: bool = True  # whether an item that comes twice is one
    empty_is_none: bool = False  # whether an empty body means that there is nothing

    @property
    def format(self) -> str:
        return {".xml": "xml", ".csv": "csv", ".gz": "csv"}.get(Path(self.sample).suffix, "json")

    def body(self) -> bytes:
        """The recorded payload, unpacked."""
        body = (HERE / self.sample).read_bytes()
        return gzip.decompress(body) if self.sample.endswith(".gz") else body


def idmc_disasters(body: bytes) -> Parsed[Any]:
    return idmc.disasters([body])


READERS = [
    Reader("cod_ab areas", cod_ab.areas, "cod_ab/payloads/syr_admin1.geojson", "features"),
    Reader("cod_ab label points", cod_ab.label_points, "cod_ab/payloads/syr_adminpoints.geojson", "features"),
    Reader("cod_ab capitals", cod_ab.capitals, "cod_ab/payloads/syr_admincapitals.geojson", "features"),
    Reader("cod_ab neighbourhoods", cod_ab.neighbourhoods, "cod_ab/payloads/syr_neighborhoods.geojson", "features"),
    Reader("gdacs feed", gdacs.feed, "gdacs/payloads/rss_24h_2019.xml"),
    Reader("gdacs list", gdacs.event_list, "gdacs/payloads/event_list.json", "features"),
    Reader("hapi conflict events", hapi.conflict_counts, "hapi/payloads/conflict_events_synthetic.json", "data"),
    Reader("hapi conflict table", hapi.conflict_counts, "hapi/payloads/conflict_events_synthetic.csv"),
    Reader("hapi idps", hapi.idp_stocks, "hapi/payloads/idps_synthetic.json", "data"),
    Reader("hapi presence", hapi.presences, "hapi/payloads/operational_presence.csv"),
    Reader("hapi population", hapi.populations, "hapi/payloads/population.csv"),
    Reader("hapi returnees", hapi.returns, "hapi/payloads/returnees.csv"),
    Reader("idmc updates", idmc.updates, "idmc/payloads/idu_2025_layout.json"),
    Reader(
        "idmc page", lambda body: idmc.disasters([body]), "idmc/payloads/gidd_disasters_page0.json", "results", False
    ),
    Reader("idmc table", lambda body: idmc.disasters([body]), "idmc/payloads/gidd_disasters.csv", repeats=False),
    Reader("news", news.articles, "news/payloads/rss_dialects.xml"),
    Reader("ourairports", ourairports.airports, "ourairports/payloads/airports.csv"),
    Reader("ucdp page", lambda body: ucdp.page(body).parsed, "ucdp/payloads/gedevents_page0.json", "Result"),
    Reader("ucdp table", ucdp.table, "ucdp/payloads/ged_syria.csv.gz"),
    Reader("usgs", usgs.earthquakes, "usgs/payloads/all_week_2018.geojson", "features", empty_is_none=True),
]

each_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<rss version="2.0"><channel><item><title>&d;</title></item></channel></rss>"""
FILE_ENTITY = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>
"""
WHOLE = {
    "a web page": b"<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body>Access denied</body></html>",
    "a web page without a doctype": b"\n <HTML><body>Please sign in</body></HTML>",
    "blanks": b" \n\t ",
    "UTF-16 without a mark": "[{}]".encode("utf-16-le"),
    "bytes that are no text": bytes(range(128, 256)) * 20,
    "NUL": b"\x00" * 100,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "deep lists": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 1_000_000,
    "deep elements": b"<a>" * 1_000_000,
    "deep elements that end": b"<rss>" * 1_000_000 + b"</rss>",
    "an entity bomb": BOMB,
    "an entity of our files": FILE_ENTITY,
    "a number": b"1",
    "null": b"null",
    "NaN": b"NaN",
    "a text": b'"rate limit exceeded"',
    "an error object": b'{"error": {"code": 500, "message": "busy"}}',
    "another document": b"<?xml version='1.0'?><kml xmlns='http://www.opengis.net/kml/2.2'></kml>",
    "another table": b"a;b;c\n1;2;3\n",
}


@each_reader
@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_what_cannot_be_read_is_malformed_with_a_plain_reason(reader: Reader, body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        reader.read(body)
    reason = str(caught.value)
    assert reason[0].isupper()
    assert reason.endswith(".")
    assert len(reason) < 500


@each_reader
def test_an_empty_body_is_malformed_unless_it_means_nothing(reader: Reader) -> None:
    if reader.empty_is_none:
        assert reader.read(b"").items == []
    else:
        with pytest.raises(Malformed):
            reader.read(b"")


@each_reader
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_payload_that_was_cut_off_is_malformed_or_keeps_its_whole_rows(reader: Reader, share: float) -> None:
    body = reader.body()
    cut = body[: int(len(body) * share)]
    if reader.format != "csv":
        with pytest.raises(Malformed):
            reader.read(cut)
        return
    # The last line is cut somewhere in the middle.
    try:
        parsed = reader.read(cut.rstrip(b"\r\n")[:-3])
    except Malformed:
        return
    whole = [repr(item) for item in reader.read(body).items]
    assert sum(repr(item) not in whole for item in parsed.items) <= 1


@each_reader
def test_a_payload_in_another_encoding_is_malformed(reader: Reader) -> None:
    body = reader.body().decode("utf-8", "replace").replace("a", "é", 40).encode("latin-1", "replace")
    with pytest.raises(Malformed):
        reader.read(body)


@each_reader
def test_a_byte_order_mark_changes_nothing(reader: Reader) -> None:
    body = reader.body().removeprefix(b"\xef\xbb\xbf")
    expected = reader.read(body).items
    for mark in (b"\xef\xbb\xbf", "ï»¿".encode(), b"\xef\xbb\xbf" + "ï»¿".encode()):
        assert reader.read(mark + body).items == expected


@pytest.mark.parametrize("reader", [one for one in READERS if one.repeats], ids=lambda reader: reader.name)
def test_an_item_that_comes_twice_is_one(reader: Reader) -> None:
    items, build = taken_apart(reader)
    once, twice = reader.read(build(items)), reader.read(build([*items, items[0]]))
    assert twice.items == once.items
    assert len(twice.rejects) <= len(once.rejects) + 1


@each_reader
def test_a_bad_item_costs_nothing_but_itself(reader: Reader) -> None:
    items, build = taken_apart(reader)
    neighbours = [repr(item) for item in reader.read(build(items[1:])).items]
    assert neighbours
    tried = 0
    for bad in spoilt(items[0], reader.format):
        parsed = reader.read(build([bad, *items[1:]]))
        kept = [repr(item) for item in parsed.items]
        assert [item for item in neighbours if item not in kept] == [], bad
        for item in parsed.items:
            check_storable(asdict(item))
        for reject in parsed.rejects:
            assert reject.reason[:1].isupper() or reject.reason[:1] == '"', reject
            assert reject.item
            check_storable([reject.reason, reject.item, reject.key])
        tried += 1
    assert tried > 50


def taken_apart(reader: Reader) -> tuple[list[Any], Callable[[list[Any]], bytes]]:
    """The first items of the recorded payload, and how to make a payload of items."""
    body = reader.body().decode("utf-8-sig")
    if reader.format == "json":
        document = json.loads(body)
        items = document[reader.list_name] if reader.list_name else document

        def build(chosen: list[Any]) -> bytes:
            return json.dumps({**document, reader.list_name: chosen} if reader.list_name else chosen).encode()

        return items[:KEPT_ITEMS], build
    if reader.format == "csv":
        header, *rows = csv.reader(io.StringIO(body, newline=""))
        return rows[:KEPT_ITEMS], lambda chosen: table([header, *chosen])
    found = re.findall(r"<item>.*?</item>", body, re.DOTALL)
    head, tail = body[: body.index(found[0])], body[body.rindex("</item>") + 7 :]
    return found[:KEPT_ITEMS], lambda chosen: (head + "".join(chosen) + tail).encode("utf-8", "surrogatepass")


def table(rows: list[list[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode("utf-8")


def spoilt(item: Any, form: str) -> Iterator[Any]:
    """The item with one of its values replaced by something nasty, in every place, by everything nasty."""
    if form == "json":
        for path in places(item):
            for value in NASTY:
                yield replaced(item, path, value)
        yield from (None, "item", 7, [], {})
        return
    # In XML and CSV, a NUL or a lone surrogate spoils the whole: see WHOLE.
    texts = [str(value) for value in NASTY if isinstance(value, (str, int, float)) and "\x00" not in str(value)]
    texts = [value for value in texts if not re.search("[\ud800-\udfff]", value)]
    if form == "csv":
        for index in range(len(item)):
            for text in texts:
                yield [*item[:index], text, *item[index + 1 :]]
        yield from (item[:length] for length in range(1, len(item)))
        return
    for found in re.finditer(r">([^<>]+)<", item):
        for text in texts:
            yield item[: found.start(1)] + escape(text) + item[found.end(1) :]
    for found in re.finditer(r"<(\w[\w:]*)[^<>]*>[^<>]*</\1>", item):
        yield item[: found.start()] + item[found.end() :]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, outlines only as far as their first point."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:3]):
            yield from places(inner, (*path, index))


def replaced(item: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = deepcopy(item)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def check_storable(value: Any) -> None:
    """Texts that PostgreSQL takes, links that do not run, and coordinates on the globe."""
    if isinstance(value, str):
        assert "\x00" not in value
        value.encode("utf-8")
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and name in {"url", "source_url"}:
                assert inner == "" or inner.startswith(("http://", "https://"))
            if name == "location" and inner is not None:
                assert -180 <= inner[0] <= 180
                assert -90 <= inner[1] <= 90
            check_storable(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            check_storable(inner)
