"""Documents' tables."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Identity,
    Index,
    MetaData,
    Numeric,
    Text,
    false,
    literal_column,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.bus import add_messaging_tables
from shared.runtime.database import NAMING, Instant, Json

metadata = MetaData(naming_convention=NAMING)


SEARCHED = [
    "business",
    "unit_folded",
    "entered_on",
    "effective_on",
    "confirmed_on",
    "print_count",
]


class Base(DeclarativeBase):
    """Rows of this service."""

    metadata = metadata


class PaperRow(Base):
    """A paper that can be printed: what lists show as columns, what is printed in `content`."""

    __tablename__ = "papers"
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(index=True)
    unit_id: Mapped[str]
    agency_id: Mapped[str]
    office_id: Mapped[str]
    unit_name: Mapped[str]
    unit_folded: Mapped[str]
    agency_name: Mapped[str]
    business: Mapped[str]
    plan_names: Mapped[list[str]] = mapped_column(Json)
    amount: Mapped[Any] = mapped_column(Numeric(14, 2))
    entered_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    known_at: Mapped[datetime] = mapped_column(Instant, index=True)
    print_count: Mapped[int]
    archived: Mapped[bool] = mapped_column(server_default=false())
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    file: Mapped[dict[str, Any] | None] = mapped_column(Json)
    __table_args__ = (
        Index("ix_papers_unit", "kind", "unit_id", "number"),
        Index("ix_papers_agency", "kind", "agency_id", "number"),
        # Contents are large: an office's searches are answered by the index alone.
        Index("ix_papers_office", "kind", "office_id", "number", postgresql_include=SEARCHED),
    )


class PrintRow(Base):
    """A requested file: one or more papers of a kind in one PDF."""

    __tablename__ = "prints"
    print_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    numbers: Mapped[list[str]] = mapped_column(Json)
    printed_by: Mapped[str | None]
    unit_id: Mapped[str | None]
    agency_id: Mapped[str | None]
    office_id: Mapped[str]
    state: Mapped[str]
    file: Mapped[dict[str, Any] | None] = mapped_column(Json)
    account: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    done: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        Index("ix_prints_pending", "kind", "state", postgresql_where=text("state = 'pending'")),
        Index("ix_prints_file_key", text("(file ->> 'key')")),
    )


def file_key(row: type[PaperRow | PrintRow]) -> ColumnElement[str]:
    """Return the key of a row's file; "key" is no parameter, so that the index of prints serves."""
    return row.file.op("->>", return_type=Text)(literal_column("'key'"))


class PrintedPaperRow(Base):
    """A paper that somebody took with a print: a row of the print registry.

    A print takes a paper once, whatever is sent, delivered or tried again.
    """

    __tablename__ = "printed_papers"
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    print_id: Mapped[str]
    printed_by: Mapped[str]
    printed_at: Mapped[datetime] = mapped_column(Instant)
    account: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Where the money goes, as a notice said it."""
    __table_args__ = (Index("uq_printed_papers_print_id", "print_id", "number", unique=True),)


class ReceivingAccountRow(Base):
    """Where an office's money goes."""

    __tablename__ = "receiving_accounts"
    office_id: Mapped[str] = mapped_column(primary_key=True)
    office_name: Mapped[str]
    name: Mapped[str]
    number: Mapped[str]
    bank: Mapped[str]
    line_number: Mapped[str]


add_messaging_tables(metadata)
