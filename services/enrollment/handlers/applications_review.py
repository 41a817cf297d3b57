"""First review at the agency, final review at the office."""

from collections.abc import Sequence
from datetime import date

from services.enrollment.domain.applications import Application, State
from services.enrollment.domain.fees import price, totals
from services.enrollment.domain.subsidies import SubsidyRule, applicable
from services.enrollment.domain.units import Unit
from services.enrollment.repository.applications import ApplicationRepository
from services.enrollment.repository.catalogue import CatalogueRepository
from services.enrollment.repository.offices import OfficeRepository
from services.enrollment.repository.units import UnitRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import (
    ApplicationApproved,
    ApplicationFirstReviewed,
    ApplicationReturned,
    ApprovedLine,
)
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


async def review(
    number: str, reason: str, caller: Caller, tx: Transaction, *, approved: bool
) -> Application:
    """Approve or return an application at the level that is due."""
    caller.require(Permission.FIRST_REVIEW, Permission.FINAL_REVIEW)
    applications = ApplicationRepository(tx)
    application = await applications.get(number)
    caller.require_sight(application.unit_id, application.agency_id, application.office_id)
    if application.state is State.FIRST_REVIEW:
        caller.require(Permission.FIRST_REVIEW)
    if application.state is State.FINAL_REVIEW:
        caller.require(Permission.FINAL_REVIEW)
    application.review(caller.account_id, tx.today, reason, approved=approved)
    if application.state is State.RETURNED:
        tx.emit(ApplicationReturned(**about(application), reason=reason))
    elif application.state is State.FINAL_REVIEW:
        tx.emit(ApplicationFirstReviewed(**about(application)))
    else:
        await _approve(application, tx.today, tx)
    applications.save(application, tx.now)
    return application


async def _approve(application: Application, today: date, tx: Transaction) -> None:
    units = UnitRepository(tx)
    unit = await units.get(application.unit_id)
    lines = await priced(application, tx)
    application.set_approved_lines(lines)
    tx.emit(
        ApplicationApproved(
            **about(application),
            kind=application.kind,
            unit_name=unit.name,
            credit_code=unit.credit_code,
            agency_name=(await OfficeRepository(tx).get(application.agency_id)).name,
            entered_on=application.entered_on,
            approved_on=today,
            lines=tuple(lines),
            **vars(totals(lines)),
        )
    )


async def priced(application: Application, tx: Transaction) -> list[ApprovedLine]:
    """Return the priced lines: as approved, or with the subsidies of the day of entry."""
    [lines] = await priced_all([application], tx)
    return lines


async def priced_all(
    applications: Sequence[Application], tx: Transaction
) -> list[list[ApprovedLine]]:
    """Return the priced lines of each application, with one query for all subsidies."""
    unpriced = [one for one in applications if one.approved_lines is None]
    units = await UnitRepository(tx).get_all(one.unit_id for one in unpriced)
    codes = {line.plan.code for one in unpriced for line in one.lines}
    rules = await CatalogueRepository(tx).subsidies(sorted(codes)) if codes else []
    return [
        one.approved_lines
        if one.approved_lines is not None
        else _priced(one, units[one.unit_id], rules)
        for one in applications
    ]


def _priced(
    application: Application, unit: Unit, rules: Sequence[SubsidyRule]
) -> list[ApprovedLine]:
    return [
        price(
            line.plan,
            line.shares,
            line.persons,
            applicable(rules, line.plan.code, unit.unit_id, unit.kind, application.entered_on),
        )
        for line in application.lines
    ]
