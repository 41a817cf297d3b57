"""What whoever is signed in wants to be told, and how."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, EmailStr, Field

from services.gateway.api.audited import audits
from services.gateway.api.signed_in import SignedIn
from services.gateway.domain.message_kinds import Channel, MessageKind
from services.gateway.domain.notification_settings import NotificationSettings, chosen
from services.gateway.repository.notification_settings import AllNotificationSettings
from shared.http.commands import transactions_of
from shared.values import Flag

router = APIRouter(prefix="/notification-settings", tags=["notices"])

LONGEST_ADDRESS = 254


class Told(BaseModel):
    """Whether one is told of a kind by a channel."""

    kind: MessageKind
    channel: Channel
    on: Flag


class NotificationChoices(BaseModel):
    """What one is told and how; what a role is not offered is not there."""

    choices: list[Told] = Field(max_length=100)
    mails_to: EmailStr | None = Field(
        None, max_length=LONGEST_ADDRESS, description="Where mails go; null: none are sent"
    )


@router.get("")
async def get_notification_settings(request: Request, caller: SignedIn) -> NotificationChoices:
    """Show what one is told of, and how."""
    async with transactions_of(request).begin() as tx:
        return _shown(await AllNotificationSettings(tx).of(caller.account_id, caller.role))


@router.put("", dependencies=[audits("notification_settings.changed")])
async def put_notification_settings(
    request: Request, body: NotificationChoices, caller: SignedIn
) -> NotificationChoices:
    """Choose what one is told of, and how; what is left out is as for everybody."""
    choices: dict[MessageKind, dict[Channel, bool]] = {}
    for one in body.choices:
        choices.setdefault(one.kind, {})[one.channel] = one.on
    settings = NotificationSettings(
        caller.account_id, caller.role, chosen(caller.role, choices), body.mails_to
    )
    async with transactions_of(request).begin() as tx:
        await AllNotificationSettings(tx).save(settings)
    return _shown(settings)


def _shown(settings: NotificationSettings) -> NotificationChoices:
    return NotificationChoices(
        choices=[
            Told(kind=kind, channel=channel, on=on)
            for kind, channels in settings.all.items()
            for channel, on in channels.items()
        ],
        mails_to=settings.address,
    )
