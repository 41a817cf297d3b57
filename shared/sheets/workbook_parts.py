"""Which part of a workbook's zip is which sheet."""

from collections.abc import Callable, Mapping
from posixpath import normpath
from xml.parsers import expat
from zipfile import ZipFile

from shared.sheets.refusals import unreadable
from shared.sheets.xlsb_records import listed_sheets

_LARGEST = 16 << 20
_BOOK, _BINARY_BOOK = "xl/workbook.xml", "xl/workbook.bin"


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """Return the name of the zip's part that holds each sheet, by the sheet's name.

    Sheets whose part is not in the zip are left out. Raises ExpatError, Invalid (file_unreadable),
    and what ZipFile raises.
    """
    names = {name.lower(): name for name in archive.namelist()}
    is_binary = _BINARY_BOOK in names
    book = _BINARY_BOOK if is_binary else _BOOK
    text = _content(archive, names, book)
    sheets = listed_sheets(text) if is_binary else _listed_sheets(text)
    targets = _targets(_content(archive, names, f"xl/_rels/{book[len('xl/') :]}.rels"))
    return {
        name: names[targets[of]]
        for name, of in sheets.items()
        if of in targets and targets[of] in names
    }


def _content(archive: ZipFile, names: Mapping[str, str], name: str) -> bytes:
    if name not in names:
        raise unreadable()
    with archive.open(names[name]) as file:
        return file.read(_LARGEST)


def _listed_sheets(text: bytes) -> dict[str, str]:
    sheets: dict[str, str] = {}

    def take(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet" and "name" in attributes:
            of = next((text for key, text in attributes.items() if _local(key) == "id"), "")
            sheets.setdefault(attributes["name"], of)

    _parse(text, take)
    return sheets


def _targets(text: bytes) -> dict[str, str]:
    """Return the parts that are linked to, by the identifier of the link."""
    targets: dict[str, str] = {}

    def take(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship" and "Id" in attributes:
            targets[attributes["Id"]] = _path(attributes.get("Target", ""))

    _parse(text, take)
    return targets


def _parse(text: bytes, take: Callable[[str, Mapping[str, str]], None]) -> None:
    """Give each element's name and attributes to `take`."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: take(_local(tag), attributes)
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(text, True)  # noqa: FBT003 - it takes no keyword


def _refuse(*_: object) -> None:
    raise unreadable()


def _path(target: str) -> str:
    """Return a part's name in small letters; targets are below `xl/` or absolute."""
    path = target.lower()
    return normpath(path[1:] if path.startswith("/") else f"xl/{path}")


def _local(name: str) -> str:
    return name.partition(":")[2] or name
