"""Notification settings: what an account wants to be told, and how."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.gateway.domain.message_kinds import MUSTS, OFFERED, Channel, MessageKind
from shared.errors import Invalid
from shared.identity.permissions import Role

Choices = Mapping[MessageKind, Mapping[Channel, bool]]


@dataclass(frozen=True)
class NotificationSettings:
    """An account's choices beside what its role is told anyway; mails go to `address`."""

    account_id: str
    role: Role
    choices: Choices
    address: str | None = None

    @property
    def all(self) -> dict[MessageKind, dict[Channel, bool]]:
        """Return every kind and channel that the role is offered, on or off."""
        return {
            kind: {
                channel: self.choices.get(kind, {}).get(channel, default)
                for channel, default in channels.items()
            }
            for kind, channels in OFFERED.get(self.role, {}).items()
        }

    def wants(self, kind: MessageKind, channel: Channel) -> bool:
        """Return whether the account is to be told of a kind by a channel."""
        wanted = self.all.get(kind, {}).get(channel, False)
        return wanted and (channel is not Channel.MAIL or self.address is not None)


def chosen(role: Role, choices: Choices) -> Choices:
    """Return what an account chose; Invalid where its role is not offered that."""
    offered = OFFERED.get(role, {})
    for kind, channels in choices.items():
        if not channels.keys() <= offered.get(kind, {}).keys():
            raise Invalid(
                "notification_not_offered",
                "您的账号没有这种通知方式，请刷新页面后重新选择。",
                field="choices",
            )
    return choices


def texts_unit(kind: MessageKind, operators: Collection[NotificationSettings]) -> bool:
    """Return whether the unit's contact gets a text message: if one of its operators wants it.

    As long as a unit has no account, as the operators' role is told anyway. Musts are sent always.
    """
    if kind in MUSTS:
        return True
    default = OFFERED[Role.OPERATOR].get(kind, {}).get(Channel.TEXT, False)
    wanted = [one.wants(kind, Channel.TEXT) for one in operators]
    return any(wanted) if wanted else default
