"""What documents consumes."""

from services.documents.handlers.papers import (
    know_confirmation,
    know_notice,
    know_receipt,
    note_archived,
)
from services.documents.handlers.rendering import give_up_rendering, render_document
from services.documents.handlers.rendering_ahead import render_in_advance
from shared.bus import on, work
from shared.contracts.documents import BulkRenderRequested, RenderRequested
from shared.contracts.enrollment import (
    ApplicationApproved,
    ConfirmationArchived,
    ConfirmationIssued,
)
from shared.contracts.invoicing import InvoiceIssued

NICE = 10
"""Halfway: what nobody waits for leaves the processors to what somebody waits for."""

SUBSCRIPTIONS = (
    on(ApplicationApproved, know_notice),
    on(ConfirmationIssued, know_confirmation),
    on(ConfirmationArchived, note_archived),
    on(InvoiceIssued, know_receipt),
    work("render", RenderRequested, render_document, give_up_rendering),
    work("bulk_render", BulkRenderRequested, render_in_advance, jobs_per_worker=2, nice=NICE),
)
