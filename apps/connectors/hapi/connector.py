"""Brings HDX HAPI's themes into context (population, presence, monthly counts) and displacement (stocks, returns).

Options of the source: `countries` (ISO 3166 alpha-3), `themes` (keys of READERS; population and presence if not said),
`tables` ({theme: address of its bulk CSV}, which need no identifier), `crisis`. A dataset's name upstream is its theme.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.connectors import options
from apps.connectors.hapi import parse
from apps.connectors.hapi.client import HapiClient
from apps.context import actions as context
from apps.context import queries as context_queries
from apps.context.actions import ContextDraft
from apps.core.http import HttpClient
from apps.core.payloads import Parsed, Payload
from apps.displacement import actions as displacement
from apps.displacement.actions import DisplacementDraft
from apps.displacement.models import Displacement
from apps.records.drafts import ClaimDraft
from apps.sources.models import Document, Source
from apps.sources.registry import Arrival, NotConfigured, Stored

USUAL_THEMES = ["baseline-population", "operational-presence"]
ASSESSMENTS = {"BA": "baseline assessment", "ETT": "emergency tracking", "SA": "site assessment"}
# Refugees who returned to their country, and displaced people who returned to their homes.
RETURNS = {"RET": "cross_border_return", "RDP": "return"}


@dataclass(frozen=True)
class Theme:
    """How one theme is asked for by country, and read."""

    read: Callable[[bytes], Parsed[Any]]
    country: Callable[[Any], str]
    parameter: str = "location_code"


def _area_country(item: Any) -> str:
    return str(item.area.iso3)


THEMES = {
    "baseline-population": Theme(parse.populations, _area_country),
    "operational-presence": Theme(parse.presences, _area_country),
    "conflict-events": Theme(parse.conflict_counts, _area_country),
    "idps": Theme(parse.idp_stocks, _area_country),
    "returnees": Theme(parse.returns, lambda item: str(item.origin_iso3), "origin_location_code"),
}


class Hapi:
    """One refresh of the themes and countries that a source is asked for."""

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """The tables that have changed, then the pages of every other theme, country by country."""
        themes, tables = options.listed(source, "themes") or USUAL_THEMES, options.named(source, "tables")
        if unknown := sorted(set(themes) - set(THEMES)):
            raise NotConfigured(f"There is no theme {unknown[0]!r}; there are {', '.join(THEMES)}.")
        countries = options.listed(source, "countries")
        if not countries:
            raise NotConfigured('Name the countries to ask for in the options, for instance "countries": ["SYR"].')
        paged = [theme for theme in themes if theme not in tables]
        identifier = options.credential("hapi_app_identifier", "HAPI_APP_IDENTIFIER") if paged else ""
        client = HapiClient(http, identifier)
        for theme in themes:
            if theme in tables:
                table = client.table(theme, tables[theme], **options.validators(source, f"{theme}-table"))
                if table is not None:
                    yield table
                continue
            for iso3 in countries:
                yield from client.pages(theme, **{THEMES[theme].parameter: iso3})

    def parse(self, payload: Payload) -> Parsed[Any]:
        """A page or a table, as its theme reads it."""
        return THEMES[theme_of(payload)].read(payload.body)

    def store(self, arrival: Arrival) -> Stored:
        """Take in the rows of the countries that are asked for."""
        theme = theme_of(arrival.payload)
        rows, dataset = list(wanted(arrival)), options.dataset_of(arrival.source, theme)
        if theme in CONTEXT:
            record, draft = CONTEXT[theme]
            return options.stored(record(drafts=[draft(row) for row in rows], dataset=dataset, now=arrival.now))
        return options.stored(
            displacement.record_many(
                drafts=list(displacement_drafts(rows, document=arrival.document)),
                dataset=dataset,
                crisis=options.crisis_of(arrival.source),
                now=arrival.now,
            )
        )

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """Withdraw what a theme, read without a single refusal, no longer holds."""
        done = Stored()
        for theme in THEMES:
            mine = [arrival for arrival in arrivals if theme_of(arrival.payload) == theme]
            if mine and not any(arrival.parsed.rejects for arrival in mine):
                done += _drop_missing(theme, mine) if theme in CONTEXT else _withdraw_missing(theme, mine)
        return done


def theme_of(payload: Payload) -> str:
    """The theme that a payload belongs to: its name begins with it."""
    return next(theme for theme in THEMES if payload.name.startswith(f"{theme}-"))


def wanted(arrival: Arrival) -> Iterator[Any]:
    """The rows of the countries that the source is asked for: a bulk table holds the world."""
    theme, countries = THEMES[theme_of(arrival.payload)], set(options.listed(arrival.source, "countries"))
    return (item for item in arrival.parsed.items if theme.country(item) in countries)


def population_draft(row: parse.PopulationCount) -> ContextDraft:
    """People of one sex and age living in an area."""
    return _context_draft(row, {"people": row.people, "sex": _sex(row.gender), "age_band": row.age_range[:12]})


def presence_draft(row: parse.Presence) -> ContextDraft:
    """One organisation in one cluster and area."""
    organisation = (row.acronym, row.name, row.organisation_type)
    return _context_draft(row, {"cluster": row.sector_code[:12], "state": "ongoing"}, organisation)


def monthly_draft(row: parse.ConflictCount) -> ContextDraft:
    """Events and deaths of one group, area and month."""
    return _context_draft(row, {"event_type": row.event_type, "events": row.events, "fatalities": row.fatalities})


CONTEXT: dict[str, tuple[Callable[..., Any], Callable[[Any], ContextDraft]]] = {
    "baseline-population": (context.record_population, population_draft),
    "operational-presence": (context.record_presence, presence_draft),
    "conflict-events": (context.record_monthly, monthly_draft),
}


def displacement_drafts(
    rows: Iterable[parse.IdpStock | parse.Returns], *, document: Document
) -> Iterator[DisplacementDraft]:
    """Every stock, and the returns that are wholes: their parts by sex and age are not movements of their own."""
    for row in rows:
        if isinstance(row, parse.IdpStock):
            yield stock_draft(row, document=document)
        elif row.is_whole and row.people and row.population_group in RETURNS:
            yield return_draft(row, document=document)


def stock_draft(row: parse.IdpStock, *, document: Document) -> DisplacementDraft:
    """Displaced people found in an area by one round of one operation, on the last day of the round."""
    kind = ASSESSMENTS[row.assessment_type]
    label = f"{row.operation}, {kind}" + (f", round {row.reporting_round}" if row.reporting_round else "")
    return DisplacementDraft(
        external_id=row.key,
        title=f"Displaced people in {_area_name(row.area)} ({label})"[:300],
        start_date=row.to_date,
        end_date=row.to_date,
        location_accuracy=f"adm{min(row.area.level, 2)}",
        area_code=row.area.pcode or row.area.iso3,
        place_name=_area_name(row.area)[:300],
        provider_area_name=_provider_name(row.area),
        provider_area_code=row.area.pcode,
        how_known="compiled",
        fields={
            "measure": "stock",
            "category": "idps",
            # Baseline and site assessments count the same people: cohorts are never added to each other.
            "cohort": f"{row.operation[:100]}, {row.assessment_type}",
            "summary": row.origin.warning,
        },
        claims=(_claim("idps", "IOM DTM", row.people, scope="stock", as_of_date=row.to_date),),
        document=document,
    )


def return_draft(row: parse.Returns, *, document: Document) -> DisplacementDraft:
    """People who went back in a year: UNHCR's total of the period, which is added to nothing."""
    return DisplacementDraft(
        external_id=row.key,
        title=f"Returns to {row.origin_iso3} from {row.asylum_iso3}"[:300],
        start_date=row.from_date,
        end_date=row.to_date,
        time_precision="year",
        location_accuracy="adm0",
        area_code=row.origin_iso3,
        provider_area_code=row.origin_iso3,
        how_known="compiled",
        fields={
            "measure": "flow",
            "category": RETURNS[row.population_group],
            "origin_name": row.asylum_iso3,
            "destination_name": row.origin_iso3,
        },
        claims=(
            _claim("returns", "UNHCR", row.people, scope="period_total", from_date=row.from_date, to_date=row.to_date),
        ),
        document=document,
    )


def _claim(metric: str, speaker: str, people: int, **scope: Any) -> ClaimDraft:
    return ClaimDraft(
        key=metric,
        metric=metric,
        attributed_to=speaker,
        low=people,
        best=people,
        high=people,
        how_known="compiled",
        **scope,
    )


def _context_draft(
    row: parse.PopulationCount | parse.Presence | parse.ConflictCount,
    fields: dict[str, Any],
    organisation: tuple[str, str, str] | None = None,
) -> ContextDraft:
    return ContextDraft(
        external_id=row.key,
        location_code=row.area.iso3,
        area_code=row.area.pcode,
        provider_area_name=_provider_name(row.area),
        from_date=row.from_date,
        to_date=row.to_date,
        fields=fields,
        organisation=organisation,
    )


def _sex(gender: str) -> str:
    return gender if gender in ("all", "f", "m") else "unknown"


def _area_name(area: parse.Area) -> str:
    return area.admin2_name or area.provider_admin2_name or area.admin1_name or area.provider_admin1_name or area.iso3


def _provider_name(area: parse.Area) -> str:
    names = (area.provider_admin2_name, area.provider_admin1_name)
    return ", ".join(name for name in names if name)[:300]


def _withdraw_missing(theme: str, arrivals: Sequence[Arrival]) -> Stored:
    first = arrivals[0]
    standing = Displacement.objects.filter(
        dataset=options.dataset_of(first.source, theme), crisis=options.crisis_of(first.source), removed_at=None
    ).values_list("external_id", flat=True)
    drafts = (draft for one in arrivals for draft in displacement_drafts(wanted(one), document=one.document))
    gone = options.missing(standing, {draft.external_id for draft in drafts})
    if not gone:
        return Stored()
    reason = "HAPI no longer lists this figure."
    return Stored(withdrawn=displacement.withdraw(source=first.source, external_ids=gone, now=first.now, reason=reason))


def _drop_missing(theme: str, arrivals: Sequence[Arrival]) -> Stored:
    """Delete rows of context that the theme's whole answer no longer holds."""
    source = arrivals[0].source
    dataset, countries = options.dataset_of(source, theme), set(options.listed(source, "countries"))
    _, draft = CONTEXT[theme]
    kept = {draft(row).external_id for arrival in arrivals for row in wanted(arrival)}
    # Refuses an answer that lost most of its rows before anything is deleted.
    options.missing(context_queries.row_ids(dataset=dataset, countries=countries), kept)
    return Stored(withdrawn=context.drop_missing(dataset=dataset, location_codes=countries, kept=kept))
