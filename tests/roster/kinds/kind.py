"""A kind of file, with what becomes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from openpyxl import Workbook

from services.roster.domain.row_kinds import RowKind
from tests.people import Invented, invented_people

PEOPLE = invented_people(6, seed=2026)
A, B, C, D, E, F = PEOPLE
HEADER = ("序号", "姓名", "身份证号", "手机号")

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Kind:
    """Files of one kind: what they look like, what becomes of them, and one of them."""

    looks: str
    outcome: str
    content: Callable[[], bytes]
    taken: Sequence[Invented] = ()
    """Whom it takes in, in their order."""
    names: Sequence[str] | None = None
    """What they are called, where that is not written as they are."""
    refused: Mapping[int, str] = field(default_factory=dict)
    """A word of the reason, by the row of its sheet."""
    whole: str = ""
    """A word of the refusal of the file as a whole."""
    asks: bool = False
    """Whether the operator is asked which column is which."""
    left_out: Mapping[RowKind, int] = field(default_factory=dict)
    """Rows that are left out, for the kinds that the file is about."""


def row(number: int, one: Invented, *more: object) -> tuple[object, ...]:
    """Return a row under HEADER."""
    return number, one.name, one.number, one.mobile, *more


def book(**sheets: Rows) -> bytes:
    """Return a workbook of these sheets."""
    made = Workbook()
    made.remove(made["Sheet"])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
    return saved(made)


def saved(made: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def sheet(*rows: Sequence[object]) -> Callable[[], bytes]:
    """Return what makes a workbook of one sheet."""
    return lambda: book(名单=rows)
