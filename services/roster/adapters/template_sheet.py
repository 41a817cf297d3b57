"""Sheets of the template: text columns, so that numbers typed into them keep their digits."""

from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

_TEXT = "@"
_LAST_CHOICE = 1_048_576


class TemplateSheet:
    """A sheet of a write-only workbook."""

    def __init__(
        self,
        book: Workbook,
        title: str,
        widths: Sequence[int],
        choices: Mapping[int, Iterable[str]] | None = None,
    ) -> None:
        """Open a sheet with text columns; `choices` per column number from 1 become drop-downs."""
        self._sheet = book.create_sheet(title)
        for column, width in enumerate(widths, 1):
            dimension = self._sheet.column_dimensions[get_column_letter(column)]
            dimension.width = width
            dimension.number_format = _TEXT
        for column, words in (choices or {}).items():
            listed = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
            letter = get_column_letter(column)
            listed.add(f"{letter}2:{letter}{_LAST_CHOICE}")
            self._sheet.data_validations.append(listed)

    def header(self, titles: Iterable[str]) -> None:
        """Append the header and keep it in sight."""
        self._sheet.freeze_panes = "A2"
        cells = [WriteOnlyCell(self._sheet, title) for title in titles]
        for cell in cells:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DDEBF7")
            cell.alignment = Alignment(horizontal="center", vertical="center")
        self._sheet.append(cells)

    def row(self, texts: Iterable[str]) -> None:
        """Append a row of texts."""
        cells = [WriteOnlyCell(self._sheet, text or None) for text in texts]
        for cell in cells:
            cell.number_format = _TEXT
        self._sheet.append(cells)
