"""Enrollment's queries for reading."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.enrollment.domain.applications import ENDED, Application, State
from services.enrollment.domain.units import CertificateKind, Unit, UnitState
from services.enrollment.repository.applications import APPLICATION
from services.enrollment.repository.units import UnitRepository
from services.enrollment.tables import ApplicationRow, PlanRow, UnitRow
from shared.bus import Transaction, published_sequence
from shared.contracts.enrollment import ApplicationEvent, Plan
from shared.contracts.files import subject_of
from shared.errors import NotFound
from shared.http.searching import EXACT_UP_TO, Search, has_part
from shared.identity.caller import Caller
from shared.identity.visibility import visible_to

_SEQUENCE = published_sequence(ApplicationEvent.stream, ApplicationRow.application_no)
_APPLICATION = select(
    ApplicationRow.unit_id,
    ApplicationRow.agency_id,
    ApplicationRow.office_id,
    ApplicationRow.body,
    ApplicationRow.version,
    _SEQUENCE,
).where(ApplicationRow.application_no == bindparam("number"))


@dataclass(frozen=True)
class ReadApplication:
    """An application as it was read: at its version, after the event of its sequence."""

    application: Application
    version: int
    sequence: int


async def application(tx: Transaction, caller: Caller, number: str) -> ReadApplication:
    """Return an application; NotFound when it is not the caller's."""
    row = (await tx.session.execute(_APPLICATION, {"number": number})).one_or_none()
    if row is None:
        raise NotFound
    unit_id, agency_id, office_id, body, version, sequence = row
    caller.require_sight(unit_id, agency_id, office_id)
    return ReadApplication(APPLICATION.validate_python(body), version, sequence)


def search_query(
    caller: Caller, search: Search, states: Sequence[State], *, reviewed: bool
) -> Select[str]:
    """Return a query for the numbers of matching applications that the caller may see.

    With `reviewed`, only those that the caller reviewed.
    """
    row = ApplicationRow
    query = select(row.application_no).where(visible_to(caller, row), *search.conditions(row))
    if states:
        query = query.where(row.state.in_(states))
    if reviewed:
        query = query.where(row.reviewers.contains([caller.account_id]))
    return query


async def applications(
    tx: Transaction, matching: Select[str], after: str | None, limit: int
) -> list[tuple[Application, int]]:
    """Return a page of matching applications with their versions, newest first, below `after`."""
    if after:
        matching = matching.where(ApplicationRow.application_no < after)
    page = matching.order_by(ApplicationRow.application_no.desc()).limit(limit).subquery()
    rows = await tx.session.execute(
        select(ApplicationRow.body, ApplicationRow.version)
        .join(page, page.c.application_no == ApplicationRow.application_no)
        .order_by(ApplicationRow.application_no.desc())
    )
    return [(APPLICATION.validate_python(row.body), row.version) for row in rows]


async def counts(tx: Transaction, caller: Caller) -> dict[State, int]:
    """Return how many applications are in each state that has not ended.

    A count ends at 10,000; a state without any is left out.
    """
    states = [state for state in State if state not in ENDED]
    queries = [search_query(caller, Search(), [state], reviewed=False) for state in states]
    limited = [query.limit(EXACT_UP_TO).subquery() for query in queries]
    counting = [select(func.count()).select_from(one).scalar_subquery() for one in limited]
    row = (await tx.session.execute(select(*counting))).one()
    return {state: count for state, count in zip(states, row, strict=True) if count}


async def version_of(tx: Transaction, number: str) -> int:
    """Return the version of an application."""
    row = await tx.session.get_one(ApplicationRow, number)
    return row.version


@dataclass(frozen=True)
class ApplicationPosition:
    """State of an application and the sequence of its last event."""

    application_no: str
    confirmation_no: str | None
    state: State
    sequence: int


async def positions(
    tx: Transaction,
    caller: Caller,
    numbers: Sequence[str],
    confirmations: Sequence[str],
) -> list[ApplicationPosition]:
    """Return those of application and confirmation numbers; NotFound unless all are visible."""
    row = ApplicationRow
    rows = await tx.session.execute(
        select(row.application_no, row.confirmation_no, row.state, _SEQUENCE).where(
            visible_to(caller, row),
            row.application_no.in_(numbers) | row.confirmation_no.in_(confirmations),
        )
    )
    found = [
        ApplicationPosition(number, confirmation, State(state), sequence)
        for number, confirmation, state, sequence in rows
    ]
    visible = {one.application_no for one in found} | {one.confirmation_no for one in found}
    if not visible.issuperset([*numbers, *confirmations]):
        raise NotFound
    return found


async def plans(tx: Transaction) -> list[Plan]:
    """Return the plans on offer."""
    rows = await tx.session.scalars(
        select(PlanRow.plan).where(PlanRow.offered).order_by(PlanRow.code)
    )
    return [Plan.model_validate(plan) for plan in rows]


def unit_query(caller: Caller, states: Sequence[UnitState], part: str) -> Select[str]:
    """Return a query for the ids of units that the caller may see; `part` of name or code."""
    row = UnitRow
    query = select(row.unit_id).where(visible_to(caller, row))
    if states:
        query = query.where(row.state.in_(states))
    if part:
        query = query.where(has_part(row.name_folded, part) | has_part(row.credit_code, part))
    return query


async def units(
    tx: Transaction, matching: Select[str], before: str | None, limit: int
) -> list[Unit]:
    """Return a page of matching units, the newest id first, below `before`."""
    if before:
        matching = matching.where(UnitRow.unit_id < before)
    page = matching.order_by(UnitRow.unit_id.desc()).limit(limit).subquery()
    rows = await tx.session.scalars(
        select(UnitRow)
        .join(page, page.c.unit_id == UnitRow.unit_id)
        .order_by(UnitRow.unit_id.desc())
    )
    repository = UnitRepository(tx)
    return [repository.unit_of(row) for row in rows]


async def waiting_units(tx: Transaction, caller: Caller) -> int:
    """Return how many registrations wait for the caller; the count ends at 10,000."""
    waiting = unit_query(caller, [UnitState.APPLIED], "").limit(EXACT_UP_TO).subquery()
    return await tx.session.scalar(select(func.count()).select_from(waiting)) or 0


async def named_certificates(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that are pictures of units' certificates."""
    found: set[str] = set()
    for kind in CertificateKind:
        key = UnitRow.certificates[kind.value]["key"].astext
        found |= set(await session.scalars(select(key).where(key.in_(keys))))
    return found


async def named_attachments(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that are attachments of applications that are not cancelled."""
    bodies = await session.scalars(
        select(ApplicationRow.body["attachments"]).where(
            ApplicationRow.application_no.in_({subject_of(key) for key in keys}),
            ApplicationRow.state != State.CANCELLED,
        )
    )
    return {one["file"]["key"] for attachments in bodies for one in attachments}


async def named_scans(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that are scans of archived applications."""
    scans = await session.scalars(
        select(ApplicationRow.body["scan"]["key"].astext).where(
            ApplicationRow.confirmation_no.in_({subject_of(key) for key in keys})
        )
    )
    return set(scans)
