"""Rules of the house that a linter does not know, read from the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ROOT / "apps"
MODULES = [path for path in APPS.rglob("*.py") if "migrations" not in path.parts]
FACT_APPS = ["incidents", "displacement", "access", "records", "ledger", "crises", "sources", "geo", "context"]
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "data", "info", "process", "handle"}
WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "update", "delete"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_modules_stay_within_400_lines():
    long = [relative(path) for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    assert long == []


def test_functions_stay_within_60_lines():
    long = [
        f"{relative(path)}:{node.name}"
        for path in MODULES
        for node in functions(tree(path))
        if (node.end_lineno or 0) - node.lineno + 1 > 60
    ]
    assert long == []


def test_templates_stay_within_150_lines_and_scripts_within_250():
    long = [
        relative(path)
        for pattern, most in (("templates/**/*.html", 150), ("static/js/**/*.js", 250))
        for path in ROOT.glob(pattern)
        if len(path.read_text(encoding="utf-8").splitlines()) > most
    ]
    assert long == []


def test_every_module_says_what_it_is():
    silent = [
        relative(path)
        for path in MODULES
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_no_module_or_function_has_a_name_that_says_nothing():
    named = [relative(path) for path in MODULES if path.stem in FORBIDDEN_NAMES]
    # `handle` is what Django calls a command's entry point.
    named += [
        f"{relative(path)}:{node.name}"
        for path in MODULES
        if "commands" not in path.parts
        for node in functions(tree(path))
        if node.name in FORBIDDEN_NAMES
    ]
    assert named == []


def test_only_the_map_folder_speaks_leaflet():
    speakers = [
        relative(path)
        for path in (ROOT / "static" / "js").rglob("*.js")
        if "map" not in path.relative_to(ROOT / "static" / "js").parts and re.search(r"\bL\.\w", path.read_text())
    ]
    assert speakers == []


def test_connectors_have_a_client_a_parser_a_connector_payloads_and_tests():
    missing = []
    for package in sorted(path for path in (APPS / "connectors").iterdir() if (path / "__init__.py").exists()):
        tests = ROOT / "tests" / "connectors" / package.name
        wanted = [
            package / "client.py",
            package / "parse.py",
            package / "connector.py",
            tests / "payloads" / "README.md",
        ]
        missing += [relative(path) for path in wanted if not path.exists()]
        if not list(tests.glob("test_*.py")):
            missing.append(f"{relative(tests)}/test_*.py")
    assert missing == []


def test_views_never_filter():
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in (APPS / "dashboard" / "views").rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"filter", "exclude"}
    ]
    assert found == []


@pytest.mark.parametrize("app", FACT_APPS)
def test_rows_are_written_only_by_the_app_that_owns_them(app):
    """A name imported from another app's models is never the start of a write."""
    offences = []
    for path in MODULES:
        owner = path.relative_to(APPS).parts[0]
        # The ledger's base classes are written through by everybody; the sample runs the owners' actions.
        if owner == app:
            continue
        module = tree(path)
        foreign = {
            alias.asname or alias.name
            for node in ast.walk(module)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"apps.{app}.models")
            for alias in node.names
        }
        offences += [f"{relative(path)}:{line} {name}" for line, name in writes(module, foreign)]
    assert offences == []


def writes(module: ast.Module, names: set[str]) -> Iterator[tuple[int, str]]:
    """Calls such as Incident.objects.create(…) or Incident.objects.filter(…).update(…)."""
    for node in ast.walk(module):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        start: ast.AST = node.func.value
        steps = []
        while isinstance(start, ast.Attribute | ast.Call):
            if isinstance(start, ast.Attribute):
                steps.append(start.attr)
            start = start.value if isinstance(start, ast.Attribute) else start.func
        if isinstance(start, ast.Name) and start.id in names and "objects" in steps:
            yield node.lineno, start.id


def test_no_text_takes_sides():
    """Our own words stay neutral; a source's words live in excerpts, not in code or templates."""
    words = re.compile(r"\b(regime|rebels?|terrorists?|militants?|liberated|martyrs?|so-called)\b", re.IGNORECASE)
    paths = [*MODULES, *ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/**/*.js")]
    assert [relative(path) for path in paths if words.search(path.read_text(encoding="utf-8"))] == []


def test_no_template_prints_verified_beside_a_number():
    beside = re.compile(
        r"verified\W{0,12}\{\{[^}]*(low|best|high|figure|number)|(low|best|high)[^}]*\}\}\W{0,12}verified"
    )
    assert [relative(p) for p in ROOT.glob("templates/**/*.html") if beside.search(p.read_text(encoding="utf-8"))] == []
