"""The scripts' texts in every language the site offers."""

import re

import pytest
from django.conf import settings

from apps.core.texts import catalogue

SCRIPTS = settings.BASE_DIR / "static" / "js"
TEXT = r'"((?:[^"\\]|\\.)*)"'
FORMS = {"zero", "one", "two", "few", "many", "other"}
OTHERS = [code for code, _ in settings.LANGUAGES if code != "en"]


def spoken():
    """Texts and plural texts that the scripts ask for."""
    source = "\n".join(file.read_text(encoding="utf-8") for file in SCRIPTS.rglob("*.js"))
    return set(re.findall(rf"\bgettext\(\s*{TEXT}", source)), set(re.findall(rf"\bngettext\(\s*{TEXT}", source))


def gaps(text):
    return set(re.findall(r"%\(\w+\)s", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_none_is_left_over(language):
    single, plural = spoken()
    assert single
    assert set(catalogue(language)) == single | plural


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_gaps_to_be_filled(language):
    lost = {
        text: form
        for text, found in catalogue(language).items()
        for form in ([found] if isinstance(found, str) else [found["other"]])
        if gaps(form) != gaps(text)
    }
    assert lost == {}


def test_arabic_plurals_have_all_six_forms():
    plurals = [found for found in catalogue("ar").values() if isinstance(found, dict)]
    assert plurals
    assert all(set(forms) == FORMS for forms in plurals)


def test_english_needs_no_catalogue():
    assert catalogue("en") == {}
    assert catalogue("en-gb") == {}
