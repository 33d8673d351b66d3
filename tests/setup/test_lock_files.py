"""The lock files are what the project asks for, carry hashes, and name neither hosts nor paths."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    "pyproject.toml",
    "package.json",
    "package-lock.json",
    *sorted(path.name for path in ROOT.glob("requirements*.lock")),
]


def check(script: str, root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "script" / "lib" / script, root]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_lock_files_agree_with_what_is_asked_for() -> None:
    answer = check("locks.py", ROOT)
    assert (answer.returncode, answer.stdout) == (0, "")


def test_no_lock_file_names_a_host_or_a_path() -> None:
    for name in FILES[2:]:
        content = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r'"resolved"|--(extra-)?index-url|--find-links|/(tmp|home|root)/', content), name
        if name.startswith("requirements"):
            assert "://" not in content, name


def unlock_django(content: str) -> str:
    return re.sub(r"^django==[\d.]+", "django==4.2.1", content, flags=re.M)


def drop_hash(content: str) -> str:
    return re.sub(r"( \\\n +--hash=\S+)+", "", content, count=1)


def add_host(content: str) -> str:
    return content + "--index-url=somewhere\n"


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (unlock_django, "django==4.2.1 does not satisfy"),
        (drop_hash, "a package has no hash"),
        (add_host, "names an address or a path"),
    ],
)
def test_a_spoilt_lock_file_is_noticed(copy: Path, spoil: Callable[[str], str], complaint: str) -> None:
    lock = copy / "requirements.lock"
    lock.write_text(spoil(lock.read_text(encoding="utf-8")), encoding="utf-8")
    answer = check("locks.py", copy)
    assert answer.returncode == 1
    assert complaint in answer.stdout


def test_an_npm_package_without_reason_hash_or_lock_is_noticed(copy: Path) -> None:
    package = json.loads((copy / "package.json").read_text(encoding="utf-8"))
    package["dependencies"]["something-new"] = "1.0.0"
    (copy / "package.json").write_text(json.dumps(package), encoding="utf-8")
    lock = json.loads((copy / "package-lock.json").read_text(encoding="utf-8"))
    del lock["packages"]["node_modules/world-atlas"]["integrity"]
    (copy / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    answer = check("locks.py", copy)
    assert answer.returncode == 1
    for complaint in ("something-new has no reason", "something-new is None", "world-atlas has no hash"):
        assert complaint in answer.stdout


def test_no_tracked_file_names_a_package_registry() -> None:
    answer = check("hosts.py", ROOT)
    assert (answer.returncode, answer.stdout) == (0, "")


def test_a_registry_in_a_tracked_file_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("index = " + ".".join(["https://pypi", "org"]), encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", "setup.cfg"], check=True)
    answer = check("hosts.py", tmp_path)
    assert (answer.returncode, answer.stdout) == (1, "setup.cfg:1: names a package registry\n")
