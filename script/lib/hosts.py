"""Check that no tracked file names a package registry: where packages come from is the machine's own setting.

Prints file:line of each and exits 1 when there is one.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOSTS = re.compile(
    rb"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|registry[.]yarnpkg|deb[.]debian[.]org|archive[.]ubuntu[.]com"
)


def tracked(root: Path) -> list[Path]:
    """Return the files git knows in the checkout; none outside a repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    return [root / name for name in listed.stdout.decode().split("\0") if name]


def main() -> int:
    """Print each line that names a registry."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    found = 0
    for path in tracked(root):
        if not path.is_file() or path.is_symlink():
            continue
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if HOSTS.search(line):
                print(f"{path.relative_to(root)}:{number}: names a package registry")
                found = 1
    return found


if __name__ == "__main__":
    sys.exit(main())
