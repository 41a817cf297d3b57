"""Billings, opened when applications are approved."""

from services.invoicing.domain.billings import Billing
from services.invoicing.repository.billings import BillingRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import ApplicationApproved
from shared.contracts.invoicing import BillingOpened


async def open_billing(event: ApplicationApproved, tx: Transaction) -> None:
    """Open the billing of an approved application."""
    billing = Billing(
        event.application_no,
        event.unit_id,
        event.unit_name,
        event.agency_id,
        event.office_id,
        list(event.lines),
        kind=event.kind,
        entered_on=event.entered_on,
    )
    BillingRepository(tx).add(billing)
    tx.emit(BillingOpened(**about(billing), payable=billing.payable))
