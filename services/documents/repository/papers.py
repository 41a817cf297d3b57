"""Papers to and from rows."""

from collections.abc import Sequence

from pydantic import TypeAdapter
from sqlalchemy import func, select, true, update

from services.documents.domain.papers import Paper
from services.documents.domain.prints import PrintState
from services.documents.tables import PaperRow, PrintRow
from shared.bus import Transaction
from shared.contracts.documents import PaperKind
from shared.contracts.files import StoredFile
from shared.errors import NotFound
from shared.runtime.rows import columns_for
from shared.values import folded

PAPER = TypeAdapter(Paper)


class PaperRepository:
    """Papers."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    def add(self, paper: Paper) -> None:
        """Add a new one."""
        self._session.add(PaperRow(**vars(paper), unit_folded=folded(paper.unit_name)))

    async def get(self, kind: PaperKind, numbers: Sequence[str]) -> list[Paper]:
        """Return papers in the order of `numbers`; NotFound when one is missing."""
        rows = await self._session.scalars(
            select(PaperRow).where(PaperRow.kind == kind, PaperRow.number.in_(numbers))
        )
        found = {row.number: row for row in rows}
        if not found.keys() >= set(numbers):
            raise NotFound
        return [paper_of(found[number]) for number in dict.fromkeys(numbers)]

    async def restore(self) -> None:
        """Restore print counts and rendered files from the prints."""
        number = func.jsonb_array_elements_text(PrintRow.numbers).table_valued("value")
        done = (
            select(PrintRow.kind, number.c.value.label("number"), PrintRow.printed_by)
            .select_from(PrintRow)
            .join(number, true())
            .where(PrintRow.state == PrintState.DONE)
            .subquery()
        )
        counts = (
            select(done.c.kind, done.c.number, func.count(done.c.printed_by).label("prints"))
            .group_by(done.c.kind, done.c.number)
            .subquery()
        )
        await self._session.execute(
            update(PaperRow)
            .where(PaperRow.kind == counts.c.kind, PaperRow.number == counts.c.number)
            .values(print_count=counts.c.prints)
            .execution_options(synchronize_session=False)
        )
        alone = (
            select(PrintRow.file)
            .where(
                PrintRow.kind == PaperRow.kind,
                PrintRow.numbers == func.jsonb_build_array(PaperRow.number),
                PrintRow.state == PrintState.DONE,
            )
            .order_by(PrintRow.created_at.desc())
            .limit(1)
            .scalar_subquery()
        )
        await self._session.execute(
            update(PaperRow).values(file=alone).execution_options(synchronize_session=False)
        )

    async def of_application(self, application_no: str) -> list[Paper]:
        """Return an application's papers."""
        rows = await self._session.scalars(
            select(PaperRow)
            .where(PaperRow.application_no == application_no)
            .order_by(PaperRow.kind, PaperRow.number)
        )
        return [paper_of(row) for row in rows]

    async def count_print(self, kind: PaperKind, numbers: Sequence[str]) -> None:
        """Increment the print counts."""
        await self._session.execute(
            update(PaperRow)
            .where(PaperRow.kind == kind, PaperRow.number.in_(sorted(numbers)))
            .values(print_count=PaperRow.print_count + 1)
        )

    async def note_archived(self, confirmation_no: str) -> None:
        """Record that a confirmation is archived."""
        await self._session.execute(
            update(PaperRow)
            .where(PaperRow.kind == PaperKind.CONFIRMATION, PaperRow.number == confirmation_no)
            .values(archived=True)
        )

    async def keep_file(self, kind: PaperKind, number: str, file: StoredFile) -> None:
        """Save the rendered file of a paper."""
        await self._session.execute(
            update(PaperRow)
            .where(PaperRow.kind == kind, PaperRow.number == number)
            .values(file=file.model_dump(mode="json"))
        )


def paper_of(row: PaperRow) -> Paper:
    """Return a row's paper."""
    return PAPER.validate_python(columns_for(Paper, row))
