"""Questions as the faces put them: the same objects the API and the dashboard hand to the product's queries."""

from dataclasses import replace
from datetime import date
from typing import Any

from apps.incidents.fields import RESOURCE as INCIDENTS
from apps.ledger.queries import revision_at
from apps.picture.queries import KeyFigures, key_figures
from apps.records import filters
from apps.records.filters import AREA, CRISIS, Asked
from apps.records.names import Names
from apps.records.pages import Page, record_order
from apps.records.visibility import clearance_of
from bench.cast import moment_of

NEWEST_FIRST = record_order("-start_date")


def asked(viewer: Any, *, share: float | None = None, **values: Any) -> Asked:
    """A question with its codes looked up; `share` of the ten years is the moment whose knowledge is meant."""
    revision = None if share is None else revision_at(moment_of(share))
    question = Asked(held=clearance_of(viewer), names=Names("en"), values=values, revision=revision)
    return filters.settle((AREA, CRISIS), question)


def summary(viewer: Any, *, share: float | None = None, **values: Any) -> KeyFigures:
    """Key figures from the reader's sight to the last name."""
    return key_figures(asked(viewer, share=share, **values))


def page(viewer: Any, *, share: float | None = None, limit: int = 100, **values: Any) -> Page:
    """The first page of incidents, the newest first."""
    question = replace(asked(viewer, share=share, **values), kind=INCIDENTS.kind)
    return INCIDENTS.page(question, order=NEWEST_FIRST, limit=limit)


MONTH = {"since": date(2023, 3, 1), "until": date(2023, 3, 31)}
YEAR = {"since": date(2023, 1, 1), "until": date(2023, 12, 31)}
ODD = {"since": date(2023, 3, 11), "until": date(2023, 5, 6)}
