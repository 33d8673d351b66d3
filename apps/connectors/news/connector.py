"""Brings the items of a publisher's feeds into the documents: title, summary, link and times, never the full text.

Options of the source: `feeds` (addresses under names of our own), `language` (where the feed does not say).
"""

from collections.abc import Iterator, Sequence

from apps.connectors import options
from apps.connectors.news import parse
from apps.connectors.news.client import NewsClient
from apps.core.http import HttpClient, HttpError
from apps.core.payloads import Parsed, Payload
from apps.sources import actions as sources
from apps.sources.models import Document, Source
from apps.sources.registry import Arrival, NotConfigured, Stored


class News:
    """One refresh of a publisher's feeds."""

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """Every feed that has changed. One that fails is reported after the others were read."""
        feeds = options.named(source, "feeds")
        if not feeds:
            raise NotConfigured('Name the feeds in the options, for instance "feeds": {"all": "https://…/rss.xml"}.')
        client = NewsClient(http)
        failures: list[HttpError] = []
        for name, url in feeds.items():
            try:
                payload = client.feed(url, name=f"feed-{name}", **options.validators(source, f"feed-{name}"))
            except HttpError as failure:
                failures.append(failure)
                continue
            if payload is not None:
                yield payload
        if failures:
            raise failures[0]

    def parse(self, payload: Payload) -> Parsed[parse.Article]:
        """One feed."""
        return parse.articles(payload.body, payload.url)

    def store(self, arrival: Arrival) -> Stored:
        """Keep the articles; an older edition never replaces a newer one."""
        keys = [_external_id(article, arrival) for article in arrival.parsed.items]
        known = Document.objects.filter(source=arrival.source, external_id__in=keys)
        versions = dict(known.values_list("external_id", "external_version"))
        done = Stored()
        for key, article in zip(keys, arrival.parsed.items, strict=True):
            if article.version < versions.get(key, ""):
                done += Stored(unchanged=1)
                continue
            _, outcome = sources.keep_article(
                source=arrival.source,
                run=arrival.run,
                external_id=key,
                version=article.version,
                title=article.title,
                summary=article.summary,
                url=article.url,
                language=article.language or options.chosen(arrival.source, "language"),
                published_at=article.published_at,
                now=arrival.now,
            )
            done += Stored(created=outcome == "created", updated=outcome == "updated", unchanged=outcome == "unchanged")
        return done

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """Nothing: articles leave a feed by age."""
        return Stored()


def _external_id(article: parse.Article, arrival: Arrival) -> str:
    """The article's key, which must not pass for the payload that it came in."""
    return f"article {article.key}" if article.key == arrival.payload.name else article.key
