"""The look-up of the area a point lies in, as a SQL function, so that sets can use it in one statement."""

from django.db import migrations

FORWARD = """
create function geo_area_at(point geometry, max_level integer default 4) returns bigint
language plpgsql stable strict parallel safe as $$
declare
    found bigint;
    on_land boolean;
    -- The world edition's coasts and borders are generalised: a pier or a border town may lie up to 5 km off.
    slack constant float8 := 0.05;
begin
    -- 1. The deepest area of a national edition in force. Boxes first, then the exact test from the deepest level up:
    -- most points are settled by one test.
    select likely.area_id into found
    from (
        select piece.area_id, piece.piece
        from geo_areapiece piece join geo_boundaryedition edition on edition.id = piece.edition_id
        where edition.is_current and edition.country_iso3 <> '' and piece.level <= max_level and piece.piece && point
        order by piece.level desc, piece.area_id offset 0
    ) likely
    where st_covers(likely.piece, point) limit 1;
    if found is not null then
        return found;
    end if;

    -- 2. Where no national edition speaks and the status is undetermined, no country is named.
    if exists (
        select from geo_undeterminedground ground join geo_boundaryedition edition on edition.id = ground.edition_id
        where edition.is_current and st_covers(ground.boundary, point)
    ) then
        return null;
    end if;

    -- 3. A country of the world edition that has no edition of its own.
    select piece.area_id into found
    from geo_areapiece piece
    join geo_boundaryedition edition on edition.id = piece.edition_id
    join geo_adminarea area on area.id = piece.area_id
    where edition.is_current and edition.country_iso3 = '' and st_covers(piece.piece, point)
        and not exists (
            select from geo_boundaryedition own
            where own.is_current and own.country_iso3 <> '' and own.country_iso3 = area.country_iso3)
    order by piece.area_id limit 1;
    if found is not null then
        return found;
    end if;

    -- 4. Close to a generalised coast or border: the nearest country. On land that the world edition gives to a
    -- country whose own edition does not reach so far, that own edition is not asked again.
    on_land := exists (
        select from geo_areapiece piece join geo_boundaryedition edition on edition.id = piece.edition_id
        where edition.is_current and edition.country_iso3 = '' and st_covers(piece.piece, point));
    select piece.area_id into found
    from geo_areapiece piece
    join geo_boundaryedition edition on edition.id = piece.edition_id
    join geo_adminarea area on area.id = piece.area_id
    where edition.is_current and piece.level <= max_level and st_dwithin(piece.piece, point, slack)
        and case when edition.country_iso3 <> '' then not on_land else not exists (
            select from geo_boundaryedition own
            where own.is_current and own.country_iso3 <> '' and own.country_iso3 = area.country_iso3) end
    order by st_distance(piece.piece, point), piece.level desc, piece.area_id limit 1;
    return found;
end
$$;
comment on function geo_area_at(geometry, integer) is
    'geo_adminarea.id of the deepest current area at or above max_level that covers the point; null where none does';
"""


class Migration(migrations.Migration):
    dependencies = [("geo", "0001_ground")]
    operations = [migrations.RunSQL(FORWARD, "drop function geo_area_at(geometry, integer)")]
