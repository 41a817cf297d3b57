"""Papers to and from rows."""

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter
from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.documents.domain.papers import Paper
from services.documents.domain.payment_notice import Account
from services.documents.domain.prints import PrintState
from services.documents.tables import PaperRow, PrintedPaperRow, PrintRow, file_key
from shared.bus import Transaction
from shared.contracts.documents import PaperKind
from shared.contracts.files import StoredFile
from shared.errors import NotFound
from shared.runtime.rows import columns_for
from shared.values import folded

PAPER = TypeAdapter(Paper)
_ALONE = (
    PrintRow.kind == PaperRow.kind,
    PrintRow.numbers == func.jsonb_build_array(PaperRow.number),
)
"""A print is of one paper alone."""


class PaperRepository:
    """Papers."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    def add(self, paper: Paper) -> None:
        """Add a new one."""
        self._session.add(PaperRow(**vars(paper), unit_folded=folded(paper.unit_name)))

    async def get(self, kind: PaperKind, numbers: Sequence[str]) -> list[Paper]:
        """Return papers in the order of `numbers`; NotFound when one is missing."""
        found = await self.find(kind, numbers)
        if len(found) < len(set(numbers)):
            raise NotFound
        return found

    async def find(self, kind: PaperKind, numbers: Sequence[str]) -> list[Paper]:
        """Return those papers that there are, in the order of `numbers`."""
        rows = await self._session.scalars(
            select(PaperRow).where(PaperRow.kind == kind, PaperRow.number.in_(numbers))
        )
        found = {row.number: row for row in rows}
        return [paper_of(found[number]) for number in dict.fromkeys(numbers) if number in found]

    async def restore(self) -> None:
        """Restore print counts from the print registry, and rendered files from the prints."""
        taken = PrintedPaperRow
        counts = (
            select(taken.kind, taken.number, func.count().label("prints"))
            .group_by(taken.kind, taken.number)
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
                *_ALONE,
                PrintRow.state == PrintState.DONE,
                or_(PrintRow.kind != PaperKind.PAYMENT_NOTICE, PrintRow.account.is_not(None)),
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

    async def note_archived(self, confirmation_no: str) -> None:
        """Record that a confirmation is archived."""
        await self._session.execute(
            update(PaperRow)
            .where(PaperRow.kind == PaperKind.CONFIRMATION, PaperRow.number == confirmation_no)
            .values(archived=True)
        )

    async def keep_files(self, kind: PaperKind, files: Mapping[str, StoredFile]) -> None:
        """Save the rendered files of papers, by number."""
        rows = [
            {"kind": kind, "number": number, "file": file.model_dump(mode="json")}
            for number, file in sorted(files.items())
        ]
        await self._session.execute(update(PaperRow), rows)

    async def accounts_of_paid_notices(self, numbers: Sequence[str]) -> dict[str, Account]:
        """Return by number where some notices say that the money goes, once that was paid.

        What somebody took last says it; of what nobody took, the file that lies ready.
        """
        taken = (
            select(PrintedPaperRow.account)
            .where(
                PrintedPaperRow.kind == PaperRow.kind,
                PrintedPaperRow.number == PaperRow.number,
                PrintedPaperRow.account.is_not(None),
            )
            .order_by(PrintedPaperRow.position.desc())
            .limit(1)
            .scalar_subquery()
        )
        ready = (
            select(PrintRow.account)
            .where(file_key(PrintRow) == file_key(PaperRow), PrintRow.account.is_not(None))
            .limit(1)
            .scalar_subquery()
        )
        rows = await self._session.execute(
            select(PaperRow.number, func.coalesce(taken, ready)).where(
                PaperRow.kind == PaperKind.PAYMENT_NOTICE,
                PaperRow.number.in_(numbers),
                _confirmation_of(PaperRow.application_no).exists(),
            )
        )
        return {number: Account(**account) for number, account in rows if account is not None}

    async def drop_unpaid_notices(self, office_id: str) -> None:
        """Delete the files of an office's notices of applications without a confirmation.

        Their prints lose the account, so that a rebuild does not bring the files back.
        """
        unpaid = (
            PaperRow.kind == PaperKind.PAYMENT_NOTICE,
            PaperRow.office_id == office_id,
            ~_confirmation_of(PaperRow.application_no).exists(),
        )
        for statement in (
            update(PrintRow).where(*unpaid, *_ALONE).values(account=None),
            update(PaperRow).where(*unpaid, PaperRow.file.is_not(None)).values(file=None),
        ):
            await self._session.execute(statement.execution_options(synchronize_session=False))


def _confirmation_of(application_no: InstrumentedAttribute[str]) -> Select[str]:
    other = aliased(PaperRow)
    return select(other.number).where(
        other.application_no == application_no, other.kind == PaperKind.CONFIRMATION
    )


def paper_of(row: PaperRow) -> Paper:
    """Return a row's paper."""
    return PAPER.validate_python(columns_for(Paper, row))
