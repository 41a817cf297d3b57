"""Settling messages whatever it takes: none is given back to the bus."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.bus.retry_policy import RetryPolicy
from shared.runtime.faults import describe, until_database_answers
from shared.runtime.log import get_logger

log = get_logger(__name__)
T = TypeVar("T")


async def until_settled(
    act: Callable[[T], Awaitable[None]], argument: T, consumer: str, policy: RetryPolicy
) -> None:
    """Repeat `act`, which settles messages of a consumer, until it succeeds.

    Giving messages back would only bring them again at once, until the bus gives them up.
    """
    rounds = 0
    while True:
        try:
            await until_database_answers(act, argument)
        except Exception as error:
            log.exception("cannot_settle", consumer=consumer, reason=describe(error))
            await asyncio.sleep(policy.after_trouble(rounds))
            rounds += 1
        else:
            return
