"""What openpyxl takes to read a workbook, and to write one; what we take to write it."""

from collections.abc import Sequence
from io import BytesIO
from time import perf_counter

from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from shared.sheets.worksheet import TextTable
from shared.sheets.writing import text_workbook

Row = Sequence[str]


def reading_seconds(content: bytes) -> float:
    """Return what openpyxl takes to go over the first sheet, read-only, and do nothing with it."""
    began = perf_counter()
    book = load_workbook(BytesIO(content), read_only=True)
    for _ in book.worksheets[0].iter_rows(values_only=True):
        pass
    return perf_counter() - began


def texts_of(content: bytes) -> list[Row]:
    """Return the texts of the first sheet."""
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.iter_rows()]


def openpyxl_writing(rows: Sequence[Row]) -> float:
    """Return what openpyxl takes to write these rows, write-only, without any format."""
    began = perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([text or None for text in row])
    book.save(BytesIO())
    return perf_counter() - began


def own_writing(rows: Sequence[Row]) -> float:
    """Return what our writer takes for the same rows, the first of which are titles."""
    began = perf_counter()
    titles, *others = rows
    text_workbook([TextTable("失败人员", titles, [20] * len(titles), others)])
    return perf_counter() - began
