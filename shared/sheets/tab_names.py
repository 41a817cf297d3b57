"""Names of sheets that spreadsheet programs allow."""

import re
from collections.abc import Iterable

from shared.sheets.written_text import plain

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\t\n]")
_LONGEST = 31
_NAMELESS = "Sheet"


def tab_names(wanted: Iterable[str]) -> list[str]:
    """Return a legal name for each wanted one: cut where too long, numbered where taken."""
    names: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        free = _free(_legal(name), taken)
        names.append(free)
        taken.add(free.casefold())
    return names


def _legal(wanted: str) -> str:
    return _cut(_FORBIDDEN.sub(" ", plain(wanted)).strip(" '"), _LONGEST) or _NAMELESS


def _free(name: str, taken: set[str]) -> str:
    candidate, number = name, 2
    while candidate.casefold() in taken:
        suffix = f"~{number}"
        candidate, number = _cut(name, _LONGEST - len(suffix)) + suffix, number + 1
    return candidate


def _cut(name: str, longest: int) -> str:
    """Cut to so many UTF-16 characters; what is left ends with no space or apostrophe."""
    return name.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore").rstrip(" '")
