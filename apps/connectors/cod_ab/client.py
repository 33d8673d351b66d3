"""Fetches COD-AB layers: from the map service that publishes them by country, or from a plain file address."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.connectors.cod_ab import parse
from apps.core import text
from apps.core.http import HttpClient
from apps.core.payloads import Malformed, Payload

BASE_URL = "https://gis.unocha.org/server/rest/services/Hosted"
# Polygons are heavy: a page of a hundred districts is some 10 MB.
PAGE_SIZE = 100
MAX_PAGES = 500

_LAYER = re.compile(r"[a-z]{3}_(admin[0-4]|adminpoints|admincentroids|admincapitals)")


@dataclass(frozen=True)
class CodAbClient:
    """The service of all countries, which wants no credentials."""

    http: HttpClient
    base_url: str = BASE_URL
    page_size: int = PAGE_SIZE

    def layers(self, iso3: str) -> dict[str, int]:
        """The layers of a country that we read, {name: number}: `syr_admin1` but not its lines or simplified copies."""
        service = self._service(iso3)
        answer = text.load_json(self.http.get(service, params={"f": "json"}).body)
        listed = answer.get("layers") if isinstance(answer, Mapping) else None
        if not isinstance(listed, list):
            raise Malformed(f"The map service of {iso3} lists no layers.")
        found = ((layer.get("name"), layer.get("id")) for layer in listed if isinstance(layer, Mapping))
        return {
            name: number
            for name, number in found
            if isinstance(name, str) and isinstance(number, int) and _LAYER.fullmatch(name)
        }

    def layer(self, iso3: str, name: str, number: int) -> Iterator[Payload]:
        """Every page of one layer. Raises what the HTTP client raises, and Malformed when paging does not end."""
        for page in range(MAX_PAGES):
            answer = self.http.get(
                f"{self._service(iso3)}/{number}/query",
                params={
                    "where": "1=1",
                    "outFields": "*",
                    "outSR": 4326,
                    "f": "geojson",
                    "resultOffset": page * self.page_size,
                    "resultRecordCount": self.page_size,
                },
            )
            yield Payload(
                name=name if page == 0 else f"{name}-page-{page}",
                body=answer.body,
                content_type=answer.content_type,
                url=answer.url,
            )
            if parse.is_last(answer.body):
                return
        raise Malformed(f"The map service gave {MAX_PAGES} pages of {name} and no end.")

    def file(self, name: str, url: str) -> Payload:
        """One layer published as a GeoJSON file.

        Asked for anew each time: an edition is loaded whole, so a layer that has not changed is needed beside one
        that has, or that could not be read the last time.
        """
        answer = self.http.get(url)
        return Payload(name=name, body=answer.body, content_type=answer.content_type, url=answer.url)

    def _service(self, iso3: str) -> str:
        return f"{self.base_url}/cod_{iso3.lower()}_ab_standardized/FeatureServer"
