"""What invoicing shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.invoicing.domain.billing import Billing, MoneyStanding
from services.invoicing.repository import BILLING
from services.invoicing.tables import BillingRow
from shared.caller import Caller
from shared.errors import NotFound


async def billing(session: AsyncSession, caller: Caller, number: str) -> tuple[Billing, int]:
    """Give a billing and its version; NotFound when it is not the caller's."""
    row = await session.get(BillingRow, number)
    if row is None:
        raise NotFound
    caller.require_sight(row.unit_id, row.agency_id, row.office_id)
    return BILLING.validate_python(row.body), row.version


@dataclass(frozen=True)
class Search:
    """What the list is searched by; empty means whatever."""

    standings: Sequence[MoneyStanding] = ()
    awaits_reissue: bool = False


async def billings(
    session: AsyncSession, caller: Caller, search: Search, after: str | None, limit: int
) -> list[Billing]:
    """Give a page of what the caller may see, newest first, older than `after`."""
    query = select(BillingRow.body).where(caller.sees(BillingRow))
    if search.standings:
        query = query.where(BillingRow.standing.in_(search.standings))
    if search.awaits_reissue:
        query = query.where(BillingRow.awaits_reissue)
    if after:
        query = query.where(BillingRow.application_no < after)
    rows = await session.scalars(query.order_by(BillingRow.application_no.desc()).limit(limit))
    return [BILLING.validate_python(body) for body in rows]


async def count_awaiting_reissue(session: AsyncSession, caller: Caller) -> int:
    """Count the billings with an invoice that was voided and is not submitted anew."""
    found = await session.scalar(
        select(func.count())
        .select_from(BillingRow)
        .where(caller.sees(BillingRow), BillingRow.awaits_reissue)
    )
    return int(found or 0)
