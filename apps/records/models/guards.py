"""Rules over several rows that no check constraint can hold: triggers that refuse with a constraint's name."""

from typing import Any

import pgtrigger

from apps.records.vocabularies import Quantifier

OPEN_ABOVE = ", ".join(f"'{each}'" for each in (Quantifier.AT_LEAST, Quantifier.MORE_THAN))
# A bound from above, as far as the one who said it gave one.
MOST = f"""coalesce(w.high, CASE WHEN w.quantifier NOT IN ({OPEN_ABOVE}) THEN w.best END)"""


class MergesMakeNoCycle(pgtrigger.Trigger):  # type: ignore[misc]
    """A record is never merged into one that is merged into it, however far up."""

    name = "merges_make_no_cycle"
    when = pgtrigger.Before
    operation = pgtrigger.UpdateOf("merged_into_id")
    condition = pgtrigger.Q(new__merged_into__isnull=False)

    def get_func(self, model: Any) -> str:
        # Identifiers come from our own models, never from a request.
        return f"""
            IF EXISTS (
                WITH RECURSIVE above AS (
                    SELECT NEW.merged_into_id AS id
                    UNION
                    SELECT r.merged_into_id FROM "{model._meta.db_table}" r JOIN above ON r.id = above.id
                    WHERE r.merged_into_id IS NOT NULL
                )
                SELECT 1 FROM above WHERE above.id = NEW.id
            ) THEN
                RAISE EXCEPTION 'A record cannot be merged into one that is merged into it.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{model._meta.model_name}_merge_makes_no_cycle';
            END IF;
            RETURN NEW;
        """  # noqa: S608


class PartsWithinWholes(pgtrigger.Trigger):  # type: ignore[misc]
    """A part is never greater than its whole. Compared only where both are counted alike and still stand."""

    level = pgtrigger.Statement
    when = pgtrigger.After

    def refuse_where(self, model: Any, pairs: str) -> str:
        """Refuse the statement if one of these pairs of part `p` and whole `w` does not fit."""
        return f"""
            IF EXISTS (
                SELECT 1 FROM {pairs}
                WHERE p.status = 'current' AND w.status = 'current' AND p.metric_id = w.metric_id AND p.unit = w.unit
                  AND coalesce(p.low, p.best) > {MOST}
            ) THEN
                RAISE EXCEPTION 'A part is greater than its whole.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{model._meta.model_name}_part_within_whole';
            END IF;
        """  # noqa: S608

    def whole_of(self, model: Any) -> str:
        """Parts among the rows written, each with its whole: looked up by key, since these rows have no statistics."""
        table = model._meta.db_table
        return f"""new_rows p CROSS JOIN LATERAL (SELECT * FROM "{table}" WHERE id = p.part_of_id OFFSET 0) w"""  # noqa: S608


class NewPartsWithinWholes(PartsWithinWholes):
    """For parts that are new."""

    name = "new_parts_within_wholes"
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_rows")

    def get_func(self, model: Any) -> str:
        return f"{self.refuse_where(model, self.whole_of(model))} RETURN NULL;"


class ChangedPartsWithinWholes(PartsWithinWholes):
    """For parts that were corrected, and for wholes."""

    name = "parts_within_wholes"
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(new="new_rows")

    def get_func(self, model: Any) -> str:
        table = model._meta.db_table
        parts = f"""new_rows w CROSS JOIN LATERAL (SELECT * FROM "{table}" WHERE part_of_id = w.id OFFSET 0) p"""  # noqa: S608
        first, second = self.refuse_where(model, self.whole_of(model)), self.refuse_where(model, parts)
        return f"{first} {second} RETURN NULL;"


class AnswersItsQuestion(pgtrigger.Trigger):  # type: ignore[misc]
    """A decision picks among the answers to one question of one record: another question's claim is refused."""

    name = "answers_its_question"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("claim_id", "record_id", "question")

    def get_func(self, model: Any) -> str:
        record = model._meta.get_field("record").remote_field.model
        claim = model._meta.get_field("claim").remote_field.model
        has_figures = any(field.name == "metric" for field in claim._meta.fields)
        asked = f"records_question({QUESTION})" if has_figures else "''"
        return f"""
            IF NOT EXISTS (
                SELECT 1 FROM "{claim._meta.db_table}" c JOIN "{record._meta.db_table}" r ON r.id = NEW.record_id
                WHERE c.id = NEW.claim_id AND c.canonical_id = r.canonical_id AND NEW.question = {asked}
            ) THEN
                RAISE EXCEPTION 'The figure chosen answers another question.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{model._meta.model_name}_answers_its_question';
            END IF;
            RETURN NEW;
        """  # noqa: S608


QUESTION = (
    'c.metric_id, c."group", c.sex, c.age_band, c.unit, c.scope, c.from_date, c.to_date, c.counts_from, c.as_of_date, '
    "c.round_id"
)
