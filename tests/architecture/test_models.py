"""Rules that hold for every model and every migration."""

import importlib
import pkgutil

import pytest
from django.apps import apps
from django.db import migrations, models

from apps.ledger.versioned import Versioned
from apps.records import kinds
from apps.records.models import Record

OURS = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
LIVE = [model for model in OURS if not model.__name__.endswith("Version")]
VERSIONED = [model for model in OURS if issubclass(model, Versioned)]


@pytest.mark.parametrize("model", LIVE, ids=lambda model: model.__name__)
def test_a_model_adds_at_most_twenty_fields_to_its_parts(model):
    inherited = {field.name for base in model.__mro__[1:] if hasattr(base, "_meta") for field in base._meta.fields}
    own = [field.name for field in model._meta.local_fields if field.name not in inherited]
    assert len(own) <= 20, own


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_constraints_and_indexes_have_names_of_their_own(model):
    names = [constraint.name for constraint in model._meta.constraints] + [index.name for index in model._meta.indexes]
    assert len(names) == len(set(names))
    assert not [name for name in names if "%(" in name]


@pytest.mark.parametrize("model", VERSIONED, ids=lambda model: model.__name__)
def test_a_versioned_model_keeps_every_column_of_its_past(model):
    past = apps.get_model(model._meta.app_label, f"{model.__name__}Version")
    live = {field.column for field in model._meta.concrete_fields}
    kept = {field.column for field in past._meta.concrete_fields}
    assert kept == live | {"version_id", "rev_to"}


@pytest.mark.parametrize("model", VERSIONED, ids=lambda model: model.__name__)
def test_a_versioned_model_has_its_six_triggers(model):
    assert {trigger.name for trigger in model._meta.triggers} >= {
        "ledger_open",
        "ledger_stamp",
        "ledger_created",
        "ledger_updated",
        "ledger_deleted",
        "ledger_no_truncate",
    }


def test_every_concrete_record_is_a_registered_kind():
    concrete = {model for model in OURS if issubclass(model, Record)}
    assert {kind.record for kind in kinds.every()} == concrete


def test_pairs_of_who_and_when_are_constrained():
    """Where a model says who did something, a constraint makes sure it also says when."""
    unguarded = []
    for model in LIVE:
        names = {field.name for field in model._meta.fields}
        checks = " ".join(
            str(constraint.condition) for constraint in model._meta.constraints if hasattr(constraint, "condition")
        )
        for name in names:
            when = name.removesuffix("_by") + "_at"
            # A reporter is a person here; when it was reported is the source's time.
            if name.endswith("_by") and name != "reported_by" and when in names and f"'{name}'" not in checks:
                unguarded.append(f"{model.__name__}.{name}")
    assert unguarded == []


def ours_migrations():
    for app in apps.get_app_configs():
        if app.name.startswith("apps."):
            try:
                package = importlib.import_module(f"{app.name}.migrations")
            except ModuleNotFoundError:
                continue
            for found in pkgutil.iter_modules(package.__path__):
                yield f"{app.label}.{found.name}", importlib.import_module(f"{package.__name__}.{found.name}").Migration


@pytest.mark.parametrize(
    ("name", "migration"), list(ours_migrations()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_migration_says_what_it_does_and_can_go_back(name, migration):
    assert "_auto_" not in name
    for operation in migration.operations:
        if isinstance(operation, migrations.RunPython | migrations.RunSQL):
            assert operation.reversible, name


def test_every_text_column_that_may_be_null_means_not_known():
    """Null and empty must not both mean nothing: nullable text is allowed only where it is part of a key."""
    allowed = {"AdminArea", "Place"}
    nullable = [
        f"{model.__name__}.{field.name}"
        for model in LIVE
        if model.__name__ not in allowed
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField) and field.null
    ]
    assert nullable == []
