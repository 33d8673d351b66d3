"""Brings OurAirports' airports and helipads into the infrastructure.

Options of the source: `countries`, which gives the ISO 3166 alpha-3 code of each alpha-2 code to take: {"SY": "SYR"}.
"""

from collections.abc import Iterator, Sequence

from apps.access import actions as access
from apps.access.actions import AssetDraft
from apps.connectors import options
from apps.connectors.ourairports import parse
from apps.connectors.ourairports.client import OurAirportsClient
from apps.core.http import HttpClient
from apps.core.payloads import Parsed, Payload
from apps.sources.models import Source
from apps.sources.registry import Arrival, NotConfigured, Stored

TABLE = "airports"


class OurAirports:
    """One refresh of OurAirports."""

    def __init__(self) -> None:
        self._countries: dict[str, str] = {}

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """The table of the world, if it has changed."""
        self._countries = options.named(source, "countries")
        if not self._countries:
            raise NotConfigured('Name the countries in the options, for instance "countries": {"SY": "SYR"}.')
        payload = OurAirportsClient(http).airports(**options.validators(source, TABLE))
        if payload is not None:
            yield payload

    def parse(self, payload: Payload) -> Parsed[parse.Airport]:
        """The rows of the countries asked for."""
        return parse.airports(payload.body, self._countries)

    def store(self, arrival: Arrival) -> Stored:
        """Register the airports. Closed ones stay, and say so."""
        countries = options.named(arrival.source, "countries")
        drafts = [draft_of(airport, countries.get(airport.country, "")) for airport in arrival.parsed.items]
        return options.stored(access.register_assets(source=arrival.source, drafts=drafts, now=arrival.now))

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """Nothing: what the table drops may still stand there, and somebody may have reported on it."""
        return Stored()


def draft_of(airport: parse.Airport, country_iso3: str) -> AssetDraft:
    """The airport as infrastructure."""
    codes = {"icao": airport.icao, "iata": airport.iata, "local": airport.local_code, "ourairports": airport.key}
    return AssetDraft(
        external_id=airport.key,
        type=airport.type,
        name=airport.name,
        geometry=airport.location,
        country_iso3=country_iso3,
        codes={scheme: code for scheme, code in codes.items() if code},
        is_permanently_closed=airport.is_closed,
    )
