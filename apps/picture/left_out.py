"""What stays out of the sums of events, each by the first rule that keeps it out; and, where asked, what went in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, CharField, Count, Q, Value, When

from apps.incidents.models import Incident
from apps.picture import events
from apps.picture.rules import LeftOut, Rule
from apps.records import past
from apps.records.filters import Asked
from apps.records.vocabularies import ClaimStatus, Quantifier, Scope

MOST_IDS = 500


@dataclass(frozen=True)
class Members:
    """What went into a sum: how much, and the first of it by id."""

    records: int = 0
    figures: int = 0
    record_ids: tuple[UUID, ...] = ()
    figure_ids: tuple[UUID, ...] = ()


def by_metric(
    asked: Asked,
    record_arms: Sequence[Any],
    metrics: Sequence[str],
    parts: Collection[UUID] = (),
    *,
    with_ids: bool = False,
) -> dict[str, list[LeftOut]]:
    """Of these records the figures that are in no sum, by metric and rule, in the order of the rules.

    `parts` are the events that other events hold. Stated totals are told beside the sums and are not counted here; nor
    are stocks, which have sums of their own.
    """
    if asked.kind is None or asked.kind.claim is None:
        return {}
    found: dict[str, dict[Rule, list[Any]]] = {}
    rule = _rule(asked, parts)
    for records in record_arms:
        standing = records.order_by().values("id")
        for claims in past.claim_arms(asked.kind.claim, asked.held, asked.revision):
            out = claims.filter(metric__in=metrics, scope=Scope.EVENT, canonical__in=standing).order_by()
            kept_out = out.annotate(rule=rule).exclude(rule="").values_list("metric_id", "rule")
            rows = kept_out.annotate(n=Count("canonical_id", distinct=True), figures=Count("id"))
            if with_ids:
                rows = rows.annotate(ids=ArrayAgg("canonical_id", distinct=True))
            for metric, code, n, figures, *ids in rows:
                total = found.setdefault(metric, {}).setdefault(Rule(code), [0, 0, []])
                total[0] += n
                total[1] += figures
                total[2] += [pk for each in ids for pk in each]
    return {metric: list(_in_order(by_rule)) for metric, by_rule in found.items()}


def _in_order(by_rule: dict[Rule, list[Any]]) -> Iterator[LeftOut]:
    for rule in Rule:
        if rule in by_rule:
            records, figures, ids = by_rule[rule]
            yield LeftOut(rule, records, figures, tuple(ids[:MOST_IDS]))


def _rule(asked: Asked, parts: Collection[UUID]) -> Case:
    """The rule that keeps a figure out of its sum; empty for what is added up."""
    cases = [
        When(is_held=True, then=Value(Rule.HELD)),
        When(~Q(status=ClaimStatus.CURRENT), then=Value(Rule.REPLACED)),
    ]
    if asked.kind is not None and asked.kind.code == "incident":
        cases.append(When(canonical__kind=Incident.Kind.SITUATION, then=Value(Rule.SITUATIONS_HOLD_EVENTS)))
    if parts:
        cases.append(When(canonical__id__among=parts, then=Value(Rule.PART_OF_AN_EVENT)))
    cases += [
        When(quantifier=Quantifier.NOT_GIVEN, then=Value(Rule.NO_NUMBER)),
        When(~events.EVERYBODY, then=Value(Rule.PARTS_ARE_INSIDE)),
        When(is_adopted=False, then=Value(Rule.FIGURE_USED)),
        When(_in_other_units(asked), then=Value(Rule.HOUSEHOLDS_ARE_NOT_PEOPLE)),
    ]
    return Case(*cases, default=Value(""), output_field=CharField())


def _in_other_units(asked: Asked) -> Q:
    """Figures in another unit; households of a declared size are people."""
    other = ~Q(unit=events.unit_of(asked))
    if asked.kind is not None and events.has_sizes(asked.kind.claim) and events.unit_of(asked) == "people":
        other &= ~Q(unit="households", household_size__isnull=False)
    return other


def members(asked: Asked, record_arms: Sequence[Any], metrics: Sequence[str]) -> dict[events.Key, Members]:
    """What went into each sum."""
    found: dict[events.Key, Members] = {}
    arms = [
        *events.used(asked, record_arms, metrics),
        *events.of_sized_households(asked, record_arms, metrics),
    ]
    for claims in arms:
        rows = claims.values_list("metric_id", "canonical__dataset_id").annotate(
            n=Count("id"), records=ArrayAgg("canonical_id", distinct=True), figures=ArrayAgg("id", distinct=True)
        )
        for metric, dataset, n, records, figures in rows:
            before = found.get((metric, dataset), Members())
            found[metric, dataset] = Members(
                before.records + n,
                before.figures + n,
                (*before.record_ids, *records)[:MOST_IDS],
                (*before.figure_ids, *figures)[:MOST_IDS],
            )
    return found
