"""The function that numbers transactions in commit order."""

from django.db import migrations

# Any constant of our own: the one lock that writers of facts queue for.
LOCK = 7_317_263_115

FORWARDS = f"""
CREATE SEQUENCE ledger_revision_number CACHE 1;

CREATE FUNCTION ledger_open_revision(clock timestamptz DEFAULT NULL, actor bigint DEFAULT NULL, why text DEFAULT '')
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
    PERFORM pg_advisory_xact_lock({LOCK});
    number := nextval('ledger_revision_number');
    SELECT at INTO newest FROM ledger_revision ORDER BY id DESC LIMIT 1;
    INSERT INTO ledger_revision (id, at, by_id, reason)
    VALUES (number, greatest(coalesce(clock, clock_timestamp()), newest), actor, why);
    PERFORM set_config('ledger.revision', number::text, true);
    RETURN number;
END
$$;
"""
BACKWARDS = """
DROP FUNCTION ledger_open_revision(timestamptz, bigint, text);
DROP SEQUENCE ledger_revision_number;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_revisions")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
