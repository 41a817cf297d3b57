"""Notices: what events mean to people, and what an inbox holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.gateway.domain.message_kinds import MessageKind
from shared.contracts.base import ApplicationBound, Event
from shared.contracts.enrollment import (
    ApplicationApproved,
    ApplicationInReview,
    ApplicationReturned,
    ConfirmationIssued,
    UnitRegistered,
    UnitRejected,
    UnitReturned,
)
from shared.contracts.gateway import WebhookPaused
from shared.contracts.invoicing import InvoiceIssued, PaymentConfirmed


@dataclass(frozen=True)
class News:
    """What an event tells people, without personal data, and in whose scope they are."""

    kind: MessageKind
    subject: str
    values: Mapping[str, str]
    office_id: str
    agency_id: str | None = None
    unit_id: str | None = None


@dataclass(frozen=True)
class Notice:
    """What an account's inbox says of an event."""

    notice_id: int
    event_id: UUID
    kind: MessageKind
    subject: str
    values: dict[str, str]
    at: datetime
    read_at: datetime | None


APPROVED = "已通过审核，登录账号和初始密码将另行发送"
RETURNED = "被退回，请凭手机号和验证码查询原因，修改后重新提交"
REJECTED = "未通过审核，可凭手机号和验证码查询原因"


def _number(event: ApplicationBound) -> dict[str, str]:
    return {"application_no": event.application_no}


TOLD: Mapping[type[Event], tuple[MessageKind, Callable[[Any], dict[str, str] | None]]] = {
    UnitRegistered: (
        MessageKind.REGISTRATION_DECIDED,
        lambda event: {"decision": APPROVED} if event.self_registered else None,
    ),
    UnitReturned: (MessageKind.REGISTRATION_DECIDED, lambda _: {"decision": RETURNED}),
    UnitRejected: (MessageKind.REGISTRATION_DECIDED, lambda _: {"decision": REJECTED}),
    ApplicationInReview: (MessageKind.APPLICATION_SUBMITTED, _number),
    ApplicationReturned: (MessageKind.APPLICATION_RETURNED, _number),
    ApplicationApproved: (
        MessageKind.APPLICATION_APPROVED,
        lambda event: _number(event) | {"payable": str(event.payable)},
    ),
    PaymentConfirmed: (
        MessageKind.PAYMENT_CONFIRMED,
        lambda event: _number(event) | {"confirmed_on": event.confirmed_on.isoformat()},
    ),
    InvoiceIssued: (
        MessageKind.RECEIPT_ISSUED,
        lambda event: _number(event) | {"number": event.receipt.number},
    ),
    ConfirmationIssued: (
        MessageKind.CONFIRMATION_READY,
        lambda event: _number(event) | {"confirmation_no": event.confirmation_no},
    ),
    WebhookPaused: (
        MessageKind.WEBHOOK_PAUSED,
        lambda event: {"webhook_id": event.webhook_id},
    ),
}
"""The events that people are told of, and what is said.

A submission is told when its roster is frozen: before, it may still come to nothing.
"""
TOPICS = frozenset(event.topic for event in TOLD)


def news_of(event: Event) -> News | None:
    """Return what one of those events tells people; None for a unit that the office itself made."""
    kind, valued = TOLD[type(event)]
    values = valued(event)
    if values is None:
        return None
    said: Any = event
    return News(
        kind=kind,
        subject=event.subject,
        values=values,
        office_id=said.office_id,
        agency_id=getattr(event, "agency_id", None),
        unit_id=getattr(event, "unit_id", None),
    )
