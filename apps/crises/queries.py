"""What a crisis's sharing protocol says, who coordinates it, and which keys open it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.levels import LocationRelease, Sensitivity
from apps.accounts.models import ApiKey, AuditEntry, User
from apps.crises.clearance import clearance
from apps.crises.models import Crisis, Invitation, KeyCrisis, Membership, Protocol


@dataclass(frozen=True)
class Rule:
    """How far a record travels, how precisely its place does, and how long what it says holds."""

    sensitivity: int
    location_release: str
    delay: timedelta | None = None
    stale_after: timedelta | None = None
    retention: timedelta | None = None


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
    return Rule(row.sensitivity, row.location_release, row.delay, row.stale_after, row.retention)


def rules_in_force(crisis: Crisis) -> list[Protocol]:
    """Every row of the protocol that holds for the crisis: its own, and the default's that it does not replace."""
    found = {(row.kind, row.category, row.field): row for row in Protocol.objects.filter(crisis=None)}
    found |= {(row.kind, row.category, row.field): row for row in Protocol.objects.filter(crisis=crisis)}
    return list(found.values())


def coordinated_crisis(user: User, slug: str) -> Crisis | None:
    """The crisis, if the user coordinates it; None for another's, as for one that does not exist."""
    crisis: Crisis | None = Crisis.objects.filter(slug=slug).first()
    return crisis if crisis is not None and clearance(user).is_coordinator_of(crisis.pk) else None


def crisis_worked_in(user: User, slug: str) -> Crisis | None:
    """The crisis, if the user holds any role in it; None otherwise."""
    crisis: Crisis | None = Crisis.objects.filter(slug=slug).first()
    return crisis if crisis is not None and crisis.pk in clearance(user).by_crisis else None


def crises_worked_in(user: User) -> QuerySet[Crisis]:
    """Every crisis the user holds a role in, those below included."""
    found: QuerySet[Crisis] = Crisis.objects.filter(pk__in=clearance(user).by_crisis)
    return found


def membership_in(crisis: Crisis, pk: int) -> Membership | None:
    """One role of the crisis; None for one of another."""
    return Membership.objects.filter(crisis=crisis, pk=pk).select_related("crisis", "user", "organisation").first()


def own_membership(user: User, crisis: Crisis, now: datetime) -> Membership | None:
    """The role the user holds in person, while it lasts."""
    found: Membership | None = Membership.objects.in_force(now).filter(crisis=crisis, user=user).first()
    return found


def invitation_in(crisis: Crisis, pk: UUID) -> Invitation | None:
    """One invitation into the crisis; None for one into another."""
    return Invitation.objects.filter(crisis=crisis, pk=pk).select_related("crisis").first()


def invitation_behind(token: str) -> Invitation | None:
    """The invitation that a link's token opens, in whatever state."""
    wanted = Invitation.objects.select_related("crisis", "by", "organisation")
    return wanted.filter(token_hash=Invitation.digest(token)).first()


def keys_opening(crisis: Crisis, now: datetime) -> QuerySet[ApiKey]:
    """The keys in force that read more of the crisis than the public: its members', unless restricted to others."""
    above = lineage(crisis)
    members = Membership.objects.in_force(now).in_crises(above)
    people = Q(user__in=members.filter(user__isnull=False).values("user"))
    people |= Q(user__organisation__in=members.filter(organisation__isnull=False).values("organisation"))
    restrictions = KeyCrisis.objects.filter(key=OuterRef("pk"))
    below = Crisis.objects.filter(Q(parent=crisis) | Q(parent__parent=crisis)).values("pk")
    reaching = restrictions.filter(Q(crisis__in=above) | Q(crisis__in=below))
    found: QuerySet[ApiKey] = (
        ApiKey.objects.in_force(now)
        .filter(people)
        .filter(~Exists(restrictions) | Exists(reaching))
        .select_related("user__organisation")
    )
    return found


def key_opening(crisis: Crisis, pk: UUID, now: datetime) -> ApiKey | None:
    """One of `keys_opening`."""
    return keys_opening(crisis, now).filter(pk=pk).first()


def own_key(user: User, pk: UUID) -> ApiKey | None:
    """One of the user's keys; None for another's."""
    return own_keys(user).filter(pk=pk).first()


def own_keys(user: User) -> QuerySet[ApiKey]:
    """The user's keys, ended ones too, with the crises they are restricted to."""
    found: QuerySet[ApiKey] = ApiKey.objects.of(user).prefetch_related("restrictions__crisis")
    return found


def trail_of(crisis: Crisis, asked: dict[str, Any]) -> QuerySet[AuditEntry]:
    """What the audit trail says of the crisis and those below it, newest first.

    `asked` may hold `verb`, `by` (a user), `since` and `until` (days, UTC).
    """
    covered = [
        crisis.pk,
        *Crisis.objects.filter(Q(parent=crisis) | Q(parent__parent=crisis)).values_list("pk", flat=True),
    ]
    found = AuditEntry.objects.about_crises(covered)
    if asked.get("verb"):
        found = found.with_verb(asked["verb"])
    if asked.get("by"):
        found = found.by(asked["by"])
    if asked.get("since"):
        found = found.since(asked["since"])
    if asked.get("until"):
        found = found.until(asked["until"])
    return found


def people_in_trail(crisis: Crisis) -> QuerySet[User]:
    """Whoever did something that the crisis's trail tells of."""
    return User.objects.filter(pk__in=trail_of(crisis, {}).order_by().values("actor")).order_by("username")


def lineage(crisis: Crisis) -> list[int]:
    """The crisis and those above it."""
    above = Crisis.objects.filter(Q(children=crisis) | Q(children__children=crisis))
    return [crisis.pk, *above.values_list("pk", flat=True)]
