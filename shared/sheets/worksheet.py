"""The XML of a sheet of text cells, piece by piece."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from shared.sheets.written_parts import HEADING_STYLE, MAIN, TEXT_STYLE, TITLE_STYLE
from shared.sheets.written_text import attribute, text_element

_ROWS_PER_PIECE = 500
_LAST_ROW = 1_048_576
_LONGEST_LIST = 255


@dataclass(frozen=True)
class TextTable:
    """A sheet of text: its name, a title and a width in characters for each column, its rows.

    `rows` is gone through once, while the workbook is written; each has a cell for every title.
    `heading` is a line above the titles. `choices` are drop-down lists, by column counted from 1.
    """

    name: str
    titles: Sequence[str]
    widths: Sequence[float]
    rows: Iterable[Sequence[str | None]]
    heading: str | None = None
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)


def worksheet(table: TextTable, *, selected: bool) -> Iterator[str]:
    """Write a table as a worksheet; `selected` is the one that is in sight when it is opened.

    Raises ValueError when a row or the widths are not as many as the titles, or when the words of a
    drop-down list hold a comma or are longer than Excel allows together.
    """
    letters = [_letters(column) for column in range(1, len(table.titles) + 1)]
    header_no = 1 if table.heading is None else 2
    yield _head(table, header_no, selected=selected)
    if table.heading is not None:
        yield _row(1, [(letters[0], table.heading)], HEADING_STYLE)
    yield _row(header_no, zip(letters, table.titles, strict=True), TITLE_STYLE)
    yield from _rows(table, letters, header_no + 1)
    yield f"</sheetData>{_choices(table, letters, header_no + 1)}</worksheet>"


def _head(table: TextTable, header_no: int, *, selected: bool) -> str:
    columns = "".join(
        f'<col min="{column}" max="{column}" width="{width}" style="{TEXT_STYLE}" customWidth="1"/>'
        for column, (width, _) in enumerate(zip(table.widths, table.titles, strict=True), 1)
    )
    tab = ' tabSelected="1"' if selected else ""
    return (
        f'<worksheet xmlns="{MAIN}"><sheetViews><sheetView{tab} workbookViewId="0">'
        f'<pane ySplit="{header_no}" topLeftCell="A{header_no + 1}" activePane="bottomLeft"'
        ' state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )


def _rows(table: TextTable, letters: Sequence[str], first_no: int) -> Iterator[str]:
    numbered = (
        _row(row_no, zip(letters, row, strict=True), TEXT_STYLE)
        for row_no, row in enumerate(table.rows, first_no)
    )
    while piece := list(islice(numbered, _ROWS_PER_PIECE)):
        yield "".join(piece)


def _row(row_no: int, cells: Iterable[tuple[str, str | None]], style: int) -> str:
    # Texts stand in their cells: a table of all texts of the book would have to be kept in memory,
    # and takes longer.
    written = [
        f'<c r="{letter}{row_no}" s="{style}" t="inlineStr"><is>{element}</is></c>'
        for letter, text in cells
        if text and (element := text_element(text))
    ]
    return f'<row r="{row_no}">{"".join(written)}</row>'


def _choices(table: TextTable, letters: Sequence[str], first_no: int) -> str:
    if not table.choices:
        return ""
    listed = "".join(
        '<dataValidation type="list" allowBlank="1"'
        f' sqref="{letters[column - 1]}{first_no}:{letters[column - 1]}{_LAST_ROW}">'
        f"<formula1>{attribute(_list(words))}</formula1></dataValidation>"
        for column, words in table.choices.items()
    )
    return f'<dataValidations count="{len(table.choices)}">{listed}</dataValidations>'


def _list(words: Sequence[str]) -> str:
    joined = ",".join(words)
    if joined.count(",") != len(words) - 1 or '"' in joined or len(joined) > _LONGEST_LIST:
        raise ValueError(f"no list of words that a workbook can hold: {joined}")
    return f'"{joined}"'


def _letters(column: int) -> str:
    """Return the letters of a column counted from 1: A, Z, AA."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
