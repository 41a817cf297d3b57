"""What documents shows: the lists that papers are printed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.documents.domain.papers import Paper, printing, reading_prints
from services.documents.domain.prints import Print, Taking
from services.documents.repository.papers import PaperRepository, paper_of
from services.documents.repository.prints import PrintRepository
from services.documents.tables import PaperRow, PrintedPaperRow, PrintRow, file_key
from shared.bus import Transaction
from shared.contracts.documents import PaperKind
from shared.http.searching import Days, has_number, has_part, within
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.identity.visibility import visible_to
from shared.runtime.rows import columns_for
from shared.values import CONFIRMATION_NUMBER_LENGTH, NUMBER_LENGTH

LENGTHS = {
    PaperKind.PAYMENT_NOTICE: NUMBER_LENGTH,
    PaperKind.CONFIRMATION: CONFIRMATION_NUMBER_LENGTH,
}


@dataclass(frozen=True)
class Search:
    """What lists are searched by; an empty field is no condition."""

    number: str = ""
    unit: str = ""
    business: str | None = None
    entered: Days = (None, None)
    effective: Days = (None, None)
    confirmed: Days = (None, None)
    printed: bool | None = None
    archived: bool | None = None


def found(caller: Caller, kind: PaperKind, search: Search) -> Select[str]:
    """Return the query for the numbers of what the caller may see."""
    row = PaperRow
    query = select(row.number).where(
        row.kind == kind,
        visible_to(caller, row),
        *within(row.entered_on, search.entered),
        *within(row.effective_on, search.effective),
        *within(row.confirmed_on, search.confirmed),
    )
    if search.number:
        query = query.where(has_number(row.number, search.number, LENGTHS[kind]))
    if search.unit:
        query = query.where(has_part(row.unit_folded, search.unit))
    if search.business is not None:
        query = query.where(row.business == search.business)
    if search.printed is not None:
        query = query.where((row.print_count > 0).is_(search.printed))
    if search.archived is not None:
        query = query.where(row.archived.is_(search.archived))
    return query


async def papers(
    tx: Transaction,
    kind: PaperKind,
    matching: Select[str],
    before: str | None,
    limit: int,
) -> list[Paper]:
    """Return a page of what was found, newest first, older than `before`."""
    if before:
        matching = matching.where(PaperRow.number < before)
    page = matching.order_by(PaperRow.number.desc()).limit(limit).subquery()
    rows = await tx.session.scalars(
        select(PaperRow)
        .join(page, page.c.number == PaperRow.number)
        .where(PaperRow.kind == kind)
        .order_by(PaperRow.number.desc())
    )
    return [paper_of(row) for row in rows]


async def as_of(tx: Transaction) -> datetime | None:
    """Return when the newest paper was added: the lists hold everything until then."""
    found: datetime | None = await tx.session.scalar(select(func.max(PaperRow.known_at)))
    return found


async def print_of(tx: Transaction, caller: Caller, print_id: str) -> Print:
    """Return a print to who may print and sees all that is on it; NotFound to everyone else."""
    caller.require(Permission.PRINT)
    found = await PrintRepository(tx).get(print_id)
    papers_on_it = await PaperRepository(tx).get(found.kind, found.numbers)
    for paper in papers_on_it:
        caller.require_sight(paper.unit_id, paper.agency_id, paper.office_id)
    caller.require(printing(found.kind))
    return found


async def takings(
    tx: Transaction, caller: Caller, kind: PaperKind, number: str
) -> Select[PrintedPaperRow]:
    """Return the query for who took a paper; NotFound for a paper that the caller does not see."""
    caller.require(*reading_prints(kind))
    [paper] = await PaperRepository(tx).get(kind, [number])
    caller.require_sight(paper.unit_id, paper.agency_id, paper.office_id)
    return select(PrintedPaperRow).where(
        PrintedPaperRow.kind == kind, PrintedPaperRow.number == number
    )


async def takings_before(
    tx: Transaction, matching: Select[PrintedPaperRow], position: int | None, limit: int
) -> list[Taking]:
    """Return a page of the print registry, newest first, older than `position`."""
    if position is not None:
        matching = matching.where(PrintedPaperRow.position < position)
    rows = await tx.session.scalars(matching.order_by(PrintedPaperRow.position.desc()).limit(limit))
    return [Taking(**columns_for(Taking, row)) for row in rows]


async def named_papers(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Return those of some keys that are files of prints; papers have no others."""
    key = file_key(PrintRow)
    return set(await session.scalars(select(key).where(key.in_(keys))))
