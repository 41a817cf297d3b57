"""Billings to and from rows; what is on them is found by its own id."""

from collections.abc import Collection
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import select

from services.invoicing.domain.billings import Billing, MoneyStanding
from services.invoicing.tables import (
    BillingRow,
    InvoiceRow,
    PaymentRow,
    invoice_numbers,
)
from shared.bus import Transaction
from shared.errors import NotFound
from shared.http.headers import require_version
from shared.values import folded

BILLING = TypeAdapter(Billing)


class BillingRepository:
    """Billings; what is loaded stays locked until the transaction ends, unless it is only read."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._rows: dict[str, BillingRow] = {}

    async def get(self, application_no: str, *, lock: bool = True) -> Billing:
        """Load and lock a billing; NotFound when there is none."""
        row = await self._session.get(BillingRow, application_no, with_for_update=lock)
        if row is None:
            raise NotFound
        self._rows[application_no] = row
        return BILLING.validate_python(row.body)

    def require_version(self, billing: Billing, versions: Collection[str] | None) -> None:
        """Raise PreconditionFailed when `billing` is at none of `versions`; None allows any."""
        require_version(self._rows[billing.application_no].version, versions)

    async def of_payment(self, payment_id: str) -> Billing:
        """Load and lock the billing of a payment; NotFound when there is none."""
        row = await self._session.get(PaymentRow, payment_id)
        if row is None:
            raise NotFound
        return await self.get(row.application_no)

    async def of_invoice(self, invoice_id: str, *, lock: bool = True) -> Billing:
        """Load and lock the billing of an invoice; NotFound when there is none."""
        row = await self._session.get(InvoiceRow, invoice_id)
        if row is None:
            raise NotFound
        return await self.get(row.application_no, lock=lock)

    async def due(self, today: date, limit: int) -> list[Billing]:
        """Load and lock billings whose payment is to be confirmed; locked ones are skipped."""
        scalars = await self._session.scalars(
            select(BillingRow)
            .where(BillingRow.confirm_on <= today)
            .order_by(BillingRow.confirm_on)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = list(scalars)
        self._rows |= {row.application_no: row for row in rows}
        return [BILLING.validate_python(row.body) for row in rows]

    def add(self, billing: Billing) -> None:
        """Insert a new billing."""
        row = BillingRow(
            application_no=billing.application_no,
            unit_id=billing.unit_id,
            agency_id=billing.agency_id,
            office_id=billing.office_id,
            kind=billing.kind,
            entered_on=billing.entered_on,
            unit_folded=folded(billing.unit_name),
            plans=[line.plan_code for line in billing.lines],
            version=0,
        )
        self._rows[billing.application_no] = row
        self.save(billing)
        self._session.add(row)

    def save(self, billing: Billing) -> None:
        """Store a billing that was loaded or added here, as a new version."""
        row = self._rows[billing.application_no]
        row.body = BILLING.dump_python(billing, mode="json")
        row.version += 1
        row.standing = billing.standing
        row.awaits_reissue = billing.awaits_reissue
        unconfirmed = billing.payment if billing.standing is MoneyStanding.RECEIVED else None
        row.confirm_on = unconfirmed.confirm_on if unconfirmed else None

    async def next_invoice_id(self, application_no: str) -> str:
        """Return the next invoice id (批次号) and reserve it for the application."""
        number = await self._session.scalar(invoice_numbers.next_value())
        invoice_id = f"LZ{number:08d}"
        self._session.add(InvoiceRow(invoice_id=invoice_id, application_no=application_no))
        return invoice_id

    def add_payment(self, payment_id: str, application_no: str) -> None:
        """Record which application a payment belongs to."""
        self._session.add(PaymentRow(payment_id=payment_id, application_no=application_no))
