"""A table in text: CSV with the separators that spreadsheet programs and people write."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice

from shared.sheets.quoted import separated
from shared.sheets.sheet import Sheet

_SEPARATORS = (",", "\t", ";", "，", "|")
_NAMED = re.compile(r'"?sep=(.)"?[ \t]*', re.IGNORECASE)
"""A first line that tells spreadsheet programs the separator; it is no row."""
_LOOKED_AT = 1_000
_QUOTED = re.compile(r'"[^"]*"')
_FORMULA = '="'


def separated_sheet(text: str) -> Sheet:
    """Return the table of a text; all its lines have one separator.

    Raises Invalid (quote_unpaired) while rows are iterated, when a quote may have swallowed lines.
    """
    named = _NAMED.fullmatch(next(_lines(text), ""))
    first = 1 if named else 0
    sample = [_QUOTED.sub("", line) for line in islice(_lines(text), first, _LOOKED_AT)]
    separator, width = _separator(sample, [named[1]] if named else _SEPARATORS)
    numbered = islice(enumerate(_lines(text), 1), first, None)
    return Sheet("", _without_formulas(separated(numbered, separator, width)))


def _lines(text: str) -> Iterator[str]:
    return (line.removesuffix("\n") for line in StringIO(text, newline=None))


def _separator(sample: Sequence[str], possible: Iterable[str]) -> tuple[str, int]:
    """Return the separator of the largest block of lines with equally many, and their cells."""
    blocks = [
        (lines * count, separator, count + 1)
        for separator in possible
        for count, lines in Counter(line.count(separator) for line in sample).items()
    ]
    _, separator, width = max(blocks, key=lambda block: block[0], default=(0, ",", 1))
    return separator, width


def _without_formulas(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows with the text inside ="…", which exports write to keep digits."""
    for cells in rows:
        yield [
            cell[len(_FORMULA) :].removesuffix('"') if cell.startswith(_FORMULA) else cell
            for cell in cells
        ]
