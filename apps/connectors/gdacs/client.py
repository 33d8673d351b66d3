"""Fetches GDACS: the RSS feed or the event list, and single events. No account is needed."""

from dataclasses import dataclass

from apps.core.http import HttpClient
from apps.core.payloads import Payload

BASE_URL = "https://www.gdacs.org"
FEEDS = ("rss", "rss_24h", "rss_7d")


@dataclass(frozen=True)
class GdacsClient:
    """GDACS's public addresses. Each method raises what the HTTP client raises."""

    http: HttpClient
    base_url: str = BASE_URL

    def feed(self, name: str = "rss", *, etag: str = "", last_modified: str = "") -> Payload | None:
        """An RSS feed, one of FEEDS; None when it has not changed."""
        return self._fetch(name, f"{self.base_url}/xml/{name}.xml", {}, etag, last_modified)

    def event_list(self, *, etag: str = "", last_modified: str = "") -> Payload | None:
        """The current events as GeoJSON, as GDACS's own map asks for them; None when they have not changed."""
        return self._fetch("list", f"{self.base_url}/gdacsapi/api/events/geteventlist/MAP", {}, etag, last_modified)

    def event(self, event_type: str, event_id: int) -> Payload | None:
        """One event in its newest episode, current or not."""
        url = f"{self.base_url}/gdacsapi/api/events/geteventdata"
        return self._fetch(f"event-{event_type}{event_id}", url, {"eventtype": event_type, "eventid": event_id}, "", "")

    def _fetch(
        self, name: str, url: str, params: dict[str, str | int], etag: str, last_modified: str
    ) -> Payload | None:
        answer = self.http.get(url, params=params, etag=etag, last_modified=last_modified)
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
