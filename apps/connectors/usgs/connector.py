"""Brings USGS earthquakes into the incidents.

Options of the source: `min_magnitude` (4.5 unless said), `days` (how far back corrections are looked for: 30), `box`
([west, south, east, north]), `crisis`. The dataset's name upstream is "earthquakes".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from apps.connectors import options
from apps.connectors.region import box_of, civil_day
from apps.connectors.usgs import parse
from apps.connectors.usgs.client import UsgsClient
from apps.core.http import HttpClient
from apps.core.payloads import Parsed, Payload
from apps.crises.models import Crisis
from apps.incidents import actions as incidents
from apps.incidents.actions import IncidentDraft
from apps.incidents.models import Incident
from apps.sources.models import Document, Source
from apps.sources.registry import Arrival, NotConfigured, Stored

DATASET = "earthquakes"

Item = parse.Earthquake | parse.Deletion


class Usgs:
    """One refresh of USGS."""

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """The earthquakes of the last days, whole: corrections and deletions reach back."""
        try:
            days = float(options.chosen(source, "days", "30"))
            least = float(options.chosen(source, "min_magnitude", "4.5"))
        except ValueError as error:
            raise NotConfigured('The options "days" and "min_magnitude" are numbers.') from error
        since = timezone.now() - timedelta(days=days)
        yield from UsgsClient(http).earthquakes(since=since, min_magnitude=least, box=box_of(source))

    def parse(self, payload: Payload) -> Parsed[Item]:
        """One page."""
        return parse.earthquakes(payload.body)

    def store(self, arrival: Arrival) -> Stored:
        """Take earthquakes in under the id they are known by here, and withdraw what USGS deleted or joined."""
        dataset, crisis = options.dataset_of(arrival.source, DATASET), options.crisis_of(arrival.source)
        found = standing(arrival.parsed.items, arrival.source)
        drafts = [
            draft_of(one.item, external_id=one.external_id, crisis=crisis, document=arrival.document)
            for one in found
            if isinstance(one.item, parse.Earthquake) and one.is_news
        ]
        live = {one.external_id for one in found if isinstance(one.item, parse.Earthquake)}
        deleted = {one.external_id for one in found if isinstance(one.item, parse.Deletion) and one.is_news} - live
        joined = {other for one in found for other in one.others} - live
        tally = incidents.record_many(drafts=drafts, dataset=dataset, crisis=crisis, now=arrival.now)
        withdrawn = 0
        for ids, reason in [
            (deleted, "USGS deleted this earthquake."),
            (joined - deleted, "USGS lists this earthquake under another of its ids."),
        ]:
            if ids:
                withdrawn += incidents.withdraw(
                    source=arrival.source, external_ids=sorted(ids), now=arrival.now, reason=reason
                )
        return options.stored(tally) + Stored(withdrawn=withdrawn)

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """Nothing: USGS says what it deletes."""
        return Stored()


@dataclass(frozen=True)
class Standing:
    """An upstream item and where it stands here: the incident's id, and the ids of others it turned out to be."""

    item: Item
    external_id: str
    others: tuple[str, ...]
    is_news: bool  # not older than what is known


def standing(items: Sequence[Item], source: Source) -> list[Standing]:
    """Find each item under any of its ids: the preferred one changes, the incident keeps the first it came under."""
    ids = {one for item in items for one in (item.key, *item.aliases)}
    rows = Incident.objects.filter(source=source, external_id__in=ids).order_by("created_at", "external_id")
    versions: Mapping[str, str] = dict(rows.values_list("external_id", "external_version"))
    found = []
    for item in items:
        own = {item.key, *item.aliases}
        known = [external_id for external_id in versions if external_id in own]
        external_id = known[0] if known else item.key
        found.append(Standing(item, external_id, tuple(known[1:]), item.version >= versions.get(external_id, "")))
    return found


def draft_of(quake: parse.Earthquake, *, external_id: str, crisis: Crisis | None, document: Document) -> IncidentDraft:
    """The earthquake as an incident."""
    day = civil_day(quake.occurred_at, crisis)
    magnitude = None if quake.magnitude is None else Decimal(f"{quake.magnitude:.2f}")
    return IncidentDraft(
        external_id=external_id,
        external_version=quake.version,
        title=quake.title[:300],
        start_date=day,
        end_date=day,
        started_at=quake.occurred_at,
        ended_at=quake.occurred_at,
        time_precision="hour",
        reported_at=quake.updated_at,
        location=quake.location,
        location_accuracy="point",
        place_name=quake.place,
        url=quake.url[:1000],
        how_known="measured",
        fields={
            "category": "natural_hazard",
            "subcategory": "EQ",
            "category_scheme": "glide",
            "severity_scale": "" if magnitude is None else "magnitude",
            "severity_value": magnitude,
            "summary": " ".join(_said(quake)),
        },
        document=document,
    )


def _said(quake: parse.Earthquake) -> Iterator[str]:
    if quake.magnitude is not None:
        kind = f" ({quake.magnitude_type})" if quake.magnitude_type else ""
        yield f"Magnitude {quake.magnitude:g}{kind}."
    if quake.depth_km is not None:
        yield f"Depth {quake.depth_km:g} km."
    yield "Reviewed by a seismologist." if quake.is_reviewed else "Located automatically."
    if quake.alert:
        yield f"PAGER loss estimate: {quake.alert}."
    if quake.has_tsunami_message:
        yield "A tsunami centre issued a message; see there whether there is a threat."
