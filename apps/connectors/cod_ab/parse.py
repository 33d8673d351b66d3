"""Reads COD-AB layers (GeoJSON) in the current schema and the older ones. Pure: bytes to areas and places.

Every area names its parent in a column of its own; the parent is never guessed from a code's first letters, whose
number differs from country to country.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from apps.connectors.cod_ab import outline
from apps.core import coordinates, periods, text
from apps.core.payloads import Malformed, Parsed
from apps.core.rows import Keyed, Row, read

Item = TypeVar("Item", bound=Keyed)

LEVELS = range(5)
# What desktop software writes for an empty cell.
_EMPTY = "<Null>"
_PCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,23}")
_NAME_EN = re.compile(r"ADM([0-4])_([A-Z]{2})")


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One administrative area. `names` are by ISO 639-1 language; `outline` is a GeoJSON MultiPolygon.

    Rows of a label-point layer have no outline: they name the areas of levels that come without polygons.
    """

    level: int
    pcode: str
    names: dict[str, str]
    ref_name: str
    parent_pcode: str
    country_pcode: str
    country_iso3: str
    outline: dict[str, Any] | None
    center: tuple[float, float] | None
    version: str
    valid_on: date | None
    valid_to: date | None

    @property
    def key(self) -> str:
        """Level and P-code: two levels may share a code, as Damascus does elsewhere."""
        return f"{self.level}:{self.pcode}"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One named place: a neighbourhood, or the seat of an area. `pcode` is "" where the source gives it no code."""

    key: str
    kind: str
    pcode: str
    scheme: str
    names: dict[str, str]
    aliases: tuple[str, ...]
    parent_pcode: str
    community_pcode: str
    community_names: dict[str, str]
    country_pcode: str
    location: tuple[float, float]
    version: str
    valid_on: date | None


def areas(body: bytes) -> Parsed[AreaRow]:
    """The areas of a polygon layer, in the schema that its columns show."""
    return _features(body, _area)


def label_points(body: bytes) -> Parsed[AreaRow]:
    """The areas that a layer of label points (`adminpoints`) names, without outlines."""
    return _features(body, _labelled_area)


def capitals(body: bytes) -> Parsed[PlaceRow]:
    """The seats of areas (`admincapitals`), under their area's code where they have none of their own."""
    return _features(body, _capital)


def neighbourhoods(body: bytes) -> Parsed[PlaceRow]:
    """Neighbourhoods, each inside a community (adm4, no outline) and the area of level 3 around it."""
    return _features(body, _neighbourhood)


def is_last(body: bytes) -> bool:
    """Whether no page follows: a service says so when it stopped at its own limit. Nothing follows what is no layer."""
    try:
        return not _stopped(_collection(body))
    except Malformed:
        return True


def _features(body: bytes, build: Callable[[Row], Item]) -> Parsed[Item]:
    collection = _collection(body)
    return read(_rows(collection["features"]), build, key="pcode", is_complete=not _stopped(collection))


def _collection(body: bytes) -> Mapping[str, Any]:
    answer = text.load_json(body)
    if not isinstance(answer, Mapping):
        raise Malformed("The answer is not a GeoJSON layer.")
    if error := answer.get("error"):
        complaint = error.get("message") if isinstance(error, Mapping) else error
        raise Malformed(f"The map service answers: {text.line(str(complaint), 200)}.")
    if not isinstance(answer.get("features"), list):
        raise Malformed("The answer is not a GeoJSON layer.")
    frame = str(answer.get("crs") or "CRS84")
    if "CRS84" not in frame and "4326" not in frame:
        raise Malformed("The layer is not in longitudes and latitudes (EPSG:4326).")
    return answer


def _stopped(collection: Mapping[str, Any]) -> bool:
    properties = collection.get("properties")
    inner = properties.get("exceededTransferLimit") if isinstance(properties, Mapping) else False
    return bool(collection.get("exceededTransferLimit") or inner)


def _rows(features: list[object]) -> Iterator[object]:
    """Each feature as one flat row, its geometry beside its columns, with the code it goes by as `pcode`."""
    for feature in features:
        if not isinstance(feature, Mapping) or not isinstance(feature.get("properties"), Mapping):
            yield feature if not isinstance(feature, Mapping) else {"pcode": "", "feature": dict(feature)}
            continue
        columns = {name: None if value == _EMPTY else value for name, value in feature["properties"].items()}
        yield {**columns, "pcode": _own_code(columns), "geometry": feature.get("geometry")}


def _own_code(columns: Mapping[str, object]) -> object:
    if "neighborhoodpcode" in columns:
        return columns["neighborhoodpcode"]
    if "PCODE" in columns:
        return columns["PCODE"]
    codes = (columns.get(pattern.format(n)) for n in reversed(LEVELS) for pattern in ("adm{}_pcode", "ADM{}_PCODE"))
    return next((code for code in codes if code), None)


def _area(row: Row) -> AreaRow:
    pcode = _pcode(row, "pcode")
    if "PCODE" in row.cells:
        level, parent, names, ref_name = _columns_of_2015(row)
    elif any(name.startswith("ADM") for name in row.cells):
        level, parent, names, ref_name = _columns_by_language(row)
    else:
        level = _level_of(row, "adm{}_pcode")
        parent = _pcode(row, f"adm{level - 1}_pcode") if level else ""
        names, ref_name = _names(row, f"adm{level}_name", "lang"), row.text(f"adm{level}_ref_name")
    shape = outline.polygons(row.cells.get("geometry"))
    center = _center(row)
    around = outline.box(shape)
    if center and not outline.contains(around, center):
        hint = " (latitude and longitude look swapped)" if outline.contains(around, center[::-1]) else ""
        raise ValueError(f"the centre lies outside the outline{hint}")
    return AreaRow(
        level=level,
        pcode=pcode,
        names=_some(names),
        ref_name=ref_name,
        parent_pcode=parent,
        country_pcode=row.text("adm0_pcode") or row.text("ADM0_PCODE") or (parent if level == 1 else ""),
        country_iso3=row.text("iso3"),
        outline=shape,
        center=center,
        version=row.text("version"),
        valid_on=_validity(row, "valid_on", "validOn"),
        valid_to=_validity(row, "valid_to", "validTo"),
    )


def _columns_of_2015(row: Row) -> tuple[int, str, dict[str, str], str]:
    """PCODE, NAME_EN, NAME_ARA; the areas above in ADMIN1_COD, ADMIN2_COD … and the nearest in HRPARENT."""
    above = [n for n in LEVELS if row.text(f"ADMIN{n}_COD")]
    parent = row.text("HRPARENT") or (row.text(f"ADMIN{above[-1]}_COD") if above else "")
    names = {"en": row.text("NAME_EN"), "ar": row.text("NAME_ARA")}
    return (max(above, default=0) + 1, parent, names, row.text("NAM_EN_REF"))


def _columns_by_language(row: Row) -> tuple[int, str, dict[str, str], str]:
    """ADM1_PCODE beside ADM1_EN, ADM1_AR …: the column's ending is the language."""
    level = _level_of(row, "ADM{}_PCODE")
    found = (match for name in row.cells if (match := _NAME_EN.fullmatch(name)) and int(match[1]) == level)
    names = {match[2].lower(): row.text(match[0]) for match in found}
    parent = _pcode(row, f"ADM{level - 1}_PCODE") if level else ""
    return level, parent, names, row.text(f"ADM{level}_REF")


def _labelled_area(row: Row) -> AreaRow:
    level = row.count("admin_level")
    if level not in LEVELS:
        raise ValueError(f'"admin_level" {level} is not known')
    return AreaRow(
        level=level,
        pcode=_pcode(row, f"adm{level}_pcode"),
        names=_some(_names(row, "name", "lang")),
        ref_name="",
        parent_pcode=_pcode(row, f"adm{level - 1}_pcode") if level else "",
        country_pcode=row.text("adm0_pcode"),
        country_iso3="",
        outline=None,
        center=_point(row),
        version=row.text("version"),
        valid_on=_validity(row, "valid_on"),
        valid_to=_validity(row, "valid_to"),
    )


def _capital(row: Row) -> PlaceRow:
    level, country = row.count("adm_p_lvl"), row.text("adm0_pcode")
    area = _pcode(row, "pcode")
    pcode = row.text("loc_pcode", limit=24)
    # The layer numbers its second language name_1, the others number theirs name1.
    languages = {"": "name_lng", "_1": "name_lng1", "_2": "name_lng2", "_3": "name_lng3"}
    found = ((row.text(column), row.text(f"name{ending}")) for ending, column in languages.items())
    return PlaceRow(
        key=pcode or f"capital-{level}-{area}",
        kind="settlement",
        pcode=pcode,
        scheme=_scheme(country) if pcode else "",
        names=_some({language or "en": name for language, name in found if name}),
        aliases=(),
        parent_pcode=area,
        community_pcode="",
        community_names={},
        country_pcode=country,
        location=_point(row),
        version=row.text("version"),
        valid_on=_validity(row, "valid_on"),
    )


def _neighbourhood(row: Row) -> PlaceRow:
    pcode, country = _pcode(row, "neighborhoodpcode"), row.text("adm0_pcode")
    others = ("neighborhoodrefname", "neighborhoodaltname1_en", "neighborhoodaltname2_en", "neighborhoodaltname1_ar",
              "neighborhoodaltname2_ar")  # fmt: skip
    return PlaceRow(
        key=pcode,
        kind="neighbourhood",
        pcode=pcode,
        scheme=_scheme(country),
        names=_some({"en": row.text("neighborhoodname_en"), "ar": row.text("neighborhoodname_ar")}),
        aliases=tuple(dict.fromkeys(alias for other in others if (alias := row.text(other)))),
        parent_pcode=_pcode(row, "adm3_pcode"),
        community_pcode=row.text("adm4_pcode"),
        community_names={language: name for language in ("en", "ar") if (name := row.text(f"adm4_{language}"))},
        country_pcode=country,
        location=outline.point_inside(outline.polygons(row.cells.get("geometry"))),
        version=row.text("version"),
        valid_on=_validity(row, "validon"),
    )


def _scheme(country_pcode: str) -> str:
    """Whose code it is: N0006 means nothing outside its country."""
    return f"cod-ab-{country_pcode.lower()}"


def _level_of(row: Row, column: str) -> int:
    for level in reversed(LEVELS):
        if row.text(column.format(level)):
            return level
    raise ValueError("the area has no P-code")


def _pcode(row: Row, name: str) -> str:
    code = row.text(name)
    if not _PCODE.fullmatch(code):
        raise ValueError(f'"{name}" {code[:40]!r} is not a P-code' if code else f'"{name}" is missing')
    return code


def _names(row: Row, column: str, language: str) -> dict[str, str]:
    """{language: name} of adm1_name, adm1_name1 … beside lang, lang1 …"""
    found = ((row.text(f"{language}{n}"), row.text(f"{column}{n}")) for n in ("", "1", "2", "3"))
    return {spoken or "en": name for spoken, name in found if name}


def _some(names: dict[str, str]) -> dict[str, str]:
    named = {language: name for language, name in names.items() if name}
    if not named:
        raise ValueError("it has no name")
    return named


def _center(row: Row) -> tuple[float, float] | None:
    lon, lat = row.cells.get("center_lon"), row.cells.get("center_lat")
    return None if lon is None or lat is None else coordinates.point(lon, lat)


def _point(row: Row) -> tuple[float, float]:
    match row.cells.get("geometry"):
        case {"type": "Point", "coordinates": [lon, lat, *_]}:
            return coordinates.point(lon, lat)
    return coordinates.point(row.cells.get("x_coord"), row.cells.get("y_coord"))


def _validity(row: Row, *names: str) -> date | None:
    """The day of the first column that has one: a date, or milliseconds as map services write it."""
    for name in names:
        value = row.cells.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return periods.from_milliseconds(value).date()
        if row.text(name):
            return row.day(name)
    return None
