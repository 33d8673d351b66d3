"""A record as a list of the queue shows it: one line of what, where, when, how it stands, and its figures in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.records.figures import spoken
from apps.triage.words import STATUS


@dataclass(frozen=True)
class Told:
    """The figure used of one metric: in words, by whom, how many were reported, how far they lie apart."""

    label: str
    words: str
    speaker: str
    reported: int
    apart: str  # empty where the reports do not differ
    is_number: bool = True


@dataclass(frozen=True)
class Row:
    """One record in a list, as far as the viewer may see it."""

    kind: str
    id: UUID
    version: int
    crisis: str
    title: str
    what: str
    place: str
    start: date
    end: date
    came_in: datetime
    stale_after: datetime | None
    is_stale: bool
    source: str
    verification: str
    sensitivity: str
    is_released: bool
    is_whole: bool  # the viewer reads its exact place and full text
    told: tuple[Told, ...]

    @property
    def key(self) -> str:
        """As a form names it: kind, id and the version that was looked at."""
        return f"{self.kind}:{self.id}:{self.version}"


def row_of(kind: str, flat: Mapping[str, Any], desk: Any) -> Row:
    """From the flat columns that every way out has."""
    stale_after = flat["stale_after"]
    return Row(
        kind=kind,
        id=flat["id"],
        version=flat["version"],
        crisis=flat["crisis"] or "",
        title=flat["title"],
        what=flat.get("subcategory_label") or flat.get("category_label") or flat.get("type_label") or "",
        place=place_of(flat),
        start=flat["start_date"],
        end=flat["end_date"],
        came_in=flat["created_at"],
        stale_after=stale_after,
        is_stale=stale_after is not None and stale_after < desk.now,
        source=flat["source_name"],
        verification=flat["verification"],
        sensitivity=flat["sensitivity"],
        is_released=flat["is_released"],
        is_whole=not flat["is_generalised"],
        told=tuple(_told(kind, flat, desk)),
    )


def place_of(flat: Mapping[str, Any]) -> str:
    """The place and the areas it lies in, as shown: "Ariha, Idleb"."""
    names = [flat["place_name"], *(flat[f"adm{level}_name"] for level in (2, 1))]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _told(kind: str, flat: Mapping[str, Any], desk: Any) -> Iterator[Told]:
    if kind == "incident":
        for metric in ("killed", "injured"):
            if flat[f"{metric}_claims"]:
                yield _figure(desk.names.metrics[metric], flat, metric)
    elif kind == "displacement" and flat["metric"]:
        yield _figure(desk.names.metrics[flat["metric"]], flat, "figure")
    elif kind == "asset_status":
        words = str(STATUS.get(flat["status"], flat["status"]))
        apart = _("reports differ") if flat["is_disputed"] else ""
        yield Told(_("Status"), words, flat["status_attributed_to"] or "", flat["figures"], apart, is_number=False)


def _figure(label: str, flat: Mapping[str, Any], prefix: str) -> Told:
    low, high = flat.get(f"{prefix}_spread_low"), flat.get(f"{prefix}_spread_high")
    apart = spoken(low, None, high, "between") if (low, high) != (None, None) and low != high else ""
    about = _("about %(figure)s").replace("%(figure)s", "{}")
    words = spoken(
        flat[f"{prefix}_low"], flat[f"{prefix}_best"], flat[f"{prefix}_high"], flat[f"{prefix}_quantifier"] or "exact",
        about=about,
    )  # fmt: skip
    reported = flat.get(f"{prefix}_claims") or flat["figures"]
    return Told(label, words, flat[f"{prefix}_attributed_to"] or "", reported, apart)
