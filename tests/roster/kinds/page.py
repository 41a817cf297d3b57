"""Writes docs/files.md: `python -m tests.roster.kinds.page`."""

from collections.abc import Sequence
from pathlib import Path

from tests.roster.kinds import cells, formats, headers, rows, sheets
from tests.roster.kinds.kind import Kind

PAGE = Path(__file__).parents[3] / "docs" / "files.md"
SECTIONS = (
    ("Formats", formats.KINDS),
    ("Sheets and lists", sheets.KINDS),
    ("Titles", headers.KINDS),
    ("Rows", rows.KINDS),
    ("Cells", cells.KINDS),
)
INTRODUCTION = """# What a file of persons may look like

The template is the surest way; but units send what they have. This page is written from the table
of kinds that the tests run (`tests/roster/kinds`): each line is a file that is made and read there.

A file is accounted for. Every row of every visible sheet with a list is a person taken in, a person
refused with sheet and row, or a row left out for one of these kinds: title, total, footer, example,
empty. The batch shows how many there were of each. A row with a name and a number that could be one
is a person, whatever else stands there.

Where a required column (参保人姓名, 身份证号) is unknown, the import waits for 24 hours: the
operator sees the first rows and says which column is which. Roster remembers the answer for the
unit, as a keyed hash of the titles. Of a file with several sheets the operator may say that one is
no list of persons: it is passed over, and none of its rows is counted; that is not remembered.
"""


def written() -> str:
    """Return the page."""
    return "\n".join([INTRODUCTION, *(_section(title, kinds) for title, kinds in SECTIONS)])


def _section(title: str, kinds: Sequence[Kind]) -> str:
    lines = [f"| {_escaped(kind.looks)} | {kind.outcome} |" for kind in kinds]
    return "\n".join([f"## {title}\n", "| A file with | comes out so |", "|---|---|", *lines, ""])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("*", "\\*").replace("\t", "\\t")


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
