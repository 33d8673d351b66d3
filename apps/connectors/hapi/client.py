"""Fetches HDX HAPI v2: page after page, or a bulk table from HDX. Pages carry no count: a short one is the last."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.connectors.hapi import parse
from apps.core.http import HttpClient
from apps.core.payloads import Malformed, Payload

BASE_URL = "https://hapi.humdata.org/api/v2"
PAGE_SIZE = 10_000
# Twenty pages of the largest size hold any country many times over; more means that paging does not work.
MAX_PAGES = 20

PATHS = {
    "conflict-events": "coordination-context/conflict-events",
    "operational-presence": "coordination-context/operational-presence",
    "idps": "affected-people/idps",
    "returnees": "affected-people/returnees",
    "baseline-population": "geography-infrastructure/baseline-population",
}


@dataclass(frozen=True)
class HapiClient:
    """The API as one application, known by its `app_identifier` (base64 of "name:e-mail"), which goes in a header."""

    http: HttpClient
    app_identifier: str = ""
    base_url: str = BASE_URL
    page_size: int = PAGE_SIZE

    def pages(self, theme: str, **filters: str) -> Iterator[Payload]:
        """Every page of one theme, a key of PATHS, for instance `pages("idps", location_code="SDN")`.

        A page that cannot be read is the last one asked for. Raises what the HTTP client raises, and Malformed when
        paging does not end.
        """
        headers = {"X-HDX-HAPI-APP-IDENTIFIER": self.app_identifier, "Accept": "application/json"}
        for number in range(MAX_PAGES):
            params = {
                **filters,
                "output_format": "json",
                "limit": str(self.page_size),
                "offset": str(number * self.page_size),
            }
            answer = self.http.get(f"{self.base_url}/{PATHS[theme]}", params=params, headers=headers)
            yield Payload(
                name="-".join([theme, *filters.values(), f"page-{number}"]),
                body=answer.body,
                content_type=answer.content_type,
                url=answer.url,
            )
            if parse.is_last(answer.body, self.page_size):
                return
        raise Malformed(f"HAPI gave {MAX_PAGES} full pages of {theme} and no end.")

    def table(self, theme: str, url: str, *, etag: str = "", last_modified: str = "") -> Payload | None:
        """The bulk CSV of one theme, for which nobody asks who we are; None when it has not changed."""
        answer = self.http.get(url, etag=etag, last_modified=last_modified)
        if answer.not_modified:
            return None
        return Payload(
            name=f"{theme}-table",
            body=answer.body,
            content_type=answer.content_type,
            url=answer.url,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )
