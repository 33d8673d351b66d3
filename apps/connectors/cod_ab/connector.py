"""Brings a country's COD-AB edition into the ground: areas level by level, then places.

Options of the source: `iso3`; `files` ({layer: address of its GeoJSON}; without it, the map service's layers are
read); `title` and `attribution` of the edition; `version` where the layers name none. Layers are told by their names:
`…admin0` to `…admin4`, `…admincapitals`, `…neighborhoods`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from apps.connectors import options
from apps.connectors.cod_ab import parse
from apps.connectors.cod_ab.client import CodAbClient
from apps.core.http import HttpClient
from apps.core.payloads import Malformed, Parsed, Payload, Reject
from apps.geo import actions as geo
from apps.geo.drafts import AreaDraft, EditionDraft, LoadOutcome, PlaceDraft, Spelling
from apps.geo.models import BoundaryEdition
from apps.sources import actions as sources
from apps.sources.models import Source
from apps.sources.registry import Arrival, NotConfigured, Stored

PLACES_OF = "cod-ab"
LICENCE = "CC BY-IGO"
ATTRIBUTION = "OCHA Common Operational Datasets, administrative boundaries"

Reader = Callable[[bytes], Parsed[parse.AreaRow] | Parsed[parse.PlaceRow]]

_AREAS, _CAPITALS, _NEIGHBOURHOODS = re.compile(r"admin[0-4]"), re.compile(r"capital"), re.compile(r"neighbou?rhood")


class CodAb:
    """One refresh of one country's boundaries."""

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """The layers, the country first: from the files that are named, or from the map service."""
        iso3, client = options.chosen(source, "iso3"), CodAbClient(http)
        if not iso3:
            raise NotConfigured('Name the country in the options, for instance "iso3": "SYR".')
        if files := options.named(source, "files"):
            for name in sorted(files):
                yield client.file(name, files[name])
            return
        layers = client.layers(iso3)
        for name in sorted(layers):
            if _reader(name) is not None:
                yield from client.layer(iso3, name, layers[name])

    def parse(self, payload: Payload) -> Parsed[parse.AreaRow] | Parsed[parse.PlaceRow]:
        """One layer, or one page of it."""
        reader = _reader(payload.name)
        if reader is None:
            raise Malformed(f"{payload.name} is not the name of a layer that we read.")
        return reader(payload.body)

    def store(self, arrival: Arrival) -> Stored:
        """Nothing yet: an edition is loaded whole, parents before children, or not at all."""
        return Stored()

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """Load the areas and the places; what the ground refuses goes to the quarantine."""
        if not arrivals:
            return Stored()
        last = arrivals[-1]
        areas = [item for one in arrivals for item in one.parsed.items if isinstance(item, parse.AreaRow)]
        places = [item for one in arrivals for item in one.parsed.items if isinstance(item, parse.PlaceRow)]
        done = Stored()
        if areas:
            done += _loaded(_load_edition(areas, last), last)
        if places:
            iso3 = options.chosen(last.source, "iso3").upper()
            done += _loaded(geo.load_places([place_draft(place, iso3=iso3) for place in places]), last)
        return done


def area_draft(area: parse.AreaRow) -> AreaDraft:
    """The area as the ground takes it in. Areas without an outline cannot be."""
    if area.outline is None:
        raise ValueError(f"{area.pcode} has no outline")
    return AreaDraft(
        level=area.level,
        pcode=area.pcode,
        names=area.names,
        geometry=area.outline,
        parent_pcode=area.parent_pcode or None,
        ref_name=area.ref_name,
    )


def place_draft(place: parse.PlaceRow, *, iso3: str) -> PlaceDraft:
    """The place as the ground takes it in; a neighbourhood also answers to its community's names."""
    community = (Spelling(name, language) for language, name in place.community_names.items())
    return PlaceDraft(
        kind=place.kind,
        source=PLACES_OF,
        external_id=f"{iso3}:{place.key}",
        names=place.names,
        location=place.location,
        pcode=place.pcode or None,
        scheme=place.scheme or None,
        parent_pcode=place.parent_pcode,
        country_iso3=iso3,
        spellings=(
            *(Spelling(alias) for alias in place.aliases),
            *(Spelling(f"{place.names.get(one.language, '')} {one.text}".strip(), one.language) for one in community),
        ),
    )


def edition_draft(
    areas: Iterable[parse.AreaRow], *, iso3: str, version: str = "", title: str = "", attribution: str = ""
) -> EditionDraft:
    """The edition that the areas belong to, as their own columns describe it.

    Raises ValueError: the areas name several versions, or none and `version` is not given.
    """
    found = list(areas)
    versions = {area.version for area in found if area.version} or {version}
    if len(versions) != 1 or not (named := versions.pop()):
        raise ValueError("the layers do not name one version")
    return EditionDraft(
        country_iso3=iso3,
        country_pcode=next((area.country_pcode for area in found if area.country_pcode), ""),
        version=named,
        title=title or f"{iso3} administrative boundaries {named}",
        licence=LICENCE,
        attribution=attribution or ATTRIBUTION,
        valid_on=min((area.valid_on for area in found if area.valid_on), default=None),
        valid_to=max((area.valid_to for area in found if area.valid_to), default=None),
    )


def _reader(name: str) -> Reader | None:
    if _AREAS.search(name):
        return parse.areas
    if _CAPITALS.search(name):
        return parse.capitals
    return parse.neighbourhoods if _NEIGHBOURHOODS.search(name) else None


def _load_edition(areas: Sequence[parse.AreaRow], arrival: Arrival) -> LoadOutcome:
    """Load the edition, and join the one that was in force to it where this one is new."""
    source, iso3 = arrival.source, options.chosen(arrival.source, "iso3").upper()
    try:
        edition = edition_draft(
            areas,
            iso3=iso3,
            version=options.chosen(source, "version"),
            title=options.chosen(source, "title"),
            attribution=options.chosen(source, "attribution"),
        )
    except ValueError as error:
        raise NotConfigured(f"For the boundaries of {iso3}, {error}; give `version` in the options.") from error
    former = BoundaryEdition.objects.for_country(iso3).current().first()
    outcome = geo.load_edition(edition=edition, areas=[area_draft(area) for area in areas], now=arrival.now)
    if former is not None and former.version != edition.version:
        newer = BoundaryEdition.objects.for_country(iso3).current().get()
        geo.link_editions(older=former, newer=newer)
    return outcome


def _loaded(outcome: LoadOutcome, arrival: Arrival) -> Stored:
    if outcome.refused:
        rejects = [
            Reject(reason=f"The ground refuses it: {one.reason}.", item=one.code, key=one.code)
            for one in outcome.refused
        ]
        sources.quarantine(
            source=arrival.source, run=arrival.run, document=arrival.document, rejects=rejects, now=arrival.now
        )
    return Stored(created=outcome.created, updated=outcome.updated, unchanged=outcome.unchanged)
