"""Papers and prints to and from rows; never commits."""

from collections.abc import Sequence

from sqlalchemy import func, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.domain.payment_notice import Account
from services.documents.domain.prints import PrintState
from services.documents.tables import PaperRow, PrintRow, ReceivingAccountRow
from shared.contracts.documents import PaperKind
from shared.contracts.files import StoredFile
from shared.errors import NotFound
from shared.values import folded


class PaperRepository:
    """Papers."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: PaperRow) -> None:
        """Add a new one."""
        row.unit_folded = folded(row.unit_name)
        self._session.add(row)

    async def get(self, kind: PaperKind, numbers: Sequence[str]) -> list[PaperRow]:
        """Return papers in the order of `numbers`; NotFound when one is missing."""
        rows = await self._session.scalars(
            select(PaperRow).where(PaperRow.kind == kind, PaperRow.number.in_(numbers))
        )
        found = {row.number: row for row in rows}
        if not found.keys() >= set(numbers):
            raise NotFound
        return [found[number] for number in dict.fromkeys(numbers)]

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

    async def of_application(self, application_no: str) -> list[PaperRow]:
        """Return an application's papers."""
        rows = await self._session.scalars(
            select(PaperRow)
            .where(PaperRow.application_no == application_no)
            .order_by(PaperRow.kind, PaperRow.number)
        )
        return list(rows)

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


class PrintRepository:
    """Files asked for."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: PrintRow) -> None:
        """Add a new one."""
        self._session.add(row)

    async def unclaimed(self, kind: PaperKind, number: str) -> PrintRow | None:
        """Lock and return a pending rendering in advance of one paper; None without one."""
        row: PrintRow | None = await self._session.scalar(
            select(PrintRow)
            .where(
                PrintRow.kind == kind,
                PrintRow.numbers == [number],
                PrintRow.state == PrintState.PENDING,
                PrintRow.printed_by.is_(None),
            )
            .limit(1)
            .with_for_update()
        )
        return row

    async def get(self, print_id: str, *, lock: bool = False) -> PrintRow:
        """Return one; NotFound when there is none."""
        row = await self._session.get(PrintRow, print_id, with_for_update=lock)
        if row is None:
            raise NotFound
        return row


class ReceivingAccounts:
    """Where the money of each office goes."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def _row(self, office_id: str) -> ReceivingAccountRow:
        row = await self._session.get(ReceivingAccountRow, office_id)
        if row is None:
            raise NotFound("办事处尚未设置收款账户，请联系管理员。")
        return row

    async def of(self, office_id: str) -> Account:
        """Return an office's account."""
        row = await self._row(office_id)
        return Account(row.name, row.number, row.bank, row.line_number)

    async def office_name(self, office_id: str) -> str:
        """Return the office's name for papers."""
        return (await self._row(office_id)).office_name

    async def put(self, row: ReceivingAccountRow) -> None:
        """Save an account, new or changed."""
        await self._session.merge(row)
