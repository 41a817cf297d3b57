"""Messages to persons: queue one."""

from collections.abc import Mapping
from uuid import UUID

from services.gateway.adapters.outgoing import Outgoing
from services.gateway.domain.message_kinds import Channel, MessageKind, text_of
from services.gateway.domain.messages import Message, queued
from services.gateway.repository.messages import Messages
from shared.bus import Transaction
from shared.values import mask_address, mask_mobile


async def queue_text(  # noqa: PLR0913 - what a message is made of
    kind: MessageKind,
    message_id: UUID,
    mobile: str,
    values: Mapping[str, str],
    tx: Transaction,
    *,
    office_id: str,
    unit_id: str | None = None,
    account_id: str | None = None,
    subject: str = "",
) -> bool:
    """Send a text message as soon as the transaction has committed; the same id twice is one.

    Returns whether it is new. `subject` is a number of ours; ValueError unless `values` are those
    that the kind's template names.
    """
    message = queued(
        message_id,
        kind,
        Channel.TEXT,
        mask_mobile(mobile),
        tx.now,
        office_id=office_id,
        unit_id=unit_id,
        account_id=account_id,
        subject=subject,
    )
    return await _queue(message, mobile, values, tx)


async def queue_mail(  # noqa: PLR0913 - what a message is made of
    kind: MessageKind,
    message_id: UUID,
    address: str,
    values: Mapping[str, str],
    tx: Transaction,
    *,
    office_id: str,
    account_id: str,
    unit_id: str | None = None,
    subject: str = "",
) -> bool:
    """Send a mail to an account in the same way."""
    message = queued(
        message_id,
        kind,
        Channel.MAIL,
        mask_address(address),
        tx.now,
        office_id=office_id,
        unit_id=unit_id,
        account_id=account_id,
        subject=subject,
    )
    return await _queue(message, address, values, tx)


async def _queue(message: Message, to: str, values: Mapping[str, str], tx: Transaction) -> bool:
    text_of(message.kind, values)
    tx.after_commit.append(tx.resources.tool(Outgoing).ring)
    return await Messages(tx).add(message, to, values)
