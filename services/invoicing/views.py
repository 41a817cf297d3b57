"""Invoicing's queries for reading."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from services.invoicing.domain.billings import Billing, MoneyStanding
from services.invoicing.repository.billings import BILLING
from services.invoicing.tables import BillingRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.http.searching import Search
from shared.identity.caller import Caller
from shared.identity.visibility import visible_to


async def billing(tx: Transaction, caller: Caller, number: str) -> tuple[Billing, int]:
    """Return a billing and its version; NotFound when it is not the caller's."""
    row = await tx.session.get(BillingRow, number)
    if row is None:
        raise NotFound
    caller.require_sight(row.unit_id, row.agency_id, row.office_id)
    return BILLING.validate_python(row.body), row.version


def search_query(
    caller: Caller, search: Search, standings: Sequence[MoneyStanding], *, awaits_reissue: bool
) -> Select[str]:
    """Return a query for the application numbers of matching billings that the caller may see."""
    row = BillingRow
    query = select(row.application_no).where(visible_to(caller, row), *search.conditions(row))
    if standings:
        query = query.where(row.standing.in_(standings))
    return query.where(row.awaits_reissue) if awaits_reissue else query


async def billings(
    tx: Transaction, matching: Select[str], after: str | None, limit: int
) -> list[Billing]:
    """Return a page of matching billings, newest first, below `after`."""
    if after:
        matching = matching.where(BillingRow.application_no < after)
    page = matching.order_by(BillingRow.application_no.desc()).limit(limit).subquery()
    rows = await tx.session.scalars(
        select(BillingRow.body)
        .join(page, page.c.application_no == BillingRow.application_no)
        .order_by(BillingRow.application_no.desc())
    )
    return [BILLING.validate_python(body) for body in rows]


async def count_awaiting_reissue(tx: Transaction, caller: Caller) -> int:
    """Return how many visible billings have a voided invoice that is not submitted again."""
    count = await tx.session.scalar(
        select(func.count())
        .select_from(BillingRow)
        .where(visible_to(caller, BillingRow), BillingRow.awaits_reissue)
    )
    return int(count or 0)
