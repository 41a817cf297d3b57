"""What documents shows: the lists that papers are printed from."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.domain.prints import PrintState
from services.documents.repository import PaperRepository, PrintRepository
from services.documents.tables import PaperRow, PrintRow
from shared.caller import Caller, Permission
from shared.contracts.documents import PaperKind
from shared.messaging.transaction import Transactions

PATIENCE = 10.0
FIRST_LOOK = 0.01
LONGEST_PAUSE = 0.2


@dataclass(frozen=True)
class Search:
    """What lists are searched by; None means whatever."""

    number: str | None = None
    business: str | None = None
    entered: tuple[date | None, date | None] = (None, None)
    effective: tuple[date | None, date | None] = (None, None)
    confirmed: tuple[date | None, date | None] = (None, None)
    printed: bool | None = None


async def papers(
    session: AsyncSession,
    caller: Caller,
    kind: PaperKind,
    search: Search,
    before: str | None,
    limit: int,
) -> list[PaperRow]:
    """Give a page of what the caller may see, newest first, older than `before`."""
    query = select(PaperRow).where(PaperRow.kind == kind, caller.sees(PaperRow))
    if search.number:
        query = query.where(PaperRow.number == search.number)
    if search.business:
        query = query.where(PaperRow.business == search.business)
    for column, (first, last) in (
        (PaperRow.entered_on, search.entered),
        (PaperRow.effective_on, search.effective),
        (PaperRow.confirmed_on, search.confirmed),
    ):
        if first:
            query = query.where(column >= first)
        if last:
            query = query.where(column <= last)
    if search.printed is not None:
        query = query.where((PaperRow.print_count > 0).is_(search.printed))
    if before:
        query = query.where(PaperRow.number < before)
    rows = await session.scalars(query.order_by(PaperRow.number.desc()).limit(limit))
    return list(rows)


async def as_of(session: AsyncSession) -> datetime | None:
    """Give when the newest paper became known here: the lists hold all until then."""
    found: datetime | None = await session.scalar(select(func.max(PaperRow.known_at)))
    return found


async def print_of(session: AsyncSession, caller: Caller, print_id: str) -> PrintRow:
    """Give a print to who may print and sees all that is on it; NotFound to everyone else."""
    caller.require(Permission.PRINT)
    row = await PrintRepository(session).get(print_id)
    papers_on_it = await PaperRepository(session).get(PaperKind(row.kind), row.numbers)
    for paper in papers_on_it:
        caller.require_sight(paper.unit_id, paper.agency_id, paper.office_id)
    return row


async def rendered(transactions: Transactions, print_id: str) -> PrintRow:
    """Give a print when it is rendered, or as it is after ten seconds."""
    pause, left = FIRST_LOOK, PATIENCE
    while True:
        async with transactions.sessions() as session:
            row = await PrintRepository(session).get(print_id)
        if row.state != PrintState.PENDING or left <= 0:
            return row
        await asyncio.sleep(pause)
        left -= pause
        pause = min(pause * 2, LONGEST_PAUSE)
