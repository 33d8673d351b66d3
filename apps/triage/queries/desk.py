"""One person's desk: what they may work on, and what the address asks of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from apps.core.texts import Catalogue, catalogue
from apps.crises.clearance import Clearance, clearance
from apps.crises.models import Crisis
from apps.geo.models import AdminArea
from apps.picture.facts import FACTS, of_kind
from apps.records import filters, parameters
from apps.records.filters import Asked
from apps.records.names import Names
from apps.records.pages import Order, moment_of
from apps.records.resources import Resource
from apps.triage import tabs

NEWEST, OLDEST, HARM, SCORE = "newest", "oldest", "harm", "score"
ORDERS = {
    NEWEST: Order("created_at", True, moment_of),
    OLDEST: Order("created_at", False, moment_of),
    HARM: Order("harm", True, int),
    SCORE: Order("score", True, float),
}
RECORD_ORDERS = (NEWEST, OLDEST, HARM)
LONGEST = 100


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the queue. What cannot be meant counts as not asked."""

    tab: str = tabs.REVIEW
    crisis: str = ""
    kind: str = ""
    area: str = ""
    source: str = ""
    q: str = ""
    order: str = NEWEST

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Wanted":
        """From the texts of an address."""
        tab = asked.get("tab", "")
        tab = tab if tab in tabs.TABS else tabs.REVIEW
        allowed = orders_of(tab)
        order = asked.get("order", "")
        kind = asked.get("kind", "")
        return cls(
            tab=tab,
            crisis=asked.get("crisis", "")[:LONGEST],
            kind=kind if of_kind(kind) else "",
            area=asked.get("area", "")[:LONGEST],
            source=asked.get("source", "")[:LONGEST],
            q=" ".join(asked.get("q", "").split())[:LONGEST],
            order=order if order in allowed else allowed[0],
        )

    def address(self, **changes: str) -> str:
        """The same question with other words, as it stands in an address; what is usual is left out."""
        wanted = replace(self, **changes)
        words = {name: value for name, value in vars(wanted).items() if value}
        if wanted.tab == tabs.REVIEW:
            del words["tab"]
        if wanted.order == orders_of(wanted.tab)[0]:
            del words["order"]
        return urlencode(words)

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a list and a crisis was asked for."""
        return bool(self.kind or self.area or self.source or self.q)


def orders_of(tab: str) -> tuple[str, ...]:
    """The orders that make sense in a list, the usual one first."""
    if tab == tabs.DUPLICATES:
        return (SCORE,)
    return (NEWEST,) if tab == tabs.QUARANTINE else RECORD_ORDERS


class Desk:
    """What one person works on, read once a request."""

    def __init__(self, user: Any, *, now: datetime, language: str) -> None:
        self.user = user
        self.now = now
        self.names = Names(language)
        held = clearance(user)
        # A crisis may be stricter than the clearance of somebody who works in it.
        self.held: Clearance = replace(held, reviews=held.reviews - set(self.names.hidden_crises(held)))

    @property
    def texts(self) -> Catalogue:
        """The texts of the pages' scripts in this person's language."""
        return catalogue(self.names.language)

    @property
    def is_open(self) -> bool:
        """Whether there is any crisis whose queue this person works in."""
        return bool(self.held.reviews)

    @cached_property
    def crises(self) -> list[Crisis]:
        """Those crises, by name."""
        found = Crisis.objects.filter(pk__in=self.held.reviews)
        return sorted(found, key=lambda crisis: crisis.name(self.names.language))

    def crisis(self, wanted: Wanted) -> Crisis | None:
        """The crisis asked for; None: all of this desk's."""
        return next((crisis for crisis in self.crises if crisis.slug == wanted.crisis), None)

    def asked(self, wanted: Wanted | None = None) -> Asked:
        """The question in the terms of records, with its codes looked up.

        Raises:
            parameters.BadParameters: an area, source or word that nobody knows.
        """
        values: dict[str, Any] = {}
        if wanted is not None:
            crisis = self.crisis(wanted)
            values |= {"crisis": (crisis.slug,)} if crisis else {}
            values |= {name: (getattr(wanted, name),) for name in ("area", "source") if getattr(wanted, name)}
            values |= {"q": parameters.search_words(wanted.q)} if wanted.q else {}
        return FACTS[0].settled(Asked(held=self.held, names=self.names, values=values))

    def records(self, asked: Asked, kind: str = "") -> Iterator[tuple[Resource, Any]]:
        """Each kind with the records of this desk's crises that are asked for and may be seen."""
        for resource in FACTS:
            if kind in ("", resource.kind.code):
                seen = resource.kind.record.objects.reviewed_by(self.held)
                yield resource, filters.narrow(seen, resource.filters, replace(asked, kind=resource.kind))

    def areas(self, wanted: Wanted) -> list[AdminArea]:
        """The first-level areas of the crisis asked for, to choose from."""
        crisis = self.crisis(wanted) or (self.crises[0] if len(self.crises) == 1 else None)
        if crisis is None or not crisis.countries:
            return []
        found = AdminArea.objects.light().filter(level=1, country_iso3__in=crisis.countries, edition__is_current=True)
        return sorted(found, key=lambda area: area.name)
