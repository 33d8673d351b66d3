"""Light outlines whose neighbours still share their edges.

Simplifying each polygon alone tears gaps along common borders. Here the borders of a whole level become lines that
each exist once, the lines are simplified together without crossing each other, and the faces between them are given
back to the area that holds them. Where an area would vanish, the lines around it are simplified less.
"""

from django.db import connection, transaction

TOLERANCES = {"outline_mid": 0.0025, "outline_low": 0.015}  # degrees; about 250 m and 1.5 km
# Rounding apart, neighbours draw the same border; a grid this fine (1 m) makes it exactly the same.
GRID = 0.00001
ATTEMPTS = 5


@transaction.atomic
def draw_outlines(*, edition_id: int, level: int) -> None:
    """Fill `outline_mid` and `outline_low` of one level of an edition; its pieces must be cut already."""
    of_level = [edition_id, level]
    with connection.cursor() as cursor:
        cursor.execute(_BORDERS, [GRID, *of_level])
        for column, tolerance in TOLERANCES.items():
            cursor.execute("update pg_temp.geo_outline_border set divisor = 1")
            for _ in range(ATTEMPTS):
                cursor.execute("truncate pg_temp.geo_outline_face")
                cursor.execute(_FACES, [tolerance, *of_level])
                cursor.execute(_SPARE_THE_VANISHED, of_level)
                if cursor.rowcount == 0:
                    break
            cursor.execute(_STORE.format(column=column), of_level)


# Every border of the level once, cut where three areas meet.
_BORDERS = """
    drop table if exists pg_temp.geo_outline_border, pg_temp.geo_outline_face;
    create temp table geo_outline_border on commit drop as
    select (st_dump(st_linemerge(st_union(st_boundary(boundary), %s)))).geom as line, 1 as divisor
    from geo_adminarea where edition_id = %s and level = %s;
    create index on geo_outline_border using gist (line);
    create temp table geo_outline_face (area_id bigint, shape geometry(Polygon, 4326)) on commit drop
"""

_FACES = """
    with simple as materialized (
        select st_unaryunion(st_collect(lines)) as lines from (
            select st_simplifypreservetopology(st_collect(line), %s / divisor) as lines
            from pg_temp.geo_outline_border group by divisor
        ) as by_divisor
    ), face as materialized (
        select (st_dump(st_polygonize(lines))).geom as shape from simple
    ), held as materialized (
        select shape, st_pointonsurface(shape) as inside from face
    )
    insert into pg_temp.geo_outline_face
    select owner.area_id, held.shape
    from held join lateral (
        select piece.area_id from geo_areapiece piece
        where piece.edition_id = %s and piece.level = %s and st_covers(piece.piece, held.inside)
        order by piece.area_id limit 1
    ) owner on true
"""

_SPARE_THE_VANISHED = """
    update pg_temp.geo_outline_border border set divisor = border.divisor * 4
    from geo_adminarea area
    where area.edition_id = %s and area.level = %s and st_intersects(border.line, area.boundary)
        and not exists (select from pg_temp.geo_outline_face face where face.area_id = area.id)
"""

_STORE = """
    update geo_adminarea area set {column} = coalesce(drawn.outline, area.boundary)
    from (
        select whole.id, st_multi(st_union(face.shape)) as outline
        from geo_adminarea whole left join pg_temp.geo_outline_face face on face.area_id = whole.id
        where whole.edition_id = %s and whole.level = %s group by whole.id
    ) drawn where drawn.id = area.id
"""
