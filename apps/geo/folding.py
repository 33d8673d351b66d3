"""Brings spellings of one name together, so that search can compare them. Pure.

Arabic: vowel signs, hamza carriers, alef and ya variants, ta marbuta, tatweel and Persian letter forms fall together.
Latin: case, accents, apostrophes and hyphens do not count, so "Ḩalab" meets "halab" and "A'zaz" meets "Azaz".
"""

import unicodedata

# What Unicode decomposition leaves apart.
_SAME_LETTER = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ة": "ه",
        "ە": "ه",
        "ۃ": "ه",
        "ک": "ك",
        "ڪ": "ك",
        "ء": None,
        "ـ": None,
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "'": None,
        "’": None,
        "‘": None,
        "`": None,
        "ʿ": None,
        "ʾ": None,
        "ʼ": None,
        "ʻ": None,
    }
)
ARABIC_LETTERS = frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي")


def fold(text: str) -> str:
    """The comparable form: lower case, no marks, single spaces; at most 200 characters."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_SAME_LETTER)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in kept).split())[:200]


def is_arabic(text: str) -> bool:
    """Whether every letter belongs to the Arabic language (Persian, Kurdish or Urdu letters say no)."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and all(letter in ARABIC_LETTERS for letter in letters)
