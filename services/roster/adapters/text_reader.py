"""Tables in text: CSV in the encodings and with the separators that spreadsheets write."""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from io import StringIO

from services.roster.adapters.refusals import unreadable

_SEPARATORS = (",", "\t", ";", "，")
_FORMULA = '="'


def decoded(content: bytes) -> str:
    """Return text decoded from UTF-8 with or without BOM, UTF-16 with BOM, or GB 18030."""
    utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable()


def csv_tables(text: str) -> Iterator[Iterator[Sequence[object]]]:
    """Yield the rows once per possible separator."""
    for separator in _SEPARATORS:
        if separator in text or separator == _SEPARATORS[0]:
            yield _rows(text, separator)


def _rows(text: str, separator: str) -> Iterator[Sequence[object]]:
    try:
        for cells in csv.reader(StringIO(text, newline=""), delimiter=separator):
            yield [_plain(cell) if cell.startswith(_FORMULA) else cell for cell in cells]
    except csv.Error as fault:
        raise unreadable() from fault


def _plain(cell: str) -> str:
    """Return the text inside ="…", which exports write to keep digits."""
    return cell[len(_FORMULA) :].removesuffix('"')
