"""What roster shows, and which objects its rows name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.roster.domain.documents import DocumentKind
from services.roster.domain.imports import Import
from services.roster.domain.persons import ListedPerson
from services.roster.domain.rosters import Roster, RosterState
from services.roster.domain.typed_text import compact
from services.roster.repository.imports import ImportRepository
from services.roster.repository.persons import PersonRepository
from services.roster.repository.rosters import RosterRepository
from services.roster.tables import ImportRow, PersonRow, RosterRow
from shared.bus import Transaction
from shared.contracts.files import subject_of
from shared.identity.caller import Caller


async def roster(tx: Transaction, caller: Caller, application_no: str) -> Roster:
    """Return a roster; NotFound when it is not the caller's."""
    found = await RosterRepository(tx).get(application_no, lock=False)
    caller.require_sight(found.unit_id, found.agency_id, found.office_id)
    return found


async def batch(tx: Transaction, caller: Caller, import_id: str) -> Import:
    """Return an import; NotFound when it is not the caller's."""
    found = await ImportRepository(tx).get(import_id)
    await roster(tx, caller, found.application_no)
    return found


@dataclass(frozen=True)
class Search:
    """Whom to list in a line; `wanted` is a whole name or a whole number."""

    application_no: str
    plan_code: str
    wanted: str | None = None
    unexpired: bool | None = None
    after: int = 0


async def persons(tx: Transaction, search: Search, limit: int) -> list[ListedPerson]:
    """Return a page of a line."""
    query = select(PersonRow).where(
        PersonRow.application_no == search.application_no,
        PersonRow.plan_code == search.plan_code,
        PersonRow.person_id > search.after,
    )
    repository = PersonRepository(tx)
    if search.wanted is not None:
        number = compact(search.wanted).upper()
        query = query.where(
            or_(
                PersonRow.name_hash == tx.resources.sealer.lookup_hash(compact(search.wanted)),
                PersonRow.number_hash.in_(
                    [repository.number_hash(kind, number) for kind in DocumentKind]
                ),
            )
        )
    if search.unexpired is not None:
        query = query.where(PersonRow.unexpired.is_(search.unexpired))
    rows = await tx.session.scalars(query.order_by(PersonRow.person_id).limit(limit))
    return [repository.listed(row) for row in rows]


async def named_uploads(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Return those of some keys that are files of imports; of cancelled applications none."""
    found = await session.scalars(
        select(ImportRow.file["key"].astext)
        .join(RosterRow, RosterRow.application_no == ImportRow.application_no)
        .where(
            ImportRow.application_no.in_({subject_of(key) for key in keys}),
            RosterRow.state != RosterState.CLOSED,
        )
    )
    return set(found)


async def named_failed_rows(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Return those of some keys that hold what is told of rows."""
    found = await session.execute(
        select(
            ImportRow.failed["key"].astext,
            ImportRow.told["key"].astext,
            ImportRow.asked["rows"]["key"].astext,
        ).where(ImportRow.application_no.in_({subject_of(key) for key in keys}))
    )
    return {key for row in found for key in row if key is not None}


async def named_rosters(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Return those of some keys that are current frozen rosters."""
    found = await session.scalars(
        select(RosterRow.frozen_key).where(
            RosterRow.application_no.in_({subject_of(key) for key in keys}),
            RosterRow.state != RosterState.CLOSED,
        )
    )
    return {key for key in found if key is not None}
