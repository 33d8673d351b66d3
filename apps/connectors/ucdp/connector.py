"""Brings UCDP GED events into the incidents.

Options of the source: `releases` (["25.1", "26.0.6"]: yearly ones first) with `country` (Gleditsch and Ward's number),
`since` and `until`, which need a token; or `table` (the address of a CSV or CSV.gz), which needs none. `crisis` is the
crisis that the events belong to. The dataset's name upstream is "ged".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from apps.connectors import options
from apps.connectors.ucdp import parse
from apps.connectors.ucdp.client import UcdpClient
from apps.core.http import HttpClient
from apps.core.payloads import Parsed, Payload
from apps.incidents import actions as incidents
from apps.incidents.actions import IncidentDraft, Party
from apps.incidents.models import Incident
from apps.records.drafts import ClaimDraft
from apps.sources.models import Document, Source
from apps.sources.registry import Arrival, NotConfigured, Stored

DATASET = "ged"
SUBCATEGORIES = {1: "state_based", 2: "non_state", 3: "one_sided"}

_FILTERS = {"Country": "country", "StartDate": "since", "EndDate": "until"}
_RELEASE = re.compile(r"ged-([\d.]+)-")
_CIVILIANS = "Civilians"


class Ucdp:
    """One refresh of UCDP GED."""

    def __init__(self) -> None:
        self._totals: dict[str, int] = {}
        self._rows: Counter[str] = Counter()

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """The pages of each release in turn, or the one table if it has changed."""
        if url := options.chosen(source, "table"):
            name = url.rsplit("/", 1)[-1]
            payload = UcdpClient(http).table(url, **options.validators(source, name))
            if payload is not None:
                yield payload
            return
        releases = options.listed(source, "releases")
        if not releases:
            raise NotConfigured('Name the releases to ask for in the options, for instance "releases": ["25.1"].')
        client = UcdpClient(http, options.credential("ucdp_access_token", "UCDP_ACCESS_TOKEN"))
        filters = {theirs: value for theirs, ours in _FILTERS.items() if (value := options.chosen(source, ours))}
        for release in releases:
            yield from client.pages(release, **filters)

    def parse(self, payload: Payload) -> Parsed[parse.Event]:
        """A page of the API, or the table."""
        release = release_of(payload)
        if not release:
            return parse.table(payload.body)
        page = parse.page(payload.body)
        self._totals[release] = page.total
        self._rows[release] += len(page.parsed.items) + len(page.parsed.rejects)
        return page.parsed

    def store(self, arrival: Arrival) -> Stored:
        """Take the events in; candidates of years that a yearly release covers are left to it."""
        dataset = options.dataset_of(arrival.source, DATASET)
        release = release_of(arrival.payload)
        drafts = [
            draft_of(event, release=release, document=arrival.document)
            for event in standing_events(arrival, options.listed(arrival.source, "releases"))
        ]
        crisis = options.crisis_of(arrival.source)
        return options.stored(incidents.record_many(drafts=drafts, dataset=dataset, crisis=crisis, now=arrival.now))

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """Withdraw events that none of the releases holds any longer, if every page came whole."""
        if not arrivals or not self._is_whole(arrivals):
            return Stored()
        first = arrivals[0]
        releases = options.listed(first.source, "releases")
        kept = {event.key for arrival in arrivals for event in standing_events(arrival, releases)}
        kept |= {reject.key for arrival in arrivals for reject in arrival.parsed.rejects}
        standing = Incident.objects.filter(
            dataset=options.dataset_of(first.source, DATASET), crisis=options.crisis_of(first.source), removed_at=None
        ).values_list("external_id", flat=True)
        gone = options.missing(standing, kept)
        if not gone:
            return Stored()
        reason = "UCDP no longer lists this event."
        return Stored(
            withdrawn=incidents.withdraw(source=first.source, external_ids=gone, now=first.now, reason=reason)
        )

    def _is_whole(self, arrivals: Sequence[Arrival]) -> bool:
        if not self._totals:
            return all(arrival.parsed.is_complete for arrival in arrivals)
        return all(self._rows[release] == total for release, total in self._totals.items())


def release_of(payload: Payload) -> str:
    """The release that a page belongs to; "" for a table."""
    found = _RELEASE.match(payload.name)
    return found[1] if found else ""


def last_year_of(release: str) -> int | None:
    """The last year that a yearly release covers: 25.1 ends with 2024. Candidate releases (26.0.6) cover no year."""
    yearly = re.fullmatch(r"(\d\d)\.[1-9]\d*", release)
    return 1999 + int(yearly[1]) if yearly else None


def standing_events(arrival: Arrival, releases: Sequence[str]) -> Iterator[parse.Event]:
    """The events of a payload that count: of a candidate release only those after the last yearly one."""
    release = release_of(arrival.payload)
    covered = max((year for one in releases if (year := last_year_of(one))), default=0)
    for event in arrival.parsed.items:
        if not release or last_year_of(release) or event.start_date.year > covered:
            yield event


def draft_of(event: parse.Event, *, release: str, document: Document) -> IncidentDraft:
    """The event as an incident, its deaths as UCDP's claims."""
    reports = f"from {event.report_count} reports" if event.report_count else "from reports"
    offices = f" by {', '.join(event.report_offices)}" if event.report_offices else ""
    summary = " ".join([f"{event.conflict_name}. Compiled by UCDP {reports}{offices}.", *event.caveats])
    place = f", {event.place_name}" if event.place_name else ""
    return IncidentDraft(
        external_id=event.key,
        external_version=release,
        title=f"{event.violence_label}: {event.side_a.name} – {event.side_b.name}{place}"[:300],
        start_date=event.start_date,
        end_date=event.end_date,
        time_precision=event.time_precision,
        location=event.location,
        location_accuracy=event.accuracy,
        # An event known by its country only stands at a point that means nothing.
        area_code=event.iso3 if event.accuracy == "adm0" else "",
        place_name=event.place_name,
        provider_area_name=", ".join(name for name in (event.adm2_name, event.adm1_name) if name),
        how_known="compiled",
        fields={
            "category": "organised_violence",
            "subcategory": SUBCATEGORIES[event.violence],
            "category_scheme": "ucdp",
            "summary": summary,
        },
        claims=tuple(_claims(event, summary)),
        parties=tuple(_parties(event)),
        document=document,
    )


def _claims(event: parse.Event, summary: str) -> Iterator[ClaimDraft]:
    """Everybody killed, and the parts that UCDP tells apart. It writes 0 for a part that no report speaks of."""
    deaths = event.deaths
    is_exact = deaths.low == deaths.best == deaths.high
    yield ClaimDraft(
        key="killed",
        metric="killed",
        attributed_to="UCDP",
        quantifier="exact" if is_exact else "about",
        low=deaths.low,
        best=deaths.best,
        high=deaths.high,
        excerpt=summary,
        is_paraphrase=True,
        how_known="compiled",
    )
    parts = {
        "combatants_a": deaths.side_a,
        "combatants_b": deaths.side_b,
        "civilians": deaths.civilians,
        "unknown": deaths.unknown,
    }
    for group, number in parts.items():
        if number:
            yield ClaimDraft(
                key=f"killed-{group}",
                metric="killed",
                group=group,
                part_of_key="killed",
                attributed_to="UCDP",
                quantifier="about",
                low=number,
                best=number,
                high=number,
                how_known="compiled",
            )


def _parties(event: parse.Event) -> Iterator[Party]:
    """Both sides under UCDP's names. Civilians are no party to the violence against them."""
    yield Party(name=event.side_a.name, role="side_a")
    if event.side_b.name != _CIVILIANS:
        yield Party(name=event.side_b.name, role="side_b")
