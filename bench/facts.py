"""The facts of the made-up world: incidents, displacements, their claims, links, and the past of each.

Everything follows from a record's number by a hash, so the same size is the same world on any machine. Rows are written
by set-based SQL with triggers off: what triggers would have written (versions, changes) is inserted beside them, what
is derived (rollups) is built afterwards by the product's own commands.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models

from apps.displacement.models import Displacement, DisplacementClaim
from apps.incidents.models import CasualtyClaim, CasualtyClaimVersion, Incident, IncidentVersion
from apps.ledger.models import Change, Revision
from apps.records.models import Link
from bench.cast import CRISES, DAYS, FIRST_DAY, OWN, PUBLISHERS, ROUNDS
from bench.ground import AREA_ID, COUNTRIES, PCODE, SIZE, SOUTH, WEST

REVISIONS = 2_000
CATEGORIES = ("battles", "explosions", "violence_against_civilians", "protests", "riots", "flood", "earthquake")
START = f"date '{FIRST_DAY}'"

# A share from 0 to 1 that depends on a record's number and on what it decides.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION bench_share(number bigint, salt integer) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT (hashint8extended(number, salt) & 2147483647)::float8 / 2147483648 $$;
CREATE OR REPLACE FUNCTION bench_id(number bigint, what integer) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT (lpad(to_hex(number), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(what), 12, '0'))::uuid $$;
"""
WITHOUT_FUNCTIONS = "DROP FUNCTION bench_share(bigint, integer), bench_id(bigint, integer)"

# What is drawn for incident i. A merged one stands directly before the one it was merged into, j, and tells the same.
DRAWN = f"""
SELECT i, j, c, a, b, rev1, span, merged, x, y, category, release_draw,
  greatest({START}, {START} + (j * {DAYS} / {{rows}})::int - late) AS began,
  CASE WHEN NOT merged AND bench_share(i, 1) < 0.5
    THEN rev1 + 1 + ((least(rev1 + 400, {REVISIONS}) - rev1 - 1) * bench_share(i, 2))::int END AS rev2,
  CASE WHEN c < {CRISES} AND bench_share(j, 3) < 0.8 THEN c + 1 END AS crisis,
  CASE WHEN bench_share(j, 4) < 0.03 THEN {OWN}
    ELSE 1 + (c + (bench_share(j, 5) * 2)::int) % {PUBLISHERS} END AS series,
  CASE WHEN s < 0.93 THEN 0 WHEN s < 0.97 THEN 1 WHEN s < 0.99 THEN 2 ELSE 3 END AS sensitivity,
  bench_share(j, 6) < 0.9 AS is_released,
  bench_share(j, 7) < 0.08 AS blurred,
  CASE WHEN bench_share(j, 8) < 0.001 THEN 'situation' ELSE 'event' END AS kind,
  CASE WHEN bench_share(j, 9) < 0.3 THEN 'verified' WHEN bench_share(j, 9) < 0.303 THEN 'rejected'
    ELSE 'unverified' END AS verification,
  bench_share(j, 10) < 0.005 AS is_removed
FROM (
  SELECT i, j,
    ({COUNTRIES} * bench_share(j, 11) ^ 3)::int % {COUNTRIES} AS c,
    (10 * bench_share(j, 12))::int % 10 AS a,
    (10 * bench_share(j, 13))::int % 10 AS b,
    (4 * bench_share(j, 14))::int AS late,
    1 + (i * ({REVISIONS} - 2) / {{rows}})::int AS rev1,
    CASE WHEN bench_share(j, 15) < 0.05 THEN 1 + (45 * bench_share(j, 16) ^ 2)::int ELSE 0 END AS span,
    merged,
    bench_share(i, 18) AS x, bench_share(i, 19) AS y, bench_share(j, 20) AS s,
    1 + (6 * bench_share(j, 21) ^ 2)::int AS category, bench_share(j, 22) AS release_draw
  FROM (SELECT *, i + merged::int AS j FROM (
    SELECT i, bench_share(i, 17) < 0.005 AND bench_share(i + 1, 17) >= 0.005 AND i < {{rows}} AS merged
    FROM generate_series(1::bigint, {{rows}}) AS i
  ) numbered) AS told
) drawn
"""
PEOPLE = "(SELECT id FROM accounts_user WHERE username = 'field')"
POINT = f"ST_SetSRID(ST_MakePoint({WEST[2]} + x * {SIZE[2][0]}, {SOUTH[2]} + y * {SIZE[2][1]}), 4326)"
CENTRE = f"ST_SetSRID(ST_MakePoint({WEST[1]} + {SIZE[1][0] / 2}, {SOUTH[1]} + {SIZE[1][1] / 2}), 4326)"
CREATED = f"{START} + 1 + (rev1 * {DAYS}.0 / {REVISIONS}) * interval '1 day'"

RECORD = {
    "id": "bench_id(i, {what})",
    "rev": "coalesce(rev2, rev1)",
    "version": "CASE WHEN rev2 IS NULL THEN 1 ELSE 2 END",
    "title": "'Record ' || i || ' near ' || {adm2}",
    "released_title": "CASE WHEN blurred THEN 'Record, details withheld' ELSE 'Record ' || i || ' near ' || {adm2} END",
    "crisis_id": "crisis",
    "source_id": "series",
    "dataset_id": "series",
    "external_id": "'made-up-' || i",
    "content_hash": "md5(i::text)",
    "reported_by_id": f"CASE WHEN series = {OWN} THEN {PEOPLE} END",
    "reporting_organisation_id": f"CASE WHEN series = {OWN} THEN (SELECT id FROM accounts_organisation LIMIT 1) END",
    "location": POINT,
    "location_accuracy": "'point'",
    "area_id": AREA_ID[2],
    "adm0_pcode": PCODE[0],
    "adm1_pcode": PCODE[1],
    "adm2_pcode": PCODE[2],
    "place_name": "'Town ' || (i % 3000)",
    "location_release": "CASE WHEN blurred THEN 'adm1' ELSE 'exact' END",
    "released_location": f"CASE WHEN blurred THEN {CENTRE} ELSE {POINT} END",
    "released_area_id": f"CASE WHEN blurred THEN {AREA_ID[1]} ELSE {AREA_ID[2]} END",
    "released_adm0_pcode": PCODE[0],
    "released_adm1_pcode": PCODE[1],
    "released_adm2_pcode": f"CASE WHEN blurred THEN '' ELSE {PCODE[2]} END",
    "released_place_name": "CASE WHEN blurred THEN '' ELSE 'Town ' || (i % 3000) END",
    "is_generalised": "blurred",
    "start_date": "began",
    "end_date": "began + span",
    "reported_at": "(began + 1)::timestamp AT TIME ZONE 'UTC'",
    "created_at": CREATED,
    "verification": "verification",
    "basis": "CASE WHEN verification = 'verified' THEN 'published_dataset' ELSE '' END",
    "sensitivity": "sensitivity",
    "released_at": f"CASE WHEN is_released THEN {CREATED} END",
    "removed_at": f"CASE WHEN is_removed THEN {CREATED} END",
    "merged_into_id": "CASE WHEN merged THEN bench_id(i + 1, {what}) END",
    "canonical_id": "bench_id(i + merged::int, {what})",
}
AUDIENCE = (
    "CASE WHEN is_removed OR merged OR verification = 'rejected' THEN 9 WHEN sensitivity > 0 THEN sensitivity "
    "WHEN is_released THEN 0 ELSE 1 END"
)
INCIDENT = RECORD | {
    "kind": "kind",
    "category": f"(ARRAY{list(CATEGORIES)})[category]",
    "category_scheme": "'acled'",
    "summary": "repeat('What is known of it. ', 4 + (i % 8)::int)",
    "glide_numbers": "'{{}}'",
}
# Claims of an incident: killed (nine in ten), injured (six), killed civilians (three), a rival's killed (two in ten).
# The rival is less trusted, so the first figure is the one used.
CLAIMS = """
SELECT r.*, k, bench_share(j * 8 + k, 31) AS size, bench_share(j * 8 + k, 32) AS quantity, first_held AND k = 1 AS held
FROM (SELECT *, bench_share(j, 33) < 0.01 AND sensitivity < 3 AS first_held FROM {drawn} d) r, generate_series(1, 4) k
WHERE CASE k WHEN 4 THEN bench_share(j, 34) < 0.2 AND bench_share(j * 8 + 1, 30) < 0.9 AND NOT first_held AND series < 6
  ELSE bench_share(j * 8 + k, 30) < (ARRAY[0.9, 0.6, 0.3])[k] END
"""
LOW = "(200 * size ^ 6)::int"
CLAIM = {
    "id": "bench_id(i, {what} + k)",
    "rev": "CASE WHEN k = 1 THEN coalesce(rev2, rev1) ELSE rev1 END",
    "version": "CASE WHEN k = 1 AND rev2 IS NOT NULL THEN 2 ELSE 1 END",
    "record_id": "bench_id(i, {of})",
    "canonical_id": "bench_id(i + merged::int, {of})",
    "external_id": "'figure-' || k",
    "source_id": f"CASE WHEN k = 4 THEN {OWN} ELSE series END",
    "dataset_id": f"CASE WHEN k = 4 THEN {OWN} ELSE series END",
    "attributed_to": f"'Speaker ' || (CASE WHEN k = 4 THEN {OWN} ELSE series END)",
    "published_at": "(began + 1)::timestamp AT TIME ZONE 'UTC'",
    "credibility": "CASE WHEN merged THEN 6 ELSE 5 END",
    "created_at": CREATED,
    "metric_id": "CASE WHEN k = 2 THEN 'injured' ELSE 'killed' END",
    "group": "CASE WHEN k = 3 THEN 'civilians' ELSE 'all' END",
    "quantifier": "CASE WHEN quantity < 0.75 THEN 'exact' WHEN quantity < 0.95 THEN 'at_least' ELSE 'not_given' END",
    "low": f"CASE WHEN quantity < 0.95 THEN {LOW} END",
    "best": f"CASE WHEN quantity < 0.95 THEN {LOW} END",
    "high": f"CASE WHEN quantity < 0.75 THEN {LOW} END",
    "scope": "CASE WHEN kind = 'situation' THEN 'period_total' ELSE 'event' END",
    "from_date": "CASE WHEN kind = 'situation' THEN began END",
    "to_date": "CASE WHEN kind = 'situation' THEN began + span END",
    "sensitivity": "CASE WHEN held THEN 3 ELSE sensitivity END",
    "is_held": "held",
    "is_adopted": "k < 4 AND NOT held AND NOT merged",
}
# Displacements: four of five flows, the rest counts of displaced people by district and round.
MOVEMENTS = f"""
SELECT r.*, i % 5 = 0 AS is_stock, 1 + (i / 5 % {ROUNDS}) AS round,
  (SELECT to_date FROM sources_round WHERE id = 1 + (i / 5 % {ROUNDS})) AS counted_on
FROM ({{drawn}}) r
"""
DISPLACEMENT = RECORD | {
    "start_date": "CASE WHEN is_stock THEN counted_on ELSE began END",
    "end_date": "CASE WHEN is_stock THEN counted_on ELSE began + span END",
    "dataset_id": "CASE WHEN is_stock THEN 1 ELSE series END",
    "measure": "CASE WHEN is_stock THEN 'stock' ELSE 'flow' END",
    "category": "CASE WHEN is_stock THEN 'idps' ELSE 'internal_displacements' END",
    "cause": "'conflict'",
    "round_id": "CASE WHEN is_stock THEN round END",
}
MOVED = CLAIM | {
    "rev": "coalesce(rev2, rev1)",
    "version": "1",
    "source_id": "series",
    "dataset_id": "series",
    "attributed_to": "'Speaker ' || series",
    "metric_id": "CASE WHEN is_stock THEN 'idps' WHEN i % 7 = 0 THEN 'returns' ELSE 'displaced' END",
    "group": "'all'",
    "quantifier": "'exact'",
    "low": "(20000 * x ^ 4)::int",
    "best": "(20000 * x ^ 4)::int",
    "high": "(20000 * x ^ 4)::int",
    "scope": "CASE WHEN is_stock THEN 'stock' ELSE 'event' END",
    "from_date": "NULL",
    "to_date": "NULL",
    "as_of_date": "CASE WHEN is_stock THEN counted_on END",
    "round_id": "CASE WHEN is_stock THEN round END",
    "sensitivity": "sensitivity",
    "is_held": "false",
    "is_adopted": "NOT merged",
}


def make_facts(rows: int) -> None:
    """Insert `rows` incidents with about twice as many claims, a fiftieth as many displacements, and their past."""
    drawn = f"({DRAWN.format(rows=rows)})"
    moved = f"({DRAWN.format(rows=max(rows // 50, 10))})"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FUNCTIONS)
        _revisions(cursor)
        updated = f"{drawn} r WHERE rev2 IS NOT NULL"
        then = {"rev": "rev1", "rev_to": "rev2", "version": "1", "audience": AUDIENCE, "verification": "'unverified'"}
        _insert(cursor, Incident, INCIDENT, f"{drawn} r", what=1)
        _insert(cursor, IncidentVersion, INCIDENT | then | {"basis": "''"}, updated, what=1)
        claims = CLAIMS.format(drawn=drawn)
        _insert(cursor, CasualtyClaim, CLAIM, f"({claims}) r", what=10, of=1)
        then = {"rev": "rev1", "rev_to": "rev2", "version": "1", "best": "NULL"}
        _insert(
            cursor, CasualtyClaimVersion, CLAIM | then, f"({claims}) r WHERE k = 1 AND rev2 IS NOT NULL", what=10, of=1
        )
        movements = MOVEMENTS.format(drawn=moved)
        _insert(cursor, Displacement, DISPLACEMENT, f"({movements}) r", what=2)
        _insert(cursor, DisplacementClaim, MOVED, f"(SELECT *, 1 AS k FROM ({movements}) m) r", what=20, of=2)
        link = {
            "id": "bench_id(i, 3)", "rev": "rev1", "from_kind": "'incident'", "from_id": "bench_id(i, 1)",
            "relation": "'part_of'", "to_kind": "'incident'", "to_id": "bench_id(i - 1, 1)", "created_at": CREATED,
        }  # fmt: skip
        _insert(cursor, Link, link, f"{drawn} r WHERE i > 1 AND bench_share(i, 40) < 0.001")
        _changes(cursor, drawn, updated)
        cursor.execute(WITHOUT_FUNCTIONS)
        cursor.execute("SET session_replication_role = origin")


def _revisions(cursor: Any) -> None:
    moment = f"{START} + 1 + (n * {DAYS}.0 / {REVISIONS}) * interval '1 day'"
    _insert(cursor, Revision, {"id": "n", "at": moment}, f"generate_series(1, {REVISIONS}) n")


def _changes(cursor: Any, drawn: str, updated: str) -> None:
    """What the triggers would have told the feed, in the order of revisions."""
    for action, revision, before, rows in (
        ("created", "rev1", "NULL", f"{drawn} r"),
        ("updated", "rev2", AUDIENCE, updated),
    ):
        columns = {
            "revision_id": revision, "kind": "'incident'", "record_id": "bench_id(i, 1)", "action": f"'{action}'",
            "audience_before": before, "audience_after": AUDIENCE,
        }  # fmt: skip
        _insert(cursor, Change, columns, f"{rows} ORDER BY {revision}")


def _insert(cursor: Any, model: type[models.Model], columns: Mapping[str, str], rows: str, **names: Any) -> None:
    """INSERT … SELECT into a model's table; columns that are not named get what an unsaved row has, or null."""
    written: dict[str, str] = {}
    for field in model._meta.local_concrete_fields:
        if field.generated or (field.primary_key and field.column not in columns and field.attname not in columns):
            continue
        said = columns.get(field.attname)
        written[str(field.column)] = said.format(**names, adm2=PCODE[2]) if said is not None else _default(field)
    target = ", ".join(f'"{column}"' for column in written)
    cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({target}) SELECT {", ".join(written.values())} FROM {rows}')


def _default(field: Any) -> str:
    """A constant for a column that the made-up world says nothing of."""
    if field.null:
        return "NULL"
    value = field.get_default()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if value in ([], {}, ()):
        return "'{}'"
    return "'" + str(value or "").replace("'", "''") + "'"
