"""What an intake hands to the actions: a record and its claims as plain values, before any row exists."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import orjson

from apps.core.payloads import Reject
from apps.sources.models import Document, Round


def digest(draft: Any) -> str:
    """SHA-256 of what a draft says: equal drafts have equal digests, whatever document they came in."""
    said = replace(draft, document=None) if getattr(draft, "document", None) is not None else draft
    return hashlib.sha256(orjson.dumps(said, default=_key, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _key(value: Any) -> Any:
    """A row stands for itself by its key; anything else (decimals) by its text."""
    return getattr(value, "pk", None) or str(value)


@dataclass(frozen=True, kw_only=True)
class ClaimDraft:
    """One reported figure. `key` tells the figures of one record apart and stays the same when it is corrected."""

    key: str
    metric: str
    attributed_to: str
    quantifier: str = "exact"
    low: int | None = None
    best: int | None = None
    high: int | None = None
    group: str = "all"
    sex: str = "all"
    age_band: str = "all"
    unit: str = "people"
    scope: str = "event"
    from_date: date | None = None
    to_date: date | None = None
    counts_from: date | None = None
    as_of_date: date | None = None
    part_of_key: str = ""
    household_size: float | None = None
    excerpt: str = ""
    is_paraphrase: bool = False
    url: str = ""
    published_at: datetime | None = None
    credibility: int = 6
    how_known: str = "unknown"
    sensitivity: int = 0
    round: Round | None = None


@dataclass(frozen=True, kw_only=True)
class StatusDraft:
    """One statement on whether an asset can be used."""

    key: str
    value: str
    attributed_to: str
    cause: str = "unknown"
    observed_at: datetime | None = None
    expected_reopening: date | None = None
    max_vehicle: int | None = None
    detour: str = ""
    excerpt: str = ""
    is_paraphrase: bool = False
    url: str = ""
    published_at: datetime | None = None
    credibility: int = 6
    how_known: str = "unknown"
    sensitivity: int = 0


# Of a claim: not kept as it was said.
UNCOMPARED = {"key", "part_of_key", "metric", "sensitivity"}


def is_said(row: Any, claim: ClaimDraft | StatusDraft) -> bool:
    """Whether a stored claim says just what this one says."""
    said = {name: value for name, value in vars(claim).items() if name not in UNCOMPARED and hasattr(row, name)}
    same_metric = not isinstance(claim, ClaimDraft) or row.metric_id == claim.metric
    return same_metric and all(getattr(row, name) == value for name, value in said.items())


@dataclass(frozen=True, kw_only=True)
class RecordDraft:
    """A record as its source gives it. `location` is longitude, latitude; `fields` are the columns of its kind.

    `area_code` (a P-code or ISO3 of any edition) wins over the location for finding the area.
    """

    external_id: str
    title: str
    start_date: date
    end_date: date
    external_version: str = ""
    location: tuple[float, float] | None = None
    location_accuracy: str = "adm0"
    area_code: str = ""
    place_name: str = ""
    provider_area_name: str = ""
    provider_area_code: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    time_precision: str = "day"
    reported_at: datetime | None = None
    stale_after: datetime | None = None
    url: str = ""
    how_known: str = "unknown"
    sensitivity: int | None = None  # None: as the protocol says
    location_release: str | None = None  # None: as the protocol says
    fields: Mapping[str, Any] = field(default_factory=dict)
    claims: tuple[ClaimDraft | StatusDraft, ...] = ()
    document: Document | None = None


@dataclass(frozen=True)
class Tally:
    """What an intake did, in records; `rejects` are those that could not be stored, with the reason."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    rejects: tuple[Reject, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.withdrawn + other.withdrawn,
            (*self.rejects, *other.rejects),
        )
