"""Sending a message again by hand: what was refused, or whose outcome is unknown."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID, uuid4

from services.gateway.adapters.outgoing import Outgoing
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import Message
from services.gateway.handlers.passwords import send_first_password
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.messages import Messages
from shared.bus import Transaction
from shared.errors import Conflict
from shared.identity.caller import Caller

MakeAnew = Callable[[Message, Transaction], Awaitable[UUID]]
"""Queues another message in the place of one whose values are gone; returns its id."""


async def make_first_password(message: Message, tx: Transaction) -> UUID:
    """Send another first password in the place of one that may not have come; return its message.

    Conflict when its owner has chosen a password meanwhile, or is let in no more.
    """
    accounts = AccountRepository(tx)
    account = await accounts.get(message.account_id or "", lock=True)
    if account is None or not account.active or not account.must_change:
        raise Conflict(
            "first_password_used",
            "该账号已停用或已设置自己的密码，不再需要初始密码；需要时请在账号管理中重新发送。",
        )
    message_id = uuid4()
    await send_first_password(account, message_id, accounts, tx)
    return message_id


ANEW: Mapping[MessageKind, MakeAnew] = {MessageKind.FIRST_PASSWORD: make_first_password}
"""The kinds whose values are secret and have to be made anew."""


async def resend(
    caller: Caller,
    message_id: UUID,
    tx: Transaction,
    anew: Mapping[MessageKind, MakeAnew] = ANEW,
) -> UUID:
    """Queue a message of the caller's office once more; return the id of the one that is sent.

    Conflict unless it was refused or its outcome is unknown, or when what it said is gone.
    """
    messages = Messages(tx)
    message = await messages.get(message_id, caller.office_id, lock=True)
    if message.kind in anew:
        message.replace()
        await messages.save(message)
        return await anew[message.kind](message, tx)
    message.resend(tx.now)
    if await messages.content(message) is None:
        raise Conflict(
            "message_blanked", "这条消息的内容已按期清除，不能重发，请通过其他方式通知对方。"
        )
    await messages.save(message)
    tx.after_commit.append(tx.resources.tool(Outgoing).ring)
    return message_id


def may_resend(
    message: Message, *, has_content: bool, anew: Mapping[MessageKind, MakeAnew] = ANEW
) -> bool:
    """Return whether a message can be sent again by hand."""
    return message.is_resendable and (
        message.kind in anew or (has_content and message.keeps_values)
    )
