"""Any spreadsheet that people send: its content tells the format."""

from collections.abc import Iterator

from shared.sheets.compound import COMPOUND
from shared.sheets.excel import excel_sheets
from shared.sheets.html_tables import html_sheet, is_page
from shared.sheets.kinds import ZIP, refuse_other_kinds
from shared.sheets.mhtml import is_mhtml, mhtml_sheets
from shared.sheets.refusals import empty
from shared.sheets.separated import separated_sheet
from shared.sheets.sheet import Sheet
from shared.sheets.text import decoded
from shared.sheets.xls import is_bare_xls, xls_sheets
from shared.sheets.xml_spreadsheet import is_xml_spreadsheet, xml_sheets

__all__ = ["Sheet", "read_sheets"]


def read_sheets(content: bytes, *, largest: int = 500_000_000) -> Iterator[Sheet]:
    """Yield the visible sheets in their order, of at most `largest` bytes unpacked.

    Raises Invalid for the file as a whole, also while rows are iterated: file_unreadable,
    file_encrypted, file_empty, file_too_large, sheet_too_wide, quote_unpaired. Call it in a child
    process with limits of time and memory: there are files that use up both.
    """
    if not content.strip():
        raise empty()
    refuse_other_kinds(content)
    if content.startswith(ZIP):
        yield from excel_sheets(content, largest)
    elif content.startswith(COMPOUND) or is_bare_xls(content):
        yield from xls_sheets(content)
    elif is_mhtml(content):
        yield from mhtml_sheets(content)
    else:
        yield from _text_sheets(decoded(content))


def _text_sheets(text: str) -> Iterator[Sheet]:
    if is_xml_spreadsheet(text):
        return xml_sheets(text)
    return iter([html_sheet(text) if is_page(text) else separated_sheet(text)])
