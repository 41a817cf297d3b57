"""The audit trail: an entry before something is done, its outcome after, each committed at once."""

from services.gateway.domain.trail import Actor, Outcome
from services.gateway.repository.trail import AuditTrail
from shared.bus import Transaction, Transactions
from shared.runtime.log import correlation_id


async def begin(
    actor: Actor, action: str, subject: str, address: str | None, transactions: Transactions
) -> int:
    """Record what is about to be done, its outcome unknown; return the entry's position."""
    async with transactions.begin() as tx:
        return await note(actor, action, subject, address, tx)


async def note(
    actor: Actor, action: str, subject: str, address: str | None, tx: Transaction
) -> int:
    """Record the same in a transaction that is committed before it is done."""
    return await AuditTrail(tx).note(actor, action, subject, address, correlation_id(), tx.now)


async def settle(
    position: int,
    outcome: Outcome,
    transactions: Transactions,
    *,
    code: str | None = None,
    subject: str | None = None,
) -> None:
    """Record the outcome, and `subject` when it is known only now."""
    async with transactions.begin() as tx:
        await AuditTrail(tx).settle(position, outcome, code, subject)
