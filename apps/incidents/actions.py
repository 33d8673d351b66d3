"""Writes on incidents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.levels import Sensitivity
from apps.accounts.models import User
from apps.crises.actions import name_actors
from apps.crises.models import Crisis
from apps.incidents.models import CasualtyClaim, CasualtyDecision, Incident, IncidentActor
from apps.records import actions as records
from apps.records import bulk
from apps.records.drafts import ClaimDraft, RecordDraft, Tally
from apps.records.kinds import Kind
from apps.sources.models import Dataset, Document, Source


def keeps_apart(row: Incident, root: Incident) -> str:
    """A situation holds events: it is none of them."""
    if row.kind != root.kind:
        return _("An event is not merged with a situation. Link them instead.")
    return ""


KIND = Kind("incident", "incidents", Incident, CasualtyClaim, CasualtyDecision, keeps_apart=keeps_apart)


@dataclass(frozen=True, kw_only=True)
class Party:
    """A party to an incident under the name its source uses."""

    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class IncidentDraft(RecordDraft):
    """An incident before it is stored. `fields` needs `category`; see models.Incident for the others."""

    parties: tuple[Party, ...] = field(default_factory=tuple)


def record_many(
    *,
    drafts: Sequence[IncidentDraft],
    dataset: Dataset,
    crisis: Crisis | None = None,
    by: User | None = None,
    now: datetime,
    reason: str = "",
) -> Tally:
    """Take in incidents of one dataset. Idempotent by external id; a correction updates the same row."""
    terms = records.Terms.of(dataset=dataset, crisis=crisis, by=by, now=now)
    parties = {draft.external_id: draft.parties for draft in drafts}

    def name_parties(taken: records.Intake) -> None:
        _name_parties({pk: parties[external_id] for external_id, pk in taken.touched.items()}, dataset.source)

    return records.take_in(kind=KIND, drafts=drafts, terms=terms, reason=reason, beside=name_parties).tally


def record(
    *, draft: IncidentDraft, dataset: Dataset, crisis: Crisis | None, by: User | None, now: datetime
) -> Incident:
    """Take in one incident and return it."""
    record_many(drafts=[draft], dataset=dataset, crisis=crisis, by=by, now=now)
    return Incident.objects.get(source=dataset.source, external_id=draft.external_id)


def add_figures(
    *,
    incident: Incident,
    claims: Sequence[ClaimDraft],
    dataset: Dataset,
    document: Document | None = None,
    by: User | None,
    now: datetime,
    reason: str = "",
) -> int:
    """Add what one more speaker says of an incident; figures already there, by key, are left as they are."""
    terms = records.Terms.of(dataset=dataset, crisis=incident.crisis, by=by, now=now)
    return records.add_claims(kind=KIND, record=incident, claims=claims, terms=terms, document=document, reason=reason)


def withdraw(*, source: Source, external_ids: Sequence[str], now: datetime, reason: str, by: User | None = None) -> int:
    """Leave tombstones on incidents that their source deleted."""
    gone = Incident.objects.filter(source=source, external_id__in=list(external_ids))
    return records.withdraw(kind=KIND, records=gone, by=by, now=now, reason=reason)


def _name_parties(parties: Mapping[Any, tuple[Party, ...]], source: Source) -> None:
    """Join incidents to neutral actors, made from the source's names where they are new.

    A source that published who did it made it public; its own reports keep actors restricted.
    """
    wanted = {party.name for named in parties.values() for party in named}
    actors = name_actors(names=wanted, source=source) if wanted else {}
    sensitivity = Sensitivity.PUBLIC if source.releases_on_arrival else Sensitivity.RESTRICTED
    named = {
        (incident, actors[party.name].pk, party.role)
        for incident, named_there in parties.items()
        for party in named_there
    }
    # What people closed stays closed: a party that is still named keeps its row.
    standing = IncidentActor.objects.filter(record__in=list(parties)).values_list("record", "actor", "role", "id")
    known = {(incident, actor, role): pk for incident, actor, role, pk in standing}
    IncidentActor.objects.filter(pk__in=[pk for key, pk in known.items() if key not in named]).delete()
    rows = [
        IncidentActor(record_id=incident, actor_id=actor, role=role, sensitivity=sensitivity)
        for incident, actor, role in sorted(named - set(known), key=str)
    ]
    bulk.insert(rows)
