"""Invoicing's tables."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, MetaData, Sequence, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.bus import add_messaging_tables
from shared.runtime.database import NAMING, Json, Texts

metadata = MetaData(naming_convention=NAMING)
invoice_numbers = Sequence("invoice_numbers", metadata=metadata)


SEARCHED = ["standing", "kind", "entered_on", "unit_folded", "plans"]


class Base(DeclarativeBase):
    """Rows of this service."""

    metadata = metadata


class BillingRow(Base):
    """A billing: all of it in `body`, what is searched by in columns too."""

    __tablename__ = "billings"
    application_no: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    agency_id: Mapped[str]
    office_id: Mapped[str]
    confirm_on: Mapped[date | None]
    standing: Mapped[str] = mapped_column(server_default="awaited")
    awaits_reissue: Mapped[bool] = mapped_column(server_default=false())
    kind: Mapped[str | None]
    entered_on: Mapped[date | None]
    unit_folded: Mapped[str]
    plans: Mapped[list[str]] = mapped_column(Texts)
    version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    __table_args__ = (
        Index("ix_billings_unit", "unit_id", "application_no"),
        Index("ix_billings_agency", "agency_id", "application_no"),
        # A body is large: searches of finance, over all units, read the index alone.
        Index("ix_billings_office", "office_id", "application_no", postgresql_include=SEARCHED),
        Index("ix_billings_standing", "office_id", "standing", "application_no"),
        Index("ix_billings_reissue", "unit_id", postgresql_where=text("awaits_reissue")),
        Index("ix_billings_due", "confirm_on", postgresql_where=text("confirm_on IS NOT NULL")),
    )


class InvoiceRow(Base):
    """Which billing an invoice belongs to."""

    __tablename__ = "invoices"
    invoice_id: Mapped[str] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(ForeignKey("billings.application_no"), index=True)


class PaymentRow(Base):
    """Which billing a payment belongs to."""

    __tablename__ = "payments"
    payment_id: Mapped[str] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(ForeignKey("billings.application_no"), index=True)


class ReceiptBookRow(Base):
    """An office's payee, the first six digits of its receipt codes, and its last number."""

    __tablename__ = "receipt_books"
    office_id: Mapped[str] = mapped_column(primary_key=True)
    payee: Mapped[str]
    prefix: Mapped[str]
    last_number: Mapped[int]


add_messaging_tables(metadata)
