"""The base of every row whose past is kept, and the model of that past.

A live row carries the revision that made it (`rev`). When it is updated or deleted, statement triggers copy the
superseded row to a `…_version` table with the revision that ended it (`rev_to`). A first version copies nothing.
"""

import re
from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.db import models


def kind_of(model: Any) -> str:
    """The code of a model in links and changes: AccessConstraint is access_constraint.

    Read from the model's options alone, since migrations render triggers for models without our methods.
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model._meta.object_name).lower()


def owner_of(model: Any) -> Any:
    """The record model a row belongs to (its `record`), or None when the row is itself what changes."""
    fields = {field.name: field for field in model._meta.fields}
    return fields["record"].remote_field.model if "record" in fields else None


COLUMNS = "revision_id, kind, record_id, crisis_id, action, reason, audience_before, audience_after"

# The revision that the current transaction has open.
CURRENT = "current_setting('ledger.revision')::bigint"


class OpenRevision(pgtrigger.Trigger):  # type: ignore[misc]
    """Raw SQL writes are numbered too: the first write of a transaction opens its revision."""

    name = "ledger_open"
    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = "PERFORM ledger_open_revision(); RETURN NULL;"


class StampRow(pgtrigger.Trigger):  # type: ignore[misc]
    """Put the open revision on the row and count its versions."""

    name = "ledger_stamp"
    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    func = """
        NEW.rev := current_setting('ledger.revision')::bigint;
        IF TG_OP = 'UPDATE' THEN NEW.version := OLD.version + 1; END IF;
        RETURN NEW;
    """


class KeepTrigger(pgtrigger.Trigger):  # type: ignore[misc]
    """What the three AFTER STATEMENT triggers share: the copy to the past, and the change row."""

    level = pgtrigger.Statement
    when = pgtrigger.After

    def supersede(self, model: Any) -> str:
        """Copy superseded rows; a row made and replaced in one revision was never visible and is not kept."""
        columns = ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields)
        # Identifiers come from our own models, never from a request.
        return f"""
            INSERT INTO "{model._meta.db_table}_version" ({columns}, rev_to)
            SELECT {columns}, {CURRENT} FROM old_rows WHERE rev < {CURRENT};
        """  # noqa: S608

    def change(self, model: Any, *, rows: str, action: str, before: str, after: str) -> str:
        """One Change per record touched. Rows that belong to a record report it; others report themselves.

        A record written in this revision has its own change already and needs no second one for what belongs to it.
        """
        owner = owner_of(model)
        if owner is not None:
            return self._change_of_owner(model, owner, rows)
        has_crisis = "crisis" in _names(model)
        first = f"""
            INSERT INTO ledger_change ({COLUMNS})
            SELECT {CURRENT}, '{kind_of(model)}', n.id, {"n.crisis_id" if has_crisis else "NULL"}, {action}, '',
                   {before}, {after}
            FROM {rows};
        """  # noqa: S608
        if not has_crisis or "old_rows o" not in rows:
            return first
        # Those who read it in the crisis it stood in before are told too.
        return f"""{first}
            INSERT INTO ledger_change ({COLUMNS})
            SELECT {CURRENT}, '{kind_of(model)}', n.id, o.crisis_id, {action}, '', {before}, {after}
            FROM {rows} WHERE o.crisis_id IS DISTINCT FROM n.crisis_id;
        """  # noqa: S608

    def _change_of_owner(self, model: Any, owner: Any, rows: str) -> str:
        """The change of a record through what belongs to it; a merged record's claims speak for its root."""
        names, is_update = _names(model), "old_rows o" in rows
        # What happens to a row stricter than its record is told to those cleared for the row, before or after.
        own = "least(n.sensitivity, o.sensitivity)" if is_update else "n.sensitivity"
        audience = f"greatest(r.audience, {own})" if "sensitivity" in names else "r.audience"
        word = "figures" if "attributed_to" in names or "claim" in names else "updated"
        key = "canonical_id" if "canonical" in names else "record_id"
        touched = f'JOIN "{owner._meta.db_table}" r ON r.id = n.{key}'
        if is_update and key == "canonical_id":
            touched = (
                "CROSS JOIN LATERAL (VALUES (n.canonical_id), (o.canonical_id)) AS touched(id) "
                f'JOIN "{owner._meta.db_table}" r ON r.id = touched.id'
            )
        crisis = "r.crisis_id" if "crisis" in _names(owner) else "NULL"
        return f"""
            INSERT INTO ledger_change ({COLUMNS})
            SELECT {CURRENT}, '{kind_of(owner)}', r.id, {crisis}, '{word}', '', min({audience}), min({audience})
            FROM {rows} {touched}
            WHERE r.rev < {CURRENT} GROUP BY r.id;
        """  # noqa: S608


def _names(model: Any) -> set[str]:
    return {field.name for field in model._meta.fields}


def audience_of(model: Any, alias: str) -> str:
    """The audience column of a transition table's row; rows without one say nothing of who may see them."""
    return f"{alias}.audience" if any(field.name == "audience" for field in model._meta.fields) else "NULL::smallint"


class KeepCreated(KeepTrigger):
    """Say that records appeared."""

    name = "ledger_created"
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_rows")

    def get_func(self, model: Any) -> str:
        change = self.change(
            model, rows="new_rows n", action="'created'", before="NULL::smallint", after=audience_of(model, "n")
        )
        return f"{change} RETURN NULL;"


class KeepUpdated(KeepTrigger):
    """Keep what stood before, and say what changed."""

    name = "ledger_updated"
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old="old_rows", new="new_rows")

    def get_func(self, model: Any) -> str:
        before, after = audience_of(model, "o"), audience_of(model, "n")
        change = self.change(
            model,
            rows="new_rows n JOIN old_rows o USING (id)",
            action=f"CASE WHEN {after} = 9 AND {before} < 9 THEN 'removed' ELSE 'updated' END",
            before=before,
            after=after,
        )
        return f"{self.supersede(model)} {change} RETURN NULL;"


class KeepDeleted(KeepTrigger):
    """Keep what stood before a row was deleted."""

    name = "ledger_deleted"
    operation = pgtrigger.Delete
    referencing = pgtrigger.Referencing(old="old_rows")

    def get_func(self, model: Any) -> str:
        change = self.change(
            model, rows="old_rows n", action="'removed'", before=audience_of(model, "n"), after="NULL::smallint"
        )
        return f"{self.supersede(model)} {change} RETURN NULL;"


class RefuseTruncate(pgtrigger.Trigger):  # type: ignore[misc]
    """TRUNCATE names no rows to keep. Deleting keeps them; redacting destroys them and says so."""

    name = "ledger_no_truncate"
    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate
    # Only an installation that is about to be thrown away sets it: the test database.
    func = """
        IF coalesce(current_setting('ledger.may_truncate', true), '') <> 'on' THEN
            RAISE EXCEPTION 'The past of % is kept: delete its rows instead.', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    """


class Versioned(models.Model):
    """A row with a revision, a version number and a kept past. Rows with a `record` report that record's change."""

    rev = models.BigIntegerField(default=0, editable=False, help_text="The revision that made this version.")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        triggers = [OpenRevision(), StampRow(), KeepCreated(), KeepUpdated(), KeepDeleted(), RefuseTruncate()]


def keep_versions(model: type[models.Model]) -> type[models.Model]:
    """Make the model of a versioned model's past: the same columns without constraints, plus `rev_to`.

    The queryset class is shared, so every filter that works on the present works on the past.
    """
    fields: dict[str, Any] = {
        "__module__": model.__module__,
        "__doc__": f"Superseded rows of {model.__name__}; `rev_to` is the revision that ended each.",
        "version_id": models.BigAutoField(primary_key=True),
        "rev_to": models.BigIntegerField(),
        "Meta": type(
            "Meta",
            (),
            {
                "app_label": model._meta.app_label,
                "db_table": f"{model._meta.db_table}_version",
                "indexes": list(_indexes(model)),
            },
        ),
    }
    for field in model._meta.local_concrete_fields:
        fields[field.name] = _unconstrained(field)
    queryset = type(model._default_manager.get_queryset())
    fields["objects"] = queryset.as_manager()
    return type(f"{model.__name__}Version", (models.Model,), fields)


def _indexes(model: Any) -> Iterator[models.Index]:
    """By key, and by what lists of the present are read by: a list of the past is limited inside the same order."""
    names = {field.name for field in model._meta.local_concrete_fields}
    yield models.Index(fields=["id", "rev", "rev_to"], name=f"{model._meta.model_name}_version_id"[:30])
    if "start_date" in names:
        order = ["-start_date", "-id"]
        yield models.Index(fields=order, name=f"{model._meta.model_name}_past"[:30])
        yield models.Index(fields=["crisis", *order], name=f"{model._meta.model_name}_past_crisis"[:30])
    owner = "canonical" if "canonical" in names else "record"
    if "record" in names:
        yield models.Index(fields=[owner], name=f"{model._meta.model_name}_past_of"[:30])


def _unconstrained(field: Any) -> Any:
    """The same column, free of keys, uniqueness and indexes."""
    if isinstance(field, models.GeneratedField):
        plain: Any = field.output_field.clone()  # type: ignore[union-attr]
        plain.null = True
        return plain
    if isinstance(field, models.ForeignKey):
        return models.ForeignKey(
            field.remote_field.model,
            on_delete=models.DO_NOTHING,
            related_name="+",
            db_constraint=False,
            db_index=False,
            null=field.null,
            editable=False,
        )
    _, _, args, kwargs = field.deconstruct()
    for option in ("primary_key", "unique", "auto_now", "auto_now_add"):
        kwargs.pop(option, None)
    if hasattr(field, "spatial_index"):
        kwargs["spatial_index"] = False
    else:
        kwargs["db_index"] = False
    return type(field)(*args, **kwargs)
