"""The gateway's tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    false,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.bus import add_messaging_tables
from shared.runtime.database import NAMING, Instant, Json

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
    mobile_digest: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    sealed_mobile: Mapped[bytes | None] = mapped_column(LargeBinary)
    must_change: Mapped[bool] = mapped_column(server_default=false())
    password_until: Mapped[datetime | None] = mapped_column(Instant)
    sealed_totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    __table_args__ = (
        Index("ix_accounts_office", "office_id", "account_id"),
        Index("ix_accounts_unit", "unit_id", postgresql_where=text("unit_id IS NOT NULL")),
    )


class OldPasswordRow(Base):
    """The hash of a password that an account had; the newest few are kept."""

    __tablename__ = "old_passwords"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    password_hash: Mapped[str]


class RecoveryCodeRow(Base):
    """A code that stands for a second factor once, by its keyed hash."""

    __tablename__ = "recovery_codes"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class SessionRow(Base):
    """A sign-in; only a digest of its token is kept."""

    __tablename__ = "sessions"
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    session_id: Mapped[UUID] = mapped_column(unique=True, server_default=func.gen_random_uuid())
    begun_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now())
    address: Mapped[str] = mapped_column(server_default="")
    agent: Mapped[str] = mapped_column(server_default="")
    second_factor: Mapped[bool] = mapped_column(server_default=false())


class CodeRow(Base):
    """A code by text message, and the proof that it became; the mobile is sealed."""

    __tablename__ = "codes"
    code_id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    sealed_mobile: Mapped[bytes] = mapped_column(LargeBinary)
    mobile_digest: Mapped[bytes] = mapped_column(LargeBinary)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int]
    proof_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    __table_args__ = (
        Index("ix_codes_mobile", "mobile_digest", "asked_at"),
        Index("ix_codes_address", "address_digest", "asked_at"),
    )


class BindingRow(Base):
    """Somebody who asks to become a unit's operator; they and whom they replace are sealed."""

    __tablename__ = "bindings"
    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    binding_id: Mapped[UUID] = mapped_column(unique=True)
    unit_id: Mapped[str]
    agency_id: Mapped[str]
    office_id: Mapped[str]
    unit_name: Mapped[str]
    credit_code: Mapped[str]
    sealed_person: Mapped[bytes] = mapped_column(LargeBinary)
    mobile_digest: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    form: Mapped[dict[str, Any] | None] = mapped_column(Json)
    state: Mapped[str]
    reason: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    account_id: Mapped[str | None]
    __table_args__ = (
        Index("ix_bindings_agency", "agency_id", "state", "position"),
        Index("ix_bindings_office", "office_id", "state", "position"),
        Index(
            "uq_bindings_open",
            "unit_id",
            "mobile_digest",
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
    )


class CaptchaRow(Base):
    """A question to a person; used once."""

    __tablename__ = "captchas"
    captcha_id: Mapped[UUID] = mapped_column(primary_key=True)
    answer_digest: Mapped[bytes] = mapped_column(LargeBinary)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    answered: Mapped[bool]
    __table_args__ = (Index("ix_captchas_address", "address_digest", "expires_at"),)


class FailureRow(Base):
    """A sign-in that failed, by digests of name and address; without a name: a wrong captcha."""

    __tablename__ = "sign_in_failures"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    __table_args__ = (
        Index("ix_sign_in_failures_name", "name_digest", "at"),
        Index("ix_sign_in_failures_address", "address_digest", "at"),
    )


class TurnRow(Base):
    """When an address may try a name that is tried from many, by their digests."""

    __tablename__ = "sign_in_turns"
    name_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class KnownAddressRow(Base):
    """Where a name came in, and when last, by their digests."""

    __tablename__ = "sign_in_addresses"
    name_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


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


class HorizonRow(Base):
    """How far the event log was forgotten; one row at most."""

    __tablename__ = "event_log_horizon"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)


class WebhookRow(Base):
    """A subscription: events up to `position` are recorded as deliveries."""

    __tablename__ = "webhooks"
    webhook_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    url: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(Json)
    description: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    position: Mapped[int] = mapped_column(BigInteger)
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    paused_because: Mapped[str | None]


class WebhookSecretRow(Base):
    """A secret that signs, sealed; for ever while `until` is empty."""

    __tablename__ = "webhook_secrets"
    secret_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(
        ForeignKey("webhooks.webhook_id", ondelete="CASCADE"), index=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime | None] = mapped_column(Instant)


class DeliveryRow(Base):
    """An event on its way to a subscription, and the log of its attempts.

    Of a subject's open deliveries one has a `due_at`, the one that is next; the others wait for it.
    """

    __tablename__ = "webhook_deliveries"
    webhook_id: Mapped[UUID] = mapped_column(
        ForeignKey("webhooks.webhook_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(ForeignKey("event_log.position"), primary_key=True)
    event_id: Mapped[UUID]
    topic: Mapped[str]
    subject: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        Index("uq_webhook_deliveries_event", "webhook_id", "event_id", unique=True),
        Index(
            "uq_webhook_deliveries_next",
            "webhook_id",
            "subject",
            unique=True,
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_webhook_deliveries_due",
            "webhook_id",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_webhook_deliveries_open",
            "webhook_id",
            "subject",
            "position",
            postgresql_where=text("delivered_at IS NULL"),
        ),
        Index("ix_webhook_deliveries_position", "position"),
        Index("ix_webhook_deliveries_delivered", "delivered_at"),
    )


class AuditRow(Base):
    """Who did or tried what, from where, and what came of it; without an office when none is known.

    The address is blanked after a time.
    """

    __tablename__ = "audit"
    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[str]
    office_id: Mapped[str | None]
    address: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str]
    outcome: Mapped[str]
    code: Mapped[str | None]
    correlation: Mapped[str]
    __table_args__ = (
        Index("ix_audit_office", "office_id", "position"),
        Index("ix_audit_office_at", "office_id", "at"),
        Index("ix_audit_account", "account_id", "action", "position"),
        Index("ix_audit_address", "at", postgresql_where=text("address IS NOT NULL")),
    )


class MessageRow(Base):
    """A message to a person; where it goes and what it says is sealed, and blanked in time."""

    __tablename__ = "messages"
    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    kind: Mapped[str]
    channel: Mapped[str]
    office_id: Mapped[str]
    unit_id: Mapped[str | None]
    account_id: Mapped[str | None]
    subject: Mapped[str]
    sealed_to: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_values: Mapped[bytes | None] = mapped_column(LargeBinary)
    masked_to: Mapped[str]
    state: Mapped[str]
    tries: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        Index("ix_messages_office", "office_id", "position"),
        Index("ix_messages_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_messages_leased", "leased_until", postgresql_where=text("state = 'sending'")),
        Index("ix_messages_sealed", "created_at", postgresql_where=text("sealed_to IS NOT NULL")),
    )


class NoticeRow(Base):
    """What an account's inbox says of an event, without personal data."""

    __tablename__ = "notices"
    notice_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.account_id"))
    event_id: Mapped[UUID]
    kind: Mapped[str]
    subject: Mapped[str]
    values: Mapped[dict[str, str]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        Index("uq_notices_event", "account_id", "event_id", unique=True),
        Index("ix_notices_account", "account_id", "notice_id"),
        Index("ix_notices_unread", "account_id", postgresql_where=text("read_at IS NULL")),
    )


class NotificationSettingsRow(Base):
    """What an account wants to be told and how, where it chose, and its sealed e-mail address."""

    __tablename__ = "notification_settings"
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    choices: Mapped[dict[str, dict[str, bool]]] = mapped_column(Json)
    sealed_address: Mapped[bytes | None] = mapped_column(LargeBinary)


add_messaging_tables(metadata)
