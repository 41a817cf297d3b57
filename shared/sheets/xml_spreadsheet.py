"""XML spreadsheets of Excel 2003: a workbook in one XML text."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from xml.parsers import expat

from shared.sheets.cells import Cell, CellError
from shared.sheets.merges import filled, vertical
from shared.sheets.refusals import too_large, too_wide, unreadable
from shared.sheets.sheet import Sheet
from shared.sheets.sheet_marks import Place

_SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_OPTIONS: Final = "urn:schemas-microsoft-com:office:excel"
_HEAD: Final = 4_096
_CHUNK: Final = 1 << 16
_LONGEST: Final = 1 << 20
"""Of a tag or a comment."""
_LONGEST_NUMBER: Final = 8
_MOST_SHEETS, _MOST_ROWS, _MOST_COLUMNS, _MOST_CELLS = 200, 1_048_576, 16_384, 16_000_000


def is_xml_spreadsheet(text: str) -> bool:
    """Return whether it is an XML spreadsheet."""
    return _SPREADSHEET in text[:_HEAD] and "Workbook" in text[:_HEAD]


def xml_sheets(text: str) -> Iterator[Sheet]:
    """Yield the visible sheets. Raises Invalid: file_unreadable, file_too_large, sheet_too_wide."""
    for sheet in _read(text):
        if sheet.is_visible:
            merges = vertical(sheet.merges)
            rows = _rows(sheet)
            yield Sheet(sheet.name, filled(rows, merges) if merges else rows, merges)


@dataclass(slots=True)
class _Sheet:
    """A sheet as it is written: its cells by row and column, from 0."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merges: list[Place] = field(default_factory=list)
    is_visible: bool = True


def _rows(sheet: _Sheet) -> Iterator[list[Cell]]:
    for number in range(max(sheet.rows, default=-1) + 1):
        cells = sheet.rows.get(number, {})
        row: list[Cell] = [""] * (max(cells, default=-1) + 1)
        for column, value in cells.items():
            row[column] = value
        yield row


def _read(text: str) -> list[_Sheet]:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    content, given = text.encode("utf-8", "replace"), 0
    try:
        for start in range(0, len(content), _CHUNK):
            piece = content[start : start + _CHUNK]
            parser.Parse(piece)
            given += len(piece)
            if given - parser.CurrentByteIndex > _LONGEST:
                raise unreadable()
        parser.Parse(b"", True)  # noqa: FBT003 - it takes no keyword
    except expat.ExpatError as fault:
        raise unreadable() from fault
    return reader.sheets


class _Reader:
    """Follows sheets, rows and cells: a place is an index, else the next one."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self._row = self._column = -1
        self._next_column = self._width = 0
        self._type = ""
        self._parts: list[str] | None = None
        self._in_comment = False
        self._left = _MOST_CELLS

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        namespace, _, name = tag.rpartition(" ")
        if namespace == _OPTIONS and name == "Visible":
            self._parts = []
        if namespace != _SPREADSHEET:
            return
        if name == "Worksheet":
            self._begin_sheet(attributes)
        elif name == "Row":
            self._begin_row(attributes)
        elif name == "Cell":
            self._begin_cell(attributes)
        elif name == "Comment":
            self._in_comment = True
        elif name == "Data" and not self._in_comment:
            self._type = attributes.get(_key("Type"), "")
            self._parts = []

    def _begin_sheet(self, attributes: Mapping[str, str]) -> None:
        if len(self.sheets) == _MOST_SHEETS:
            raise too_large()
        self.sheets.append(_Sheet(attributes.get(_key("Name"), "")))
        self._row = -1

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._row = _number(attributes, "Index", self._row + 2) - 1
        self._next_column = self._width = 0
        if not 0 <= self._row < _MOST_ROWS:
            raise too_wide()

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._column = _number(attributes, "Index", self._next_column + 1) - 1
        right = self._column + _number(attributes, "MergeAcross", 0)
        if not 0 <= self._column <= right < _MOST_COLUMNS:
            raise too_wide()
        self._next_column = right + 1
        down = _number(attributes, "MergeDown", 0)
        if down and self.sheets:
            self.sheets[-1].merges.append((self._row, self._column, self._row + down, right))

    def text(self, text: str) -> None:
        """Take text."""
        if self._parts is not None:
            self._parts.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        _, _, name = tag.rpartition(" ")
        if name == "Comment":
            self._in_comment = False
        if self._parts is None or name not in ("Data", "Visible"):
            return
        text, self._parts = "".join(self._parts), None
        if not self.sheets:
            return
        if name == "Visible":
            self.sheets[-1].is_visible = not text.endswith("Hidden")
        elif self._row >= 0:
            self._put(_value(self._type, text))

    def _put(self, value: Cell) -> None:
        self._left -= max(self._column + 1 - self._width, 0)
        if self._left < 0:
            raise too_wide()
        self._width = max(self._width, self._column + 1)
        self.sheets[-1].rows.setdefault(self._row, {})[self._column] = value

    def refuse(self, *_: object) -> None:
        """Take a document type: no spreadsheet has one."""
        raise unreadable()


def _value(kind: str, text: str) -> Cell:
    if kind == "Error":
        return CellError(text.strip() or "#N/A")
    if kind == "Boolean":
        return text.strip() == "1"
    with suppress(ValueError):
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            moment = datetime.fromisoformat(text.strip())
            return moment.date() if moment.time() == datetime.min.time() else moment
    return text


def _number(attributes: Mapping[str, str], name: str, otherwise: int) -> int:
    written = attributes.get(_key(name), "")
    is_number = written.isascii() and written.isdigit() and len(written) < _LONGEST_NUMBER
    return int(written) if is_number else otherwise


def _key(name: str) -> str:
    return f"{_SPREADSHEET} {name}"
