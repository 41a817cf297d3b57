"""The events that invoicing consumes."""

from services.invoicing.handlers.billings import open_billing
from services.invoicing.handlers.invoices import is_receipt, mail_receipt
from shared.bus import on, work
from shared.contracts.documents import DocumentRendered
from shared.contracts.enrollment import ApplicationApproved

SUBSCRIPTIONS = (
    on(ApplicationApproved, open_billing),
    work("mail", DocumentRendered, mail_receipt, when=is_receipt),
)
