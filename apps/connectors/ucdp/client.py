"""Fetches UCDP GED: pages of the API, which wants a token, or a published table, which does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from apps.connectors.ucdp import parse
from apps.core.http import HttpClient
from apps.core.payloads import Malformed, Payload

BASE_URL = "https://ucdpapi.pcr.uu.se/api"
PAGE_SIZE = 1_000
# 16,566 events of four Syrian years are 17 pages.
MAX_PAGES = 500


@dataclass(frozen=True)
class UcdpClient:
    """The API as the owner of one token; without a token only `table` can be asked."""

    http: HttpClient
    token: str = ""
    base_url: str = BASE_URL
    page_size: int = PAGE_SIZE

    def pages(self, version: str, **filters: str) -> Iterator[Payload]:
        """Every page of one release, yearly ("25.1") or candidate ("26.0.6").

        `filters` are the API's own: Country (Gleditsch and Ward's number), StartDate, EndDate. The addresses of
        further pages are the API's; the token only goes to its own host. A page that cannot be read is the last one
        asked for. Raises what the HTTP client raises, and Malformed when paging leads astray or does not end.
        """
        url = f"{self.base_url}/gedevents/{version}"
        params: dict[str, str] | None = {"pagesize": str(self.page_size), **filters}
        seen: set[str] = set()
        for number in range(MAX_PAGES):
            answer = self.http.get(url, params=params, headers={"x-ucdp-access-token": self.token})
            yield Payload(
                name="-".join(["ged", version, *filters.values(), f"page-{number}"]),
                body=answer.body,
                content_type=answer.content_type,
                url=answer.url,
            )
            following = parse.next_url(answer.body)
            if not following:
                return
            url, params = self._own_address(following), None
            if url in seen:
                raise Malformed("UCDP's pages lead in a circle.")
            seen.add(url)
        raise Malformed(f"UCDP gave {MAX_PAGES} pages and no end.")

    def table(self, url: str, *, etag: str = "", last_modified: str = "") -> Payload | None:
        """A published table (CSV or CSV.gz), for instance a monthly candidate release; None when it has not changed."""
        answer = self.http.get(url, etag=etag, last_modified=last_modified)
        if answer.not_modified:
            return None
        return Payload(
            name=urlsplit(url).path.rsplit("/", 1)[-1],
            body=answer.body,
            content_type=answer.content_type,
            url=answer.url,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )

    def _own_address(self, following: str) -> str:
        parts, own = urlsplit(following), urlsplit(self.base_url)
        if parts.hostname != own.hostname:
            raise Malformed("UCDP's next page is at another host.")
        return urlunsplit(parts._replace(scheme=own.scheme, netloc=own.netloc))
