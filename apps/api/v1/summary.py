"""Key figures and the histogram over time."""

from typing import Any, ClassVar

from django.utils import translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import schema
from apps.api.v1 import figures
from apps.api.v1.base import KNOWN_AT, ApiView
from apps.displacement.fields import AREA_ROLE
from apps.displacement.fields import FILTERS as OF_DISPLACEMENT
from apps.picture.facts import FACTS
from apps.picture.queries import key_figures
from apps.picture.timeline import STEPS, timeline
from apps.records import filters, parameters
from apps.records.fields import Field
from apps.records.filters import AREA, BBOX, CRISIS, DATASET, SINCE, SOURCE, UNTIL, VERIFICATION, Asked, Filter
from apps.records.parameters import Parameter, known_token

ACROSS: tuple[Filter, ...] = (BBOX, AREA, AREA_ROLE, CRISIS, SINCE, UNTIL, VERIFICATION, SOURCE, DATASET)
MEASURE = next(each.parameter for each in OF_DISPLACEMENT if each.name == "measure")
UNIT = Parameter(
    "unit",
    "What displacement is added up in: people (the default) or households.",
    parameters.some_of(["people", "households"]),
    {"type": "string", "enum": ["people", "households"]},
)
EXPLAIN = Parameter(
    "explain",
    "1: with the records and figures that went into each sum, and those that stayed out, by rule.",
    lambda text: parameters.one_of(["0", "1"])(text) == "1",
    {"type": "string", "enum": ["0", "1"]},
)
RESOURCE = Parameter(
    "resource",
    f"Which records to count. One or more of: {', '.join(each.code for each in FACTS)}.",
    parameters.some_of([each.code for each in FACTS]),
)
STEP = Parameter(
    "step", "day, week (from Monday) or month.", parameters.one_of(STEPS), {"type": "string", "enum": list(STEPS)}
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

    more = (MEASURE, UNIT, EXPLAIN)

    def get(self, request: Request) -> Response:
        """Key figures. A sum that a rule forbids is refused with that rule."""
        asked = self.asked()
        explain = asked.values.get("explain", False)
        with translation.override(asked.names.language):
            found = key_figures(asked, explain=explain)
            return self.answer(figures.as_json(found, explain=explain), asked)


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
    SummaryView, "summary", "Key figures of a crisis, an area, a period", figures.SUMMARY, SummaryView.parameters()
)
schema.describe_detail(
    TimelineView, "timeline", "How many records began in each day, week or month", TIMELINE, TimelineView.parameters()
)
