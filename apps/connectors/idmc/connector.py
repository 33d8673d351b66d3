"""Brings IDMC's figures into the displacement records.

Options of the source: `countries` (ISO 3166 alpha-3, all if empty), `crisis`, and `gidd` (true: the yearly disasters
table of these countries too). Names of the datasets upstream: "idu", and "gidd" where it is asked for.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.contrib.gis.geos import Point

from apps.connectors import options
from apps.connectors.idmc import parse
from apps.connectors.idmc.client import IdmcClient
from apps.core.http import HttpClient
from apps.core.payloads import Parsed, Payload
from apps.displacement import actions as displacement
from apps.displacement.actions import DisplacementDraft
from apps.displacement.models import Displacement
from apps.geo.models import SRID
from apps.records.drafts import ClaimDraft
from apps.records.figures import bounds
from apps.sources.models import Document, Source
from apps.sources.registry import Arrival, Stored

UPDATES, DISASTERS = "idu", "gidd"
LAST_180_DAYS = "idu-last-180-days"
# Rows leave the dump by age too. Two days less than the window: it is cut at another hour and in another zone.
WINDOW = timedelta(days=178)


class Idmc:
    """One refresh of IDMC's updates, and of its disasters table where that is asked for."""

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """The dump of the last 180 days if it has changed, then the pages of the table country by country."""
        client = IdmcClient(http, options.credential("idmc_client_id", "IDMC_CLIENT_ID"))
        dump = client.last_180_days(**options.validators(source, LAST_180_DAYS))
        if dump is not None:
            yield dump
        if source.options.get("gidd"):
            for iso3 in options.listed(source, "countries") or [""]:
                yield from client.disasters(iso3=iso3)

    def parse(self, payload: Payload) -> Parsed[parse.Update] | Parsed[parse.DisasterYear]:
        """The dump, or one page of the table."""
        return parse.updates(payload.body) if payload.name == LAST_180_DAYS else parse.disasters([payload.body])

    def store(self, arrival: Arrival) -> Stored:
        """Take the updates in. Pages of the table wait for `finish`: its namesakes may stand on different pages."""
        if arrival.payload.name != LAST_180_DAYS:
            return Stored()
        drafts = [update_draft(update, document=arrival.document) for update in wanted_updates(arrival)]
        return _record(arrival, UPDATES, drafts)

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """Withdraw updates that vanished from the window, and take the whole table in."""
        done = Stored()
        for arrival in arrivals:
            if arrival.payload.name == LAST_180_DAYS and arrival.parsed.is_complete:
                done += _withdraw_vanished(arrival)
        pages = [arrival for arrival in arrivals if arrival.payload.name != LAST_180_DAYS]
        if pages:
            rows = parse.disasters(page.payload.body for page in pages).items
            drafts = [draft for row in rows for draft in disaster_drafts(row, document=pages[-1].document)]
            done += _record(pages[-1], DISASTERS, drafts)
        return done


def wanted_updates(arrival: Arrival) -> Iterator[parse.Update]:
    """The updates of the countries that the source is asked for."""
    countries = set(options.listed(arrival.source, "countries"))
    return (update for update in arrival.parsed.items if not countries or update.iso3 in countries)


def update_draft(update: parse.Update, *, document: Document) -> DisplacementDraft:
    """One update as a flow, its figure as a claim of whoever IDMC names."""
    said = bounds(update.quantifier, update.figure)
    speakers = ", ".join(update.speakers)
    return DisplacementDraft(
        external_id=update.key,
        title=(update.event_name or f"Internal displacements in {update.country}")[:300],
        start_date=update.start_date,
        end_date=update.end_date,
        location=update.location,
        location_accuracy=update.accuracy if update.location else "adm0",
        area_code="" if update.location else update.iso3,
        place_name="; ".join(place.name for place in update.places)[:300],
        provider_area_name=update.country,
        reported_at=update.created_at,
        url=update.source_url[:1000],
        how_known="compiled",
        fields={
            "measure": "flow",
            "category": "internal_displacements",
            "cause": update.cause,
            "term": update.term[:40],
            "event_name": update.event_name[:300],
            "summary": " ".join([update.summary, *update.caveats]),
            **_ends(update),
        },
        claims=(
            ClaimDraft(
                key="displaced",
                metric="displaced",
                attributed_to=f"{speakers}, in IDMC"[:200] if speakers else "IDMC",
                quantifier=update.quantifier,
                low=said.low,
                best=said.best,
                high=said.high,
                excerpt=update.summary,
                url=update.source_url[:1000],
                published_at=update.created_at,
                how_known="compiled",
            ),
        ),
        document=document,
    )


def disaster_drafts(row: parse.DisasterYear, *, document: Document) -> Iterator[DisplacementDraft]:
    """One disaster and year: its movements, a flow, and those still displaced at the year's end, a stock."""
    if row.new_displacements is not None:
        yield _disaster_draft(row, document, "flow", row.new_displacements)
    if row.displaced_at_year_end is not None:
        yield _disaster_draft(row, document, "stock", row.displaced_at_year_end)


def _disaster_draft(row: parse.DisasterYear, document: Document, measure: str, number: int) -> DisplacementDraft:
    is_stock = measure == "stock"
    year_end = date(row.year, 12, 31)
    return DisplacementDraft(
        external_id=f"{row.key}|{measure}",
        title=row.event_name[:300],
        start_date=year_end if is_stock else row.start_date,
        end_date=year_end if is_stock else row.end_date,
        time_precision="day" if is_stock else row.time_precision,
        location_accuracy="adm0",
        area_code=row.iso3,
        provider_area_name=row.country,
        how_known="compiled",
        fields={
            "measure": measure,
            "category": "idps" if is_stock else "internal_displacements",
            "cause": "disaster",
            # Stocks of different disasters are different people: each is a cohort of its own.
            "cohort": f"{row.event_name[:90]} ({row.year})" if is_stock else "",
            "event_name": row.event_name[:300],
            "summary": " ".join([f"{row.hazard_type}. Codes: {', '.join(row.event_codes) or 'none'}.", *row.caveats]),
        },
        claims=(
            ClaimDraft(
                key="idps" if is_stock else "displaced",
                metric="idps" if is_stock else "displaced",
                attributed_to="IDMC",
                low=number,
                best=number,
                high=number,
                scope="stock" if is_stock else "event",
                as_of_date=year_end if is_stock else None,
                how_known="compiled",
            ),
        ),
        document=document,
    )


def _ends(update: parse.Update) -> dict[str, object]:
    """Where people left and where they came to, as far as the update tells them apart."""
    ends: dict[str, object] = {}
    for role in ("origin", "destination"):
        places = [place for place in update.places if place.role == role]
        if not places:
            continue
        ends[f"{role}_name"] = "; ".join(place.name for place in places)[:300]
        # The middle of several places is none of them.
        if len(places) == 1 and places[0].location:
            ends[f"{role}_location"] = Point(*places[0].location, srid=SRID)
            ends[f"{role}_accuracy"] = places[0].accuracy
    return ends


def _record(arrival: Arrival, upstream_name: str, drafts: Sequence[DisplacementDraft]) -> Stored:
    return options.stored(
        displacement.record_many(
            drafts=drafts,
            dataset=options.dataset_of(arrival.source, upstream_name),
            crisis=options.crisis_of(arrival.source),
            now=arrival.now,
        )
    )


def _withdraw_vanished(arrival: Arrival) -> Stored:
    """Updates that are young enough to stand in the window and do not: IDMC took them back."""
    standing = Displacement.objects.filter(
        dataset=options.dataset_of(arrival.source, UPDATES),
        crisis=options.crisis_of(arrival.source),
        removed_at=None,
        end_date__gte=arrival.now.date() - WINDOW,
    ).values_list("external_id", flat=True)
    # A row that could not be read this time has not vanished.
    kept = {item.key for item in wanted_updates(arrival)} | {reject.key for reject in arrival.parsed.rejects}
    gone = options.missing(standing, kept)
    if not gone:
        return Stored()
    reason = "IDMC no longer lists this figure."
    return Stored(
        withdrawn=displacement.withdraw(source=arrival.source, external_ids=gone, now=arrival.now, reason=reason)
    )
