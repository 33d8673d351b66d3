"""The made-up ground: 250 countries in a grid, each of ten first-level areas with ten second-level areas, all boxes.

Keys are computed (`AREA_ID`), so that set-based SQL can name an area without looking it up. The codes come from the
range that ISO 3166 leaves to its users.
"""

from django.db import connection

COUNTRIES, PARTS = 250, 10
WIDTH, HEIGHT = 14.4, 14.0  # degrees, of a country


def iso3(country: int) -> str:
    """The code of a country by its number: XAA, XAB, …"""
    return f"X{chr(65 + country // 26)}{chr(65 + country % 26)}"


# The same three in SQL; c, a, b are numbers of a country, of its first-level area, of that one's second-level area.
ISO3 = "('X' || chr(65 + c / 26) || chr(65 + c % 26))"
PCODE = (ISO3, f"({ISO3} || lpad(a::text, 2, '0'))", f"({ISO3} || lpad(a::text, 2, '0') || lpad(b::text, 2, '0'))")
AREA_ID = ("(1 + c)", "(1000 + c * 10 + a)", "(10000 + c * 100 + a * 10 + b)")
# West and south of each, and its size.
WEST = (
    f"(-180 + (c % 25) * {WIDTH})",
    f"(-180 + (c % 25) * {WIDTH} + (a % 5) * {WIDTH / 5})",
    f"(-180 + (c % 25) * {WIDTH} + (a % 5) * {WIDTH / 5} + (b % 2) * {WIDTH / 10})",
)
SOUTH = (
    f"(-70 + (c / 25) * {HEIGHT})",
    f"(-70 + (c / 25) * {HEIGHT} + (a / 5) * {HEIGHT / 2})",
    f"(-70 + (c / 25) * {HEIGHT} + (a / 5) * {HEIGHT / 2} + (b / 2) * {HEIGHT / 10})",
)
SIZE = ((WIDTH, HEIGHT), (WIDTH / 5, HEIGHT / 2), (WIDTH / 10, HEIGHT / 10))

EDITIONS = f"""
INSERT INTO geo_boundaryedition
  (id, country_iso3, country_pcode, version, title, licence, attribution, source_url, is_current, valid_on)
SELECT 1 + c, {ISO3}, {ISO3}, 'v01', 'Made-up country ' || {ISO3}, 'CC0', 'nobody', '', true, date '2000-01-01'
FROM generate_series(0, {COUNTRIES - 1}) c
"""
AREAS = """
INSERT INTO geo_adminarea
  (id, edition_id, level, pcode, names, ref_name, parent_id, country_iso3, adm0_pcode, adm1_pcode, adm2_pcode,
   boundary, label_point, area_sqkm, fingerprint)
SELECT {id}, 1 + c, {level}, {pcode}, jsonb_build_object('en', 'Area ' || {pcode}), {pcode}, {parent}, {iso3},
  {iso3}, {adm1}, {adm2}, ST_Multi(box), ST_Centroid(box), 10000, ''
FROM (
  SELECT c, a, b, ST_MakeEnvelope({west}, {south}, {west} + {width}, {south} + {height}, 4326) AS box
  FROM generate_series(0, {countries}) c, generate_series(0, {firsts}) a, generate_series(0, {seconds}) b
) boxes
"""
PIECES = """
INSERT INTO geo_areapiece (area_id, edition_id, level, piece)
SELECT id, edition_id, level, ST_GeometryN(boundary, 1) FROM geo_adminarea
"""


def make_ground() -> None:
    """Insert editions, areas of three levels and their pieces."""
    with connection.cursor() as cursor:
        cursor.execute(EDITIONS)
        for level in range(3):
            cursor.execute(
                AREAS.format(
                    id=AREA_ID[level],
                    level=level,
                    pcode=PCODE[level],
                    parent=AREA_ID[level - 1] if level else "NULL::bigint",
                    iso3=ISO3,
                    adm1=PCODE[1] if level >= 1 else "NULL",
                    adm2=PCODE[2] if level >= 2 else "NULL",
                    west=WEST[level],
                    south=SOUTH[level],
                    width=SIZE[level][0],
                    height=SIZE[level][1],
                    countries=COUNTRIES - 1,
                    firsts=PARTS - 1 if level >= 1 else 0,
                    seconds=PARTS - 1 if level >= 2 else 0,
                )
            )
        cursor.execute(PIECES)
        for table in ("geo_boundaryedition", "geo_adminarea"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
