"""What documents consumes."""

from services.documents.handlers.papers import (
    know_confirmation,
    know_notice,
    know_receipt,
    note_archived,
)
from services.documents.handlers.prints import give_up_rendering, render_document
from shared.bus import on, work
from shared.contracts.documents import RenderRequested
from shared.contracts.enrollment import (
    ApplicationApproved,
    ConfirmationArchived,
    ConfirmationIssued,
)
from shared.contracts.invoicing import InvoiceIssued

SUBSCRIPTIONS = (
    on(ApplicationApproved, know_notice),
    on(ConfirmationIssued, know_confirmation),
    on(ConfirmationArchived, note_archived),
    on(InvoiceIssued, know_receipt),
    work("render", RenderRequested, render_document, give_up_rendering),
)
