"""What a file is by its first bytes, where it is no spreadsheet that can be read."""

from collections.abc import Collection

from shared.errors import Invalid
from shared.sheets.refusals import (
    no_spreadsheet,
    other_spreadsheet,
    packed,
    protected,
    unreadable,
)

ZIP = b"PK\x03\x04"
"""With these bytes a zip begins, and so a workbook."""

_WITHIN = 1024
"""Bytes of rubbish that readers of PDF pass over before it begins."""
_PICTURES = (
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
)
_ARCHIVES = {
    b"Rar!\x1a\x07": "RAR 压缩包",
    b"7z\xbc\xaf\x27\x1c": "7z 压缩包",
    b"\x1f\x8b\x08": "压缩包",
}
_PROTECTED = (b"%TSD-Header-###%", b"E-SafeNet")
"""In the heads of files that programs for the protection of documents have encrypted."""
_DOCUMENTS = {"word/": "Word 文件", "ppt/": "PowerPoint 文件"}
_OPEN_DOCUMENT, _NUMBERS = "content.xml", ".iwa"


def refuse_other_kinds(content: bytes) -> None:
    """Raise Invalid for what is known to be no spreadsheet, and say what it is."""
    head = content[:_WITHIN]
    if b"%PDF-" in head:
        raise no_spreadsheet("PDF 文件")
    if head.startswith(_PICTURES) or _is_other_picture(head):
        raise no_spreadsheet("图片")
    if head.startswith(b"{\\rtf") or b'progid="Word.Document"' in head:
        raise no_spreadsheet("Word 文件")
    for beginning, kind in _ARCHIVES.items():
        if head.startswith(beginning):
            raise packed(kind)
    if any(mark in head for mark in _PROTECTED):
        raise protected()


def _is_other_picture(head: bytes) -> bool:
    """Return whether it is WebP, HEIC or a bitmap, whose marks stand behind a size."""
    return (
        (head.startswith(b"RIFF") and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif"))
        or (head.startswith(b"BM") and head[6:10] == bytes(4))
    )


def other_zip(names: Collection[str]) -> Invalid:
    """Return the refusal of a zip that is no workbook, by the names of its parts."""
    for folder, kind in _DOCUMENTS.items():
        if any(name.startswith(folder) for name in names):
            return no_spreadsheet(kind)
    if _OPEN_DOCUMENT in names:
        return other_spreadsheet("OpenDocument 文件（.ods）")
    if any(name.endswith(_NUMBERS) for name in names):
        return other_spreadsheet("Numbers 表格")
    if not names:
        return unreadable()
    return packed("压缩包")
