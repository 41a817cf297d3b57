"""Roster's tables; persons are sealed and looked up by keyed hashes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

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
    application_no: Mapped[str]
    """Without a foreign key, which would cost half of each import."""
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
    stage: Mapped[str | None]
    rows: Mapped[dict[str, Any]] = mapped_column(Json, server_default=text("'{}'"))
    told: Mapped[dict[str, Any] | None] = mapped_column(Json)
    asked: Mapped[dict[str, Any] | None] = mapped_column(Json)
    columns_until: Mapped[datetime | None] = mapped_column(Instant)
    chosen: Mapped[list[dict[str, Any]]] = mapped_column(Json, server_default=text("'[]'"))
    __table_args__ = (
        Index("ix_imports_open", "application_no", postgresql_where=text("finished_at IS NULL")),
    )


class StagedRow(Base):
    """A row of an import that is under way: read, checked and sealed.

    It is there in its import's transaction only, and unlogged: a job that is repeated reads again.
    """

    __tablename__ = "import_rows"
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    joins: Mapped[int]
    """The plans of the import that take the person, as bits."""
    over_usual_age: Mapped[int]
    """The plans that want a proof of the age, as bits."""
    number_hash: Mapped[bytes] = mapped_column(LargeBinary)
    name_hash: Mapped[bytes] = mapped_column(LargeBinary)
    woman: Mapped[bool]
    high_risk: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)


class RecalledColumnsRow(Base):
    """Columns that a unit chose under some titles, which are kept as a keyed hash only."""

    __tablename__ = "recalled_columns"
    unit_id: Mapped[str] = mapped_column(primary_key=True)
    titles_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    columns: Mapped[dict[str, int]] = mapped_column(Json)
    chosen_at: Mapped[datetime] = mapped_column(Instant)


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
        Index("ix_covers_number_hash", "number_hash", postgresql_using="hash"),
        UniqueConstraint("confirmation_no", "plan_code", "number_hash"),
    )


add_messaging_tables(metadata)
