"""Messages to persons: queue one, send one again by hand."""

from collections.abc import Mapping
from uuid import UUID

from services.gateway.adapters.outgoing import Outgoing
from services.gateway.domain.message_kinds import MessageKind, text_of
from services.gateway.domain.messages import Channel, queued
from services.gateway.repository.messages import Messages
from shared.bus import Transaction
from shared.values import mask_mobile


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
    text_of(kind, values)
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
    tx.after_commit.append(tx.resources.tool(Outgoing).ring)
    return await Messages(tx).add(message, mobile, values)
