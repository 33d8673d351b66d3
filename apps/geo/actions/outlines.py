"""Light outlines whose neighbours still share their edges.

Simplifying each polygon alone tears gaps along common borders. Here the borders of a whole level become lines that
each exist once, the lines are simplified together without crossing each other, and the faces between them are given
back to the area that holds them. A tolerance at which an area would vanish is halved until none does.
"""

from django.db import connection, transaction

TOLERANCES = {"outline_mid": 0.0025, "outline_low": 0.015}  # degrees; about 250 m and 1.5 km
# Rounding apart, neighbours draw the same border; a grid this fine (1 m) makes it exactly the same.
GRID = 0.00001
ATTEMPTS = 5


@transaction.atomic
def draw_outlines(*, edition_id: int, level: int) -> None:
    """Fill `outline_mid` and `outline_low` of one level of an edition."""
    with connection.cursor() as cursor:
        _merge_borders(edition_id, level)
        for column, tolerance in TOLERANCES.items():
            _make_faces(tolerance, edition_id, level)
            # Column names come from the constant above.
            cursor.execute(
                f"""
                update geo_adminarea area set {column} = coalesce(drawn.outline, area.boundary)
                from (
                    select whole.id, st_multi(st_union(face.shape)) as outline
                    from geo_adminarea whole left join geo_outline_face face on face.area_id = whole.id
                    where whole.edition_id = %s and whole.level = %s group by whole.id
                ) drawn where drawn.id = area.id
                """,  # noqa: S608
                [edition_id, level],
            )


def _merge_borders(edition_id: int, level: int) -> None:
    """One row: every border of the level once, cut where three areas meet."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.geo_outline_border, pg_temp.geo_outline_face")
        cursor.execute(
            """
            create temp table geo_outline_border on commit drop as
            select st_linemerge(st_union(st_boundary(boundary), %s)) as lines
            from geo_adminarea where edition_id = %s and level = %s
            """,
            [GRID, edition_id, level],
        )
        cursor.execute(
            "create temp table geo_outline_face (area_id bigint, shape geometry(Polygon, 4326)) on commit drop"
        )


def _make_faces(tolerance: float, edition_id: int, level: int) -> None:
    """Fill the table of faces, at the largest tolerance that leaves every area one."""
    for attempt in range(ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute("truncate geo_outline_face")
            cursor.execute(
                """
                with face as materialized (
                    select (st_dump(st_polygonize(st_unaryunion(st_simplifypreservetopology(lines, %s))))).geom as shape
                    from geo_outline_border
                ), held as materialized (
                    select shape, st_pointonsurface(shape) as inside from face
                )
                insert into geo_outline_face
                select owner.area_id, held.shape
                from held join lateral (
                    select piece.area_id from geo_areapiece piece
                    where piece.edition_id = %s and piece.level = %s and st_covers(piece.piece, held.inside)
                    order by piece.area_id limit 1
                ) owner on true
                """,
                [tolerance / 2**attempt, edition_id, level],
            )
            cursor.execute(
                """
                select exists (
                    select from geo_adminarea area where area.edition_id = %s and area.level = %s
                        and not exists (select from geo_outline_face face where face.area_id = area.id))
                """,
                [edition_id, level],
            )
            (some_area_vanished,) = cursor.fetchone()
        if not some_area_vanished:
            return
