"""No revision is dated ahead of the clock: one such would pin every later one to its moment."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION
ledger_open_revision(clock timestamptz DEFAULT NULL, actor bigint DEFAULT NULL, why text DEFAULT '')
RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    open_one text := current_setting('ledger.revision', true);
    number bigint;
    newest timestamptz;
BEGIN
    IF coalesce(open_one, '') <> '' THEN
        RETURN open_one::bigint;
    END IF;
    -- Held until this transaction ends: PostgreSQL shows a commit before it releases the lock, so revision n is
    -- visible before n+1 exists. Each statement below takes its own snapshot, after the wait.
    PERFORM pg_advisory_xact_lock(7317263115);
    number := nextval('ledger_revision_number');
    SELECT at INTO newest FROM ledger_revision ORDER BY id DESC LIMIT 1;
    INSERT INTO ledger_revision (id, at, by_id, reason)
    VALUES (number, greatest({moment}, newest), actor, why);
    PERFORM set_config('ledger.revision', number::text, true);
    RETURN number;
END
$$;
"""
FORWARDS = FUNCTION.format(moment="least(coalesce(clock, clock_timestamp()), clock_timestamp())")
BACKWARDS = FUNCTION.format(moment="coalesce(clock, clock_timestamp())")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_undo_and_floor")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
