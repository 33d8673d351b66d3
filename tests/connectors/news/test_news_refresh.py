"""Refreshing news: articles become documents, corrected in place, never rolled back."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.sources.models import Document, RefreshRun

PAYLOADS = Path(__file__).parent / "payloads"
FEED = "https://feeds.example.org/aid/rss.xml"
Outcome = RefreshRun.Outcome

pytestmark = pytest.mark.django_db


def item(title: str, *, guid: str = "7", date: str = "Mon, 28 Sep 2026 10:00:00 GMT") -> str:
    return f"<item><title>{title}</title><guid isPermaLink='false'>{guid}</guid><pubDate>{date}</pubDate></item>"


def sends(*items: str) -> Callable[[httpx.Request], httpx.Response]:
    body = f'<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'
    return lambda request: httpx.Response(200, content=body.encode())


def articles() -> Any:
    return Document.objects.filter(raw=None)


@pytest.fixture
def news(refresher: Any) -> Any:
    return refresher("news", (), "events", feeds={"aid": FEED}, language="ar")


def test_articles_are_kept_with_their_particulars(news: Any) -> None:
    body = (PAYLOADS / "publisher_synthetic.xml").read_bytes()
    run = news.refresh(lambda request: httpx.Response(200, content=body))

    assert (run.outcome, run.created, run.quarantined) == (Outcome.PARTIAL, 5, 1)
    article = articles().get(external_id="tag:example.org,2026:7")
    assert article.title == "Road to Al Dana reopened"
    assert article.summary == "Country: Syria\nThe road is open & cleared."
    assert article.url == "https://news.example.org/2026/road-reopened?utm=1&id=7"
    assert article.published_at == datetime(2026, 9, 28, 7, 15, tzinfo=UTC)
    assert (article.language, article.sensitivity) == ("en-gb", 0)


def test_a_feed_without_a_language_has_its_sources(news: Any) -> None:
    news.refresh(sends(item("One")))
    assert articles().get().language == "ar"


def test_a_correction_updates_the_same_document(news: Any) -> None:
    news.refresh(sends(item("Ten killed")))
    before = articles().get().pk

    run = news.refresh(sends(item("Twelve killed", date="Mon, 28 Sep 2026 11:00:00 GMT")))

    assert (run.created, run.updated) == (0, 1)
    assert (articles().get().pk, articles().get().title) == (before, "Twelve killed")


def test_an_older_edition_changes_nothing(news: Any) -> None:
    news.refresh(sends(item("Twelve killed", date="Mon, 28 Sep 2026 11:00:00 GMT")))
    run = news.refresh(sends(item("Ten killed")))

    assert (run.outcome, run.unchanged) == (Outcome.UNCHANGED, 1)
    assert articles().get().title == "Twelve killed"


def test_an_article_that_left_the_feed_stays(news: Any) -> None:
    news.refresh(sends(item("One"), item("Two", guid="8")))
    news.refresh(sends(item("Two", guid="8")))
    assert articles().count() == 2


def test_an_article_cannot_pass_for_the_payload_it_came_in(news: Any) -> None:
    news.refresh(sends(item("One", guid="feed-aid")))

    assert articles().get().external_id == "article feed-aid"
    assert Document.objects.get(raw__isnull=False).external_id == "feed-aid"


def test_a_feed_that_fails_does_not_keep_the_others_back(refresher: Any) -> None:
    other = "https://feeds.example.org/other.xml"
    news = refresher("news", (), "events", feeds={"gone": FEED, "other": other})

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404) if str(request.url) == FEED else sends(item("One"))(request)

    run = news.refresh(answer)

    assert (run.outcome, run.created) == (Outcome.NOT_CONFIGURED, 1)
    assert "answered 404" in run.detail
    assert articles().get().title == "One"


def test_a_source_without_feeds_is_not_configured(refresher: Any) -> None:
    run = refresher("news", (), "events").refresh(sends())
    assert run.outcome == Outcome.NOT_CONFIGURED
