"""The texts of the pages' scripts in the reader's language: locale/<language>/scripts.json.

English text to translated text, or to an object of plural forms by CLDR category (zero, one, two, few, many, other).
"""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

Catalogue = dict[str, str | dict[str, str]]


@lru_cache(maxsize=len(settings.LANGUAGES))
def catalogue(language: str) -> Catalogue:
    """Empty for English and for a language without translations: the page then speaks English."""
    for folder in settings.LOCALE_PATHS:
        file = Path(folder) / language.split("-")[0] / "scripts.json"
        if file.is_file():
            found: Catalogue = json.loads(file.read_text(encoding="utf-8"))
            return found
    return {}
