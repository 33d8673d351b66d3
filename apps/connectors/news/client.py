"""Fetches feeds, each from its own address."""

from dataclasses import dataclass

from apps.core.http import HttpClient
from apps.core.payloads import Payload


@dataclass(frozen=True)
class NewsClient:
    """Any publisher's feeds. Raises what the HTTP client raises."""

    http: HttpClient

    def feed(self, url: str, *, name: str, etag: str = "", last_modified: str = "") -> Payload | None:
        """The feed at `url` as the payload `name`; None when it has not changed."""
        answer = self.http.get(
            url,
            headers={"Accept": "application/rss+xml, application/atom+xml, application/xml, text/xml;q=0.9, */*;q=0.1"},
            etag=etag,
            last_modified=last_modified,
        )
        if answer.not_modified:
            return None
        return Payload(
            name=name,
            body=answer.body,
            content_type=answer.content_type,
            url=answer.url,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )
