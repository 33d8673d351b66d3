"""Key figures and the histogram over time."""

from dataclasses import asdict
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import schema
from apps.api.v1.base import KNOWN_AT, ApiView
from apps.displacement.fields import AREA_ROLE
from apps.picture.events import Amount
from apps.picture.facts import FACTS
from apps.picture.queries import Counted, Figure, KeyFigures, key_figures
from apps.picture.timeline import STEPS, timeline
from apps.records import filters, parameters
from apps.records.fields import Field
from apps.records.filters import AREA, BBOX, CRISIS, DATASET, SINCE, SOURCE, UNTIL, VERIFICATION, Asked, Filter
from apps.records.parameters import BadParameter, BadParameters, Parameter, known_token

ACROSS: tuple[Filter, ...] = (BBOX, AREA, AREA_ROLE, CRISIS, SINCE, UNTIL, VERIFICATION, SOURCE, DATASET)
RESOURCE = Parameter(
    "resource",
    f"Which records to count. One or more of: {', '.join(each.code for each in FACTS)}.",
    parameters.some_of([each.code for each in FACTS]),
)
STEP = Parameter(
    "step", "day, week (from Monday) or month.", parameters.one_of(STEPS), {"type": "string", "enum": list(STEPS)}
)

AMOUNT = (
    Field("low", "integer", "Null: not known."),
    Field("best", "integer"),
    Field("high", "integer", "Null also where somebody gave no upper bound."),
    Field("records", "integer", "How many records it is the sum of."),
)
COUNTED = (
    *AMOUNT,
    Field("dataset", "text", "Slug of the one series that was added up."),
    Field("dataset_name", "text"),
    Field("attribution", "text"),
)
STATED = schema.row(
    "StatedTotal",
    (
        Field("low", "integer"), Field("best", "integer"), Field("high", "integer"), Field("quantifier", "text"),
        Field("attributed_to", "text"), Field("scope", "text", "period_total or running_total."),
        Field("from_date", "date"), Field("to_date", "date"), Field("counts_from", "date"), Field("as_of_date", "date"),
        Field("group", "text"), Field("sex", "text"), Field("age_band", "text"), Field("unit", "text"),
        Field("is_adopted", "boolean"), Field("record", "id"), Field("source", "text"),
    ),
)  # fmt: skip
SPANNING = schema.row("Spanning", AMOUNT)
COUNTED_ROW = schema.row("Counted", COUNTED)
BY_DATASET = schema.row(
    "ByDataset",
    (*COUNTED, Field("cohort", "text"), Field("as_of_date", "date"), Field("round", "text")),
    spanning=SPANNING(),
)
FIGURE = schema.row(
    "KeyFigure",
    (
        Field("code", "text", "A code of the vocabulary metrics."),
        Field("label", "text"),
        *AMOUNT[:3],
        Field("as_of_date", "date", "The day a stock stands for."),
        Field("sources", "integer", "How many sources reported on it in the period."),
        Field("newest", "date", "When the newest of them was published."),
    ),
    stated=STATED(many=True, help_text="Stated totals, never added to anything."),
    events_sum=COUNTED_ROW(allow_null=True, help_text="Sum of events of the crisis's baseline; null without one."),
    by_dataset=BY_DATASET(many=True, help_text="Each series for itself; never added to one another."),
    spanning=SPANNING(help_text="Records of the baseline that straddle the period's ends; not in the sum."),
)
SUMMARY = schema.row(
    "Summary",
    (
        Field("incidents", "integer", "Events wholly inside the period; situations are not counted."),
        Field("incidents_spanning", "integer", "Events that straddle its ends."),
        Field("newest_information", "moment"),
    ),
    figures=FIGURE(many=True),
    access=serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="By type of infrastructure: how many are open, restricted, closed, disputed, unknown.",
    ),
    constraints=schema.row(
        "ConstraintCount", (Field("type", "text"), Field("label", "text"), Field("count", "integer"))
    )(many=True),
    known_at=serializers.CharField(required=False),
)
BAR = schema.row(
    "TimelineBar",
    (Field("start", "date"), Field("records", "integer")),
    by_resource=serializers.DictField(child=serializers.IntegerField()),
)
TIMELINE = type(
    "TimelineSerializer",
    (serializers.Serializer,),
    {"step": serializers.CharField(), "results": BAR(many=True), "known_at": serializers.CharField(required=False)},
)


class AcrossView(ApiView):
    """What looks across all kinds of record with the filters they share."""

    more: ClassVar[tuple[Parameter, ...]] = ()

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Everything the address may hold."""
        return (*cls.more, KNOWN_AT, *(each.parameter for each in ACROSS))

    def asked(self) -> Asked:
        """What is asked, codes looked up."""
        return filters.settle(ACROSS, self.ask(self.read(self.parameters())))

    def answer(self, body: dict[str, Any], asked: Asked) -> Response:
        """The answer, with the token that asks for it again where one was asked for."""
        if asked.revision is not None:
            body["known_at"] = known_token(asked.revision)
        return Response(body)


class SummaryView(AcrossView):
    """Key figures."""

    def get(self, request: Request) -> Response:
        """Key figures. With `area`, say which end of movements it means."""
        asked = self.asked()
        if "area" in asked.values and "area_role" not in asked.values:
            detail = "Say which end of a movement the area means."
            raise BadParameters(BadParameter("area_role", detail, ("origin", "destination", "any")))
        return self.answer(as_json(key_figures(asked)), asked)


class TimelineView(AcrossView):
    """The histogram."""

    more = (STEP, RESOURCE)

    def get(self, request: Request) -> Response:
        """Bars in order of time; each record once, at its first day."""
        asked = self.asked()
        step = asked.values.get("step", "day")
        wanted = asked.values.get("resource", tuple(each.code for each in FACTS))
        bars = timeline(asked, step, tuple(each for each in FACTS if each.code in wanted))
        rows = [{"start": bar.start, "records": sum(bar.counts.values()), "by_resource": bar.counts} for bar in bars]
        return self.answer({"step": step, "results": rows}, asked)


schema.describe_detail(
    SummaryView, "summary", "Key figures of a crisis, an area, a period", SUMMARY, SummaryView.parameters()
)
schema.describe_detail(
    TimelineView, "timeline", "How many records began in each day, week or month", TIMELINE, TimelineView.parameters()
)


def as_json(key: KeyFigures) -> dict[str, Any]:
    """Key figures as the API writes them."""
    return {
        "figures": [_figure(figure) for figure in key.figures],
        "access": key.access,
        "constraints": key.constraints,
        "incidents": key.incidents,
        "incidents_spanning": key.incidents_spanning,
        "newest_information": key.newest_information,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    own = figure.events_sum or figure.stock
    amount = own.amount if own else Amount()
    return {
        "code": figure.code,
        "label": figure.label,
        "low": amount.low,
        "best": amount.best,
        "high": amount.high,
        "as_of_date": own.as_of_date if own else None,
        "stated": figure.stated,
        "events_sum": _counted(figure.events_sum) if figure.events_sum else None,
        "by_dataset": [
            _counted(each)
            | {
                "cohort": each.cohort,
                "as_of_date": each.as_of_date,
                "round": each.round,
                "spanning": asdict(each.spanning),
            }
            for each in figure.by_dataset
        ],
        "spanning": asdict(own.spanning if own else Amount()),
        "sources": figure.sources,
        "newest": figure.newest,
    }


def _counted(counted: Counted) -> dict[str, Any]:
    names = {"dataset": counted.dataset, "dataset_name": counted.dataset_name, "attribution": counted.attribution}
    return asdict(counted.amount) | names
