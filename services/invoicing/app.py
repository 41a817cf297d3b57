"""Invoicing as the host runs it."""

from pathlib import Path

from services.invoicing.api import router
from services.invoicing.handlers.payments import confirm_due_payments
from services.invoicing.handlers.receipt_books import load_receipt_books
from services.invoicing.subscriptions import SUBSCRIPTIONS
from services.invoicing.tables import metadata
from shared.service import Service, Timer

SERVICE = Service(
    name="invoicing",
    title="缴费与开票",
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    router=router,
    subscriptions=SUBSCRIPTIONS,
    timers=(Timer(60.0, confirm_due_payments),),
    seed=load_receipt_books,
)
