"""A source that takes its time: thirty payloads of ten incidents, a pause after each."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from apps.core.payloads import Malformed, Parsed, Payload, Reject
from apps.incidents import actions as incidents
from apps.sources.registry import Arrival, Stored
from tests.factories import facts

PAYLOADS, ITEMS = 30, 10


class Slow:
    """Fetches from nowhere."""

    pause = 0.15

    def fetch(self, source: Any, http: Any) -> Iterator[Payload]:
        for page in range(PAYLOADS):
            ids = [f"S{page * ITEMS + item}" for item in range(ITEMS)]
            yield Payload(name=f"page-{page}", body=json.dumps(ids).encode(), content_type="application/json")
            time.sleep(self.pause)

    def parse(self, payload: Payload) -> Parsed[str]:
        try:
            ids = json.loads(payload.body)
        except ValueError:
            raise Malformed("This is not JSON.") from None
        return Parsed(
            items=[item for item in ids if isinstance(item, str)],
            rejects=[Reject("An id must be text.", repr(item)) for item in ids if not isinstance(item, str)],
        )

    def store(self, arrival: Arrival) -> Stored:
        drafts = [
            incidents.IncidentDraft(
                external_id=item,
                title=f"Incident {item}",
                start_date=facts.DAY,
                end_date=facts.DAY,
                location=facts.ALEPPO,
                location_accuracy="settlement",
                fields={"category": "battles"},
                claims=(facts.claim("killed", 1), facts.claim("injured", 2)),
                document=arrival.document,
            )
            for item in arrival.parsed.items
        ]
        dataset = arrival.source.datasets.get()
        tally = incidents.record_many(drafts=drafts, dataset=dataset, now=arrival.now)
        return Stored(tally.created, tally.updated, tally.unchanged)

    def finish(self, arrivals: Sequence[Arrival]) -> Stored:
        return Stored()
