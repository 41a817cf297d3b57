"""Failures: a message waits or ends dead; what cannot even be recorded is repeated."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.bus.inbox import store
from shared.bus.retry_policy import NotAgain, RetryPolicy, TooEarly
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.errors import StorageAway
from shared.runtime.faults import describe, until_database_answers
from shared.runtime.log import get_logger

log = get_logger(__name__)


async def record_failure(
    transactions: Transactions,
    consumer: str,
    policy: RetryPolicy,
    envelope: Envelope,
    error: Exception,
    give_up: Callable[[Transaction], Awaitable[None]] | None = None,
) -> float:
    """Let a message wait, or end dead, after `error`; return the seconds until it is due again.

    NotAgain ends it dead. Else it counts unless the message was only early, or the object store
    was away: that is soon over or an operator's to mend, and nobody's fault. `give_up` runs in the
    same transaction when the message is dead.
    """
    early = isinstance(error, TooEarly)
    uncounted = early or isinstance(error, StorageAway)
    async with transactions.begin() as tx:
        failed = await store.add_failure(
            tx.session,
            consumer,
            envelope,
            store.EARLY if early else describe(error),
            counted=not uncounted,
            most_tries=1 if isinstance(error, NotAgain) else policy.tries,
        )
        if failed is None:
            return 0.0
        wait = policy.after_early(failed.age) if uncounted else policy.after_failure(failed.tries)
        given_up = give_up is not None and failed.state == store.DEAD
        if give_up is not None and given_up:
            await give_up(tx)
        # `give_up` has told those who wait: no other message has to wait behind this one.
        await store.retry_in(tx.session, consumer, envelope.id, None if given_up else wait)
    if not early:
        log.warning(
            "message_failed",
            consumer=consumer,
            topic=envelope.type,
            event_id=str(envelope.id),
            tries=failed.tries,
            state=failed.state,
            reason=describe(error),
        )
    return wait.total_seconds()


async def until_settled(
    act: Callable[[], Awaitable[None]], consumer: str, policy: RetryPolicy
) -> None:
    """Repeat `act`, which settles messages of a consumer, until it succeeds.

    Giving messages back would only bring them again at once, until the bus gives them up.
    """
    rounds = 0
    while True:
        try:
            await until_database_answers(act)
        except Exception as error:
            log.exception("cannot_settle", consumer=consumer, reason=describe(error))
            await asyncio.sleep(policy.after_trouble(rounds))
            rounds += 1
        else:
            return
