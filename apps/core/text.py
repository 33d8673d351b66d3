"""Bytes and texts of others, made safe to read, keep and show. Pure; what cannot be read raises payloads.Malformed."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit, urlunsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import nh3
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from apps.core.payloads import Malformed

MAX_DEPTH = 64
MAX_LINK = 2_000
# A longer text is cut before its mark-up is read: what we keep is far shorter, and nesting costs more than linear time.
MAX_HTML = 50_000

_BOM = "\ufeff"
# A UTF-8 BOM that was read as Windows-1252 and encoded once more, as one GDACS server does.
_DOUBLE_BOM = "ï»¿"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_LOOKS_LIKE_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>])", re.IGNORECASE)
# C0 and C1 controls, byte-order marks, and the bidirectional marks that reorder what stands around them.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_XML_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_TAG = re.compile(r"<[^>]*>")
_BLOCKS = {
    "blockquote",
    "br",
    "dd",
    "div",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "p",
    "pre",
    "td",
    "tr",
}
_SILENT = {"head", "iframe", "noscript", "object", "script", "style", "svg", "template", "title"}
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")
_UNSAFE_IN_LINK = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"`{}|^\ud800-\udfff]")


def decode(body: bytes) -> str:
    """The text of a UTF-8 (or, marked by its BOM, UTF-16) body, without any BOM. Raises Malformed."""
    try:
        text = body.decode("utf-16" if body.startswith(_UTF_16) else "utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("The answer is not UTF-8 text.") from error
    if "\x00" in text:
        raise Malformed("The answer contains NUL characters.")
    return text.removeprefix(_BOM).removeprefix(_DOUBLE_BOM).removeprefix(_BOM)


def is_html(text: str) -> bool:
    """Whether the text is a web page: what a proxy, a login wall or an error page puts in place of the answer."""
    return bool(_LOOKS_LIKE_HTML.match(text))


def is_json(body: bytes) -> bool:
    """Whether the body, past any BOM, begins as a JSON object or list does: for sources that also send tables."""
    return body.removeprefix(codecs.BOM_UTF8).removeprefix(_DOUBLE_BOM.encode()).lstrip()[:1] in {b"{", b"["}


def load_json(body: bytes) -> Any:
    """The parsed JSON. Raises Malformed for web pages, cut-off or invalid JSON, NaN, and nesting deeper than 64."""
    text = decode(body)
    if is_html(text):
        raise Malformed("The answer is a web page, not JSON.")
    if not text.strip():
        raise Malformed("The answer is empty.")
    _check_depth(text)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("The answer is not valid JSON, or was cut off.") from error


def load_csv(body: bytes, required: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV table with a header: (line number in the file, {column: text}).

    A row that is shorter than the header has its last columns absent from the dict; surplus cells are dropped.
    Raises Malformed, on the first step, for web pages, empty bodies and missing columns.
    """
    text = decode(body)
    if is_html(text):
        raise Malformed("The answer is a web page, not CSV.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in required if name not in header]
        if not header or missing:
            raise Malformed(f"The table lacks columns: {', '.join(missing)}." if header else "The answer is empty.")
        for cells in reader:
            if cells:
                yield reader.line_num, dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise Malformed(f"The table cannot be read at line {reader.line_num}.") from error


def load_xml(body: bytes) -> Element:
    """The root element of an XML document in UTF-8 (or UTF-16 with a BOM).

    Raises Malformed for web pages, DTDs and entities, cut-off or invalid XML, and nesting deeper than 64.
    """
    text = decode(body).lstrip()
    if is_html(text):
        raise Malformed("The answer is a web page, not XML.")
    parser = DefusedXMLParser(target=_ShallowTree(), forbid_dtd=True)
    try:
        # A declared encoding no longer holds: the parser is given text.
        parser.feed(_XML_DECLARATION.sub("", text, count=1))
        return parser.close()
    except DefusedXmlException as error:
        raise Malformed("The answer declares a document type or entities, which are not read.") from error
    except (ParseError, ValueError) as error:
        raise Malformed("The answer is not valid XML, or was cut off.") from error


def clean(text: str, limit: int = 10_000) -> str:
    """The text without controls that PostgreSQL or a reader's screen cannot bear, blanks folded, cut to `limit`."""
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text[: 4 * limit + MAX_HTML]))
    text = _BLANK_LINES.sub("\n", _SPACES.sub(" ", text.replace("\r", "\n").replace("\x85", "\n"))).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def line(text: str, limit: int = 500) -> str:
    """`clean`, on one line: for titles and names."""
    return clean(clean(text, 4 * limit).replace("\n", " "), limit)


def plain(html: str, limit: int) -> str:
    """The readable text of a piece of HTML: no tags, no scripts, entities resolved once, cut to `limit` characters."""
    storable = _SURROGATES.sub("\ufffd", html[:MAX_HTML])
    marked = nh3.clean(storable, tags=_BLOCKS, clean_content_tags=_SILENT, attributes={}, link_rel=None)
    # What nh3 leaves are bare block tags and escaped text: the only "<" there are the tags'.
    return clean(unescape(_TAG.sub("\n", marked)), limit)


def safe_link(url: str, base: str = "") -> str:
    """The absolute http or https address, resolved against `base`; "" for anything else.

    Addresses with a user name, with spaces or control characters, or longer than 2,000 characters are refused too.
    """
    candidate = url.strip()
    if not candidate or len(candidate) > MAX_LINK or _UNSAFE_IN_LINK.search(candidate):
        return ""
    try:
        parts = urlsplit(urljoin(base, candidate) if base else candidate)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or port == 0:
        return ""
    result = urlunsplit(parts)
    return result if len(result) <= MAX_LINK else ""


def excerpt(item: object, limit: int = 2_000) -> str:
    """An item as it came, as text for the quarantine: JSON for objects, cut to `limit` characters."""
    text = item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, default=str)
    text = _SURROGATES.sub("\ufffd", text.replace("\x00", "\ufffd"))
    return text if len(text) <= limit else text[: limit - 1] + "…"


class _ShallowTree(TreeBuilder):
    """Builds the tree, and stops at the first element that is too deep."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Malformed(f"The answer is nested deeper than {MAX_DEPTH} levels.")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self._depth -= 1
        return super().end(tag)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_depth(text: str) -> None:
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        first = token[0][0]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed(f"The answer is nested deeper than {MAX_DEPTH} levels.")
        elif first in "]}":
            depth -= 1
