"""Names of files as clients send them, made safe to show, to save and to put into a header."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from shared.values import LONGEST_FIELD

LONGEST_NAME_BYTES = 200
"""Bytes of UTF-8, extension included: file systems take 255, and copies get longer names."""

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Control and format characters (U+202E turns `gnp.exe` round), private use, line ends."""
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that Unicode shows as nothing (Default_Ignorable_Code_Point)."""
_REFUSED = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever extension follows."""
_EXTENSION = re.compile(r"\.[a-z0-9]{1,5}", re.IGNORECASE)


def safe_file_name(sent: str, extensions: Sequence[str] = ()) -> str:
    """Return a file's name without path and unseen characters, at most `LONGEST_NAME_BYTES` bytes.

    With `extensions` (`.jpg`, `.jpeg`) it ends in one of them, the first unless it did already.
    """
    last = PurePosixPath(sent.replace("\\", "/")).name[-LONGEST_FIELD:]
    name = _BLANK.sub("", unicodedata.normalize("NFC", last))
    seen = (sign for sign in name if unicodedata.category(sign) not in _UNSEEN)
    name = _REFUSED.sub("_", " ".join("".join(seen).split())).strip(". ")
    stem, extension = _parts(name)
    if extensions and extension.lower() not in extensions:
        extension = extensions[0]
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return _shortened(stem, LONGEST_NAME_BYTES - len(extension)) + extension


def _parts(name: str) -> tuple[str, str]:
    """Divide a name into its stem, never empty, and its extension, if it has one."""
    extension = PurePosixPath(name).suffix
    # `v1.2` and `2026.11` have none.
    if not _EXTENSION.fullmatch(extension) or extension[1:].isdecimal():
        extension = ""
    return name.removesuffix(extension).rstrip(". ") or "file", extension


def _shortened(text: str, most: int) -> str:
    """Cut a text to so many bytes of UTF-8, between characters."""
    return text.encode()[:most].decode(errors="ignore").rstrip(". ")
