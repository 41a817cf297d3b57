"""Which messages there are, with their words as data; a provider's own templates say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from string import Formatter


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


@dataclass(frozen=True)
class KindRules:
    """How messages of one kind are worded and treated; values stand in braces."""

    template: str
    secret: bool = False
    """Whether its values let somebody in: they are blanked as soon as it is sent or has failed."""
    must: bool = False
    """Whether it is sent whatever its receiver has set."""
    useful_for: timedelta = timedelta(days=1)
    """After so long in the queue it is not sent any more."""


KINDS: Mapping[MessageKind, KindRules] = {
    MessageKind.CODE: KindRules(
        "您的验证码是{code}，{minutes}分钟内有效，请勿告诉他人。",
        secret=True,
        must=True,
        useful_for=timedelta(minutes=10),
    ),
    MessageKind.REGISTRATION_DECIDED: KindRules("您的单位注册申请{decision}。", must=True),
    MessageKind.FIRST_PASSWORD: KindRules(
        "您的账号{username}已开通，初始密码{password}，{days}天内有效，首次登录后须修改密码。",
        secret=True,
        must=True,
    ),
    MessageKind.APPLICATION_SUBMITTED: KindRules("参保申请{application_no}已提交，等待审核。"),
    MessageKind.APPLICATION_RETURNED: KindRules(
        "您的参保申请{application_no}已被退回，请登录系统查看原因，修改后重新提交。"
    ),
    MessageKind.APPLICATION_APPROVED: KindRules(
        "您的参保申请{application_no}已审核通过，应付金额{payable}元，请打印缴费通知单并按时缴费。"
    ),
    MessageKind.PAYMENT_CONFIRMED: KindRules(
        "您的参保申请{application_no}的缴费已于{confirmed_on}确认。"
    ),
    MessageKind.RECEIPT_ISSUED: KindRules(
        "您的参保申请{application_no}的电子票据{number}已开具，请登录系统查看。"
    ),
    MessageKind.CONFIRMATION_READY: KindRules(
        "您的参保申请{application_no}的确认书{confirmation_no}可以打印，请打印盖章后寄回办事处。"
    ),
    MessageKind.WEBHOOK_PAUSED: KindRules(
        "订阅{webhook_id}连续投递失败，已自动暂停，请联系接收方修复后恢复订阅。"
    ),
}


def text_of(kind: MessageKind, values: Mapping[str, str]) -> str:
    """Return a message's text; ValueError unless the values are those that its template names."""
    template = KINDS[kind].template
    named = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    if named != set(values):
        message = f"{kind} takes {sorted(named)}, not {sorted(values)}"
        raise ValueError(message)
    return template.format_map(values)
