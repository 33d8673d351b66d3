"""Fetches USGS earthquakes from the event query. No account is needed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from apps.core.http import HttpClient
from apps.core.payloads import Malformed, Payload

BASE_URL = "https://earthquake.usgs.gov/fdsnws/event/1"
# More than 20,000 is an error of the interface.
PAGE_SIZE = 10_000
MAX_PAGES = 20


@dataclass(frozen=True)
class UsgsClient:
    """The event query, which unlike the summary feeds also tells what was deleted."""

    http: HttpClient
    base_url: str = BASE_URL
    page_size: int = PAGE_SIZE

    def earthquakes(
        self, *, since: datetime, min_magnitude: float, box: tuple[float, float, float, float] | None = None
    ) -> Iterator[Payload]:
        """Pages of all quakes since a moment, deleted ones included; `box` is west, south, east, north.

        Raises what the HTTP client raises, and Malformed when paging does not end.
        """
        params: dict[str, str | int] = {
            "format": "geojson",
            "starttime": since.strftime("%Y-%m-%dT%H:%M:%S"),
            "minmagnitude": f"{min_magnitude:g}",
            "includedeleted": "true",
            "orderby": "time-asc",
            "limit": self.page_size,
        }
        if box:
            params |= dict(
                zip(("minlongitude", "minlatitude", "maxlongitude", "maxlatitude"), map(str, box), strict=True)
            )
        for number in range(MAX_PAGES):
            # The first is number one.
            offset = number * self.page_size + 1
            answer = self.http.get(f"{self.base_url}/query", params={**params, "offset": offset})
            yield Payload(
                name=f"earthquakes-page-{number}",
                body=answer.body,
                content_type=answer.content_type,
                url=answer.url,
            )
            # Each feature has one "geometry"; fewer than a page is the last one.
            if answer.body.count(b'"geometry"') < self.page_size:
                return
        raise Malformed(f"USGS gave {MAX_PAGES} full pages and no end.")
