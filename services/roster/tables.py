"""Roster's tables; persons are sealed and looked up by keyed hashes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.bus import add_messaging_tables
from shared.runtime.database import NAMING, Instant, Json

metadata = MetaData(naming_convention=NAMING)


class Base(DeclarativeBase):
    """Rows of this service."""

    metadata = metadata


class RosterRow(Base):
    """The roster of an application, with a copy of its lines and their rules."""

    __tablename__ = "rosters"
    application_no: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    agency_id: Mapped[str]
    office_id: Mapped[str]
    state: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    frozen_key: Mapped[str | None]
    frozen_digest: Mapped[str | None]
    confirmation_no: Mapped[str | None] = mapped_column(unique=True)


class PersonRow(Base):
    """A person of one line; personal data are in `sealed`."""

    __tablename__ = "persons"
    person_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    application_no: Mapped[str] = mapped_column(ForeignKey("rosters.application_no"))
    plan_code: Mapped[str]
    import_id: Mapped[str]
    number_hash: Mapped[bytes] = mapped_column(LargeBinary)
    name_hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    woman: Mapped[bool]
    high_risk: Mapped[bool]
    unexpired: Mapped[bool]
    over_usual_age: Mapped[bool]
    __table_args__ = (
        UniqueConstraint("application_no", "plan_code", "number_hash"),
        Index("ix_persons_line", "application_no", "plan_code", "person_id"),
    )


class ImportRow(Base):
    """A batch: one file into one or more lines."""

    __tablename__ = "imports"
    import_id: Mapped[str] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(ForeignKey("rosters.application_no"), index=True)
    lines: Mapped[list[str]] = mapped_column(Json)
    file: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str]
    done: Mapped[int]
    total: Mapped[int]
    result: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    warnings: Mapped[int]
    failed: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_rows: Mapped[int] = mapped_column(server_default="0")
    plan_names: Mapped[dict[str, str]] = mapped_column(Json, server_default=text("'{}'"))
    """As the plans were called when the file came: a line may be gone since."""
    corrects: Mapped[str | None]
    """The batch whose failed rows come back in this one, as whoever sent it says."""
    corrected_by: Mapped[str | None]
    """The batch that brought all failed rows of this one back."""
    __table_args__ = (
        Index("ix_imports_open", "application_no", postgresql_where=text("finished_at IS NULL")),
    )


class CoverRow(Base):
    """Who is covered under which plan until when."""

    __tablename__ = "covers"
    cover_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number_hash: Mapped[bytes] = mapped_column(LargeBinary)
    plan_code: Mapped[str]
    confirmation_no: Mapped[str]
    effective_on: Mapped[date]
    until: Mapped[date]
    __table_args__ = (
        Index("ix_covers_person", "plan_code", "number_hash", "until"),
        UniqueConstraint("confirmation_no", "plan_code", "number_hash"),
    )


add_messaging_tables(metadata)
