"""What enrollment shows."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.enrollment.domain.application import Application, State
from services.enrollment.repository import APPLICATION
from services.enrollment.tables import ApplicationRow, OfficeRow, PlanRow
from shared.caller import Caller
from shared.contracts.enrollment import ApplicationEvent, Plan
from shared.errors import NotFound, StillArriving
from shared.messaging.arrival import LONGEST_PAUSE, PATIENCE
from shared.messaging.tables import said
from shared.messaging.transaction import Transactions, sequence_of


async def application(
    session: AsyncSession, caller: Caller, number: str
) -> tuple[Application, int]:
    """Give an application and its sequence; NotFound when it is not the caller's."""
    row = await session.get(ApplicationRow, number)
    if row is None:
        raise NotFound
    caller.require_sight(row.unit_id, row.agency_id, row.office_id)
    sequence = await sequence_of(session, ApplicationEvent.stream, number)
    return APPLICATION.validate_python(row.body), sequence


async def applications(
    session: AsyncSession, caller: Caller, states: Sequence[State], after: str | None, limit: int
) -> list[tuple[Application, int]]:
    """Give a page with versions of what the caller may see, newest first, older than `after`."""
    query = select(ApplicationRow.body, ApplicationRow.version).where(caller.sees(ApplicationRow))
    if states:
        query = query.where(ApplicationRow.state.in_(states))
    if after:
        query = query.where(ApplicationRow.application_no < after)
    rows = await session.execute(query.order_by(ApplicationRow.application_no.desc()).limit(limit))
    return [(APPLICATION.validate_python(row.body), row.version) for row in rows]


async def counts(session: AsyncSession, caller: Caller) -> dict[State, int]:
    """Count what the caller may see by state; a state without any is left out."""
    rows = await session.execute(
        select(ApplicationRow.state, func.count())
        .where(caller.sees(ApplicationRow))
        .group_by(ApplicationRow.state)
    )
    return {State(state): count for state, count in rows}


async def version_of(session: AsyncSession, number: str) -> int:
    """Give the version of an application that this session has loaded."""
    row = await session.get_one(ApplicationRow, number)
    return row.version


async def by_numbers(
    session: AsyncSession, caller: Caller, numbers: Sequence[str], confirmations: Sequence[str]
) -> list[ApplicationRow]:
    """Give the rows of these application and confirmation numbers; NotFound when one is missing."""
    rows = list(
        await session.scalars(
            select(ApplicationRow).where(
                caller.sees(ApplicationRow),
                ApplicationRow.application_no.in_(numbers)
                | ApplicationRow.confirmation_no.in_(confirmations),
            )
        )
    )
    found = {row.application_no for row in rows} | {row.confirmation_no for row in rows}
    if not found.issuperset([*numbers, *confirmations]):
        raise NotFound
    return rows


async def submission_settled(transactions: Transactions, number: str) -> None:
    """Return when a submission has led to review or back; StillArriving after a while."""
    pause, left = 0.01, PATIENCE
    while left > 0:
        async with transactions.sessions() as session:
            state = await session.scalar(
                select(ApplicationRow.state).where(ApplicationRow.application_no == number)
            )
        if state != State.SUBMITTING:
            return
        await asyncio.sleep(pause)
        left -= pause
        pause = min(pause * 2, LONGEST_PAUSE)
    raise StillArriving


async def plans(session: AsyncSession) -> list[Plan]:
    """Give the plans on offer."""
    rows = await session.scalars(select(PlanRow.plan).where(PlanRow.offered).order_by(PlanRow.code))
    return [Plan.model_validate(plan) for plan in rows]


async def offices(session: AsyncSession) -> list[OfficeRow]:
    """Give the tree of offices, parents first."""
    rows = await session.scalars(select(OfficeRow).order_by(OfficeRow.office_id))
    return list(rows)


async def sequences(session: AsyncSession, numbers: Sequence[str]) -> dict[str, int]:
    """Give the last sequence said per application."""
    rows = await session.execute(
        select(said.c.subject, said.c.sequence).where(
            said.c.stream == ApplicationEvent.stream, said.c.subject.in_(numbers)
        )
    )
    return {row.subject: row.sequence for row in rows}
