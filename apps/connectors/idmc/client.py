"""Fetches IDMC's external API. The client id can only go into the address, so it is cut out of all that is kept."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.connectors.idmc import parse
from apps.core.http import Answer, HttpClient
from apps.core.payloads import Malformed, Payload

BASE_URL = "https://helix-tools-api.idmcdb.org/external-api"
PAGE_SIZE = 1_000
# 22,119 rows in 2025, some 2,000 more each year.
MAX_PAGES = 200
WITHHELD = b"WITHHELD"


@dataclass(frozen=True)
class IdmcClient:
    """The API as one registered client."""

    http: HttpClient
    client_id: str
    base_url: str = BASE_URL
    page_size: int = PAGE_SIZE

    def last_180_days(self, *, etag: str = "", last_modified: str = "") -> Payload | None:
        """The figures of the last 180 days, whole; None when nothing changed since `etag` / `last_modified`.

        The address redirects to a dump on a file host.
        """
        url = f"{self.base_url}/idus/last-180-days/"
        answer = self.http.get(url, params={"client_id": self.client_id}, etag=etag, last_modified=last_modified)
        return None if answer.not_modified else self._payload("idu-last-180-days", url, answer)

    def disasters(self, *, iso3: str = "") -> Iterator[Payload]:
        """The pages of the disasters table, of one country or of the world.

        Paged by offset: the `next` address of a page carries the client id. A page that cannot be read is the last.
        """
        url = f"{self.base_url}/gidd/disasters/"
        for number in range(MAX_PAGES):
            offset = number * self.page_size
            params = {
                "client_id": self.client_id,
                "format": "json",
                "limit": str(self.page_size),
                "offset": str(offset),
            }
            if iso3:
                params["iso3__in"] = iso3
            answer = self.http.get(url, params=params)
            yield self._payload(f"gidd-disasters-{iso3 or 'world'}-page-{number}", url, answer)
            if parse.is_last(answer.body, self.page_size):
                return
        raise Malformed(f"IDMC gave {MAX_PAGES} full pages of disasters and no end.")

    def _payload(self, name: str, url: str, answer: Answer) -> Payload:
        return Payload(
            name=name,
            body=answer.body.replace(self.client_id.encode(), WITHHELD) if self.client_id else answer.body,
            content_type=answer.content_type,
            url=url,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )
