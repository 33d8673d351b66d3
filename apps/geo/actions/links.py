"""Join two editions of a country: which area became which, and with what share of its ground."""

from decimal import Decimal

from django.db import connection, transaction

from apps.geo.models import AreaLink, BoundaryEdition

# Shares below are drawing differences, not changes: the same border digitised twice differs by up to this much.
NOISE = 0.02
SOURCE = "P-code and overlap of ground"

# One row per pair that shares ground: `given` is the share of the older area, `taken` that of the newer one.
# Pieces are intersected, not whole boundaries: many small intersections cost far less than one large.
_OVERLAPS = """
    with shared as (
        select older.area_id as from_id, newer.area_id as to_id,
            sum(st_area(st_intersection(older.piece, newer.piece))) as ground
        from geo_areapiece older
        join geo_areapiece newer on newer.edition_id = %(newer)s and newer.level = older.level
            and st_intersects(older.piece, newer.piece)
        where older.edition_id = %(older)s
        group by 1, 2
    ), measured as (
        select shared.from_id, shared.to_id, a.pcode as from_code, b.pcode as to_code,
            least(1, shared.ground / st_area(a.boundary)) as given,
            least(1, shared.ground / st_area(b.boundary)) as taken
        from shared join geo_adminarea a on a.id = shared.from_id join geo_adminarea b on b.id = shared.to_id
    ), kept as (
        select * from measured where given > %(noise)s or taken > 1 - %(noise)s
    )
    select from_id, to_id, from_code = to_code as same_code, given, taken,
        count(*) over (partition by from_id) as targets,
        given / sum(given) over (partition by from_id) as normal_share,
        sum(given) over (partition by from_id) as total_share
    from kept order by from_id, given desc
"""


@transaction.atomic
def link_editions(*, older: BoundaryEdition, newer: BoundaryEdition) -> list[AreaLink]:
    """Replace the links from `older` to `newer`, level by level; return them.

    The shares of one area add up to 1 unless the newer edition leaves part of its ground out.
    """
    if older.country_iso3 != newer.country_iso3 or older == newer:
        raise ValueError("links join two editions of one country")
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS, {"older": older.pk, "newer": newer.pk, "noise": NOISE})
        links = [_link(*row) for row in cursor.fetchall()]
    AreaLink.objects.filter(from_area__edition=older, to_area__edition=newer).delete()
    return AreaLink.objects.bulk_create(links)


def _link(
    from_id: int,
    to_id: int,
    same_code: bool,
    given: float,
    taken: float,
    targets: int,
    normal_share: float,
    total_share: float,
) -> AreaLink:
    """One overlap as a link. Drawing differences are levelled out, ground that was left out is not."""
    share = normal_share if total_share > 1 - NOISE else given
    if targets > 1:
        relation = AreaLink.Relation.SPLIT
    elif taken > 1 - NOISE:
        relation = AreaLink.Relation.SAME if same_code else AreaLink.Relation.RENAMED
    else:
        relation = AreaLink.Relation.MERGED
    weight = max(Decimal("0.000001"), round(Decimal(share), 6))
    return AreaLink(from_area_id=from_id, to_area_id=to_id, relation=relation, weight=weight, source=SOURCE)
