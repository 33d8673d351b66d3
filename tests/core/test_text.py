"""Bytes and texts of others, made safe."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.payloads import Malformed
from apps.core.text import clean, decode, excerpt, is_json, line, load_csv, load_json, load_xml, plain, safe_link

BOM = b"\xef\xbb\xbf"
DOUBLE_BOM = "ï»¿".encode()


@pytest.mark.parametrize(
    "body",
    [
        "é".encode(),
        BOM + "é".encode(),
        DOUBLE_BOM + "é".encode(),
        BOM + DOUBLE_BOM + "é".encode(),
        "é".encode("utf-16"),
    ],
)
def test_any_byte_order_mark_is_dropped(body: bytes) -> None:
    assert decode(body) == "é"


@pytest.mark.parametrize("body", [b"\xe9", b"\xff\xfe\x00", b"a\x00b"])
def test_a_body_that_is_not_text_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode(body)


def test_json_is_read_past_a_byte_order_mark() -> None:
    assert load_json(BOM + b'{"a": [1, "[[["]}') == {"a": [1, "[[["]}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\n<HTML lang=en>", "web page"),
        (b'{"a": [1, 2', "cut off"),
        (b'{"a": NaN}', "cut off|not valid"),
        (b'{"a": -Infinity}', "cut off|not valid"),
        (b"[" * 65 + b"]" * 65, "deeper than 64"),
        (b"[" * 1_000_000, "deeper than 64"),
        (b'{"a":' * 1_000_000, "deeper than 64"),
    ],
)
def test_unreadable_json_is_malformed_with_a_plain_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        load_json(body)


def test_json_of_64_levels_is_read() -> None:
    assert load_json(b"[" * 64 + b"]" * 64)


@pytest.mark.parametrize("mark", [b"", BOM, DOUBLE_BOM, BOM + DOUBLE_BOM])
def test_json_is_told_from_a_table_past_any_byte_order_mark(mark: bytes) -> None:
    assert is_json(mark + b' {"a": 1}')
    assert is_json(mark + b"[]")
    assert not is_json(mark + b"iso,name")


def test_csv_is_read_by_header_with_line_numbers() -> None:
    body = BOM + b'iso, name\r\n"NA","Wind\r\nhoek"\r\n\r\nSY\r\nSD,a,b\r\n'
    assert list(load_csv(body, ["iso", "name"])) == [
        (3, {"iso": "NA", "name": "Wind\r\nhoek"}),
        (5, {"iso": "SY"}),
        (6, {"iso": "SD", "name": "a"}),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"<html><body>", "web page"),
        (b"a,b\n1,2", "lacks columns: c"),
        (b'a,c\n"x,1\n', "line 2"),
        (b"a,c\n" + b"x" * 200_000 + b",1", "line 2"),
    ],
)
def test_an_unreadable_table_is_malformed(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        list(load_csv(body, ["a", "c"]))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "cut off"),
        (b"<a><b></a>", "cut off"),
        (b"<rss><channel>", "cut off"),
        (b"<!doctype html><html>", "web page"),
        (b"<!DOCTYPE rss SYSTEM 'http://example.org/x.dtd'><rss/>", "document type"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "document type"),
        (b"<a>&undefined;</a>", "not valid XML"),
        (b"<a>" * 1_000_000, "deeper than 64"),
    ],
)
def test_unreadable_xml_is_malformed_with_a_plain_reason(body: bytes, reason: str) -> None:
    started = time.monotonic()
    with pytest.raises(Malformed, match=reason):
        load_xml(body)
    assert time.monotonic() - started < 5


def test_xml_is_read_whatever_encoding_it_declares() -> None:
    assert load_xml('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode()).text == "é"
    assert load_xml('<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16")).text == "é"


def test_html_becomes_plain_text() -> None:
    html = "<div class='tag'>Country: <b>Ukraine</b></div><p onclick='x()'>3 &lt; 4 &amp; &eacute;<br>end</p>"
    assert plain(html, 200) == "Country: Ukraine\n3 < 4 & é\nend"


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<svg><text>y</text></svg>",
        "<!-- x -->",
        "<?php x ?>",
    ],
)
def test_nothing_that_runs_or_hides_is_text(html: str) -> None:
    assert plain(f"before {html}after", 100) == "before after"


def test_entities_are_resolved_once() -> None:
    assert plain("&amp;lt;script&amp;gt;", 100) == "&lt;script&gt;"


@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<", "&", "<!", "<a b='", "</", "<script>", "<![CDATA[", "<?", "<div>"]
)
def test_hostile_markup_costs_little(piece: str) -> None:
    started = time.monotonic()
    plain(piece * (1_000_000 // len(piece)), 500)
    assert time.monotonic() - started < 5


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert plain("word " * 100, 10) == "word word…"
    assert len(line("x" * 5_000)) == 500


def test_controls_and_direction_overrides_are_dropped_but_arabic_stays() -> None:
    assert clean("a\x00b\x1b[31m\u202e\ufeff c\ud800") == "ab[31m c\ufffd"
    assert clean("حلب\u200f") == "حلب\u200f"
    assert line("one\r\n\n two\tthree\xa0four") == "one two three four"


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("https://example.org/a?b=c#d", "", "https://example.org/a?b=c#d"),
        (" http://example.org ", "", "http://example.org"),
        ("/news/1", "https://example.org/feed.xml", "https://example.org/news/1"),
        ("//cdn.example.org/x", "https://example.org/", "https://cdn.example.org/x"),
        ("HTTPS://Example.org/x", "", "https://Example.org/x"),
    ],
)
def test_web_addresses_are_kept(url: str, base: str, expected: str) -> None:
    assert safe_link(url, base) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "/relative",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org\\@evil.example/",
        "https://exa mple.org/",
        'https://example.org/"onmouseover=',
        "https://[::1",
        "https://example.org:99999/",
        "https://example.org/" + "x" * 2_000,
        "https://example.org/\ud800",
    ],
)
def test_any_other_link_is_dropped(url: str) -> None:
    assert safe_link(url) == ""


def test_an_excerpt_can_always_be_stored() -> None:
    assert excerpt({"a": "\x00\ud800é"}) == '{"a": "\\u0000�é"}'
    assert len(excerpt("x" * 5_000)) == 2_000


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_made_storable(text: str) -> None:
    for result in (clean(text), line(text), plain(text, 50), excerpt(text)):
        assert "\x00" not in result
        result.encode("utf-8")
