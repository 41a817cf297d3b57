"""What messaging may forget: events done long ago, answers to keys that nobody sends again."""

from datetime import timedelta

from sqlalchemy import delete

from shared.messaging.deliver import DONE
from shared.messaging.tables import answers, inbox
from shared.messaging.transaction import Transaction

INBOX_DAYS = 30
ANSWER_DAYS = 7
"""Copies stay exact without the inbox: `heard` still knows what is old."""


async def forget_old(tx: Transaction) -> bool:
    """Delete what is older than that; what waits or is dead stays."""
    await tx.session.execute(
        delete(inbox).where(
            inbox.c.state == DONE, inbox.c.received_at < tx.now - timedelta(days=INBOX_DAYS)
        )
    )
    await tx.session.execute(
        delete(answers).where(answers.c.created_at < tx.now - timedelta(days=ANSWER_DAYS))
    )
    return False
