"""Key figures as the API writes them, and their schema: one definition beside the other."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from apps.api import schema
from apps.picture.events import Amount
from apps.picture.figures import Age, Change, Counted, Figure, InForce, KeyFigures, Reach
from apps.picture.left_out import MOST_IDS
from apps.picture.rules import LeftOut, Rule
from apps.records.fields import Field, code

BOUNDS = (
    Field("low", "integer", "At least. Null: not known."),
    Field("best", "integer", "Null where one of the records gives none."),
    Field("high", "integer", "At most. Null also where somebody gave no upper bound."),
)
AMOUNT = (
    *BOUNDS,
    Field("records", "integer", "How many records it is the sum of."),
    Field("derived", "integer", "How many of them count households of a declared size, as people."),
    Field("suspected", "integer", "How many of them may tell of what another one tells of: low is without them."),
)
AGE = (
    Field("stale_after", "moment", "When the first of the records used is to be confirmed; null: none goes stale."),
    Field("stale_records", "integer", "How many are past that time, now or as of known_at. Depends on the clock."),
)
SERIES = (
    Field("dataset", "text", "Slug of the one series that was added up."),
    Field("dataset_name", "text"),
    Field("attribution", "text"),
    *AGE,
)
STATED = schema.row(
    "StatedTotal",
    (
        *BOUNDS, Field("quantifier", "text"), Field("attributed_to", "text"),
        Field("scope", "text", "period_total or running_total."), Field("from_date", "date"), Field("to_date", "date"),
        Field("counts_from", "date"), Field("as_of_date", "date"), Field("group", "text"), Field("sex", "text"),
        Field("age_band", "text"), Field("unit", "text"), Field("is_adopted", "boolean"), Field("record", "id"),
        Field("resource", "text", "Where the record is found: incidents or displacement."), Field("source", "text"),
    ),
)  # fmt: skip
SPANNING = schema.row("Spanning", AMOUNT)
COUNTED = schema.row("Counted", (*AMOUNT, *SERIES))
BY_DATASET = schema.row(
    "ByDataset",
    (
        *AMOUNT,
        *SERIES,
        Field("cohort", "text", "Cohorts overlap and are never added."),
        Field("as_of_date", "date", "The day a stock stands for."),
        Field("round", "text", "Number of the round, as the source counts."),
    ),
    spanning=SPANNING(),
)
LEFT_OUT = schema.row(
    "LeftOut",
    (
        code("rule", "The rule that keeps them out.", Rule.values),
        Field("sentence", "text", "The rule in words."),
        Field("records", "integer"),
        Field("figures", "integer"),
    ),
)
LEFT_OUT_WITH_IDS = schema.row(
    "LeftOutRecords",
    (code("rule", "", Rule.values), Field("sentence", "text"), Field("records", "integer"),
     Field("figures", "integer")),
    record_ids=serializers.ListField(child=serializers.UUIDField(), help_text=f"The first {MOST_IDS}."),
)  # fmt: skip
WENT_IN = schema.row(
    "WentIn",
    (
        Field("dataset", "text"),
        Field("cohort", "text"),
        Field("resource", "text", "Where its records are found."),
        Field("records", "integer"),
        Field("figures", "integer"),
    ),
    record_ids=serializers.ListField(child=serializers.UUIDField(), help_text=f"The first {MOST_IDS}."),
    figure_ids=serializers.ListField(child=serializers.UUIDField(), help_text="As in `claims`."),
)
EXPLANATION = schema.row("Explanation", (), went_in=WENT_IN(many=True), stayed_out=LEFT_OUT_WITH_IDS(many=True))
PREVIOUS = schema.row(
    "PreviousPeriod",
    (
        Field("since", "text", "A day, or a moment where moments were asked for."),
        Field("until", "text"),
        *BOUNDS,
        Field("records", "integer"),
        Field("as_of_date", "date", "The day a stock stood for."),
        Field("is_comparable", "boolean", "False: one of them is empty, or of a stock the places counted differ."),
        Field("difference_low", "integer", "Of the sum asked for and this one; the bounds take the worst of both."),
        Field("difference_best", "integer"),
        Field("difference_high", "integer"),
    ),
)
FIGURE = schema.row(
    "KeyFigure",
    (
        Field("code", "text", "A code of the vocabulary metrics."),
        Field("label", "text"),
        *AMOUNT,
        Field("as_of_date", "date", "The day a stock stands for."),
        *AGE,
        Field("sources", "integer", "How many sources reported on it in the period."),
        Field("newest", "date", "When the newest of them was published."),
    ),
    stated=STATED(many=True, help_text="Stated totals, never added to anything."),
    events_sum=COUNTED(allow_null=True, help_text="Sum of events of the crisis's baseline; null without one."),
    stock=BY_DATASET(allow_null=True, help_text="Of the baseline, the latest by date; null for what is added up."),
    by_dataset=BY_DATASET(many=True, help_text="Each series for itself; never added to one another."),
    spanning=SPANNING(help_text="Records of the baseline that straddle the period's ends; not in the sum."),
    excluded=LEFT_OUT(many=True, help_text="What stayed out of the sum, and by which rule."),
    excluded_in_full=serializers.BooleanField(
        help_text="False: of so many records, single figures that stay out are listed only with explain=1."
    ),
    previous=PREVIOUS(allow_null=True, help_text="The same sum over the period before, of equal length."),
    explain=EXPLANATION(required=False, help_text="Only with explain=1."),
)
REACH = schema.row(
    "Reach",
    (
        Field("type", "text"), Field("label", "text"), Field("open", "integer"), Field("restricted", "integer"),
        Field("closed", "integer", "Destroyed and abandoned too."), Field("disputed", "integer"),
        Field("unknown", "integer"), Field("sources", "integer"), Field("newest", "moment"), *AGE,
    ),
    record_ids=serializers.ListField(child=serializers.UUIDField(), required=False, help_text="Only with explain=1."),
)  # fmt: skip
CONSTRAINT = schema.row(
    "ConstraintCount",
    (Field("type", "text"), Field("label", "text"), Field("count", "integer"), Field("newest", "moment"), *AGE),
    record_ids=serializers.ListField(child=serializers.UUIDField(), required=False, help_text="Only with explain=1."),
)
SUMMARY = schema.row(
    "Summary",
    (
        Field("incidents", "integer", "Events wholly inside the period; situations are not counted."),
        Field("incidents_low", "integer", "At least: without those that may tell of what another one tells of."),
        Field("incidents_spanning", "integer", "Events that straddle its ends."),
        Field("incidents_previous", "integer", "In the period before, of equal length; null where that is open."),
        Field("newest_information", "moment"),
    ),
    figures=FIGURE(many=True),
    access=serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="By type of infrastructure: how many are open, restricted, closed, disputed, unknown.",
    ),
    infrastructure=REACH(many=True, help_text="The same, with what each rests on."),
    constraints=CONSTRAINT(many=True, help_text="Access constraints in force, by type."),
    known_at=serializers.CharField(required=False),
)


def as_json(found: KeyFigures, *, explain: bool = False) -> dict[str, Any]:
    """Key figures as the API writes them."""
    return {
        "figures": [_figure(figure, explain) for figure in found.figures],
        "access": found.access,
        "infrastructure": [_reach(each, explain) for each in found.reach],
        "constraints": [_in_force(each, explain) for each in found.in_force],
        "incidents": found.events.count,
        "incidents_low": found.events.low,
        "incidents_spanning": found.events.spanning,
        "incidents_previous": found.events.previous,
        "newest_information": found.newest_information,
    }


def _figure(figure: Figure, explain: bool) -> dict[str, Any]:
    own = figure.headline
    out = {
        "code": figure.code,
        "label": figure.label,
        **asdict(own.amount if own else Amount()),
        **asdict(own.age if own else Age()),
        "as_of_date": own.as_of_date if own else None,
        "stated": figure.stated,
        "events_sum": _counted(figure.events_sum) if figure.events_sum else None,
        "stock": _of_series(figure.stock) if figure.stock else None,
        "by_dataset": [_of_series(each) for each in figure.by_dataset],
        "spanning": asdict(own.spanning if own else Amount()),
        "excluded": [_left_out(each) for each in figure.excluded],
        "excluded_in_full": figure.is_excluded_full,
        "previous": _previous(figure.previous) if figure.previous else None,
        "sources": figure.sources,
        "newest": figure.newest,
    }
    return out | {"explain": _explanation(figure)} if explain else out


def _counted(counted: Counted) -> dict[str, Any]:
    names = {"dataset": counted.dataset, "dataset_name": counted.dataset_name, "attribution": counted.attribution}
    return asdict(counted.amount) | names | asdict(counted.age)


def _of_series(counted: Counted) -> dict[str, Any]:
    told = {"cohort": counted.cohort, "as_of_date": counted.as_of_date, "round": counted.round}
    return _counted(counted) | told | {"spanning": asdict(counted.spanning)}


def _left_out(left_out: LeftOut) -> dict[str, Any]:
    return {
        "rule": left_out.rule.value,
        "sentence": left_out.rule.sentence,
        "records": left_out.records,
        "figures": left_out.figures,
    }


def _explanation(figure: Figure) -> dict[str, Any]:
    """Of each series what it is the sum of; `is_total` marks the one that counts."""
    return {
        "went_in": [_went_in(each, each is figure.headline) for each in figure.by_dataset],
        "stayed_out": [_left_out(each) | {"record_ids": each.ids} for each in figure.excluded],
    }


def _went_in(counted: Counted, is_total: bool) -> dict[str, Any]:
    members = counted.members
    return {
        "dataset": counted.dataset,
        "is_total": is_total,
        "cohort": counted.cohort,
        "resource": counted.resource,
        "records": members.records,
        "figures": members.figures,
        "record_ids": members.record_ids,
        "figure_ids": members.figure_ids,
    }


def _previous(change: Change) -> dict[str, Any]:
    amount = change.amount
    return {
        "since": change.since.isoformat(),
        "until": change.until.isoformat(),
        "low": amount.low,
        "best": amount.best,
        "high": amount.high,
        "records": amount.records,
        "as_of_date": change.as_of_date,
        "is_comparable": change.is_comparable,
        "difference_low": change.less,
        "difference_best": change.best,
        "difference_high": change.more,
    }


def _reach(reach: Reach, explain: bool) -> dict[str, Any]:
    out = {"type": reach.type, "label": reach.label, **reach.counts, "sources": reach.sources, "newest": reach.newest}
    return out | asdict(reach.age) | ({"record_ids": reach.records} if explain else {})


def _in_force(constraints: InForce, explain: bool) -> dict[str, Any]:
    out = {"type": constraints.type, "label": constraints.label, "count": constraints.count}
    out |= {"newest": constraints.newest} | asdict(constraints.age)
    return out | ({"record_ids": constraints.records} if explain else {})
