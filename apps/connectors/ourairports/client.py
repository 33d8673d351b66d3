"""Fetches OurAirports' nightly table. No account is needed."""

from dataclasses import dataclass

from apps.core.http import HttpClient
from apps.core.payloads import Payload

URL = "https://davidmegginson.github.io/ourairports-data/airports.csv"


@dataclass(frozen=True)
class OurAirportsClient:
    """The table's address. Raises what the HTTP client raises."""

    http: HttpClient
    url: str = URL

    def airports(self, *, etag: str = "", last_modified: str = "") -> Payload | None:
        """The airports of the world; None when the table has not changed."""
        answer = self.http.get(self.url, etag=etag, last_modified=last_modified)
        if answer.not_modified:
            return None
        return Payload(
            name="airports",
            body=answer.body,
            content_type=answer.content_type,
            url=answer.url,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )
