"""Feeds of any dialect become plain articles."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.connectors.news import parse
from apps.connectors.news.parse import Article
from apps.core.payloads import Malformed

PAYLOADS = Path(__file__).parent / "payloads"
URL = "https://feeds.example.org/aid/rss.xml"


def articles(name: str) -> list[Article]:
    return parse.articles((PAYLOADS / name).read_bytes(), URL).items


def rss(items: str, *, declaration: str = "") -> bytes:
    return f'{declaration}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def in_arabic(encoding: str) -> str:
    item = "<item><title>حلب</title></item>"
    return f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0"><channel>{item}</channel></rss>'


def test_html_becomes_plain_and_links_become_absolute() -> None:
    article = articles("publisher_synthetic.xml")[0]
    assert article == Article(
        key="tag:example.org,2026:7",
        version="2026-09-28T07:15:00Z",
        title="Road to Al Dana reopened",
        summary="Country: Syria\nThe road is open & cleared.",
        url="https://news.example.org/2026/road-reopened?utm=1&id=7",
        language="en-gb",
        published_at=datetime(2026, 9, 28, 7, 15, tzinfo=UTC),
        categories=("Access", "Roads"),
        location=(36.7692, 36.2139),
    )


def test_the_key_is_the_id_else_the_link_else_made_of_title_and_time() -> None:
    keys = [article.key for article in articles("publisher_synthetic.xml")]
    assert keys[:2] == ["tag:example.org,2026:7", "https://news.example.org/2026/no-id"]
    assert len(keys[2]) == 64
    assert keys == [article.key for article in articles("publisher_synthetic.xml")]


def test_a_link_that_runs_is_dropped_and_an_unclear_zone_leaves_the_time_open() -> None:
    article = articles("publisher_synthetic.xml")[3]
    assert (article.key, article.url, article.published_at) == ("runs", "", None)


def test_a_point_off_the_globe_is_no_point() -> None:
    article = articles("publisher_synthetic.xml")[4]
    assert article.title == "A text without a title stands for its own."
    assert article.location is None


def test_an_item_without_title_and_text_is_refused() -> None:
    rejects = parse.articles((PAYLOADS / "publisher_synthetic.xml").read_bytes(), URL).rejects
    assert [(reject.key, reject.reason) for reject in rejects] == [
        ("empty", "The item has neither a title nor a text.")
    ]


def test_atom_and_its_points_are_read() -> None:
    found = articles("atom_points.xml")
    assert [article.location for article in found][:2] == [(149.1234, -37.2345), (149.3456, -37.4567)]
    assert found[0].published_at == datetime(2018, 9, 23, 8, 30, tzinfo=UTC)
    assert found[0].version == "2018-09-23T08:35:00Z"
    # An id that is no address is not taken for a relative one.
    assert found[0].url == ""


def test_points_of_every_dialect_are_read_and_outlines_are_not() -> None:
    assert [article.location for article in articles("rss_dialects.xml")] == [
        (149.3456, -37.4567),
        (149.4567, -37.5678),
        (149.5678, -37.6789),
        (149.6789, -37.789),
        None,
        None,
    ]


def test_zones_east_and_west_are_brought_to_utc() -> None:
    times = [article.published_at for article in articles("rss_dialects.xml")]
    assert times[3] == datetime(2018, 9, 30, 11, 36, 48, tzinfo=UTC)
    assert times[5] == datetime(2018, 10, 7, 21, 52, tzinfo=UTC)


def test_a_byte_order_mark_before_the_feed_is_dropped() -> None:
    assert [article.title for article in articles("rss_bom.xml")] == ["Title 1"]
    doubled = "ï»¿".encode() + (PAYLOADS / "rss_bom.xml").read_bytes()
    assert len(parse.articles(doubled).items) == 1


def test_a_feed_with_undefined_entities_is_read_as_browsers_would() -> None:
    found = parse.articles(rss("<item><title>Caf&eacute;&nbsp;open & busy</title><guid>1</guid></item>")).items
    assert [article.title for article in found] == ["Café open & busy"]


def test_arabic_in_a_declared_encoding_is_read() -> None:
    for encoding in ("windows-1256", "utf-16"):
        assert parse.articles(in_arabic(encoding).encode(encoding)).items[0].title == "حلب"


def test_a_wrong_encoding_is_not_guessed() -> None:
    for declared, written in [("utf-8", "windows-1256"), ("windows-1256", "utf-16-le"), ("klingon", "utf-8")]:
        with pytest.raises(Malformed):
            parse.articles(in_arabic(declared).encode(written))
    with pytest.raises(Malformed, match="not in the encoding that it declares"):
        parse.articles(in_arabic("us-ascii").encode())


def test_a_text_that_calls_itself_utf_16_and_is_not_is_read() -> None:
    assert parse.articles(in_arabic("utf-16").encode()).items[0].title == "حلب"


def test_a_long_id_is_kept_as_its_digest() -> None:
    found = parse.articles(rss(f"<item><title>t</title><guid>{'x' * 1_000}</guid></item>")).items
    assert len(found[0].key) == 64


def test_an_unnamed_language_is_none() -> None:
    assert {article.language for article in articles("rss_dialects.xml")} == {""}


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 GMT", "0001-01-01T00:00:00Z", "soon"])
def test_a_date_nobody_can_mean_leaves_the_time_open(date: str) -> None:
    found = parse.articles(rss(f"<item><title>t</title><guid>1</guid><pubDate>{date}</pubDate></item>")).items
    assert found[0].published_at is None


def test_an_empty_feed_has_no_articles() -> None:
    parsed = parse.articles(rss(""))
    assert parsed.items == []
    assert not parsed.is_complete


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body></body></html>", "web page"),
        (b"<opml></opml>", "not a feed"),
        (b"<x><y:rss></y:rss>", "not an RSS or Atom feed"),
        (rss("<item><title>cut")[:-30], "cut off"),
        (rss("<item><title>a\x00b</title></item>"), "NUL"),
        (rss("<item>&a;</item>", declaration="<!DOCTYPE x [<!ENTITY a 'b'>]>"), "declares entities"),
        (rss("<a>" * 70 + "</a>" * 70), "deeper than 64"),
        (b"<a>" * 1_000_000 + b"</rss>", "deeper than 64"),
    ],
)
def test_what_is_not_a_whole_feed_is_malformed(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        parse.articles(body)


def test_mark_up_in_comments_and_cdata_is_not_nested() -> None:
    item = f"<item><title>t</title><!-- {'<b>' * 100} --><description><![CDATA[{'<br>' * 100}x]]></description></item>"
    assert len(parse.articles(rss(item)).items) == 1
