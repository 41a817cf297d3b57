"""The gateway's tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import NAMING, Instant, Json
from shared.messaging.tables import add_messaging_tables

metadata = MetaData(naming_convention=NAMING)


class Base(DeclarativeBase):
    """Rows of this service."""

    metadata = metadata


class AccountRow(Base):
    """Someone who may sign in."""

    __tablename__ = "accounts"
    account_id: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    office_id: Mapped[str]
    agency_id: Mapped[str | None]
    unit_id: Mapped[str | None]
    active: Mapped[bool]


class SessionRow(Base):
    """A sign-in; only a digest of its token is kept."""

    __tablename__ = "sessions"
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class CaptchaRow(Base):
    """A question to a person; used once."""

    __tablename__ = "captchas"
    captcha_id: Mapped[UUID] = mapped_column(primary_key=True)
    answer_digest: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class FailureRow(Base):
    """A sign-in that failed, by digests of name and address."""

    __tablename__ = "sign_in_failures"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name_digest: Mapped[bytes] = mapped_column(LargeBinary)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        Index("ix_sign_in_failures_name", "name_digest", "at"),
        Index("ix_sign_in_failures_address", "address_digest", "at"),
    )


class EventRow(Base):
    """The append-only event log."""

    __tablename__ = "event_log"
    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    topic: Mapped[str]
    subject: Mapped[str]
    unit_id: Mapped[str | None]
    agency_id: Mapped[str | None]
    office_id: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(Instant)
    envelope: Mapped[dict[str, Any]] = mapped_column(Json)
    __table_args__ = (
        Index("ix_event_log_unit", "unit_id", "position"),
        Index("ix_event_log_agency", "agency_id", "position"),
        Index("ix_event_log_office", "office_id", "position"),
    )


class AuditRow(Base):
    """Who read, exported or printed what."""

    __tablename__ = "audit"
    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[str]
    office_id: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    correlation: Mapped[str]
    __table_args__ = (Index("ix_audit_office", "office_id", "position"),)


class NotificationRow(Base):
    """A text message that was sent about an application; without the number."""

    __tablename__ = "notifications"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    subject: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(Instant)


add_messaging_tables(metadata)
