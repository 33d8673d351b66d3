"""Load places and their spellings in sets; a second run changes nothing."""

from collections.abc import Iterable

import orjson
from django.db import connection, transaction

from apps.geo.drafts import LoadOutcome, PlaceDraft, Refusal, Spelling
from apps.geo.folding import fold
from apps.geo.models import Place
from apps.geo.shapes import BadShape, check_position

LONGEST_NAME = 200


@transaction.atomic
def load_places(drafts: Iterable[PlaceDraft]) -> LoadOutcome:
    """Insert or correct places by (source, external_id), with all their spellings. Places not named stay."""
    outcome = LoadOutcome()
    accepted: dict[tuple[str, str], PlaceDraft] = {}
    for draft in drafts:
        reason = _objection(draft, accepted)
        if reason:
            outcome.refused.append(Refusal(code=draft.pcode or draft.external_id, reason=reason))
        else:
            accepted[draft.source, draft.external_id] = draft
    if accepted:
        _stage(accepted.values())
        _find_areas()
        _upsert(outcome)
        _respell()
    return outcome


def _objection(draft: PlaceDraft, accepted: dict[tuple[str, str], PlaceDraft]) -> str:
    """Why the draft cannot be stored; empty when it can."""
    if draft.kind not in Place.Kind.values:
        return f"{draft.kind!r} is no kind of place"
    if not draft.external_id or not any(draft.names.values()):
        return "it has no id or no name"
    if bool(draft.pcode) != bool(draft.scheme):
        return "a code needs its scheme, and a scheme a code"
    if (draft.source, draft.external_id) in accepted:
        return "the id comes twice in this load"
    try:
        check_position(draft.location)
    except BadShape as error:
        return str(error)
    return ""


def _stage(drafts: Iterable[PlaceDraft]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.geo_place_stage, pg_temp.geo_spelling_stage")
        cursor.execute(
            "create temp table geo_place_stage (kind text, source text, external_id text, names jsonb, lon float8, "
            "lat float8, pcode text, scheme text, parent_pcode text, country_iso3 text, population int, "
            "area_id bigint, primary key (source, external_id)) on commit drop"
        )
        cursor.execute(
            "create temp table geo_spelling_stage (source text, external_id text, text text, language text, "
            "is_primary boolean, folded text) on commit drop"
        )
        spellings = []
        with cursor.copy(
            "copy geo_place_stage (kind, source, external_id, names, lon, lat, pcode, scheme, parent_pcode, "
            "country_iso3, population) from stdin"
        ) as copy:
            for draft in drafts:
                names = {language: name for language, name in draft.names.items() if name}
                copy.write_row(
                    (
                        draft.kind,
                        draft.source,
                        draft.external_id,
                        orjson.dumps(names).decode(),
                        *draft.location,
                        draft.pcode or None,
                        draft.scheme or None,
                        draft.parent_pcode or None,
                        draft.country_iso3,
                        draft.population,
                    )
                )
                key = (draft.source, draft.external_id)
                spellings += [
                    (*key, one.text, one.language, one.text in names.values(), fold(one.text))
                    for one in _spellings(names, draft.spellings)
                ]
        with cursor.copy("copy geo_spelling_stage from stdin") as copy:
            for row in spellings:
                copy.write_row(row)
        cursor.execute("analyze geo_place_stage")
        cursor.execute("analyze geo_spelling_stage")


def _spellings(names: dict[str, str], others: tuple[Spelling, ...]) -> Iterable[Spelling]:
    """The names first, then the other spellings, each text once."""
    seen: dict[str, Spelling] = {}
    for one in [*(Spelling(text, language) for language, text in names.items()), *others]:
        text = one.text.strip()[:LONGEST_NAME]
        if fold(text):
            seen.setdefault(text, Spelling(text, one.language))
    return seen.values()


def _find_areas() -> None:
    """The area the location lies in; where that is not under the coded parent, the coded parent itself."""
    with connection.cursor() as cursor:
        cursor.execute("update geo_place_stage set area_id = geo_area_at(st_setsrid(st_makepoint(lon, lat), 4326), 4)")
        cursor.execute(
            """
            update geo_place_stage stage set area_id = parent.id
            from geo_adminarea parent join geo_boundaryedition edition on edition.id = parent.edition_id
            where edition.is_current and edition.country_iso3 <> '' and parent.pcode = stage.parent_pcode
                and stage.country_iso3 in ('', parent.country_iso3)
                and not exists (
                    select from geo_adminarea here where here.id = stage.area_id and stage.parent_pcode in
                        (here.pcode, here.adm0_pcode, here.adm1_pcode, here.adm2_pcode, here.adm3_pcode))
            """
        )
        cursor.execute(
            "update geo_place_stage stage set country_iso3 = area.country_iso3 from geo_adminarea area "
            "where area.id = stage.area_id and stage.country_iso3 = ''"
        )


def _upsert(outcome: LoadOutcome) -> None:
    columns = "kind, pcode, scheme, names, location, area_id, country_iso3, population"
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from geo_place_stage")
        (staged,) = cursor.fetchone()
        cursor.execute(
            f"""
            insert into geo_place as place (source, external_id, {columns})
            select source, external_id, kind, pcode, scheme, names, st_setsrid(st_makepoint(lon, lat), 4326),
                area_id, country_iso3, population
            from geo_place_stage
            on conflict (source, external_id) do update
            set ({columns}) = (excluded.kind, excluded.pcode, excluded.scheme, excluded.names, excluded.location,
                excluded.area_id, excluded.country_iso3, excluded.population)
            where (place.kind, place.pcode, place.scheme, place.names, place.location, place.area_id,
                place.country_iso3, place.population)
                is distinct from (excluded.kind, excluded.pcode, excluded.scheme, excluded.names, excluded.location,
                excluded.area_id, excluded.country_iso3, excluded.population)
            returning xmax = 0
            """  # noqa: S608 - the column list is the constant above
        )
        inserted = [created for (created,) in cursor.fetchall()]
    outcome.created = sum(inserted)
    outcome.updated = len(inserted) - outcome.created
    outcome.unchanged = staged - len(inserted)


def _respell() -> None:
    """Make each loaded place's spellings those of its draft, touching only what differs."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            delete from geo_placename spelling
            using geo_place place join geo_place_stage loaded using (source, external_id)
            where spelling.place_id = place.id and not exists (
                select from geo_spelling_stage stage
                where (stage.source, stage.external_id, stage.text) = (place.source, place.external_id, spelling.text))
            """
        )
        cursor.execute(
            """
            insert into geo_placename as spelling (place_id, text, language, is_primary, folded)
            select place.id, stage.text, stage.language, stage.is_primary, stage.folded
            from geo_spelling_stage stage join geo_place place using (source, external_id)
            on conflict (place_id, text) do update
            set language = excluded.language, is_primary = excluded.is_primary, folded = excluded.folded
            where (spelling.language, spelling.is_primary, spelling.folded)
                is distinct from (excluded.language, excluded.is_primary, excluded.folded)
            """
        )
