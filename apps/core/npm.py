"""Serve npm packages straight from node_modules, under npm/<package>/.

Only the packages named in settings.NPM_PACKAGES, and of those only what a browser loads. Nothing is bundled or
copied into the repository: package-lock.json says which versions `npm ci` brings.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

PREFIX = "npm"
Messages = list[checks.CheckMessage]
SERVED = {".js", ".css", ".json", ".svg", ".png"}
LEFT_OUT = {"package.json", "package-lock.json"}
# A published file may name a source map that is not published, and collectstatic with a manifest stops at such a name.
SOURCE_MAP = re.compile(rb"^(//[#@] sourceMappingURL=.*|/\*# sourceMappingURL=.*\*/)\s*$", re.M)


class PackageStorage(FileSystemStorage):
    """One package's files, read only, without the names of source maps."""

    def __init__(self, package: str) -> None:
        super().__init__(location=node_modules() / package)
        self.prefix = f"{PREFIX}/{package}"

    def open(self, name: str, mode: str = "rb") -> "File[Any]":
        """The file's content, read whole: packages are small."""
        with super().open(name, mode) as file:
            content = file.read()
        return ContentFile(SOURCE_MAP.sub(b"", content) if name.endswith((".js", ".css")) else content, name=name)


class NpmFinder(BaseFinder):
    """Finds npm/<package>/<path> in node_modules."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storages = {package: PackageStorage(package) for package in settings.NPM_PACKAGES}

    def check(self, **kwargs: Any) -> Messages:
        """Name the packages that are not installed."""
        missing = [package for package in self.storages if not (node_modules() / package).is_dir()]
        if not missing:
            return []
        return [checks.Warning(f"Not installed: {', '.join(missing)}.", hint="Run 'npm ci'.", id="core.W001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's absolute path, or an empty list; with `find_all` a list."""
        for package, storage in self.storages.items():
            start = f"{PREFIX}/{package}/"
            if path.startswith(start) and is_served(path) and storage.exists(path.removeprefix(start)):
                found = storage.path(path.removeprefix(start))
                return [found] if find_all else found
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, PackageStorage]]:
        """Every served file of every package that is installed."""
        for storage in self.storages.values():
            root = Path(storage.location)
            for file in sorted(root.rglob("*")):
                if file.is_file() and is_served(file.name) and "node_modules" not in file.relative_to(root).parts:
                    yield file.relative_to(root).as_posix(), storage


def node_modules() -> Path:
    """Where npm puts packages."""
    return Path(settings.BASE_DIR) / "node_modules"


def is_served(path: str) -> bool:
    """Whether a browser may ask for this file."""
    file = Path(path)
    return file.suffix in SERVED and file.name not in LEFT_OUT
