"""Reads the country, undetermined-ground and gazetteer files into drafts. Files may be gzipped. No database."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from apps.geo.drafts import AreaDraft, EditionDraft, GroundDraft, PlaceDraft, Spelling
from apps.geo.folding import is_arabic

WORLD = EditionDraft(
    country_iso3="",
    version="natural-earth-50m",
    title="Countries of the world (Natural Earth 1:50m, contested ground by United Nations positions)",
    licence="public domain",
    attribution="Made with Natural Earth; country names from Unicode CLDR; codes from GeoNames",
    source_url="https://www.naturalearthdata.com/downloads/50m-cultural-vectors/",
)
GAZETTEER = "geonames"


def countries(path: Path) -> Iterator[AreaDraft]:
    """Level-0 areas of the world edition, coded by ISO 3166 alpha-2."""
    for feature in _features(path):
        properties = feature["properties"]
        yield AreaDraft(
            level=0,
            pcode=properties["iso2"],
            names=_names(properties),
            geometry=feature["geometry"],
            country_iso3=properties["iso3"],
        )


def undetermined_ground(path: Path) -> Iterator[GroundDraft]:
    """Zones where the world edition names no country."""
    for feature in _features(path):
        properties = feature["properties"]
        yield GroundDraft(code=properties["code"], names=_names(properties), geometry=feature["geometry"])


def gazetteer(path: Path) -> Iterator[PlaceDraft]:
    """Settlements with other spellings. Raises KeyError on a missing column, ValueError on a bad number."""
    with io.StringIO(_text(path), newline="") as file:
        for row in csv.DictReader(file):
            others = [text for text in row["other_names"].split("|") if text]
            yield PlaceDraft(
                kind="settlement",
                source=GAZETTEER,
                external_id=row["geonameid"],
                names={language: name for language, name in (("en", row["name"]), ("ar", row["name_ar"])) if name},
                location=(float(row["longitude"]), float(row["latitude"])),
                country_iso3=row["country_iso3"],
                population=int(row["population"]) if row["population"] else None,
                spellings=tuple(Spelling(text, "ar" if is_arabic(text) else "") for text in others),
            )


def _names(properties: dict[str, Any]) -> dict[str, str]:
    pairs = (("en", properties["name_en"]), ("ar", properties["name_ar"]))
    return {language: name for language, name in pairs if name}


def _features(path: Path) -> list[dict[str, Any]]:
    collection: dict[str, Any] = orjson.loads(_text(path))
    features: list[dict[str, Any]] = collection["features"]
    return features


def _text(path: Path) -> str:
    body = path.read_bytes()
    return (gzip.decompress(body) if path.suffix == ".gz" else body).decode("utf-8")
