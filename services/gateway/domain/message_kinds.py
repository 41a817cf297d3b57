"""Which messages there are, with their words as data; a provider's own templates say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from string import Formatter

from shared.identity.permissions import Role


class MessageKind(StrEnum):
    """What a message is about."""

    CODE = "code"
    REGISTRATION_DECIDED = "registration_decided"
    FIRST_PASSWORD = "first_password"  # noqa: S105 - a kind, not a password
    APPLICATION_SUBMITTED = "application_submitted"
    APPLICATION_RETURNED = "application_returned"
    APPLICATION_APPROVED = "application_approved"
    PAYMENT_CONFIRMED = "payment_confirmed"
    RECEIPT_ISSUED = "receipt_issued"
    CONFIRMATION_READY = "confirmation_ready"
    WEBHOOK_PAUSED = "webhook_paused"


class Channel(StrEnum):
    """How a message reaches its receiver: on the page, as a text message, by mail."""

    INBOX = "inbox"
    TEXT = "text"
    MAIL = "mail"


@dataclass(frozen=True)
class KindRules:
    """How messages of one kind are worded and treated; values stand in braces."""

    title: str
    template: str
    secret: bool = False
    """Whether its values let somebody in: they are blanked as soon as it is sent or has failed."""
    useful_for: timedelta = timedelta(days=1)
    """After so long in the queue it is not sent any more."""


KINDS: Mapping[MessageKind, KindRules] = {
    MessageKind.CODE: KindRules(
        "验证码",
        "您的验证码是{code}，{minutes}分钟内有效，请勿告诉他人。",
        secret=True,
        useful_for=timedelta(minutes=10),
    ),
    MessageKind.REGISTRATION_DECIDED: KindRules("单位注册结果", "您的单位注册申请{decision}。"),
    MessageKind.FIRST_PASSWORD: KindRules(
        "账号开通",
        "您的账号{username}已开通，初始密码{password}，{days}天内有效，首次登录后须修改密码。",
        secret=True,
    ),
    MessageKind.APPLICATION_SUBMITTED: KindRules(
        "参保申请已提交", "参保申请{application_no}已提交，等待审核。"
    ),
    MessageKind.APPLICATION_RETURNED: KindRules(
        "参保申请被退回",
        "您的参保申请{application_no}已被退回，请登录系统查看原因，修改后重新提交。",
    ),
    MessageKind.APPLICATION_APPROVED: KindRules(
        "参保申请已审核通过",
        "您的参保申请{application_no}已审核通过，应付金额{payable}元，请打印缴费通知单并按时缴费。",
    ),
    MessageKind.PAYMENT_CONFIRMED: KindRules(
        "缴费已确认", "您的参保申请{application_no}的缴费已于{confirmed_on}确认。"
    ),
    MessageKind.RECEIPT_ISSUED: KindRules(
        "电子票据已开具", "您的参保申请{application_no}的电子票据{number}已开具，请登录系统查看。"
    ),
    MessageKind.CONFIRMATION_READY: KindRules(
        "确认书可以打印",
        "您的参保申请{application_no}的确认书{confirmation_no}可以打印，请打印盖章后寄回办事处。",
    ),
    MessageKind.WEBHOOK_PAUSED: KindRules(
        "订阅已自动暂停", "订阅{webhook_id}连续投递失败，已自动暂停，请联系接收方修复后恢复订阅。"
    ),
}

_ON = {Channel.INBOX: True, Channel.MAIL: True}
_BY_TEXT = {Channel.INBOX: True, Channel.TEXT: True, Channel.MAIL: True}
_ON_WISH = {Channel.INBOX: True, Channel.TEXT: False, Channel.MAIL: True}
OFFERED: Mapping[Role, Mapping[MessageKind, Mapping[Channel, bool]]] = {
    Role.OPERATOR: {
        MessageKind.APPLICATION_SUBMITTED: {Channel.INBOX: True, Channel.MAIL: False},
        MessageKind.APPLICATION_RETURNED: _BY_TEXT,
        MessageKind.APPLICATION_APPROVED: _BY_TEXT,
        MessageKind.PAYMENT_CONFIRMED: _ON_WISH,
        MessageKind.RECEIPT_ISSUED: _ON_WISH,
        MessageKind.CONFIRMATION_READY: _BY_TEXT,
    },
    Role.AGENCY_REVIEWER: {MessageKind.APPLICATION_SUBMITTED: _ON},
    Role.ADMINISTRATOR: {MessageKind.WEBHOOK_PAUSED: _ON},
}
"""What a role is told by which channel, and whether it is until somebody chooses.

The other kinds are musts: they go to a number that was just given, whoever is behind it.
"""
MUSTS = frozenset(KINDS) - {kind for offered in OFFERED.values() for kind in offered}
TEXTED = MUSTS | {
    kind
    for offered in OFFERED.values()
    for kind, channels in offered.items()
    if Channel.TEXT in channels
}
"""The kinds of which there may be text messages."""


def text_of(kind: MessageKind, values: Mapping[str, str]) -> str:
    """Return a message's text; ValueError unless the values are those that its template names."""
    template = KINDS[kind].template
    named = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    if named != set(values):
        message = f"{kind} takes {sorted(named)}, not {sorted(values)}"
        raise ValueError(message)
    return template.format_map(values)
