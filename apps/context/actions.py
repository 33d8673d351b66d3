"""Writes on the context of areas: whole sets replaced row by row, by natural key."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from django.db import transaction

from apps.accounts.models import Organisation
from apps.context.models import MonthlyAggregate, Population, Presence
from apps.geo.models import AdminArea
from apps.records.drafts import Tally
from apps.records.refusing import store_in_halves
from apps.sources.models import Dataset


@dataclass(frozen=True, kw_only=True)
class ContextDraft:
    """A row of context before it is stored. `fields` are the columns of its model."""

    external_id: str
    location_code: str
    from_date: date
    to_date: date
    area_code: str = ""
    provider_area_name: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    organisation: tuple[str, str, str] | None = None  # acronym, name, type


def record_population(*, drafts: Sequence[ContextDraft], dataset: Dataset, now: datetime) -> Tally:
    """Take in population rows (`people`, `sex`, `age_band`)."""
    return _take_in(Population, drafts, dataset)


def record_presence(*, drafts: Sequence[ContextDraft], dataset: Dataset, now: datetime) -> Tally:
    """Take in who does what where (`cluster`, `state`; organisation by acronym and name)."""
    named = {draft.organisation for draft in drafts if draft.organisation}
    organisations = {
        (acronym, name): Organisation.objects.get_or_create(
            acronym=acronym[:80], name=name[:300], defaults={"type_name": type_name}
        )[0]
        for acronym, name, type_name in sorted(named)
    }
    return _take_in(Presence, drafts, dataset, organisations)


def record_monthly(*, drafts: Sequence[ContextDraft], dataset: Dataset, now: datetime) -> Tally:
    """Take in monthly aggregates (`event_type`, `events`, `fatalities`). They are never incidents."""
    return _take_in(MonthlyAggregate, drafts, dataset)


def drop_missing(*, dataset: Dataset, location_codes: Collection[str], kept: Collection[str]) -> int:
    """Delete rows of these countries that a complete answer no longer holds; says how many.

    Context has no deletion signal upstream and no history here: the payloads it came from are kept as documents.
    """
    gone = 0
    for model in (Population, Presence, MonthlyAggregate):
        rows = model.objects.filter(dataset=dataset, location_code__in=location_codes)
        gone += rows.exclude(external_id__in=kept).delete()[0]
    return gone


def _take_in(
    model: Any,
    drafts: Sequence[ContextDraft],
    dataset: Dataset,
    organisations: Mapping[tuple[str, str], Organisation] | None = None,
) -> Tally:
    """Upsert by natural key. Later rows of one key win; those that cannot be stored come back as rejects."""
    unique = {draft.external_id: draft for draft in drafts}
    areas = _areas({draft.area_code or draft.location_code for draft in unique.values()})
    known = dict(model.objects.filter(dataset=dataset).values_list("external_id", "content_hash"))

    def store(chunk: Sequence[ContextDraft]) -> Tally:
        read = [(draft, _digest(draft)) for draft in chunk]
        news = [(draft, content) for draft, content in read if known.get(draft.external_id) != content]
        rows = [_row(model, draft, content, dataset, areas, organisations) for draft, content in news]
        columns = [f.name for f in model._meta.concrete_fields if f.name not in {"id", "dataset", "external_id"}]
        with transaction.atomic():
            model.objects.bulk_create(
                rows,
                batch_size=2_000,
                update_conflicts=True,
                unique_fields=["dataset", "external_id"],
                update_fields=columns,
            )
        created = sum(draft.external_id not in known for draft, _ in news)
        return Tally(created, len(rows) - created, len(chunk) - len(rows))

    parts, rejects = store_in_halves(list(unique.values()), store)
    return sum(parts, Tally(rejects=rejects))


def _digest(draft: ContextDraft) -> str:
    return hashlib.sha256(orjson.dumps(draft, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _row(
    model: Any,
    draft: ContextDraft,
    content: str,
    dataset: Dataset,
    areas: Mapping[str, int],
    organisations: Mapping[tuple[str, str], Organisation] | None,
) -> Any:
    """An unsaved row of context."""
    row = model(
        dataset=dataset,
        area_id=areas.get(draft.area_code or draft.location_code),
        location_code=draft.location_code,
        area_code=draft.area_code,
        provider_area_name=draft.provider_area_name,
        from_date=draft.from_date,
        to_date=draft.to_date,
        external_id=draft.external_id,
        content_hash=content,
        **draft.fields,
    )
    if organisations is not None and draft.organisation:
        row.organisation = organisations[draft.organisation[:2]]
    return row


def _areas(codes: set[str]) -> dict[str, int]:
    """Current areas by P-code or ISO3; unknown codes have none and keep the provider's."""
    current = AdminArea.objects.filter(edition__is_current=True)
    by_code = dict(current.filter(pcode__in=codes).values_list("pcode", "id"))
    countries = dict(current.filter(level=0, country_iso3__in=codes).values_list("country_iso3", "id"))
    return countries | by_code
