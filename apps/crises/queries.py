"""What a crisis's sharing protocol says of a kind of record."""

from dataclasses import dataclass
from datetime import timedelta

from apps.accounts.levels import LocationRelease, Sensitivity
from apps.crises.models import Crisis, Protocol


@dataclass(frozen=True)
class Rule:
    """How far a record travels, how precisely its place does, and how long what it says holds."""

    sensitivity: int
    location_release: str
    delay: timedelta | None = None
    stale_after: timedelta | None = None


# Where no row says anything: for partners, at the level of the settlement.
UNSAID = Rule(Sensitivity.PARTNERS, LocationRelease.SETTLEMENT)


class Rules:
    """The rules in force for a crisis, read once: its own rows win over the default, a category over a kind."""

    def __init__(self, crisis: Crisis | None) -> None:
        rows = Protocol.objects.filter(crisis=None, field="")
        self._rules = {(row.kind, row.category): _rule(row) for row in rows}
        if crisis is not None:
            own = Protocol.objects.filter(crisis=crisis, field="")
            self._rules |= {(row.kind, row.category): _rule(row) for row in own}

    def of(self, kind: str, *categories: str) -> Rule:
        """The rule of the most particular category given that has one, else of the kind."""
        for category in reversed(categories):
            if category and (kind, category) in self._rules:
                return self._rules[kind, category]
        return self._rules.get((kind, ""), UNSAID)


def _rule(row: Protocol) -> Rule:
    return Rule(row.sensitivity, row.location_release, row.delay, row.stale_after)
