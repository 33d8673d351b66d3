"""The triggers that keep the cells: each statement's difference is added inside its own transaction.

What a cell holds is a function of records and claims alone. A statement on either is told as rows that went (-1) and rows
that came (+1), joined to the other table as it stands; the counts and sums of both are added in the order of the key.
The newest of a cell cannot be subtracted: where it may have gone it is looked for again in that cell's records.
"""

from django.db import migrations

KINDS = {
    "incident": ("incidents_incident", "incidents_casualtyclaim", "r.kind = 'event'"),
    "displacement": ("displacement_displacement", "displacement_displacementclaim", "true"),
}
KEY = "kind, month, metric, crisis, audience"

# r: a record. When it was told; where nobody says when, when it happened, but not after we learned it.
TOLD = "least(coalesce(r.reported_at, r.ended_at, r.started_at, r.end_date::timestamp AT TIME ZONE 'UTC'), r.created_at)"
MONTH = "date_trunc('month', r.start_date::timestamp)::date"
IN_A_MONTH = "date_trunc('month', r.start_date::timestamp) = date_trunc('month', r.end_date::timestamp)"
HELD = f"r.audience < 9 AND {IN_A_MONTH}"
# c: a claim of it. The figure used of an event, of everybody, in people.
ADDED_UP = """c.is_adopted AND c.scope = 'event' AND c."group" = 'all' AND c.sex = 'all' AND c.age_band = 'all'
  AND c.unit = 'people' AND c.quantifier <> 'not_given' AND c.sensitivity <= r.sensitivity"""
# What stands for a day or a period of its own is asked from the claims: it counts in some periods only.
SAID = """c.status = 'current' AND c.scope = 'event' AND c.as_of_date IS NULL AND NOT c.is_held
  AND c.sensitivity <= r.sensitivity"""


def cell(kind: str, metric: str) -> str:
    """The key of the cell that a record r stands in."""
    return f"'{kind}', {MONTH}, {metric}, coalesce(r.crisis_id, 0), r.audience"


def events(kind: str, rows: str) -> str:
    """How many events: `rows` are records r with a sign."""
    return f"""
    SELECT {cell(kind, "''")}, 0::bigint, sign, 0::bigint, 0::bigint, 0, 0::bigint, 0
    FROM {rows} WHERE {HELD} AND {KINDS[kind][2]}"""


def figures(kind: str, rows: str) -> str:
    """Figures used: `rows` are records r and their claims c with a sign."""
    return f"""
    SELECT {cell(kind, "c.metric_id")}, r.dataset_id, sign, sign * coalesce(c.low, 0),
      sign * coalesce(c.best, 0), sign * (c.best IS NOT NULL)::int,
      sign * coalesce(c.high, 0), sign * (c.high IS NOT NULL)::int
    FROM {rows} WHERE {HELD} AND {KINDS[kind][2]} AND {ADDED_UP}"""


def tellers(kind: str, rows: str) -> str:
    """Who told of records, and when."""
    return f"SELECT {cell(kind, chr(39) * 2)}, r.source_id, sign, {TOLD} FROM {rows} WHERE {HELD}"


def speakers(kind: str, rows: str) -> str:
    """Who stated figures, and when."""
    return f"""
    SELECT {cell(kind, "c.metric_id")}, c.source_id, sign, coalesce(c.published_at, c.created_at)
    FROM {rows} WHERE {HELD} AND {SAID}"""


def grouped_sums(rows: str) -> str:
    return f"""
    SELECT {KEY}, dataset, sum(n) AS n, sum(low) AS low, sum(best) AS best, sum(bests) AS bests, sum(high) AS high,
      sum(highs) AS highs
    FROM ({rows}) AS one({KEY}, dataset, n, low, best, bests, high, highs) GROUP BY {KEY}, dataset"""


def add_sums(rows: str) -> str:
    return f"""
    WITH difference AS ({grouped_sums(rows)}), written AS (
      INSERT INTO picture_sum AS t ({KEY}, dataset, n, low, best, bests, high, highs)
      SELECT * FROM difference WHERE (n, low, best, bests, high, highs) <> (0, 0, 0, 0, 0, 0) ORDER BY {KEY}, dataset
      ON CONFLICT ({KEY}, dataset) DO UPDATE SET n = t.n + excluded.n, low = t.low + excluded.low,
        best = t.best + excluded.best, bests = t.bests + excluded.bests, high = t.high + excluded.high,
        highs = t.highs + excluded.highs
      RETURNING id, n
    )
    SELECT array_agg(id) INTO emptied FROM written WHERE n = 0;
    DELETE FROM picture_sum WHERE id = ANY(emptied);"""


def grouped_voices(rows: str) -> str:
    return f"""
    SELECT {KEY}, source, sum(sign) AS n, max(said) FILTER (WHERE sign > 0) AS newest,
      max(said) FILTER (WHERE sign < 0) AS gone
    FROM ({rows}) AS one({KEY}, source, sign, said) GROUP BY {KEY}, source"""


def add_voices(kind: str, rows: str) -> str:
    return f"""
    WITH difference AS ({grouped_voices(rows)}), written AS (
      INSERT INTO picture_voice AS t ({KEY}, source, n, newest, gone)
      SELECT {KEY}, source, n, coalesce(newest, gone), gone FROM difference
      WHERE n <> 0 OR newest IS DISTINCT FROM gone ORDER BY {KEY}, source
      ON CONFLICT ({KEY}, source) DO UPDATE SET n = t.n + excluded.n, newest = greatest(t.newest, excluded.newest),
        gone = CASE WHEN excluded.gone >= t.newest AND excluded.newest <= excluded.gone THEN excluded.gone END
      RETURNING id, n, gone
    )
    SELECT array_agg(id) FILTER (WHERE n = 0), array_agg(id) FILTER (WHERE n <> 0 AND gone IS NOT NULL)
    INTO emptied, aged FROM written;
    DELETE FROM picture_voice WHERE id = ANY(emptied);
    IF aged IS NOT NULL THEN
      PERFORM picture_renew_{kind}(aged);
    END IF;"""


def renewal(kind: str) -> str:
    """Look for the newest of some cells again, in the records of their months."""
    records, claims, _ = KINDS[kind]
    in_cell = f"""r.start_date >= v.month AND r.start_date < (v.month + interval '1 month')::date AND {HELD}
      AND coalesce(r.crisis_id, 0) = v.crisis AND r.audience = v.audience"""
    return f"""
CREATE FUNCTION picture_renew_{kind}(cells bigint[]) RETURNS void LANGUAGE sql AS $$
  UPDATE picture_voice v SET gone = NULL, newest = coalesce((
    SELECT max({TOLD}) FROM {records} r WHERE {in_cell} AND r.source_id = v.source), v.newest)
  WHERE v.id = ANY(cells) AND v.metric = '';
  UPDATE picture_voice v SET gone = NULL, newest = coalesce((
    SELECT max(coalesce(c.published_at, c.created_at)) FROM {records} r JOIN {claims} c ON c.canonical_id = r.id
    WHERE {in_cell} AND c.source_id = v.source AND c.metric_id = v.metric AND {SAID}), v.newest)
  WHERE v.id = ANY(cells) AND v.metric <> '';
$$;"""


OF_RECORDS = """start_date, end_date, crisis_id, audience, dataset_id, source_id, sensitivity, reported_at,
  started_at, ended_at, created_at"""
OF_CLAIMS = """canonical_id, is_adopted, status, is_held, sensitivity, metric_id, "group", sex, age_band, unit, scope,
  quantifier, low, best, high, as_of_date, source_id, published_at, created_at"""


def signed(operation: str, columns: str) -> str:
    """The rows of a statement: those that went and those that came, where one of the columns that count differs."""
    if operation != "update":
        rows, sign = ("new_rows", 1) if operation == "insert" else ("old_rows", -1)
        return f"(SELECT {sign} AS sign, id, {columns} FROM {rows})"
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{alias}.{name}" for name in names) for alias in "on")
    differ = f"FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE ({old}) IS DISTINCT FROM ({new})"
    return f"(SELECT -1 AS sign, o.id, {old} {differ} UNION ALL SELECT 1, n.id, {new} {differ})"


REFERENCING = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def trigger(kind: str, operation: str, of: str) -> str:
    records, claims, _ = KINDS[kind]
    name = f"picture_{kind}_{of}_{operation}"
    if of == "records":
        table = records
        own = OF_RECORDS + (", kind" if kind == "incident" else "")
        rows = f"{signed(operation, own)} r"
        both = f"{rows} JOIN {claims} c ON c.canonical_id = r.id"
        # A record has no claims when it is inserted: they point at it.
        later = operation != "insert"
        sums = events(kind, rows) + (f" UNION ALL {figures(kind, both)}" if later else "")
        voices = tellers(kind, rows) + (f" UNION ALL {speakers(kind, both)}" if later else "")
    else:
        table = claims
        both = f"{signed(operation, OF_CLAIMS)} c JOIN {records} r ON r.id = c.canonical_id"
        sums, voices = figures(kind, both), speakers(kind, both)
    source = "old_rows" if operation == "delete" else "new_rows"
    # A plan is kept for the session: made for many rows it would read the whole table for one, hence no hash of it.
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  emptied bigint[];
  aged bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM {source}) THEN
    RETURN NULL;
  END IF;
  {add_sums(sums)}
  {add_voices(kind, voices)}
  RETURN NULL;
END
$$;
CREATE TRIGGER {name} AFTER {operation.upper()} ON {table} REFERENCING {REFERENCING[operation]}
FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""


def expected() -> str:
    """What the cells should hold, for the rebuild and the nightly comparison."""
    sums, voices = [], []
    for kind, (records, claims, _) in KINDS.items():
        rows = f"(SELECT 1 AS sign, * FROM {records}) r"
        both = f"{rows} JOIN {claims} c ON c.canonical_id = r.id"
        sums += [events(kind, rows), figures(kind, both)]
        voices += [tellers(kind, rows), speakers(kind, both)]
    return f"""
CREATE VIEW picture_sum_expected AS {grouped_sums(" UNION ALL ".join(sums))};
CREATE VIEW picture_voice_expected AS {grouped_voices(" UNION ALL ".join(voices))};"""


OPERATIONS = [(kind, operation, of) for kind in KINDS for of in ("records", "claims") for operation in REFERENCING]
FORWARDS = "".join(
    [
        *(renewal(kind) for kind in KINDS),
        *(trigger(kind, operation, of) for kind, operation, of in OPERATIONS),
        expected(),
        f"INSERT INTO picture_sum ({KEY}, dataset, n, low, best, bests, high, highs) SELECT * FROM picture_sum_expected;",
        f"INSERT INTO picture_voice ({KEY}, source, n, newest, gone) SELECT * FROM picture_voice_expected;",
    ]
)
BACKWARDS = """
DROP VIEW picture_sum_expected, picture_voice_expected;
DELETE FROM picture_sum;
DELETE FROM picture_voice;
""" + "".join(
    [
        *(f"DROP FUNCTION picture_{kind}_{of}_{operation}() CASCADE;" for kind, operation, of in OPERATIONS),
        *(f"DROP FUNCTION picture_renew_{kind}(bigint[]);" for kind in KINDS),
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("picture", "0001_cells"),
        ("incidents", "0004_guards"),
        ("displacement", "0003_guards"),
    ]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
