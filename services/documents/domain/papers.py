"""Papers that can be printed, as the lists show them; what is printed is in `content`."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.contracts.base import about
from shared.contracts.documents import PaperKind
from shared.contracts.enrollment import ApplicationApproved, ConfirmationIssued
from shared.contracts.files import StoredFile
from shared.contracts.invoicing import InvoiceIssued
from shared.identity.permissions import Permission


@dataclass
class Paper:
    """A payment notice, a confirmation or an e-receipt of an application; `amount` in CNY.

    What happens to it afterwards (printed, rendered, archived) is added in the database, each by
    itself: of two prints at once both count.
    """

    kind: PaperKind
    number: str
    application_no: str
    unit_id: str
    agency_id: str
    office_id: str
    unit_name: str
    plan_names: list[str]
    amount: Decimal
    known_at: datetime
    content: dict[str, Any]
    """The event, or the receipt in it, that the paper is drawn from."""
    agency_name: str = ""
    business: str = ""
    entered_on: date | None = None
    effective_on: date | None = None
    confirmed_on: date | None = None
    print_count: int = 0
    archived: bool = False
    file: StoredFile | None = None
    """The PDF, once it is rendered alone."""


def printing(kind: PaperKind) -> Permission:
    """Return what somebody needs to print such papers: a confirmation lists persons in full."""
    return Permission.EXPORT if kind is PaperKind.CONFIRMATION else Permission.PRINT


def reading_prints(kind: PaperKind) -> tuple[Permission, Permission]:
    """Return what somebody needs, one or the other, to read who printed such papers."""
    return printing(kind), Permission.READ_AUDIT


def notice_of(event: ApplicationApproved, at: datetime) -> Paper:
    """Return the payment notice of an approved application."""
    return Paper(
        **about(event),
        kind=PaperKind.PAYMENT_NOTICE,
        number=event.application_no,
        unit_name=event.unit_name,
        agency_name=event.agency_name,
        business=event.kind,
        plan_names=[line.plan_name for line in event.lines],
        amount=event.payable,
        entered_on=event.entered_on,
        known_at=at,
        content=event.model_dump(mode="json"),
    )


def confirmation_of(event: ConfirmationIssued, at: datetime) -> Paper:
    """Return the confirmation that was issued."""
    return Paper(
        **about(event),
        kind=PaperKind.CONFIRMATION,
        number=event.confirmation_no,
        unit_name=event.unit_name,
        agency_name=event.agency_name,
        business=event.kind,
        plan_names=[line.plan_name for line in event.lines],
        amount=event.total_fee,
        effective_on=event.effective_on,
        confirmed_on=event.confirmed_on,
        known_at=at,
        content=event.model_dump(mode="json"),
    )


def receipt_of(event: InvoiceIssued, at: datetime) -> Paper:
    """Return the e-receipt of an issued invoice."""
    return Paper(
        **about(event),
        kind=PaperKind.RECEIPT,
        number=event.invoice_id,
        unit_name=event.receipt.payer,
        plan_names=[item.name for item in event.receipt.items],
        amount=event.receipt.total,
        known_at=at,
        content=event.receipt.model_dump(mode="json"),
    )
