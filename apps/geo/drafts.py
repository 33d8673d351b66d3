"""What loaders hand to apps.geo.actions. Pure: no Django, no I/O. Positions are longitude, latitude in degrees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class EditionDraft:
    """A boundary edition as its publisher describes it. An empty `country_iso3` means the world edition."""

    country_iso3: str
    version: str
    title: str
    licence: str
    attribution: str
    country_pcode: str = ""
    valid_on: date | None = None
    valid_to: date | None = None
    source_url: str = ""
    is_current: bool = True


@dataclass(frozen=True)
class AreaDraft:
    """One administrative area. `geometry` is a GeoJSON Polygon or MultiPolygon."""

    level: int
    pcode: str
    names: Mapping[str, str]  # language -> name
    geometry: Mapping[str, Any]
    parent_pcode: str | None = None
    ref_name: str = ""
    country_iso3: str = ""  # only in the world edition, where the edition names no country


@dataclass(frozen=True)
class GroundDraft:
    """Ground of undetermined status. `geometry` is a GeoJSON Polygon or MultiPolygon."""

    code: str
    names: Mapping[str, str]
    geometry: Mapping[str, Any]


@dataclass(frozen=True)
class Spelling:
    """One more way to write a place's name. `language` is empty where nobody said which."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class PlaceDraft:
    """One place. Its area is the deepest one its location lies in, or `parent_pcode`'s where the two disagree."""

    kind: str  # Place.Kind
    source: str
    external_id: str
    names: Mapping[str, str]
    location: tuple[float, float]
    pcode: str | None = None
    scheme: str | None = None
    parent_pcode: str | None = None
    country_iso3: str = ""
    population: int | None = None
    spellings: tuple[Spelling, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A draft that was not stored, with a reason a person can act on."""

    code: str
    reason: str


@dataclass
class LoadOutcome:
    """What a load did. `missing` are stored codes of the loaded levels that the load no longer names: they stay."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repaired: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.created} created, {self.updated} updated, {self.unchanged} unchanged, "
            f"{len(self.repaired)} repaired, {len(self.refused)} refused"
        )
