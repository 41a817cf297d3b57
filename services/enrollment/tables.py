"""Enrollment's tables."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    Sequence,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.bus import add_messaging_tables
from shared.runtime.database import NAMING, Instant, Json, Texts

metadata = MetaData(naming_convention=NAMING)
application_numbers = Sequence("application_numbers", metadata=metadata)
unit_numbers = Sequence("unit_numbers", start=10_000_000, metadata=metadata)
"""Of units that register themselves: eight digits, where ids given by hand have seven."""


UNIT_ONCE = "uq_units_office_id_credit_code"
SEARCHED = ["state", "kind", "entered_on", "unit_folded", "plans", "reviewers"]


class Base(DeclarativeBase):
    """Rows of this service."""

    metadata = metadata


class OfficeRow(Base):
    """An office, or an agency below it: a tree."""

    __tablename__ = "offices"
    office_id: Mapped[str] = mapped_column(primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("offices.office_id"))
    name: Mapped[str]
    phones: Mapped[list[dict[str, str]]] = mapped_column(Json)
    required_attachments: Mapped[list[str]] = mapped_column(Json)
    districts: Mapped[list[str]] = mapped_column(Json)
    version: Mapped[int]


class UnitRow(Base):
    """A member unit; `sealed_contact` is encrypted (docs/domain.md, Privacy).

    `mobile_hash` is keyed; None until a unit of before it was kept is stored again.
    """

    __tablename__ = "units"
    unit_id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("offices.office_id"))
    office_id: Mapped[str] = mapped_column(ForeignKey("offices.office_id"))
    name: Mapped[str]
    kind: Mapped[str]
    credit_code: Mapped[str]
    union_name: Mapped[str]
    secret: Mapped[bool]
    district: Mapped[str]
    address: Mapped[str]
    sealed_contact: Mapped[bytes] = mapped_column(LargeBinary)
    district_code: Mapped[str | None]
    state: Mapped[str]
    self_registered: Mapped[bool]
    reason: Mapped[str]
    reasons: Mapped[dict[str, str]] = mapped_column(Json)
    certificates: Mapped[dict[str, Any]] = mapped_column(Json)
    rejected_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int]
    name_folded: Mapped[str]
    mobile_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    __table_args__ = (
        Index(
            UNIT_ONCE,
            "office_id",
            "credit_code",
            unique=True,
            postgresql_where=text("state IN ('applied', 'returned', 'active', 'suspended')"),
        ),
        Index("ix_units_agency", "agency_id", "unit_id"),
        Index("ix_units_office", "office_id", "unit_id"),
        Index("ix_units_waiting", "agency_id", postgresql_where=text("state = 'applied'")),
        Index("ix_units_rejected", "rejected_at", postgresql_where=text("certificates <> '{}'")),
    )


class PlanRow(Base):
    """A plan of the catalogue with its rules."""

    __tablename__ = "plans"
    code: Mapped[str] = mapped_column(primary_key=True)
    offered: Mapped[bool]
    plan: Mapped[dict[str, Any]] = mapped_column(Json)


class SubsidyRow(Base):
    """A rule for a subsidy or a grant; CNY per person."""

    __tablename__ = "subsidies"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_code: Mapped[str] = mapped_column(ForeignKey("plans.code"), index=True)
    unit_id: Mapped[str | None]
    unit_kind: Mapped[str | None]
    per_person: Mapped[Any] = mapped_column(Numeric(14, 2))
    fund: Mapped[str]
    grant: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class ApplicationRow(Base):
    """An application: all of it in `body`, what is searched by in columns too."""

    __tablename__ = "applications"
    application_no: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    agency_id: Mapped[str]
    office_id: Mapped[str]
    state: Mapped[str]
    kind: Mapped[str]
    entered_on: Mapped[date]
    unit_folded: Mapped[str]
    plans: Mapped[list[str]] = mapped_column(Texts)
    reviewers: Mapped[list[str]] = mapped_column(Texts)
    confirmation_no: Mapped[str | None] = mapped_column(unique=True)
    version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    __table_args__ = (
        Index("ix_applications_unit", "unit_id", "application_no"),
        # A body is large: searches over many units read the index alone.
        Index("ix_applications_agency", "agency_id", "application_no", postgresql_include=SEARCHED),
        Index("ix_applications_office", "office_id", "application_no", postgresql_include=SEARCHED),
        Index("ix_applications_unit_state", "unit_id", "state", "application_no"),
        Index("ix_applications_agency_state", "agency_id", "state", "application_no"),
        Index("ix_applications_office_state", "office_id", "state", "application_no"),
    )


class ConfirmationNumberRow(Base):
    """An office's last sequence number of confirmations."""

    __tablename__ = "confirmation_numbers"
    office_id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int]


add_messaging_tables(metadata)
