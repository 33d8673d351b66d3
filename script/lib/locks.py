"""Check, without the network, that the lock files are what pyproject.toml and package.json ask for.

Prints every disagreement and exits 1 when there is one. `script/lock` rewrites the files.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)
HASHED = re.compile(r"^\S+==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", re.M)
ADDRESS = re.compile(r"https?://|file:|(?<![\w-])/(?:home|root|tmp|usr|Users|work)/|--(?:index-url|find-links)")


def pins(lock: str) -> dict[str, str]:
    """Return name -> version of a requirements lock."""
    return {canonicalize_name(name): version for name, version in PIN.findall(lock)}


def unmet(requirements: list[str], pinned: dict[str, str], lock: str) -> Iterator[str]:
    """Name each requirement that the lock leaves out or pins outside its range."""
    for text in requirements:
        requirement = Requirement(text)
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None:
            yield f"{lock}: {requirement.name} is not locked"
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f"{lock}: {requirement.name}=={version} does not satisfy {requirement.specifier}"


def python_disagreements(root: Path) -> Iterator[str]:
    """Compare pyproject.toml with the requirements*.lock files."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["project"]["dependencies"] + groups["dev"],
        "requirements-uv.lock": groups["installer"],
        "requirements-node.lock": groups["node"],
    }
    for name, requirements in wanted.items():
        lock = (root / name).read_text(encoding="utf-8")
        yield from unmet(requirements, pins(lock), name)
        if len(HASHED.findall(lock)) != len(PIN.findall(lock)):
            yield f"{name}: a package has no hash"
        if found := ADDRESS.search(lock):
            yield f"{name}: names an address or a path ({found.group()})"
    development = pins((root / "requirements-dev.lock").read_text(encoding="utf-8"))
    for package, version in pins((root / "requirements.lock").read_text(encoding="utf-8")).items():
        if development.get(package) != version:
            yield f"requirements-dev.lock: {package} is {development.get(package)}, requirements.lock has {version}"


def npm_disagreements(root: Path) -> Iterator[str]:
    """Compare package.json with package-lock.json."""
    package = json.loads((root / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    for kind in ("dependencies", "devDependencies"):
        for name, version in package.get(kind, {}).items():
            if name not in package["//"]:
                yield f"package.json: {name} has no reason"
            locked = lock["packages"].get(f"node_modules/{name}", {}).get("version")
            if locked != version:
                yield f"package-lock.json: {name} is {locked}, package.json wants {version}"
        if lock["packages"][""].get(kind, {}) != package.get(kind, {}):
            yield f"package-lock.json: its {kind} are not package.json's"
    for path, entry in lock["packages"].items():
        if "resolved" in entry:
            yield f"package-lock.json: {path} names where it was fetched from"
        if path and "integrity" not in entry:
            yield f"package-lock.json: {path} has no hash"


def main() -> int:
    """Print what disagrees in the checkout, or in the one given as argument."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    disagreements = [*python_disagreements(root), *npm_disagreements(root)]
    for line in disagreements:
        print(line)
    if disagreements:
        print("script/lock rewrites the lock files.")
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
