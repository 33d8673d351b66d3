"""Template tags for native ES modules: the import map, and hints to load modules early."""

import json
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MODULES = "js/"
# Bare names that our modules import, and the folder of their files.
PACKAGES = {"topojson-client/feature": "npm/topojson-client/src/feature.js"}
PACKAGE_FOLDERS = ("npm/topojson-client/src/",)
JSON_IN_HTML = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def import_map(context: dict[str, Any]) -> SafeString:
    """The page's import map: every module's plain address to its hashed one, and the bare names of packages.

    A browser resolves `./state.js` against the importing module first and looks the result up here, so relative
    imports reach hashed files without any rewriting.
    """
    text = json.dumps({"imports": imports()}).translate(JSON_IN_HTML)
    nonce = getattr(context.get("request"), "csp_nonce", "")
    return format_html('<script type="importmap" nonce="{}">{}</script>', str(nonce), mark_safe(text))  # noqa: S308


@register.simple_tag
def module_preload(*folders: str) -> SafeString:
    """`<link rel="modulepreload">` for every module of these folders: spares a round trip per level of imports."""
    paths = [path for path in module_paths() if path.startswith(folders)]
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', ((static(path),) for path in paths))


def imports() -> dict[str, str]:
    """Plain address to served address, for those that differ, and bare names."""
    plain = {f"{settings.STATIC_URL}{path}": static(path) for path in module_paths()}
    bare = {name: static(path) for name, path in PACKAGES.items()}
    return bare | {address: served for address, served in plain.items() if address != served}


def module_paths() -> list[str]:
    """Paths of all our modules and of the packages they import. Read again on each request while DEBUG is on."""
    return _found_paths() if settings.DEBUG else _known_paths()


@lru_cache(maxsize=1)
def _known_paths() -> list[str]:
    return _found_paths()


def _found_paths() -> list[str]:
    paths = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            prefix = getattr(storage, "prefix", "")
            full = str(PurePosixPath(prefix or "") / path)
            if full.endswith(".js") and full.startswith((MODULES, *PACKAGE_FOLDERS)):
                paths.append(full)
    return sorted(set(paths))
