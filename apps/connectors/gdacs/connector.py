"""Brings GDACS's events into the incidents.

Options of the source: `feed` ("rss", "rss_24h", "rss_7d", or "list" for the event list), `countries` (ISO 3166 alpha-3)
and `box` ([west, south, east, north]): events of one of the countries or in reach of the box are taken, all if neither
is given; `min_alert` ("Green", "Orange", "Red"); `crisis`. The dataset's name upstream is "events".
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from apps.connectors import options
from apps.connectors.gdacs import parse
from apps.connectors.gdacs.client import FEEDS, GdacsClient
from apps.connectors.region import box_of, civil_day
from apps.core import coordinates
from apps.core.http import HttpClient, Refused
from apps.core.payloads import Parsed, Payload
from apps.crises.models import Crisis
from apps.incidents import actions as incidents
from apps.incidents.actions import IncidentDraft
from apps.incidents.models import Incident
from apps.sources.models import Document, Source
from apps.sources.registry import Arrival, NotConfigured, Stored

DATASET = "events"
LIST = "list"
# Events that left the list are asked for one by one, to learn how they ended.
MAX_FOLLOW_UPS = 20
GONE = frozenset({404, 410})

# How well GDACS's point stands for the event: the middle of a drought lies in one of its countries, if that.
ACCURACIES = {"EQ": "point", "VO": "point", "TS": "point", "WF": "adm3", "FL": "adm1", "TC": "adm0", "DR": "adm0"}
# How long a current assessment holds without another. An earthquake is over when it is reported.
HOLDS = {
    "TC": timedelta(days=1),
    "FL": timedelta(days=3),
    "VO": timedelta(days=3),
    "WF": timedelta(days=3),
    "DR": timedelta(days=30),
}
# Known to the day only.
BY_DAY = frozenset({"DR", "WF"})


class Gdacs:
    """One refresh of GDACS."""

    def __init__(self) -> None:
        self._listed: set[str] | None = None

    def fetch(self, source: Source, http: HttpClient) -> Iterator[Payload]:
        """The feed or list if it has changed, then the last word on events that have left it."""
        client = GdacsClient(http)
        name = options.chosen(source, "feed", "rss")
        if name not in (*FEEDS, LIST):
            raise NotConfigured(f'The option "feed" is one of {", ".join((*FEEDS, LIST))}.')
        known = options.validators(source, name)
        payload = client.event_list(**known) if name == LIST else client.feed(name, **known)
        if payload is None:
            return
        yield payload
        # The caller has parsed it by now; where it could not, nobody knows what has left.
        if self._listed is None:
            return
        for key in self._left_behind(source):
            final = _last_word(client, key)
            if final is not None:
                yield final

    def parse(self, payload: Payload) -> Parsed[parse.Event]:
        """The feed, the list, or one event."""
        if payload.name.startswith("event-"):
            return parse.event(payload.body)
        parsed = parse.event_list(payload.body) if payload.name == LIST else parse.feed(payload.body)
        self._listed = {event.key for event in parsed.items} | {reject.key for reject in parsed.rejects}
        return parsed

    def store(self, arrival: Arrival) -> Stored:
        """Take in the events that the source is asked for; an older assessment never replaces a newer one."""
        dataset = options.dataset_of(arrival.source, DATASET)
        crisis = options.crisis_of(arrival.source)
        events = [event for event in arrival.parsed.items if is_wanted(event, arrival.source)]
        keys = [event.key for event in events]
        versions = dict(
            Incident.objects.filter(source=arrival.source, external_id__in=keys).values_list(
                "external_id", "external_version"
            )
        )
        drafts = [
            draft_of(event, crisis=crisis, document=arrival.document)
            for event in events
            if event.version >= versions.get(event.key, "")
        ]
        return options.stored(incidents.record_many(drafts=drafts, dataset=dataset, crisis=crisis, now=arrival.now))

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        """Nothing is withdrawn: what left the list has ended, and stays."""
        return Stored()

    def _left_behind(self, source: Source) -> list[str]:
        """Events that stood as going on and are no longer listed, the latest first."""
        ongoing = Incident.objects.filter(source=source, removed_at=None, stale_after__isnull=False)
        left = ongoing.exclude(external_id__in=self._listed or ()).order_by("-end_date", "external_id")
        return list(left.values_list("external_id", flat=True)[:MAX_FOLLOW_UPS])


def _last_word(client: GdacsClient, key: str) -> Payload | None:
    try:
        payload = client.event(key[:2], int(key[2:]))
    except Refused as refusal:
        if refusal.status in GONE:
            return None
        raise
    return payload if payload and payload.body else None


def is_wanted(event: parse.Event, source: Source) -> bool:
    """Whether the source's options ask for the event."""
    least = options.chosen(source, "min_alert", "Green")
    if parse.ALERTS[event.alert] < parse.ALERTS.get(least, 1):
        return False
    countries = set(options.listed(source, "countries"))
    box = box_of(source)
    if not countries and box is None:
        return True
    if countries.intersection(event.countries):
        return True
    # The feed names one country of several, and none at sea.
    reach = event.box or (*event.location, *event.location)
    return box is not None and coordinates.overlap(reach, box)


def draft_of(event: parse.Event, *, crisis: Crisis | None, document: Document) -> IncidentDraft:
    """The event as an incident."""
    kind = event.event_type
    holds = HOLDS.get(kind) if event.is_current else None
    is_by_day = kind in BY_DAY
    is_single_country = len(event.countries) == 1
    return IncidentDraft(
        external_id=event.key,
        external_version=event.version,
        title=event.title[:300],
        start_date=event.began_at.date() if is_by_day else civil_day(event.began_at, crisis),
        end_date=event.last_observed_at.date() if is_by_day else civil_day(event.last_observed_at, crisis),
        started_at=None if is_by_day else event.began_at,
        ended_at=None if is_by_day or holds else event.last_observed_at,
        time_precision="day" if is_by_day else "hour",
        reported_at=event.modified_at,
        stale_after=event.last_observed_at + holds if holds else None,
        location=event.location,
        location_accuracy=ACCURACIES[kind],
        area_code=event.countries[0] if ACCURACIES[kind] == "adm0" and is_single_country else "",
        place_name=event.country_names[:300],
        provider_area_name=event.country_names[:300],
        provider_area_code=", ".join(event.countries)[:60],
        url=event.url[:1000],
        how_known="measured" if kind == "EQ" else "compiled",
        fields={
            "kind": "situation" if kind == "DR" else "event",
            "category": "natural_hazard",
            "subcategory": kind,
            "category_scheme": "glide",
            "severity_scale": "gdacs",
            "severity_value": parse.ALERTS[event.alert],
            "glide_numbers": list(event.glide_numbers),
            "summary": " ".join(filter(None, [f"GDACS {event.alert.lower()} alert.", event.summary])),
        },
        document=document,
    )
