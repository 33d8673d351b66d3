"""What a figure answers, as text: two claims are rivals where it is equal."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION records_question(
    metric text, whom text, sex text, age_band text, unit text, scope text, from_date date, to_date date,
    counts_from date, as_of_date date, round bigint
) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat_ws('|', metric, whom, sex, age_band, unit, scope, coalesce(to_char(from_date, 'YYYY-MM-DD'), ''),
        coalesce(to_char(to_date, 'YYYY-MM-DD'), ''), coalesce(to_char(counts_from, 'YYYY-MM-DD'), ''),
        coalesce(to_char(as_of_date, 'YYYY-MM-DD'), ''), coalesce(round::text, ''))
$$;
"""
BACKWARDS = (
    "DROP FUNCTION records_question(text, text, text, text, text, text, date, date, date, date, bigint);"
)


class Migration(migrations.Migration):
    dependencies = [("records", "0003_duplicates_and_redactions")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
