"""Load and store invoicing's aggregates; never commits."""

import secrets
from collections.abc import Collection
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.invoicing.domain.billing import Billing, MoneyStanding
from services.invoicing.domain.invoices import Numbers
from services.invoicing.tables import (
    BillingRow,
    InvoiceRow,
    PaymentRow,
    ReceiptBookRow,
    invoice_numbers,
)
from shared.errors import NotFound
from shared.http.headers import require_version
from shared.values import folded

BILLING = TypeAdapter(Billing)
CHECK_CODE_LETTERS = "0123456789abcdef"
CHECK_CODE_LENGTH = 6


class BillingRepository:
    """Billings; what is loaded stays locked until the transaction ends."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows: dict[str, BillingRow] = {}

    async def get(self, application_no: str) -> Billing:
        """Load and lock a billing; NotFound when there is none."""
        row = await self._session.get(BillingRow, application_no, with_for_update=True)
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

    async def of_invoice(self, invoice_id: str) -> Billing:
        """Load and lock the billing of an invoice; NotFound when there is none."""
        row = await self._session.get(InvoiceRow, invoice_id)
        if row is None:
            raise NotFound
        return await self.get(row.application_no)

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


class ReceiptBook:
    """Numbers of receipts, in sequence per office."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def payee(self, office_id: str) -> str:
        """Return the name of the office's payee; NotFound when it has no receipt book."""
        row = await self._session.get(ReceiptBookRow, office_id)
        if row is None:
            raise NotFound("办事处尚未设置票据信息，请联系管理员。")
        return row.payee

    async def next_numbers(self, office_id: str, on: date) -> Numbers:
        """Return the office's next number, with code and check code (docs/domain.md, Receipts)."""
        row = (
            await self._session.execute(
                update(ReceiptBookRow)
                .where(ReceiptBookRow.office_id == office_id)
                .values(last_number=ReceiptBookRow.last_number + 1)
                .returning(ReceiptBookRow.prefix, ReceiptBookRow.last_number)
            )
        ).one()
        check = "".join(secrets.choice(CHECK_CODE_LETTERS) for _ in range(CHECK_CODE_LENGTH))
        return Numbers(f"{row.prefix}{on:%y}", f"{row.last_number:010d}", check)

    async def put(self, office_id: str, payee: str, prefix: str) -> None:
        """Create or update an office's receipt book; its numbering continues."""
        await self._session.execute(
            upsert(ReceiptBookRow)
            .values(office_id=office_id, payee=payee, prefix=prefix, last_number=0)
            .on_conflict_do_update(
                index_elements=[ReceiptBookRow.office_id], set_={"payee": payee, "prefix": prefix}
            )
        )
