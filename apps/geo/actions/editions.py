"""Load a boundary edition: areas, parents, label points, pieces for lookups, outlines for maps."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256

import orjson
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection, transaction

from apps.geo.actions.outlines import draw_outlines
from apps.geo.actions.sessions import time_limit
from apps.geo.drafts import AreaDraft, EditionDraft, GroundDraft, LoadOutcome, Refusal
from apps.geo.models import AdminArea, BoundaryEdition, UndeterminedGround
from apps.geo.shapes import BadShape, check_polygons

# Changes when pieces, outlines or label points are made in another way, so that the next load remakes them.
RECIPE = b"1"
REPAIR_SECONDS = 60
PIECE_VERTICES = 128
DEEPEST_LEVEL = 4


@transaction.atomic
def load_edition(*, edition: EditionDraft, areas: Iterable[AreaDraft], now: datetime) -> LoadOutcome:
    """Store an edition and its areas; a second run changes nothing, an upstream correction updates.

    Areas may come level by level in several calls, parents first. A current edition takes the place of the country's
    former one. Areas the load no longer names stay, and are told as missing: facts may stand on them.
    """
    stored = _store_edition(edition)
    outcome = LoadOutcome()
    drafts = _accepted(areas, stored, outcome)
    changed = _changed(drafts, stored, outcome)
    if changed:
        _stage(changed, stored)
        _repair(outcome)
        levels = _upsert(stored, outcome)
        _follow_parents(stored)
        _cut_pieces(stored)
        for level in levels:
            draw_outlines(edition_id=stored.pk, level=level)
    if outcome.created or outcome.updated:
        stored.loaded_at = now
        stored.save(update_fields=["loaded_at"])
    return outcome


@transaction.atomic
def mark_undetermined(*, edition: BoundaryEdition, grounds: Iterable[GroundDraft]) -> int:
    """Replace the edition's ground of undetermined status; return how many there are. Raises BadShape."""
    rows = []
    for ground in grounds:
        check_polygons(ground.geometry)
        shape = GEOSGeometry(orjson.dumps(ground.geometry).decode(), srid=4326)
        boundary = shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326)
        rows.append(UndeterminedGround(edition=edition, code=ground.code, names=dict(ground.names), boundary=boundary))
    wanted = {(row.code, row.boundary.hexewkb, orjson.dumps(row.names)) for row in rows}
    stored = {(row.code, row.boundary.hexewkb, orjson.dumps(row.names)) for row in edition.undetermined_ground.all()}
    if wanted != stored:
        edition.undetermined_ground.all().delete()
        UndeterminedGround.objects.bulk_create(rows)
    return len(rows)


def _store_edition(draft: EditionDraft) -> BoundaryEdition:
    """Insert or correct the edition's own row; it steps before the country's former current edition."""
    if draft.is_current:
        BoundaryEdition.objects.for_country(draft.country_iso3).current().exclude(version=draft.version).update(
            is_current=False
        )
    fields = asdict(draft)
    key = {name: fields.pop(name) for name in ("country_iso3", "version")}
    edition, _ = BoundaryEdition.objects.update_or_create(**key, defaults=fields)
    return edition


def _accepted(areas: Iterable[AreaDraft], edition: BoundaryEdition, outcome: LoadOutcome) -> list[AreaDraft]:
    """Drafts that can be stored, parents before children; the others go to `outcome.refused`."""
    level_of = dict(AdminArea.objects.filter(edition=edition).values_list("pcode", "level"))
    accepted: dict[str, AreaDraft] = {}
    for draft in sorted(areas, key=lambda area: area.level):
        reason = _objection(draft, edition, level_of, accepted)
        if reason:
            outcome.refused.append(Refusal(code=draft.pcode, reason=reason))
            continue
        accepted[draft.pcode] = draft
        level_of[draft.pcode] = draft.level
    levels = {draft.level for draft in accepted.values()}
    outcome.missing = sorted(code for code, level in level_of.items() if level in levels and code not in accepted)
    return list(accepted.values())


def _objection(
    draft: AreaDraft, edition: BoundaryEdition, level_of: dict[str, int], accepted: dict[str, AreaDraft]
) -> str:
    """Why the draft cannot be stored; empty when it can."""
    if not 0 <= draft.level <= DEEPEST_LEVEL:
        return f"level {draft.level} is not 0 to {DEEPEST_LEVEL}"
    if not draft.pcode or not any(draft.names.values()):
        return "it has no code or no name"
    if draft.pcode in accepted:
        return "the code comes twice in this load"
    # A file set without the country itself names it as the parent of level 1.
    if draft.level > 0 and draft.parent_pcode != edition.country_pcode:
        parent_level = level_of.get(draft.parent_pcode or "")
        if parent_level is None:
            return f"its parent {draft.parent_pcode} is not in this edition"
        if parent_level >= draft.level:
            return f"its parent {draft.parent_pcode} is of level {parent_level}"
    try:
        check_polygons(draft.geometry)
    except BadShape as error:
        return str(error)
    return ""


def _changed(
    drafts: list[AreaDraft], edition: BoundaryEdition, outcome: LoadOutcome
) -> list[tuple[AreaDraft, str, str]]:
    """Drafts that differ from what is stored, each with its fingerprint and its geometry as GeoJSON text."""
    stored = dict(AdminArea.objects.filter(edition=edition).values_list("pcode", "fingerprint"))
    changed = []
    for draft in drafts:
        whole = orjson.dumps(asdict(draft), option=orjson.OPT_SORT_KEYS)
        fingerprint = sha256(RECIPE + whole).hexdigest()
        if stored.get(draft.pcode) == fingerprint:
            outcome.unchanged += 1
        else:
            changed.append((draft, fingerprint, orjson.dumps(draft.geometry).decode()))
    return changed


def _stage(changed: list[tuple[AreaDraft, str, str]], edition: BoundaryEdition) -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.geo_area_stage")
        cursor.execute(
            "create temp table geo_area_stage (level smallint, pcode text primary key, names jsonb, ref_name text, "
            "parent_pcode text, country_iso3 text, fingerprint text, shape text, "
            "boundary geometry(MultiPolygon, 4326), was_valid boolean) on commit drop"
        )
        with cursor.copy(
            "copy geo_area_stage (level, pcode, names, ref_name, parent_pcode, country_iso3, fingerprint, shape) "
            "from stdin"
        ) as copy:
            for draft, fingerprint, shape in changed:
                names = {language: name for language, name in draft.names.items() if name}
                country = draft.country_iso3 or edition.country_iso3
                copy.write_row(
                    (
                        draft.level,
                        draft.pcode,
                        orjson.dumps(names).decode(),
                        draft.ref_name,
                        draft.parent_pcode,
                        country,
                        fingerprint,
                        shape,
                    )
                )


def _repair(outcome: LoadOutcome) -> None:
    """Turn the staged GeoJSON into valid multipolygons; refuse what has no ground left."""
    with time_limit(REPAIR_SECONDS), connection.cursor() as cursor:
        cursor.execute(
            """
            with drawn as materialized (
                select pcode, st_setsrid(st_force2d(st_geomfromgeojson(shape)), 4326) as drawn from geo_area_stage
            ), judged as materialized (
                select pcode, drawn, st_isvalid(drawn) as valid from drawn
            )
            update geo_area_stage stage
            set was_valid = judged.valid,
                boundary = st_multi(st_collectionextract(
                    case when judged.valid then judged.drawn
                    else st_makevalid(judged.drawn, 'method=structure') end, 3))
            from judged where judged.pcode = stage.pcode
            """
        )
        cursor.execute("delete from geo_area_stage where st_isempty(boundary) returning pcode")
        outcome.refused += [Refusal(code=code, reason="the boundary encloses no ground") for (code,) in cursor]
        cursor.execute("select pcode from geo_area_stage where not was_valid order by pcode")
        outcome.repaired = [code for (code,) in cursor]


def _upsert(edition: BoundaryEdition, outcome: LoadOutcome) -> list[int]:
    """Write the staged areas; return the levels touched. The stage then holds what changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into geo_adminarea as area (edition_id, level, pcode, names, ref_name, country_iso3, boundary,
                label_point, area_sqkm, fingerprint)
            select %s, level, pcode, names, ref_name, country_iso3, boundary,
                st_pointonsurface(boundary), st_area(boundary::geography) / 1e6, fingerprint
            from geo_area_stage order by level, pcode
            on conflict (edition_id, pcode) do update set
                level = excluded.level, names = excluded.names, ref_name = excluded.ref_name,
                country_iso3 = excluded.country_iso3, boundary = excluded.boundary,
                label_point = excluded.label_point, area_sqkm = excluded.area_sqkm, fingerprint = excluded.fingerprint
            returning level, xmax = 0
            """,
            [edition.pk],
        )
        written = cursor.fetchall()
    outcome.created = sum(inserted for _, inserted in written)
    outcome.updated = len(written) - outcome.created
    return sorted({level for level, _ in written})


def _follow_parents(edition: BoundaryEdition) -> None:
    """Set `parent` of what changed, then the codes on the way up for the whole edition."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update geo_adminarea area set parent_id = parent.id
            from geo_area_stage stage
            left join geo_adminarea parent on parent.edition_id = %(edition)s and parent.pcode = stage.parent_pcode
                and stage.level > 0
            where area.edition_id = %(edition)s and area.pcode = stage.pcode
                and area.parent_id is distinct from parent.id
            """,
            {"edition": edition.pk},
        )
        cursor.execute(
            """
            with recursive way as (
                select id, coalesce(case when level = 0 then pcode end, nullif(%(country)s, '')) as adm0,
                    case when level = 1 then pcode end as adm1, case when level = 2 then pcode end as adm2,
                    case when level = 3 then pcode end as adm3
                from geo_adminarea where edition_id = %(edition)s and parent_id is null
                union all
                select child.id, way.adm0,
                    case when child.level = 1 then child.pcode else way.adm1 end,
                    case when child.level = 2 then child.pcode else way.adm2 end,
                    case when child.level = 3 then child.pcode else way.adm3 end
                from geo_adminarea child join way on child.parent_id = way.id
            )
            update geo_adminarea area
            set adm0_pcode = way.adm0, adm1_pcode = way.adm1, adm2_pcode = way.adm2, adm3_pcode = way.adm3
            from way
            where way.id = area.id and (area.adm0_pcode, area.adm1_pcode, area.adm2_pcode, area.adm3_pcode)
                is distinct from (way.adm0, way.adm1, way.adm2, way.adm3)
            """,
            {"edition": edition.pk, "country": edition.country_pcode},
        )


def _cut_pieces(edition: BoundaryEdition) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from geo_areapiece using geo_adminarea area, geo_area_stage stage "
            "where geo_areapiece.area_id = area.id and area.edition_id = %s and area.pcode = stage.pcode",
            [edition.pk],
        )
        cursor.execute(
            """
            insert into geo_areapiece (area_id, edition_id, level, piece)
            select area.id, area.edition_id, area.level, (st_dump(st_subdivide(area.boundary, %s))).geom
            from geo_adminarea area join geo_area_stage stage on stage.pcode = area.pcode
            where area.edition_id = %s
            """,
            [PIECE_VERTICES, edition.pk],
        )
        # Look-ups follow at once; without statistics the planner would read all pieces for each point.
        cursor.execute("analyze geo_adminarea, geo_areapiece")
