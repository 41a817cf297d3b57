"""What a service may forget of the bus: events done long ago, answers to keys sent long ago."""

from datetime import timedelta

from sqlalchemy import delete

from shared.bus.inbox import store
from shared.bus.tables import answers
from shared.bus.transaction import Transaction

ROWS_PER_TRANSACTION = 10_000
INBOX_DAYS = 30
"""Copies stay exact afterwards: the consumed positions still tell what is old."""
ANSWER_DAYS = 7


async def forget_old(tx: Transaction) -> bool:
    """Delete what is older than that, a part at a time; return whether there may be more.

    What waits or is dead stays.
    """
    inbox_limit = tx.now - timedelta(days=INBOX_DAYS)
    deleted = await store.delete_done(tx.session, inbox_limit, ROWS_PER_TRANSACTION)
    await tx.session.execute(
        delete(answers).where(answers.c.created_at < tx.now - timedelta(days=ANSWER_DAYS))
    )
    return deleted == ROWS_PER_TRANSACTION
