"""The rules of every total, each with a name and a sentence: what is added to what, and what never is.

The same words stand wherever a rule acts: where a record or figure stays out of a total, and where a total is refused.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Rule(TextChoices):
    """The code as the API writes it, and the sentence that says why."""

    # The five rules of totals.
    ONE_SERIES = (
        "one_series",
        _("Events add up only within the one series that counts for the measure; others stand beside it."),
    )
    TOTALS_STAND_APART = (
        "totals_stand_apart",
        _("A total as stated is added to nothing, least of all to the events that it covers."),
    )
    LATER_TOTAL_REPLACES = (
        "later_total_replaces",
        _("A running total takes the place of the same speaker's earlier one for the same people and ground."),
    )
    WHOLLY_INSIDE = (
        "wholly_inside",
        _("A record counts in a period only if it lies wholly inside; those that reach beyond it are given apart."),
    )
    DUPLICATES_WIDEN = (
        "duplicates_widen",
        _("Records suspected to tell of the same thing widen the range until somebody settles it."),
    )
    # What a figure of one event is.
    FIGURE_USED = ("figure_used", _("Of several figures that answer one question, one is used; its rivals are not."))
    PARTS_ARE_INSIDE = ("parts_are_inside", _("A part of a figure is inside its whole and never added to it."))
    PART_OF_AN_EVENT = ("part_of_an_event", _("An event that is part of another event is counted with that one."))
    SITUATIONS_HOLD_EVENTS = ("situations_hold_events", _("A situation holds events; it is not itself an event."))
    HELD = ("held", _("A figure that is stricter than its record is held back, and is in no sum."))
    REPLACED = ("replaced", _("A figure that its speaker replaced or took back no longer counts."))
    NO_NUMBER = ("no_number", _("Whoever said it gave no number."))
    # The guard-rails of displacement.
    STOCK_IS_NO_FLOW = (
        "stock_is_no_flow",
        _("The number of people on a day and the number of movements over time are never added."),
    )
    ONE_STOCK_SERIES = (
        "one_stock_series",
        _("Numbers of people on a day are not added across series: they count the same people."),
    )
    ONE_ROUND = ("one_round", _("Numbers of people on a day are not added across rounds: the latest by date counts."))
    ONE_COHORT = ("one_cohort", _("Numbers of people on a day are not added across cohorts: cohorts overlap."))
    COUNTED_WITH_ITS_AREA = (
        "counted_with_its_area",
        _("A place inside an area that was counted as a whole is in that number already."),
    )
    HOUSEHOLDS_ARE_NOT_PEOPLE = (
        "households_are_not_people",
        _("Households become people only by a size that was declared with them."),
    )
    # Ground.
    ROLE_IS_SAID = ("role_is_said", _("A movement has two ends: say which of them the area means."))
    DIVIDED_GROUND = (
        "divided_ground",
        _("A later edition divides this area's ground with others, and nothing says how its people are divided."),
    )

    @property
    def sentence(self) -> str:
        """The rule in the reader's language."""
        return str(self.label)


class InvalidSum(ValueError):
    """A sum that a rule forbids. `parameter` names what asked for it, `allowed` what may be said instead."""

    def __init__(self, rule: Rule, parameter: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(rule.sentence)
        self.rule = rule
        self.parameter = parameter
        self.allowed = allowed


@dataclass(frozen=True)
class LeftOut:
    """What stayed out of a total by one rule. `ids` are of its records, some of them, and only where asked for."""

    rule: Rule
    records: int
    figures: int
    ids: tuple[UUID, ...] = ()


def refuse_invalid(values: Any) -> None:
    """Refuse a question that no sum answers, before anything is read.

    Raises:
        InvalidSum: households added to people, stock to flow, or a stock over several series.
    """
    measures, units = values.get("measure", ()), values.get("unit", ())
    if len(units) > 1:
        raise InvalidSum(Rule.HOUSEHOLDS_ARE_NOT_PEOPLE, "unit")
    if len(measures) > 1:
        raise InvalidSum(Rule.STOCK_IS_NO_FLOW, "measure")
    if "stock" in measures and len(values.get("dataset", ())) > 1:
        raise InvalidSum(Rule.ONE_STOCK_SERIES, "dataset")
