"""Sheets with text cells only: no formulas, no lost digits."""

import re
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

_TEXT = "@"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31
_LAST_CHOICE = 200_001


class TextSheet:
    """A sheet of a write-only workbook: rows go straight to the file."""

    def __init__(
        self,
        book: Workbook,
        title: str,
        widths: Sequence[int],
        choices: Mapping[int, Iterable[str]] | None = None,
    ) -> None:
        """Open a sheet with text columns; `choices` per column number from 1 become drop-downs."""
        self._sheet = book.create_sheet(_free_title(title, book.sheetnames))
        for column, width in enumerate(widths, 1):
            dimension = self._sheet.column_dimensions[get_column_letter(column)]
            dimension.width = width
            dimension.number_format = _TEXT
        for column, words in (choices or {}).items():
            listed = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
            letter = get_column_letter(column)
            listed.add(f"{letter}2:{letter}{_LAST_CHOICE}")
            self._sheet.data_validations.append(listed)
        # A cell is written when its row is appended, so one per column serves every row.
        self._cells = [WriteOnlyCell(self._sheet) for _ in widths]
        for cell in self._cells:
            cell.number_format = _TEXT

    def title(self, text: str) -> None:
        """Append a row with a title."""
        cell = WriteOnlyCell(self._sheet, _NO_XML.sub("", text))
        cell.data_type = "s"
        cell.font = Font(bold=True, size=14)
        self._sheet.append([cell])

    def header(self, titles: Iterable[str], *, row: int = 1) -> None:
        """Append the header, which is row `row`, and keep it in sight."""
        self._sheet.freeze_panes = f"A{row + 1}"
        cells = [WriteOnlyCell(self._sheet, title) for title in titles]
        for cell in cells:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DDEBF7")
            cell.alignment = Alignment(horizontal="center", vertical="center")
        self._sheet.append(cells)

    def row(self, texts: Iterable[str | None]) -> None:
        """Append a row of texts."""
        filled = []
        for cell, text in zip(self._cells, texts, strict=True):
            if text:
                cell.value = _NO_XML.sub("", text)
                cell.data_type = "s"
            filled.append(cell if text else None)
        self._sheet.append(filled)


def _free_title(wanted: str, taken: Iterable[str]) -> str:
    """Return a unique title that Excel allows."""
    title = _NO_TITLE.sub(" ", wanted).strip(" '")[:_LONGEST_TITLE] or "名单"
    known = {other.casefold() for other in taken}
    candidate, number = title, 2
    while candidate.casefold() in known:
        suffix = f"~{number}"
        candidate, number = title[: _LONGEST_TITLE - len(suffix)] + suffix, number + 1
    return candidate
