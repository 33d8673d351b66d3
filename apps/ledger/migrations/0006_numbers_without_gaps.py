"""Numbers follow each other without a gap, and whoever waits for the lock too long is told what for."""

from django.db import migrations

# The lock makes the newest number the last one drawn: a sequence would leave a gap behind every rolled back write.
FORWARDS = """
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
    BEGIN
        PERFORM pg_advisory_xact_lock(7317263115);
    EXCEPTION WHEN lock_not_available THEN
        RAISE EXCEPTION 'The ledger is busy: another transaction has been writing facts for more than %.',
            current_setting('lock_timeout') USING ERRCODE = 'lock_not_available';
    END;
    SELECT id, at INTO number, newest FROM ledger_revision ORDER BY id DESC LIMIT 1;
    number := coalesce(number, 0) + 1;
    INSERT INTO ledger_revision (id, at, by_id, reason)
    VALUES (number, greatest(least(coalesce(clock, clock_timestamp()), clock_timestamp()), newest), actor, why);
    -- A savepoint that is rolled back takes this back with the row and the lock: the next write opens one anew.
    PERFORM set_config('ledger.revision', number::text, true);
    RETURN number;
END
$$;
DROP SEQUENCE ledger_revision_number;
"""
BACKWARDS = """
CREATE SEQUENCE ledger_revision_number CACHE 1;
SELECT setval('ledger_revision_number', coalesce(max(id), 0) + 1, false) FROM ledger_revision;
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
    PERFORM pg_advisory_xact_lock(7317263115);
    number := nextval('ledger_revision_number');
    SELECT at INTO newest FROM ledger_revision ORDER BY id DESC LIMIT 1;
    INSERT INTO ledger_revision (id, at, by_id, reason)
    VALUES (number, greatest(least(coalesce(clock, clock_timestamp()), clock_timestamp()), newest), actor, why);
    PERFORM set_config('ledger.revision', number::text, true);
    RETURN number;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_change_in_its_crisis")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
