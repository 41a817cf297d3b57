"""What is to be told of the rows of a file: in a child process, which may read it once more."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from services.roster.adapters.staging import FileToRead, WrittenRow
from services.roster.adapters.workbook_writer import failed_rows
from services.roster.domain.checking import Checking
from services.roster.domain.outcomes import Finding, Repeats, ToldRow, told
from services.roster.domain.persons import TITLES

MOST_SHOWN = 500
"""Rows of each kind that the screen shows; the workbook has all that are refused."""


@dataclass(frozen=True, slots=True)
class Told:
    """The rows to be told of: how many, the refused ones as a workbook, the first of each kind."""

    refused: int
    warned: int
    workbook: bytes | None
    shown: bytes
    """JSON, as `shown_rows` reads it."""


class _Telling:
    """Tells of rows while the workbook takes those that are refused."""

    def __init__(self) -> None:
        self.refused = self.warned = 0
        self.shown: dict[str, list[dict[str, object]]] = {"failures": [], "warnings": []}

    def refused_among(self, rows: Iterator[ToldRow]) -> Iterator[ToldRow]:
        """Yield the refused rows; count all, and keep the first of each kind."""
        for row in rows:
            if row.refused:
                self.refused += 1
                self._show("failures", row)
                yield row
            if row.warned:
                self.warned += 1
                self._show("warnings", row)

    def _show(self, kind: str, row: ToldRow) -> None:
        if len(self.shown[kind]) < MOST_SHOWN:
            fields = {field: getattr(row.row, field) for field in (*TITLES, "row_no", "sheet")}
            self.shown[kind].append(fields | {"why": row.placed_why})


def tell(
    file: FileToRead,
    import_id: str,
    plans: Mapping[str, str],
    findings: Mapping[int, Sequence[Finding]],
    rows: Sequence[WrittenRow] | None = None,
) -> Told:
    """Return what is to be told of the rows of a file that was read before.

    `plans` has their names by code, `findings` what speaks against rows by their places. Without
    findings it may be told which `rows` are meant; else the file is read again.
    """
    checking = Checking(file.rules, file.today)
    if rows is None or findings:
        found = _rows_again(file, checking, plans, findings)
    else:
        found = (told(checking.check(row), (), plans, {}) for _, row in rows)
    telling = _Telling()
    refused = telling.refused_among(found)
    first = next(refused, None)
    workbook = failed_rows(chain([first], refused), import_id) if first is not None else None
    shown = json.dumps(telling.shown, ensure_ascii=False).encode()
    return Told(telling.refused, telling.warned, workbook, shown)


def _rows_again(
    file: FileToRead,
    checking: Checking,
    plans: Mapping[str, str],
    findings: Mapping[int, Sequence[Finding]],
) -> Iterator[ToldRow]:
    lists = file.lists()
    repeated = {
        one.first for found in findings.values() for one in found if isinstance(one, Repeats)
    }
    where: dict[int, str] = {}
    for found in lists.rows(checking.plain_reader):
        if found.place in repeated:
            where[found.place] = found.written().where
        against = findings.get(found.place, ())
        if found.plain is None or against or found.plain.over_usual_age:
            row = told(checking.check(found.written()), against, plans, where)
            if row.reasons:
                yield row


def shown_rows(shown: bytes, kind: str) -> list[dict[str, object]]:
    """Return the first `failures` or `warnings` of a file, as `tell` wrote them."""
    rows: list[dict[str, object]] = json.loads(shown)[kind]
    return rows
