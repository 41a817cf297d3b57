"""What messaging may forget: events done long ago, answers to keys that nobody sends again."""

from datetime import timedelta

from sqlalchemy import delete, select, tuple_

from shared.bus.inbox.store import DONE, DROPPED
from shared.bus.tables import answers, inbox
from shared.bus.transaction import Transaction

AT_ONCE = 10_000
INBOX_DAYS = 30
ANSWER_DAYS = 7
"""Copies stay exact without the inbox: `heard` still knows what is old."""


async def forget_old(tx: Transaction) -> bool:
    """Delete what is older than that, a part at a time; what waits or is dead stays.

    So does what was dropped: a rebuild has to know that it may fail once more.
    """
    old = (
        select(inbox.c.consumer, inbox.c.event_id)
        .where(
            inbox.c.state == DONE,
            inbox.c.reason.is_distinct_from(DROPPED),
            inbox.c.received_at < tx.now - timedelta(days=INBOX_DAYS),
        )
        .limit(AT_ONCE)
    )
    deleted = await tx.session.scalars(
        delete(inbox)
        .where(tuple_(inbox.c.consumer, inbox.c.event_id).in_(old))
        .returning(inbox.c.event_id)
    )
    await tx.session.execute(
        delete(answers).where(answers.c.created_at < tx.now - timedelta(days=ANSWER_DAYS))
    )
    return len(deleted.all()) == AT_ONCE
