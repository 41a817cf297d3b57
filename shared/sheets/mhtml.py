"""Web pages in one file (MHTML), as spreadsheet programs save them: a part is a sheet."""

import re
from binascii import Error, a2b_base64
from codecs import BOM_UTF8
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from html import unescape
from itertools import chain
from posixpath import basename
from quopri import decodestring

from shared.sheets.html_tables import has_rows, html_sheet
from shared.sheets.refusals import too_large, unreadable
from shared.sheets.sheet import Sheet
from shared.sheets.text import decoded

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*[A-Za-z][A-Za-z-]*:")
_VERSION = re.compile(rb"^MIME-Version\s*:", re.IGNORECASE | re.MULTILINE)
_HEAD = 4_096
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_LONGEST_HEAD = 64 << 10
_MOST_PARTS = 1_000
_LISTED = re.compile(
    r"<x:Name>([^<]*)</x:Name>\s*<x:WorksheetSource\s+HRef=\"([^\"<>]*)\"", re.IGNORECASE
)
_HIDDEN = re.compile(r"<x:Visible>\s*Sheet(?:Very)?Hidden", re.IGNORECASE)


def is_mhtml(content: bytes) -> bool:
    """Return whether it is a web page in one file."""
    is_head = _BEGINNING.match(content) is not None
    return is_head and _VERSION.search(content[:_HEAD]) is not None


def mhtml_sheets(content: bytes) -> Iterator[Sheet]:
    """Yield the tables of each page in it. Raises Invalid (file_unreadable, file_too_large)."""
    head, body = _part(content)
    boundary = head.get_boundary()
    pages = _pages(body, boundary) if boundary else [("", _text(head, body))]
    names = dict(chain.from_iterable(_names(text) for _, text in pages))
    with_rows = [page for page in pages if has_rows(page[1]) and not _HIDDEN.search(page[1])]
    if not with_rows:
        raise unreadable()
    for address, text in with_rows:
        yield html_sheet(text, name=names.get(basename(address), ""))


def _pages(body: bytes, boundary: str) -> list[tuple[str, str]]:
    """Return the address and the text of each page."""
    pieces = body.split(b"--" + boundary.encode("ascii", "replace"), _MOST_PARTS + 1)
    if len(pieces) > _MOST_PARTS:
        raise too_large()
    return [
        (str(head.get("Content-Location", "")), _text(head, text))
        for head, text in map(_part, pieces[1:])
        if _is_page(head)
    ]


def _part(text: bytes) -> tuple[Message, bytes]:
    """Return the head and the body of a text with both."""
    text = text.removeprefix(BOM_UTF8).lstrip(b"\r\n")
    end = _HEAD_END.search(text, 0, _LONGEST_HEAD)
    if end is None:
        return Message(), b""
    return BytesHeaderParser().parsebytes(text[: end.start()]), text[end.end() :]


def _is_page(head: Message) -> bool:
    return "Content-Type" in head and head.get_content_type() in ("text/html", "application/xhtml")


def _text(head: Message, body: bytes) -> str:
    """Return the text of a body as it was before it was packed into lines."""
    packing = str(head.get("Content-Transfer-Encoding", "")).strip().lower()
    try:
        if packing == "quoted-printable":
            body = decodestring(body)
        elif packing == "base64":
            body = a2b_base64(body)
    except Error as fault:
        raise unreadable() from fault
    return decoded(body, named=head.get_content_charset() or "")


def _names(page: str) -> Iterator[tuple[str, str]]:
    """Yield the names of sheets after the last part of the address of their pages."""
    return ((basename(address), unescape(name)) for name, address in _LISTED.findall(page))
