"""The flat columns that every record has, on every way out: one definition for JSON, GeoJSON, tables and the schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.accounts.levels import LocationRelease, Sensitivity
from apps.records.names import Names
from apps.records.past import BOTH
from apps.records.vocabularies import Accuracy, HowKnown, Quantifier, Scope, TimePrecision, Verification

LEVELS = range(4)


@dataclass(frozen=True)
class Field:
    """One column: its name, its type (text, code, id, integer, decimal, date, moment, boolean, texts) and meaning.

    Every column may be null: not known, or not for this reader.
    """

    name: str
    type: str
    help: str = ""
    choices: tuple[str, ...] = ()


def code(name: str, help_text: str, choices: Iterable[str]) -> Field:
    """A column that holds one of a fixed list."""
    return Field(name, "code", help_text, tuple(choices))


HEAD = (
    Field("id", "id"),
    Field("version", "integer", "Counts the changes of the record."),
    Field("title", "text", "A neutral stand-in where the place is shown less precisely than it is known."),
)
WHEN = (
    Field("start_date", "date", "Civil day in the crisis's time zone."),
    Field("end_date", "date"),
    Field("started_at", "moment", "Only where the hour is known."),
    Field("ended_at", "moment"),
    Field("reported_at", "moment", "When the source said it."),
    Field("created_at", "moment", "When it became known here."),
    code("time_precision", "", TimePrecision.values),
)
WHERE = (
    *(
        Field(f"adm{level}_{part}", "text", f"Area of level {level} the record is shown in.")
        for level in LEVELS
        for part in ("pcode", "name")
    ),
    Field("area_edition", "text", "The edition of boundaries its area belongs to."),
    Field("place_name", "text"),
    code("location_accuracy", "How precisely the place is shown.", Accuracy.values),
    code("location_release", "How precisely it may be shown to everybody.", LocationRelease.values),
    Field("is_generalised", "boolean", "The place is shown less precisely than it is known, and texts are withheld."),
)
STANDING = (
    code("verification", "Whether it took place as described. Says nothing of figures.", Verification.values),
    code("sensitivity", "", [str(level.label) for level in Sensitivity]),
    Field("is_released", "boolean"),
    Field("source", "text", "Slug of the source."),
    Field("source_name", "text"),
    Field("dataset", "text", "Slug of the series it is counted in."),
    Field("dataset_name", "text"),
    Field("licence", "text"),
    Field("attribution", "text"),
    Field("external_id", "text", "Its id at the source."),
    Field("url", "text"),
    code("how_known", "", HowKnown.values),
    Field("confirmed_at", "moment", "When somebody last said that it is still so; verifies nothing."),
    Field("stale_after", "moment", "Past it, confirm before use."),
    Field("figures", "integer", "Reported figures or statements the reader may see."),
)
CRISIS = (Field("crisis", "text", "Slug of the crisis."),)
SUMMARY = (Field("summary", "text"),)


def figure_fields(prefix: str) -> tuple[Field, ...]:
    """The columns of the figure used for one metric."""
    return (
        Field(f"{prefix}_low", "integer", "Null: not known. 0: said to be none."),
        Field(f"{prefix}_best", "integer"),
        Field(f"{prefix}_high", "integer"),
        code(f"{prefix}_quantifier", "How the speaker bounds the number.", Quantifier.values),
        Field(f"{prefix}_group", "text", "Whom it counts."),
        code(f"{prefix}_scope", "What it covers; only `event` figures are ever added up.", Scope.values),
        Field(f"{prefix}_attributed_to", "text", "Who says it."),
        Field(f"{prefix}_claims", "integer", "How many figures were reported for it."),
        *weighing_fields(prefix),
    )


def weighing_fields(prefix: str) -> tuple[Field, ...]:
    """How far reports of one question lie apart, and whether a person chose among them."""
    return (
        Field(f"{prefix}_spread_low", "integer", "Lowest reported for the same question, where reports differ."),
        Field(f"{prefix}_spread_high", "integer", "Highest; null also where somebody gave no upper bound."),
        Field(f"{prefix}_is_chosen", "boolean", "A person chose it; false: used by rule, not yet reviewed."),
    )


COLUMNS = (
    "id", "version", "crisis_id", "source_id", "dataset_id", "external_id", "url", "how_known", "start_date",
    "end_date", "started_at", "ended_at", "reported_at", "created_at", "time_precision", "confirmed_at", "stale_after",
    "verification", "sensitivity", "released_at", "location_accuracy", "location_release", "is_generalised", *BOTH,
)  # fmt: skip

SENSITIVITIES = {int(level): str(level.label) for level in Sensitivity}


def learn(rows: Sequence[Mapping[str, Any]], names: Names) -> None:
    """Read the areas that rows point to, once for all of them."""
    pcodes = {row[f"shown_adm{level}_pcode"] for row in rows for level in LEVELS}
    names.learn_areas({row["shown_area_id"] for row in rows}, pcodes)


def shown_accuracy(row: Mapping[str, Any]) -> str | None:
    """How precisely the place is shown: as released where the viewer has no exact sight; None where nothing is."""
    if row["exact"]:
        return str(row["location_accuracy"])
    if row["location_release"] == LocationRelease.WITHHELD or row["geojson"] is None:
        return None
    return str(row["location_release"])


def flat(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The shared columns of one row."""
    exact = row["exact"]
    crisis = names.crises.get(row["crisis_id"])
    source, dataset = names.sources[row["source_id"]], names.datasets[row["dataset_id"]]
    area = names.area(row["shown_area_id"])
    out: dict[str, Any] = {"id": row["id"], "version": row["version"], "title": row["shown_title"]}
    for column in ("start_date", "end_date", "started_at", "ended_at", "reported_at", "created_at", "time_precision"):
        out[column] = row[column]
    out["crisis"] = crisis.slug if crisis else None
    for level in LEVELS:
        pcode = row[f"shown_adm{level}_pcode"] or None
        named = names.area_of(pcode)
        out[f"adm{level}_pcode"] = pcode
        out[f"adm{level}_name"] = named.name if named else None
    out |= {
        "area_edition": area.edition if area else None,
        "place_name": row["shown_place_name"] or None,
        "location_accuracy": shown_accuracy(row),
        "location_release": row["location_release"],
        "is_generalised": not exact,
        "verification": row["verification"],
        "sensitivity": SENSITIVITIES[row["sensitivity"]],
        "is_released": row["released_at"] is not None,
        "source": source["slug"],
        "source_name": source["name"],
        "dataset": dataset["slug"],
        "dataset_name": dataset["name"],
        "licence": dataset["licence"],
        "attribution": dataset["attribution"],
        "external_id": (row["external_id"] or None) if exact else None,
        "url": (row["url"] or None) if exact else None,
        "how_known": row["how_known"],
        "confirmed_at": row["confirmed_at"],
        "stale_after": row["stale_after"],
    }
    return out


def text(row: Mapping[str, Any], column: str) -> str | None:
    """A free text, for those with exact sight."""
    return (row[column] or None) if row["exact"] else None
