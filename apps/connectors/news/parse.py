"""Reads RSS and Atom feeds as they are found: old dialects, missing ids, entities, relative links. Pure.

Texts come out plain, links are http or https or absent. A feed shows its latest items, so none counts as complete.
"""

import codecs
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import feedparser

from apps.core import coordinates, periods, text
from apps.core.editions import read_newest
from apps.core.payloads import Malformed, Parsed
from apps.core.rows import Row

SUMMARY_LENGTH = 1_000
MAX_KEY = 400

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)
_ROOTS = ("rss", "feed", "rdf")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"<\?xml[^>]{1,200}?encoding=[\"']([A-Za-z0-9._-]{1,40})[\"']")
# The bytes of a byte-order mark, once or twice encoded; none of them begins a declaration.
_BOMS_AND_BLANKS = codecs.BOM_UTF8 + "ï»¿".encode() + b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Article:
    """One item. `location` is (lon, lat) where the feed says so; `published_at` null where it cannot be read."""

    key: str
    version: str
    title: str
    summary: str
    url: str
    language: str
    published_at: datetime | None
    categories: tuple[str, ...]
    location: tuple[float, float] | None


def articles(body: bytes, url: str = "") -> Parsed[Article]:
    """The items of a feed that came from `url`, which relative links are resolved against."""
    markup = _decoded(body)
    _check_shape(markup)
    # A stream: feedparser takes other values for an address or a file name. Texts are made plain here, not there.
    stream = io.BytesIO(_DECLARATION.sub("", markup, count=1).encode())
    found = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False)
    if not found.version:
        raise Malformed("The answer is not an RSS or Atom feed.")
    base = text.safe_link(str(found.feed.get("link", "")), url) or url
    said = str(found.feed.get("language", ""))
    language = said if _LANGUAGE.fullmatch(said) else ""
    return read_newest(map(dict, found.entries), lambda row: _article(row, base, language))


def _decoded(body: bytes) -> str:
    """The feed as text, in the encoding that it declares; nothing is guessed, or Arabic would come out as Latin."""
    declared = _DECLARED.match(body.lstrip(_BOMS_AND_BLANKS))
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    # Some write "utf-16" into a text that they then store as UTF-8.
    if encoding.startswith(("utf-8", "utf-16", "utf8", "utf16")):
        return text.decode(body).strip()
    try:
        markup = body.decode(encoding)
    except (LookupError, UnicodeError) as error:
        raise Malformed("The answer is not in the encoding that it declares.") from error
    if "\x00" in markup:
        raise Malformed("The answer contains NUL characters.")
    return markup.strip()


def _check_shape(markup: str) -> None:
    """Refuse what would cost feedparser long, or make it invent items out of half a feed."""
    if not markup:
        raise Malformed("The answer is empty.")
    if text.is_html(markup):
        raise Malformed("The answer is a web page, not a feed.")
    if "<!ENTITY" in markup:
        raise Malformed("The answer declares entities, which are not read.")
    last = markup[markup.rfind("</") + 2 :].partition(">")[0].rpartition(":")[2].strip().lower()
    if last not in _ROOTS:
        raise Malformed("The answer was cut off, or is not a feed.")
    if _deepest(markup) > text.MAX_DEPTH:
        raise Malformed(f"The answer is nested deeper than {text.MAX_DEPTH} levels.")


def _deepest(markup: str) -> int:
    """How deep elements are nested, in one pass; text, comments and CDATA do not count."""
    depth = deepest = 0
    at = markup.find("<")
    while at != -1:
        closing = _CLOSINGS.get(markup[at : at + 4], ">")
        end = markup.find(closing, at + 1)
        if end == -1:
            break
        if markup[at + 1] == "/":
            depth -= 1
        elif markup[at + 1] not in "!?" and markup[end - 1] != "/":
            depth += 1
            deepest = max(deepest, depth)
        at = markup.find("<", end)
    return deepest


_CLOSINGS = {"<!--": "-->", "<![C": "]]>"}


def _article(row: Row, base: str, language: str) -> Article:
    summary = text.plain(_markup(row, "summary"), SUMMARY_LENGTH)
    title = text.line(text.plain(_markup(row, "title"), 2_000)) or text.line(summary, 120)
    if not title:
        raise ValueError("the item has neither a title nor a text")
    published, updated = _moment(row, "published"), _moment(row, "updated")
    url = _link(row, base)
    said_at = published or updated
    return Article(
        key=_key(row, url, title, said_at),
        version=f"{updated or published:%Y-%m-%dT%H:%M:%SZ}" if said_at else "",
        title=title,
        summary=summary,
        url=url,
        language=language,
        published_at=said_at,
        categories=_categories(row),
        location=_location(row),
    )


def _key(row: Row, url: str, title: str, said_at: datetime | None) -> str:
    """The feed's own id, else the link, else what title and time give."""
    given = text.line(_markup(row, "id"), 2_000) or url
    if not given:
        given = f"{title}\n{said_at}"
    elif len(given) <= MAX_KEY:
        return given
    return hashlib.sha256(given.encode()).hexdigest()


def _link(row: Row, base: str) -> str:
    """Where the item can be read. An id that is no address of its own is not taken for a relative link."""
    href = _markup(row, "link")
    if row.cells.get("guidislink") and href == _markup(row, "id"):
        return text.safe_link(href)
    return text.safe_link(href, base)


def _moment(row: Row, name: str) -> datetime | None:
    # An item is not worth less for a date that nobody can read.
    try:
        return periods.moment(_markup(row, name))
    except ValueError:
        return None


def _categories(row: Row) -> tuple[str, ...]:
    tags = row.cells.get("tags")
    terms = [tag.get("term") for tag in tags if isinstance(tag, Mapping)] if isinstance(tags, list) else []
    return tuple(
        dict.fromkeys(term for raw in terms if isinstance(raw, str) and (term := text.line(text.plain(raw, 500), 100)))
    )


def _location(row: Row) -> tuple[float, float] | None:
    """The point of GeoRSS (simple or GML), else of W3C geo; outlines and nonsense give none."""
    where = row.cells.get("where")
    spot = where.get("coordinates") if isinstance(where, Mapping) and where.get("type") == "Point" else None
    if not isinstance(spot, (list, tuple)) or len(spot) < 2:
        spot = (row.cells.get("geo_long"), row.cells.get("geo_lat"))
    try:
        return coordinates.point(spot[0], spot[1])
    except ValueError:
        return None


def _markup(row: Row, name: str) -> str:
    value = row.cells.get(name)
    return value if isinstance(value, str) else ""
